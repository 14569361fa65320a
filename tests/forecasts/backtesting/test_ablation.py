"""Ablation: the worth of a signal family is the champion's score without it, on the same rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from riskmodel.asof.vocabulary import Count, Ratio
from riskmodel.base.errors import UsageError
from riskmodel.forecasts.backtesting import backtest
from riskmodel.forecasts.backtesting.ablation import OTHER, feature_families
from riskmodel.forecasts.forecasters import BoostedCount, DecayedRate
from riskmodel.records.history import History
from tests.worlds.quick_forecasters import SETTINGS, make_experiment
from tests.worlds.two_towns import FEATURES, KINDS

BOOSTED = {"type": "BoostedCount", "name": "boosted", "settings": {"trees": 8, "rows_a_leaf": 30, "half_lives": [120]}}


def test_features_belong_to_the_families_whose_kinds_they_read() -> None:
    both = Ratio(Count("theft", 28), Count("noise", 28))
    found = feature_families((*FEATURES, both), KINDS)
    assert list(found) == sorted(found)
    assert found["online"] == ("noise_count_28d", both.name)
    assert "theft_count_28d" in found["police"]
    assert both.name in found["police"]
    assert set(found[OTHER]) == {"households", "year_sin", "elapsed"} or len(found[OTHER]) == 3


def test_the_table_equals_backtests_without_the_family(town: History) -> None:
    experiment = make_experiment(forecasters=[BOOSTED])
    result = backtest(experiment, town, FEATURES, ablation=True, threads=1)
    assert {row["family"] for row in result.ablation} == {"police", "online", OTHER}
    worth = [row["worth"] for row in result.ablation]
    assert worth == sorted(worth, reverse=True)
    whole = result.row_scores("boosted")["log_score"].mean()
    for row in result.ablation:
        left = [f for f in FEATURES if f.name not in feature_families(FEATURES, KINDS)[row["family"]]]
        assert row["features"] == len(FEATURES) - len(left)
        assert row["worth"] == pytest.approx(row["log_score"] - whole)
        assert row["low"] <= row["worth"] <= row["high"]
        if row["family"] == "online":
            alone = backtest(experiment, town, left, threads=1)
            assert alone.row_scores("boosted")["log_score"].mean() == pytest.approx(row["log_score"], abs=1e-12)
    plain = backtest(experiment, town, FEATURES, threads=1)
    assert plain.ablation == ()
    assert np.array_equal(plain.forecasts["boosted"].mean, result.forecasts["boosted"].mean)


def test_a_champion_without_features_has_nothing_to_leave_out(town: History) -> None:
    assert "features" not in SETTINGS["DecayedRate"]
    with pytest.raises(UsageError, match="The champion 'decayed' takes no features"):
        backtest(make_experiment(champion="decayed"), town, FEATURES, ablation=True)
    rates = {"type": "Blend", "name": "rates", "settings": {"members": [{"type": "DecayedRate"}, {"type": "AdditiveRate"}]}}
    with pytest.raises(UsageError, match="The champion 'rates' takes no features"):
        backtest(make_experiment(forecasters=[rates], champion="rates"), town, FEATURES, ablation=True)


def test_a_stored_ablation_is_shown_as_long_as_it_holds(town: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = [BOOSTED, {"type": "DecayedRate", "name": "decayed", "settings": {"half_lives": [120]}}]
    experiment = make_experiment(forecasters=tables)
    first = backtest(experiment, town, FEATURES, ablation=True, keep=tmp_path, threads=1)
    kept = sorted(tmp_path.iterdir())

    def no_fit(*args: object) -> None:
        raise AssertionError("fitted again")

    with monkeypatch.context() as patch:
        patch.setattr("riskmodel.forecasts.backtesting.rolling_origin.fit_calibrated", no_fit)
        again = backtest(experiment, town, FEATURES, keep=tmp_path, threads=1)
    assert again.ablation == first.ablation != ()
    assert again.summary()["ablation"] == list(first.ablation)
    assert sorted(tmp_path.iterdir()) == kept
    changed = experiment.with_settings("boosted", {**BOOSTED["settings"], "trees": 7})
    assert backtest(changed, town, FEATURES, keep=tmp_path, threads=1).ablation == ()
    assert len(list(tmp_path.iterdir())) == 4, "files that no longer hold are removed"
    # the forecasts of a champion without features are those without any family, but that is no ablation
    plain = make_experiment(forecasters=tables, champion="decayed")
    assert backtest(plain, town, FEATURES, keep=tmp_path, threads=1).ablation == ()


def test_families_that_the_champion_does_not_use_are_left_out(town: History) -> None:
    own = {**BOOSTED, "settings": {**BOOSTED["settings"], "features": ["noise_count_28d"]}}
    result = backtest(make_experiment(forecasters=[own]), town, FEATURES, ablation=True, threads=1)
    assert [row["family"] for row in result.ablation] == ["online"]


def test_members_that_take_no_features_are_fitted_once_for_all_families(town: History, monkeypatch: pytest.MonkeyPatch) -> None:
    members = [
        {"type": "DecayedRate", "settings": {"half_lives": [120]}},
        {"type": "BoostedCount", "settings": BOOSTED["settings"]},
    ]
    blend = {"type": "Blend", "name": "blend", "settings": {"members": members, "weights": [1, 1]}}
    seen: list[str] = []
    for cls in (DecayedRate, BoostedCount):

        def fit(self: Any, *args: Any, real: Any = cls.fit, name: str = cls.__name__) -> Any:
            seen.append(name)
            return real(self, *args)

        monkeypatch.setattr(cls, "fit", fit)
    result = backtest(make_experiment(forecasters=[blend], champion="blend"), town, FEATURES, ablation=True, threads=1)
    assert len(result.ablation) == 3
    assert list(result.forecasts) == list(result.first_fit) == list(result.conformal) == ["blend"]
    # two folds, fitted on the earlier rows and on all; trees anew for each of three families, each with a rate to start from
    assert seen.count("BoostedCount") == 2 * 2 * 4
    assert seen.count("DecayedRate") == 2 * 2 * (4 + 1)
