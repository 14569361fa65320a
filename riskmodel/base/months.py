"""Months as numbers, as days are; January 1970 is 0."""

from __future__ import annotations

from typing import Any

import numpy as np

LEAP_MONTHS = 48
"""Months after which the lengths of months repeat."""


def month_of(days: Any) -> Any:
    """Return the number of each day's month.

    Examples
    --------
    >>> month_of(np.array([-1, 0, 31])).tolist(), int(month_of(58))
    ([-1, 0, 1], 1)
    """
    numbers = np.asarray(days)
    low, high = (int(numbers.min()), int(numbers.max())) if numbers.size else (0, 0)
    # the calendar is asked once per day where records share days
    if high - low + 1 < numbers.size:
        return _months(np.arange(low, high + 1))[numbers - low]
    return _months(numbers)


def _months(days: Any) -> Any:
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def month_begin(months: Any) -> Any:
    """Return the first day of each month.

    Examples
    --------
    >>> month_begin(np.arange(3)).tolist(), int(month_begin(-1))
    ([0, 31, 59], -31)
    """
    return np.asarray(months).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def month_end(day: int) -> int:
    """Return the last day of a day's month.

    Examples
    --------
    >>> month_end(0), month_end(31)
    (30, 58)
    """
    return int(month_begin(month_of(day) + 1)) - 1


def whole_months(days: int) -> int:
    """Return how many ends of months any so many days hold.

    Examples
    --------
    >>> [whole_months(days) for days in (28, 30, 31, 61, 62, 92, 366)]
    [0, 0, 1, 1, 2, 3, 12]
    """
    most = days // 28 + 1
    begins = month_begin(np.arange(LEAP_MONTHS + most + 1))
    spans = [int((begins[months : months + LEAP_MONTHS] - begins[:LEAP_MONTHS]).max()) for months in range(1, most + 1)]
    return int(np.searchsorted(spans, days, side="right"))


def month_name(number: int) -> str:
    """Return a month as text.

    Examples
    --------
    >>> month_name(649)
    '2024-02'
    """
    return str(np.datetime64(int(number), "M"))
