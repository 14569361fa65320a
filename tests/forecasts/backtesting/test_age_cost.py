"""Cost of age: the first fit equals refitted models until they are refitted."""

from __future__ import annotations

import numpy as np
import pytest

from riskmodel.base.days import to_day
from riskmodel.forecasts.backtesting import backtest
from riskmodel.forecasts.backtesting.age_cost import age_costs
from riskmodel.records.history import History
from tests.worlds.quick_forecasters import make_experiment
from tests.worlds.two_towns import FEATURES

ONLY = [{"type": "DecayedRate", "name": "decayed", "settings": {"half_lives": [60]}}]


def test_ages_are_months_since_the_first_fit(town: History) -> None:
    dates = {"first": "2021-06-01", "step": 7, "test_from": "2022-07-05", "test_to": "2022-11-08", "refit_every": 56}
    experiment = make_experiment(champion="decayed", forecasters=ONLY, dates=dates)
    result = backtest(experiment, town, FEATURES, threads=1)
    first = result.fold == 0
    aged = result.first_fit["decayed"]
    assert np.array_equal(aged.mean[first], result.forecasts["decayed"].mean[first])
    assert not np.array_equal(aged.mean[~first], result.forecasts["decayed"].mean[~first])
    found = age_costs(result)
    assert [row["months"] for row in found] == [0, 1, 2, 3]
    assert sum(row["rows"] for row in found) == len(result)
    assert found[0]["cost"] == 0
    for row in found:
        assert row["cost"] == pytest.approx(row["first_fit"] - row["refitted"])
        assert row["low"] <= row["cost"] <= row["high"], "each month has at least four dates"
    # the last month by hand: the model of the first day alone, in one fold
    alone = make_experiment(champion="decayed", forecasters=ONLY, dates=dates | {"refit_every": 365})
    kept = backtest(alone, town, FEATURES, threads=1)
    assert np.array_equal(kept.forecasts["decayed"].mean, aged.mean)
    rows = kept.as_of - to_day("2022-07-05") >= 3 * 365.2425 / 12
    assert kept.row_scores("decayed")["log_score"][rows].mean() == pytest.approx(found[3]["first_fit"])
