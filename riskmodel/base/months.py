"""Months as numbers, as days are; January 1970 is 0."""

from __future__ import annotations

from typing import Any

import numpy as np


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


def month_name(number: int) -> str:
    """Return a month as text.

    Examples
    --------
    >>> month_name(649)
    '2024-02'
    """
    return str(np.datetime64(int(number), "M"))
