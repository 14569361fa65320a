"""Dates of the first experiment, for the length of the history."""

from __future__ import annotations

from dataclasses import dataclass

from riskmodel.base.days import to_iso
from riskmodel.base.errors import UsageError
from riskmodel.base.months import month_begin, month_end, month_of
from riskmodel.base.plurals import counted

WEEK, QUARTER, YEAR = 7, 91, 364
MONTH, MONTH_STEP, MONTH_DAY = 31, 30, 3
"""Days of the horizon of monthly tables, days between their as-of dates, and the day of a month that the last date is.

Nights come soon after counts of a month do, and a rate falls until the next: so the last dates are early ones of their months, and steps shorter than months lead back to late ones.
"""
MOST_MONTHS = 55
"""As-of dates of monthly tables: so many steps lead from the 3rd back to the 28th, and each horizon holds as many ends of months."""
MONTHS = (31, 62, 92, 123, 153, 184, 215, 245, 276, 306, 337, 366)
"""Most days of one to twelve months: on the way so many days hold that many ends of months."""
LEAST_DATES = 12
"""As-of dates of training below which a fit is refused a backtest."""


@dataclass(frozen=True)
class Schedule:
    """The as-of dates of an experiment, as day numbers.

    ``since`` is the first day of the history, ``through`` the last whose events are all known, and ``begin`` the first day that may be an as-of date.
    ``days`` are those from the first known count on.
    """

    first: int
    step: int
    horizon: int
    test_from: int
    test_to: int
    refit_every: int
    days: int
    since: int
    through: int
    period: str
    begin: int = 0

    @property
    def test_dates(self) -> int:
        """As-of dates in the test window."""
        return -(-(self.test_to - self.test_from) // self.step)

    @property
    def learned(self) -> int:
        """Days of history before the test window."""
        return max(self.test_from - self.since, 1)

    @property
    def seasons(self) -> float:
        """Years of history."""
        return self.days / 365.25

    def shown(self) -> str:
        """Return the dates in words."""
        return f"training from {to_iso(self.first)}, test {to_iso(self.test_from)} to {to_iso(self.test_to - 1)}"


def schedule(since: int, through: int, period: str, begin: int = 0, horizon: int | None = None) -> Schedule | None:
    """Return dates for records of the days ``since`` to ``through``.

    The last quarter of the history, at most a year, is the test window; before it lies the training, and before that the days that
    features look back on. No date lies before ``begin``. Without ``horizon`` it is a week or a month. None if the history is too short for any
    backtest.
    """
    # counts of a period stand on its last day
    known = month_end(since) if period == "month" else since + (WEEK - 1 if period == "week" else 0)
    days = through - known + 1
    ahead, step = _steps(days, period, horizon)
    last = through + 1 - ahead
    if period == "month":
        last = int(month_begin(month_of(last + 1 - MONTH_DAY))) + MONTH_DAY - 1
        known = max(known, last - (MOST_MONTHS - 1) * step)
    look_back = min(YEAR if days > 3 * YEAR else QUARTER if days > 2 * QUARTER else 4 * step, days // 4)
    if period == "month":
        look_back = 0 if days > MOST_MONTHS * step + YEAR else min(3 * step, days // 4)
    # dates whose horizon is not over when the test begins teach nothing
    unripe = -(-ahead // step) - 1
    first = last - (last - max(known + look_back, begin)) // step * step
    dates = (last - first) // step + 1 - unripe
    tests = min(max(dates // 4, 3), YEAR // step)
    if dates < LEAST_DATES + tests:
        first = last - (last - max(known, begin)) // step * step
        dates = (last - first) // step + 1 - unripe
        tests = max(min(tests, dates // 4), 1)
    if dates < LEAST_DATES // 2:
        return None
    test_from = last - (tests - 1) * step
    refit = max(step, min(QUARTER, -(-tests // 2) * step))
    return Schedule(first, step, ahead, test_from, last + 1, -(-refit // step) * step, days, since, through, period, begin)


def least_days(period: str, horizon: int) -> int:
    """Return the fewest days of records from which a horizon has dates."""
    _, step = _steps(0, period, horizon)
    return horizon + step * (LEAST_DATES // 2 - 2 - (-horizon // step))


def _steps(days: int, period: str, horizon: int | None) -> tuple[int, int]:
    """Return the horizon, and the days between as-of dates.

    Raises
    ------
    UsageError
        If a horizon does not hold whole periods.
    """
    usual = MONTH if period == "month" else WEEK
    if horizon is None:
        horizon = 1 if period == "day" and days < 6 * WEEK else usual
    if period == "week" and horizon % WEEK:
        raise UsageError(
            f"The table has counts of weeks, so a horizon holds whole weeks: state a multiple of 7 days, not {horizon} (horizon)."
        )
    if period == "month" and horizon not in MONTHS:
        raise UsageError(
            f"The table has counts of months, which stand on the last day of each. Within {counted(horizon, 'day')} lie more of these days from one date "
            "than from another. State 31 days for one month, 62 for two, 92 for three, 184 for six or 366 for a year (horizon)."
        )
    return horizon, MONTH_STEP if period == "month" else usual if period != "day" else min(horizon, usual)
