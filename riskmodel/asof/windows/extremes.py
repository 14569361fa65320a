"""The latest and the earliest day on which a visible record occurred."""

from __future__ import annotations

import numpy as np

from riskmodel.asof.windows.dates import index, kernel


@kernel
def last_days(starts, kinds, occurred, known, until, origin, table, cap, first, stop, never, out):  # pragma: no cover - compiled
    """The latest day on which a visible record of ``kinds`` occurred, no further back than ``cap`` days; else ``never``.

    ``out`` is int64 ``[stop - first, date]``. A running maximum; only a corrected record is laid over its own interval.
    """
    dates = out.shape[1]
    endless = np.int64(2147483647)
    for cell in range(first, stop):
        row = out[cell - first]
        row[:] = never
        for kind in kinds:
            for r in range(starts[kind, cell], starts[kind, cell + 1]):
                if until[r] == endless:
                    i = index(max(np.int64(occurred[r]), np.int64(known[r])) + 1, origin, table)
                    if i < dates and occurred[r] > row[i]:
                        row[i] = occurred[r]
        for t in range(1, dates):
            if row[t - 1] > row[t]:
                row[t] = row[t - 1]
        for kind in kinds:
            for r in range(starts[kind, cell], starts[kind, cell + 1]):
                if until[r] != endless:
                    o = np.int64(occurred[r])
                    i = index(max(o, np.int64(known[r])) + 1, origin, table)
                    j = index(min(o + cap, np.int64(until[r])) + 1, origin, table)
                    for t in range(i, j):
                        if o > row[t]:
                            row[t] = o


@kernel
def first_days(starts, kinds, occurred, known, until, origin, table, first, stop, never, out):  # pragma: no cover - compiled
    """The earliest day on which a visible record of ``kinds`` occurred; ``never`` where none is visible. Int64 ``[cell, date]``."""
    for cell in range(first, stop):
        row = out[cell - first]
        row[:] = never
        for kind in kinds:
            for r in range(starts[kind, cell], starts[kind, cell + 1]):
                o = np.int64(occurred[r])
                i = index(max(o, np.int64(known[r])) + 1, origin, table)
                j = index(np.int64(until[r]) + 1, origin, table)
                for t in range(i, j):
                    if o < row[t]:
                        row[t] = o
