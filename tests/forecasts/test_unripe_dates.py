"""Of dates whose horizon is not over, the events so far say whether a level goes on; they are counted as known, and scaled by past dates."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from riskmodel.asof.design import Design, design
from riskmodel.asof.target import Target, labels
from riskmodel.forecasts.backtesting.learning_rows import LearningRows
from riskmodel.forecasts.calibration import fit_calibrated
from riskmodel.forecasts.forecasters import DecayedRate
from riskmodel.forecasts.unripe_dates import MOST_DATES, UnripeRows, elapsed_shares, unripe_rows
from riskmodel.records.history import Coverage, History
from riskmodel.records.places import Places
from tests.worlds.drawn_histories import FIRST, KINDS
from tests.worlds.plain import make_history

DAYS = 700
RATE = DecayedRate(half_lives=(30,))


def town_of(daily: Any, late: int = 0) -> History:
    """Thefts in two cells: so many in all on each day from FIRST, taken in turn, each known on its day."""
    day = np.repeat(np.arange(len(daily)), daily)
    stated = Coverage("calls", ("theft",), FIRST, label_delay=late)
    return make_history(
        Places.from_frame(pd.DataFrame({"cell": ["a", "b"]})),
        KINDS,
        FIRST + day,
        cell=np.arange(len(day)) % 2,
        coverage=(stated,),
    )


def rows_of(history: History, target: Target, last: int = DAYS) -> Design:
    dates = np.arange(FIRST + 100, FIRST + last, 7, dtype=np.int32)
    return design(history, dates, RATE.needs(target), target, now=FIRST + DAYS)


def unripe_on(history: History, target: Target, day: int) -> UnripeRows | None:
    return unripe_rows(rows_of(history, target), history.known_by(FIRST + day), FIRST + day)


@pytest.mark.parametrize("horizon", [14, 28, 91])
def test_the_events_so_far_are_those_known_on_the_day(horizon: int) -> None:
    target, daily = Target(("theft",), horizon), np.random.default_rng(3).poisson(9.0, DAYS)
    found = unripe_on(town_of(daily), target, 499)
    assert found is not None
    dates = np.unique(found.design.as_of) - FIRST
    assert dates.tolist() == list(range(499 - 7 * (horizon // 7 - 1), 499, 7)), (
        "each date of which some days are over, and some not"
    )
    by_date = pd.Series(found.design.y).groupby(found.design.as_of - FIRST).sum()
    assert by_date.tolist() == [int(daily[day:499].sum()) for day in dates]
    assert found.share.tolist() == pytest.approx((499 - (found.design.as_of - FIRST)) / horizon, rel=0.05)
    assert not found.design.mature.any()


def test_days_that_are_not_complete_yet_are_left_out() -> None:
    """What is reported late is neither counted nor expected."""
    target, daily = Target(("theft",), 28), np.full(DAYS, 9)
    found = unripe_on(town_of(daily, late=5), target, 499)
    assert found is not None
    assert found.design.y[found.design.as_of == FIRST + 485].sum() == 9 * 9, "of 14 days 9 are complete"
    assert found.share[found.design.as_of == FIRST + 485] == pytest.approx(9 / 28)


def test_the_share_of_some_days_is_that_of_the_same_weekdays() -> None:
    """A register that is closed at weekends has all events of a week in its first five days."""
    weekdays = np.where(np.arange(DAYS) % 7 < 5, 10, 0)
    dates = np.arange(FIRST + 105, FIRST + 500, 7, dtype=np.int32)
    found = elapsed_shares(town_of(weekdays), Target(("theft",), 14), dates, np.array([1, 5, 7, 12]))
    assert found.tolist() == pytest.approx([0.1, 0.5, 0.5, 1.0])


@pytest.mark.parametrize("daily", [np.zeros(DAYS, dtype=int), np.eye(1, DAYS, 40, dtype=int)[0]])
def test_without_events_the_share_is_that_of_the_days(daily: Any) -> None:
    dates = np.arange(FIRST + 105, FIRST + 500, 7, dtype=np.int32)
    target = Target(("theft",), 14)
    assert elapsed_shares(town_of(daily), target, dates, np.array([7])).tolist() == [0.5]
    assert elapsed_shares(town_of(daily), target, dates[:0], np.array([7])).tolist() == [0.5]


def test_a_year_ahead_a_few_dates_are_taken_evenly_up_to_the_last() -> None:
    found = unripe_on(town_of(np.full(DAYS, 2)), Target(("theft",), 365), 639)
    assert found is not None
    dates = np.unique(found.design.as_of) - FIRST
    assert len(dates) <= MOST_DATES
    assert dates[-1] == 632
    assert len(np.unique(np.diff(dates))) == 1


def test_a_burst_or_a_date_without_known_days_is_no_evidence() -> None:
    target, daily = Target(("theft",), 28), np.random.default_rng(3).poisson(9.0, DAYS)
    daily[490] = 5000
    found = unripe_on(town_of(daily), target, 499)
    assert found is not None
    assert np.unique(found.design.as_of - FIRST).tolist() == [492], "the others hold the day of the burst"
    assert unripe_on(town_of(daily), Target(("theft",), 7), 499) is None, "a week is over"
    assert unripe_on(town_of(daily), replace(target, at_least_one=True), 499) is None, "of yes or no there is no part"


def test_events_after_a_day_are_left_out_of_labels() -> None:
    history, dates = town_of(np.full(60, 2)), np.array([FIRST + 10, FIRST + 20], dtype=np.int32)
    assert labels(history, Target(("theft",), 14), dates, FIRST + 21).tolist() == [[12, 2], [12, 2]]


@pytest.mark.parametrize("lasting", [True, False])
def test_a_level_that_passed_is_not_extrapolated(lasting: bool) -> None:
    """91 days ahead, the last whole horizons fell by half; whether they go on falling is seen in the days since."""
    level = np.full(DAYS, 60)
    level[400:] = 30
    if lasting:
        level[430:] = np.maximum(60 * 0.5 ** (np.arange(DAYS - 430) / 60 + 1), 6)
    history, target, day = town_of(level), Target(("theft",), 91), FIRST + 520
    rows = LearningRows(rows_of(history, target), history, FIRST + 100)
    ahead = rows.newest(day)
    fold = rows.fold(day, 1)
    found = [
        fit_calibrated(RATE, one).calibration.apply(fit_calibrated(RATE, one).forecaster.predict(ahead)).mean.sum()
        for one in (fold, without(fold))
    ]
    events = float(level[520 : 520 + 91].sum())
    assert abs(np.log(found[0] / events)) < abs(np.log(found[1] / events)) - 0.02


def without(fold: Any) -> Any:
    """The fold without its unripe rows."""
    return type(fold)(fold.design, 1, fold.newest)
