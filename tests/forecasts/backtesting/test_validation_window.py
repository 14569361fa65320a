"""The validation window: it ends before the test window, and nothing later is known in it."""

from __future__ import annotations

import pytest

from riskmodel.base.days import to_day
from riskmodel.base.errors import UsageError
from riskmodel.forecasts.backtesting import backtest
from riskmodel.forecasts.backtesting.validation_window import validation_window
from riskmodel.records.history import History
from tests.worlds.quick_forecasters import make_experiment
from tests.worlds.two_towns import DELAY, FEATURES, TARGET


def test_the_window_ends_before_the_test_window_begins(town: History) -> None:
    experiment = make_experiment()
    moved, known = validation_window(experiment, town)
    start = to_day(experiment.dates.test_from)
    assert known.known.max() < start
    last = int(moved.dates.test()[-1])
    assert last + TARGET.horizon - 1 + DELAY < start
    assert len(moved.dates.test()) == len(experiment.dates.test())
    assert moved.dates.first == experiment.dates.first
    assert set(moved.dates.test()) <= set(experiment.dates.learning(start))
    found = backtest(moved, known, FEATURES, threads=1)
    assert found.as_of.max() == last
    with pytest.raises(UsageError, match="three as-of dates from 2021-06-01 on with labels mature by 2021-06-15 to choose on"):
        validation_window(experiment, town, to_day("2021-06-15"))
