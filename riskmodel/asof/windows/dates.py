"""From days to as-of dates: how every kernel finds the dates at which a record counts."""

from __future__ import annotations

import numba
import numpy as np
from jaxtyping import Int32

from riskmodel.base.days import Days

kernel = numba.njit(nogil=True, cache=True, error_model="numpy")
"""How kernels are compiled."""

ENDLESS = 2**30
"""A window that reaches back over everything."""


def day_table(as_of: Days) -> tuple[int, Int32[np.ndarray, " day"]]:
    """``origin`` and a table whose entry ``d - origin`` is the index of the first as-of date at or after day ``d``.

    The origin is the first date; one entry follows that of the last date, for all later days.
    """
    origin = int(as_of[0])
    days = np.arange(origin, int(as_of[-1]) + 2, dtype=np.int64)
    return origin, np.searchsorted(as_of, days, side="left").astype(np.int32)


@kernel
def index(day, origin, table):  # pragma: no cover - compiled
    """The index of the first as-of date at or after ``day``; the number of dates if there is none."""
    return table[min(max(day - origin, 0), table.shape[0] - 1)]


@kernel
def since(occurred, day, low, high):  # pragma: no cover - compiled
    """The first of the records ``low:high``, which stand in order of ``occurred``, that occurred on ``day`` or later."""
    while low < high:
        middle = (low + high) // 2
        if occurred[middle] < day:
            low = middle + 1
        else:
            high = middle
    return low
