"""Bursts: single days with far more events than usual."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

MULTIPLE = 8.0
"""A burst has more than this multiple of the count that all but one in a hundred of the other days stay below."""

LEAST = 50
"""A burst has more events than this."""

UPPER = 0.99
"""Quantile of the other days that stands for their usual largest count."""


class BurstDay(NamedTuple):
    """Position of a day, its count, and the usual one.

    The usual count is the median of all days.
    """

    at: int
    total: float
    usual: float


def burst_days(counts: Any) -> tuple[BurstDay, ...]:
    """Return the days whose count is a burst, the earliest first.

    A day of 5,000 records that were entered at a cut-over is one; a busy holiday is not. At most one day in twenty is a burst,
    since more of them are a level.

    Parameters
    ----------
    counts
        Events of each day, or of each period, in order.

    Examples
    --------
    >>> burst_days([3, 0, 5, 2, 4000, 1, 6, 2, 4, 3, 5, 1, 0, 2, 3, 5, 4, 2, 1, 3])
    (BurstDay(at=4, total=4000.0, usual=3.0),)
    >>> burst_days([3, 0, 5, 2, 40, 1])
    ()
    """
    counts = np.asarray(counts, dtype=np.float64)
    if len(counts) < 2:
        return ()
    most = max(1, len(counts) // 20)
    order = np.argsort(-counts, kind="stable")
    rest = counts[order[most:]]
    limit = max(LEAST, MULTIPLE * max(1.0, float(np.quantile(rest, UPPER))))
    usual = float(np.median(counts))
    return tuple(BurstDay(int(at), float(counts[at]), usual) for at in np.sort(order[:most]) if counts[at] > limit)


def usual_rows(as_of: Any, y: Any) -> Any:
    """Return which rows belong to dates without a burst.

    Parameters
    ----------
    as_of, y
        As-of day and label of each row.

    Examples
    --------
    >>> usual_rows(np.arange(6), np.array([3, 0, 5, 400, 2, 1])).tolist()
    [True, True, True, False, True, True]
    """
    dates, at = np.unique(as_of, return_inverse=True)
    burst = np.zeros(len(dates), dtype=bool)
    burst[[one.at for one in burst_days(np.bincount(at, y))]] = True
    return ~burst[at]
