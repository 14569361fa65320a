"""The naive forecast against counts."""

from __future__ import annotations

import numpy as np
import pytest

from riskmodel.asof.design import Design, design
from riskmodel.base.days import day_range
from riskmodel.base.errors import UsageError
from riskmodel.forecasts.forecasters import Persistence
from riskmodel.records.history import History
from tests.worlds.two_towns import TARGET


def test_it_is_the_last_horizon_again_but_for_the_floor(learned: Design, ahead: Design) -> None:
    fitted = Persistence(floor=0.25).fit(learned)
    last = ahead.column(f"theft_count_{TARGET.horizon}d")
    least = 0.25 * learned.y.mean()
    assert np.array_equal(fitted.predict(ahead).mean, np.maximum(last.astype(float), least))
    assert (fitted.predict(ahead).mean == least).any()


def test_with_a_window_it_is_the_trailing_mean(town: History, learned: Design) -> None:
    forecaster = Persistence(floor=0.01, window=30)
    rows = design(town, day_range("2021-06-01", "2022-06-01", 28), forecaster.needs(TARGET), TARGET)
    fitted = forecaster.fit(rows)
    trailing = rows.column("theft_count_30d").astype(float) * TARGET.horizon / 30
    assert np.array_equal(fitted.predict(rows).mean, np.maximum(trailing, 0.01 * rows.y.mean()))
    with pytest.raises(UsageError, match=r"'window' parameter of Persistence must be a whole number of days, at least 1"):
        Persistence(window=0)
    with pytest.raises(UsageError, match=r"'floor' parameter of Persistence must be a share above 0"):
        Persistence(floor=0.0)
