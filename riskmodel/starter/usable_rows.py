"""Shares of usable rows that change for good."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from riskmodel.base.months import month_begin, month_of

LEAST_CHANGE = 0.2
"""Least change of the share of rows that can be used."""

LEAST_MONTHS, LEAST_ROWS = 3, 100
"""Months and rows before and after it."""


class UsableChange(NamedTuple):
    """First day since which another share of the rows can be used."""

    day: int
    before: float
    after: float


def usable_change(days: Any, usable: Any) -> UsableChange | None:
    """Return since when another share can be used, or None.

    It is the month at which the shares before and after differ most for their numbers of rows.

    Parameters
    ----------
    days
        Day of each row ``[row]``.
    usable
        Whether it can be used ``[row]``.

    Examples
    --------
    >>> days = np.repeat(np.arange(365), 5)
    >>> usable_change(days, (days >= 181) | (np.arange(1825) % 2 == 0))
    UsableChange(day=181, before=0.5005524861878453, after=1.0)
    >>> usable_change(days, np.arange(1825) % 2 == 0) is None
    True
    """
    if len(days) < 2 * LEAST_ROWS:
        return None
    months = month_of(np.asarray(days, dtype=np.int64))
    first = int(months.min())
    rows = np.cumsum(np.bincount(months - first))
    good = np.cumsum(np.bincount(months - first, weights=np.asarray(usable, dtype=np.float64)))
    before, after = rows[:-1], rows[-1] - rows[:-1]
    share, rest = good[:-1] / np.maximum(before, 1), (good[-1] - good[:-1]) / np.maximum(after, 1)
    at = np.arange(1, len(rows))
    allowed = (np.minimum(before, after) >= LEAST_ROWS) & (np.minimum(at, len(rows) - at) >= LEAST_MONTHS)
    if not len(at):
        return None
    best = int(np.argmax((share - rest) ** 2 * before * after))
    if not allowed[best] or abs(share[best] - rest[best]) < LEAST_CHANGE:
        return None
    return UsableChange(int(month_begin(first + best + 1)), float(share[best]), float(rest[best]))
