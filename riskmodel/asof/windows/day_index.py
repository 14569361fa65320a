"""Compiled steps that find dates and records by their days."""

from __future__ import annotations

import numba

from riskmodel.base.kept_kernels import kept

kernel = kept(numba.njit(nogil=True, error_model="numpy"))
"""Decorator of all kernels: compiled once, kept, without the interpreter lock."""

inlined = numba.njit(nogil=True, error_model="numpy", inline="always")
"""Decorator of the steps of a kernel that are called once per cell: passing named tuples would cost more than the step."""


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
