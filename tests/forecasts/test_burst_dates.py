"""A day of a dump is found in sums over weeks as well, and no model learns from dates whose labels hold it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from riskmodel.asof.design import design
from riskmodel.asof.target import Target
from riskmodel.base.days import NEVER, to_day
from riskmodel.counts.bursts import usual_rows
from riskmodel.forecasts import recent_level
from riskmodel.forecasts.backtesting import learning_rows
from riskmodel.forecasts.backtesting.learning_rows import LearningRows
from riskmodel.forecasts.burst_dates import _between, burst_dates
from riskmodel.forecasts.recent_level import LevelFollower
from riskmodel.forecasts.training import train
from riskmodel.records.history import History, from_columns
from tests.worlds.quick_forecasters import make_experiment
from tests.worlds.two_towns import FEATURES, LAST, START, make_town

BURST = to_day("2022-06-01")
DATES = np.arange(START + 100, START + 700, 7, dtype=np.int32)


def dumped(history: History, events: int, rows: int = 24, day: int = BURST) -> History:
    """The history with so many more thefts on one day, over all cells or in one row."""
    amounts = np.full(rows, events // rows)
    more = {"kind": 0, "cell": np.arange(rows), "occurred": day, "known": day, "until": NEVER, "ended": NEVER}
    joined = {
        name: np.concatenate([values, np.broadcast_to({**more, "amount": amounts}[name], rows)])
        for name, values in history.arrays().items()
    }
    return from_columns(history.places, history.kinds, coverage=history.coverage, **joined)


@pytest.fixture(scope="module")
def town() -> History:
    """The town, with some 1.7 thefts a day."""
    return make_town()


def held(horizon: int) -> Any:
    """The dates whose horizon has the day of the dump."""
    return (DATES <= BURST) & (DATES + horizon > BURST)


@pytest.mark.parametrize("rows", [24, 1])
@pytest.mark.parametrize("horizon", [1, 7, 14, 28])
def test_each_date_with_the_day_in_its_horizon_holds_it(town: History, horizon: int, rows: int) -> None:
    """A table of sums has one row for many events."""
    found = burst_dates(dumped(town, 72, rows), Target(("theft",), horizon), DATES)
    np.testing.assert_array_equal(found, held(horizon))
    assert found.any() == (horizon > 1 or BURST in DATES)


@pytest.mark.parametrize("horizon", [7, 28])
def test_a_dump_on_the_first_day_of_all_is_held_by_dates_up_to_it(town: History, horizon: int) -> None:
    dates = np.arange(START - 35, START + 700, 7, dtype=np.int32)
    found = burst_dates(dumped(town, 72, day=START), Target(("theft",), horizon), dates)
    np.testing.assert_array_equal(dates[found], dates[(dates <= START) & (dates + horizon > START)])


def test_sums_between_days_begin_with_the_first_and_leave_out_the_last() -> None:
    begin, end = np.array([0, 0, 1, 2, 3]), np.array([0, 1, 3, 3, 3])
    assert _between(np.array([5, 7, 11]), begin, end).tolist() == [0, 5, 18, 11, 0]


def test_sums_over_weeks_hide_it() -> None:
    """The rule for sums alone takes twice the events of a month for a busy month."""
    assert usual_rows(np.arange(40), np.append(np.full(39, 150), 390)).all()


def test_nothing_unusual_is_a_burst(town: History) -> None:
    for horizon in (7, 28):
        assert not burst_dates(town, Target(("theft",), horizon), DATES).any()
    assert not burst_dates(town, Target(("theft",), 7), DATES[:0]).any()
    assert not burst_dates(town.take(town.kind == 1), Target(("theft",), 7), DATES).any()


def test_a_day_that_a_horizon_of_months_hardly_notices_stays(town: History) -> None:
    day = dumped(town, 72)
    assert burst_dates(day, Target(("theft",), 91), DATES).any()
    whole = DATES[DATES + 365 <= LAST + 1]
    assert held(365)[: len(whole)].any()
    assert not burst_dates(day, Target(("theft",), 365), whole).any()


def test_where_most_dates_hold_it_none_is_left_out(town: History) -> None:
    """Three months of history and a horizon of 91 days leave nothing else to learn from."""
    near = DATES[(DATES > BURST - 60) & (DATES <= BURST + 14)]
    assert not burst_dates(dumped(town, 72), Target(("theft",), 91), near).any()


def test_models_learn_from_the_other_dates(town: History) -> None:
    with_dump, target, day = dumped(town, 72), Target(("theft",), 28), int(DATES[-1]) + 60
    rows = LearningRows(design(with_dump, DATES, FEATURES, target), with_dump, int(DATES[0]))
    left = set(DATES.tolist()) - set(np.unique(rows.on(day).as_of).tolist())
    assert left == set(DATES[held(28)].tolist())
    assert int(rows.on(BURST - 1).as_of.max()) <= BURST - 28  # what is not known yet is not left out either


def unseen(history: History, target: Target, as_of: Any) -> Any:
    """No date holds a burst."""
    return np.zeros(len(as_of), dtype=bool)


def test_the_variance_is_that_of_usual_dates(town: History, monkeypatch: pytest.MonkeyPatch) -> None:
    """Intervals of 90 % held 98 to 100 % after a dump, since its weeks had made all dates uncertain."""
    stated = make_experiment(forecasters=[{"type": "DecayedRate", "name": "f"}], champion="f")

    def dispersion(history: History) -> float:
        return float(train(stated, history, FEATURES, as_of="2022-08-01").score(history, "2022-10-01").dispersion.mean())

    usual, found = dispersion(town), dispersion(dumped(town, 72))
    monkeypatch.setattr(learning_rows, "burst_dates", unseen)
    assert usual - 0.01 < found < usual + 0.2 < dispersion(dumped(town, 72)) - 0.2


def test_the_level_does_not_follow_it(town: History, monkeypatch: pytest.MonkeyPatch) -> None:
    """A month with three times the events is not the level of the next one."""
    stated = make_experiment(
        forecasters=[{"type": "DecayedRate", "name": "f", "calibrate": "level", "settings": {"half_lives": [365]}}], champion="f"
    )
    bundle = train(stated, town, FEATURES, as_of="2022-05-01")
    follower = LevelFollower(bundle.forecaster, bundle.calibration, START + 100, 7, len(town.places))
    day, target = BURST + 40, Target(("theft",), 14)
    needed = tuple(bundle.forecaster.settings.needs(target))

    def shift(history: History) -> float:
        return follower.shift_on(day, history, needed, target, 1)

    usual, found = shift(town), shift(dumped(town, 72))
    monkeypatch.setattr(recent_level, "burst_dates", unseen)
    assert abs(found - usual) < 0.15
    assert shift(dumped(town, 72)) > found + 0.2
