"""Days: every time in the package is an int32 day number in the project's time zone (1970-01-01 is 0).

As-of ``t`` is 00:00 of day ``t``: features see ``occurred < t`` and ``known < t``; targets count ``occurred`` in
``[t, t + horizon)``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

import numpy as np
from jaxtyping import Int32

from riskmodel.base.errors import UsageError, bad_argument

NEVER = np.int32(np.iinfo(np.int32).max)
"""The day that does not come: an open end."""

ALWAYS = np.int32(np.iinfo(np.int32).min)
"""The day before all days: known since ever."""

Days = Int32[np.ndarray, " day"]

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T]\d.*)?")


def to_day(when: str | date | int | np.integer | np.datetime64) -> int:
    """A day number from an ISO date, a :class:`datetime.date`, a ``datetime64`` or a day number.

    Raises
    ------
    UsageError
        If it cannot be read as a date.
    """
    fault = bad_argument("date", "riskmodel", "a date as YYYY-MM-DD", when)
    if isinstance(when, (int, np.integer)) and not isinstance(when, bool):
        if not ALWAYS <= when <= NEVER:
            raise fault
        return int(when)
    if isinstance(when, str):  # numpy would also read '', 'today' and '2024'
        if not _ISO.fullmatch(when):
            raise fault
        when = when[:10]
    elif not isinstance(when, (date, np.datetime64)):
        raise fault
    try:
        day = np.datetime64(when, "D")  # pyright: ignore[reportArgumentType, reportCallIssue]
    except (ValueError, TypeError):
        raise fault from None
    if np.isnat(day):
        raise fault
    return int(day.astype(np.int64))


def to_iso(day: int) -> str:
    """The ISO date of a day number."""
    return str(np.datetime64(int(day), "D"))


def to_date(day: int) -> date:
    """The :class:`datetime.date` of a day number."""
    return date.fromisoformat(to_iso(day))


def day_range(first: str | date | int, stop: str | date | int, step: int = 1) -> Days:
    """Days from ``first`` (included) to ``stop`` (excluded) every ``step`` days, shape ``[day]``, int32."""
    if step < 1:
        raise bad_argument("step", "day_range", "a whole number of days, at least 1", step)
    return np.arange(to_day(first), to_day(stop), step, dtype=np.int32)


def as_days(dates: object) -> Days:
    """Strictly increasing as-of days, shape ``[day]``, from one date or a sequence of dates."""
    if isinstance(dates, (str, date, int, np.integer, np.datetime64)):
        return np.array([to_day(dates)], dtype=np.int32)
    if isinstance(dates, np.ndarray) and dates.dtype.kind in "iu":
        days = dates.astype(np.int32)
    elif isinstance(dates, Sequence) or hasattr(dates, "__iter__"):
        days = np.array([to_day(d) for d in dates], dtype=np.int32)  # type: ignore[union-attr]
    else:
        raise bad_argument("as_of", "design", "a date or a sequence of dates", dates)
    if len(days) == 0:
        raise UsageError("No as-of date was given. Expected at least one date.")
    if np.any(np.diff(days) <= 0):
        raise UsageError("The as-of dates are not strictly increasing. Sort them and drop repeats.")
    return days
