"""From days to as-of dates: the dates at which a record counts."""

from __future__ import annotations

import numba
import numpy as np
from jaxtyping import Int32

from riskmodel.base.days import Days
from riskmodel.base.kept_kernels import kept

kernel = kept(numba.njit(nogil=True, error_model="numpy"))
"""Decorator of all kernels: compiled once, kept, without the interpreter lock."""

inlined = numba.njit(nogil=True, error_model="numpy", inline="always")
"""Decorator of the steps of a kernel that are called once per cell: passing named tuples would cost more than the step."""

ENDLESS = 2**30
"""Window length that covers the whole history, in days."""


def day_table(as_of: Days) -> tuple[int, Int32[np.ndarray, " day"]]:
    """Return the origin and the table that map days to as-of dates.

    Entry ``d - origin`` is the index of the first as-of date at or after day ``d``. The origin is the first date; one more
    entry follows that of the last date and serves all later days.
    """
    origin = int(as_of[0])
    days = np.arange(origin, int(as_of[-1]) + 2, dtype=np.int64)
    return origin, np.searchsorted(as_of, days, side="left").astype(np.int32)


@kernel
def index(day, dates):  # pragma: no cover - compiled
    """Return the index of the first as-of date from ``day`` on.

    It is the number of dates if there is none.
    """
    return dates.table[min(max(day - dates.origin, 0), dates.table.shape[0] - 1)]


@kernel
def since(occurred, day, low, high):  # pragma: no cover - compiled
    """Return the first record in ``low:high`` from ``day`` on.

    They must be ordered by ``occurred``.
    """
    while low < high:
        middle = (low + high) // 2
        if occurred[middle] < day:
            low = middle + 1
        else:
            high = middle
    return low
