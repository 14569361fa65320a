"""Day numbers: int32 in the project's time zone, 1970-01-01 is 0.

As-of ``t`` is 00:00 of day ``t``: features see ``occurred < t`` and ``known < t``; targets count ``occurred`` in
``[t, t + horizon)``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
from jaxtyping import Int32

from riskmodel.base.argument_types import checked
from riskmodel.base.day_texts import read_clock
from riskmodel.base.errors import UsageError, bad_argument
from riskmodel.base.number_arguments import whole_number

NEVER = np.int32(np.iinfo(np.int32).max)
"""Day number of an open end."""

ALWAYS = np.int32(np.iinfo(np.int32).min)
"""Day number of an open beginning."""

Days = Int32[np.ndarray, " day"]

DateLike = str | date | np.datetime64 | int | np.integer
"""A date that a caller gives: an ISO text, a date or Timestamp without a zone, a ``datetime64`` or a day number."""

_ISO = re.compile(r"(?!0000)\d{4}-\d{2}-\d{2}")

_FIRST, _LAST = int(ALWAYS), int(NEVER)
_EPOCH = date(1970, 1, 1).toordinal()

_WITHOUT_OFFSET = "a date in the project's time zone, without an offset to UTC, such as 2024-01-02"


@checked()
def to_day(when: DateLike) -> int:
    """Return the day number of a date.

    Parameters
    ----------
    when
        An ISO date of the years 1 to 9999, also with a time of day, a :class:`datetime.date`, a ``datetime64`` or a day number. An
        instant with an offset or a time zone is refused, for its day depends on the zone.

    Returns
    -------
    int
        Days since 1970-01-01.

    Raises
    ------
    UsageError
        If it is not a date.

    Examples
    --------
    >>> to_day("1970-01-02"), to_day(date(2024, 1, 2)), to_day(19724)
    (1, 19724, 19724)
    """
    return day_argument(when, "when", "to_day")


def day_of(when: date) -> int:
    """Return the day number of a date, without a check.

    Examples
    --------
    >>> day_of(date(1970, 1, 2))
    1
    """
    return when.toordinal() - _EPOCH


def day_argument(when: Any, parameter: str, owner: str) -> int:
    """Return the day number of an argument of a public function.

    Raises
    ------
    UsageError
        If it is not a date (see :func:`to_day`); it names the parameter and its owner.
    """
    if type(when) is date:
        return day_of(when)
    if isinstance(when, (int, np.integer)) and not isinstance(when, bool) and _FIRST <= when <= _LAST:
        return int(when)
    fault = bad_argument(parameter, owner, "a date such as 2024-01-02", when)
    if isinstance(when, str):  # numpy would also read '', 'today' and '2024'
        clock = read_clock(when[10:]) if len(when) > 10 else None
        if not _ISO.fullmatch(when[:10]) or (len(when) > 10 and clock is None):
            raise fault
        if clock is not None and clock.zone is not None:
            raise bad_argument(parameter, owner, _WITHOUT_OFFSET, when)
        when = when[:10]
    elif isinstance(when, datetime) and when.tzinfo is not None:
        raise bad_argument(parameter, owner, _WITHOUT_OFFSET, str(when))
    elif not isinstance(when, (date, np.datetime64)):
        raise fault
    form: Any = when
    try:
        day = np.datetime64(form, "D")
    except (ValueError, TypeError):
        raise fault from None
    if np.isnat(day):
        raise fault
    return int(day.astype(np.int64))


@checked()
def to_iso(day: int) -> str:
    """Return the ISO date of a day number.

    Parameters
    ----------
    day
        Days since 1970-01-01.

    Returns
    -------
    str
        The date as ``YYYY-MM-DD``.

    Raises
    ------
    UsageError
        If it is no day number.

    Examples
    --------
    >>> to_iso(19724)
    '2024-01-02'
    """
    if isinstance(day, (str, float, bool, type(None))) or not hasattr(day, "__index__"):
        raise bad_argument("day", "to_iso", "a day number, such as to_day('2024-01-02') gives", day)
    return str(np.datetime64(int(day), "D"))


def to_date(day: int) -> date:
    """Return the :class:`datetime.date` of a day number.

    Examples
    --------
    >>> to_date(19724)
    datetime.date(2024, 1, 2)
    """
    return date.fromisoformat(to_iso(day))


def frame_dates(days: Any) -> Any:
    """Return day numbers as dates of a data frame, NaT for :data:`NEVER`.

    Examples
    --------
    >>> frame_dates([0, int(NEVER)])
    array(['1970-01-01T00:00:00',                 'NaT'], dtype='datetime64[s]')
    """
    numbers = np.asarray(days, dtype=np.int64)
    dates = numbers.astype("datetime64[D]").astype("datetime64[s]")
    dates[numbers == NEVER] = np.datetime64("NaT")
    return dates


@checked()
def day_range(first: DateLike, stop: DateLike, step: int = 1) -> Days:
    """Return every ``step``-th day from ``first`` to before ``stop``.

    The result is int32 of shape ``[day]``.

    Parameters
    ----------
    first, stop
        Ends of the range, as for :func:`to_day`; ``stop`` is not in it.
    step
        Days between two dates.

    Returns
    -------
    Days
        Day numbers, int32 ``[day]``.

    Raises
    ------
    UsageError
        If an end is not a date, or ``step`` is below 1.

    Examples
    --------
    >>> [to_iso(day) for day in day_range("2024-01-01", "2024-01-15", 7)]
    ['2024-01-01', '2024-01-08']
    """
    every = whole_number(step, "step", "day_range", unit="days")
    return np.arange(day_argument(first, "first", "day_range"), day_argument(stop, "stop", "day_range"), every, dtype=np.int32)


def as_days(dates: Any) -> Days:
    """Return the as-of days of one date or of increasing dates.

    The result is int32 of shape ``[day]``.

    Raises
    ------
    UsageError
        If there is no date, one is not a date, or they do not strictly increase.

    Examples
    --------
    >>> as_days(["2024-01-01", "2024-01-08"])
    array([19723, 19730], dtype=int32)
    """
    if isinstance(dates, (str, date, int, np.integer, np.datetime64)):
        return np.array([day_argument(dates, "as_of", "design")], dtype=np.int32)
    if isinstance(dates, np.ndarray) and dates.dtype.kind in "iu":
        days = dates.astype(np.int32)
    elif isinstance(dates, Sequence) or hasattr(dates, "__iter__"):
        days = np.array([day_argument(d, "as_of", "design") for d in dates], dtype=np.int32)
    else:
        raise bad_argument("as_of", "design", "a date or a sequence of dates", dates)
    if len(days) == 0:
        raise UsageError("No as-of date was given. Expected at least one date.")
    if np.any(np.diff(days) <= 0):
        raise UsageError("The as-of dates are not strictly increasing. Sort them and drop repeats.")
    return days
