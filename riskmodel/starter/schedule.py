"""Dates of the first experiment, for the length of the history."""

from __future__ import annotations

from dataclasses import dataclass

from riskmodel.base.days import to_iso
from riskmodel.base.months import month_begin, month_of

WEEK, QUARTER, YEAR = 7, 91, 364
MONTH = 31
"""Days of the horizon and step of monthly tables."""
MOST_MONTHS = 44
"""As-of dates of monthly tables: so many steps of 31 days lie between the 27th and the 2nd, and each horizon holds one end of a month."""
LEAST_DATES = 12
"""As-of dates of training below which a fit is refused a backtest."""


@dataclass(frozen=True)
class Schedule:
    """The as-of dates of an experiment, as day numbers.

    ``since`` is the first day of the history. ``short`` is true for a history too short for seasons or trees, ``tiny`` for one with hardly any dates.
    """

    first: int
    step: int
    horizon: int
    test_from: int
    test_to: int
    refit_every: int
    days: int
    since: int

    @property
    def training_dates(self) -> int:
        """As-of dates before the test window."""
        return (self.test_from - self.first) // self.step

    @property
    def test_dates(self) -> int:
        """As-of dates in the test window."""
        return -(-(self.test_to - self.test_from) // self.step)

    @property
    def short(self) -> bool:
        """Whether there are too few dates for anything but rates."""
        return self.training_dates < 26

    @property
    def seasons(self) -> float:
        """Years of history."""
        return self.days / 365.25

    def shown(self) -> str:
        """Return the dates in words."""
        return f"training from {to_iso(self.first)}, test {to_iso(self.test_from)} to {to_iso(self.test_to - 1)}"


def schedule(since: int, through: int, period: str, begin: int = 0) -> Schedule | None:
    """Return dates for records of the days ``since`` to ``through``.

    The last quarter of the history, at most a year, is the test window; before it lies the training, and before that the days that
    features look back on. No date lies before ``begin``. None if the history is too short for any backtest.
    """
    days = through - since + 1
    step = horizon = MONTH if period == "month" else WEEK
    last = through + 1 - horizon
    if period == "month":
        # the 27th of the last month but one
        last = int(month_begin(month_of(through) - 1)) + 26
        since = max(since, last - (MOST_MONTHS - 1) * step)
    if period == "day" and days < 42:
        step = horizon = 1
        last = through
    look_back = min(YEAR if days > 3 * YEAR else QUARTER if days > 2 * QUARTER else 4 * horizon, days // 4)
    if period == "month":
        look_back = 0 if days > MOST_MONTHS * step + YEAR else min(3 * step, days // 4)
    first = last - (last - max(since + look_back, begin)) // step * step
    dates = (last - first) // step + 1
    tests = min(max(dates // 4, 3), YEAR // step)
    if dates < LEAST_DATES + tests:
        first = last - (last - max(since, begin)) // step * step
        dates = (last - first) // step + 1
        tests = max(min(tests, dates // 4), 1)
    if dates < 6:
        return None
    test_from = last - (tests - 1) * step
    refit = max(step, min(QUARTER, -(-tests // 2) * step))
    return Schedule(first, step, horizon, test_from, last + 1, -(-refit // step) * step, days, since)
