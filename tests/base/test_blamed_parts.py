"""Errors of somebody's own forecasters and features name them."""

from __future__ import annotations

from typing import Any

import pytest

import riskmodel as rm
from riskmodel.asof.vocabulary import Count, Feature
from riskmodel.base.blamed_parts import blamed
from riskmodel.base.errors import UsageError
from tests.starter.test_doubtful_rows import incidents


class Broken:
    """An estimator that cannot learn, or cannot forecast."""

    def __init__(self, when: str) -> None:
        self.when = when

    def fit(self, X: Any, y: Any) -> None:
        if self.when == "fit":
            raise ValueError("Input X contains NaN")

    def predict(self, X: Any) -> Any:
        raise IndexError("no such column")


@pytest.fixture(scope="module")
def look() -> Any:
    return rm.quick(incidents(rows=900))


@pytest.mark.parametrize(
    ("own", "error"), [(Broken("fit"), ValueError), (Broken("predict"), IndexError), (lambda rows: {}["heat"], KeyError)]
)
def test_a_model_of_ones_own_is_named(look: Any, own: Any, error: type[Exception]) -> None:
    with pytest.raises(error) as raised:
        rm.backtest(look.experiment, look.history, look.features, own={"mine": own})
    assert raised.value.__notes__ == ["Raised by the forecaster 'mine'."]


def test_a_forecaster_of_the_package_is_named(look: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("riskmodel.forecasts.forecasters.decayed_rate.check_rows", broken)
    with pytest.raises(ZeroDivisionError) as raised:
        rm.backtest(look.experiment, look.history, look.features)
    assert "Raised by the forecaster DecayedRate." in raised.value.__notes__


def test_a_feature_is_named(look: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(Count, "fill_together", classmethod(broken))
    feature: Feature = Count("theft", 28)
    with pytest.raises(ZeroDivisionError) as raised:
        rm.design(look.history, ["2023-06-05"], (feature,))
    assert raised.value.__notes__ == [f"Raised by the feature {feature.name!r}."]


def test_errors_of_riskmodel_stay_as_they_are() -> None:
    with pytest.raises(UsageError) as raised, blamed("the feature 'x'"):
        raise UsageError("what, which, what to do")
    assert not hasattr(raised.value, "__notes__")
