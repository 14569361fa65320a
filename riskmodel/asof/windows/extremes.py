"""The latest and the earliest day on which a visible record occurred."""

from __future__ import annotations

import numpy as np

from riskmodel.asof.windows.day_index import index, kernel


@kernel
def last_days(records, dates, cap, cells, out):  # pragma: no cover - compiled
    """Raise ``out`` to the latest day on which a visible record occurred.

    ``out`` is int64 ``[cell - first, date]`` and holds the value for cells without a record; records older than ``cap`` days
    may be left out. A running maximum; only corrected records are written over their own interval.
    """
    endless = np.int64(2147483647)
    for cell in range(cells.first, cells.stop):
        row = out[cell - cells.first]
        for kind in records.kinds:
            for r in range(records.starts[kind, cell], records.starts[kind, cell + 1]):
                if records.until[r] == endless:
                    i = index(max(np.int64(records.occurred[r]), np.int64(records.known[r])) + 1, dates)
                    if i < row.shape[0] and records.occurred[r] > row[i]:
                        row[i] = records.occurred[r]
        for t in range(1, row.shape[0]):
            if row[t - 1] > row[t]:
                row[t] = row[t - 1]
        for kind in records.kinds:
            for r in range(records.starts[kind, cell], records.starts[kind, cell + 1]):
                if records.until[r] != endless:
                    o = np.int64(records.occurred[r])
                    i = index(max(o, np.int64(records.known[r])) + 1, dates)
                    j = index(min(o + cap, np.int64(records.until[r])) + 1, dates)
                    for t in range(i, j):
                        if o > row[t]:
                            row[t] = o


@kernel
def first_days(records, dates, cells, out):  # pragma: no cover - compiled
    """Lower ``out`` to the earliest day on which a visible record occurred.

    ``out`` is int64 ``[cell - first, date]`` and holds the value for cells without a record.
    """
    for cell in range(cells.first, cells.stop):
        row = out[cell - cells.first]
        for kind in records.kinds:
            for r in range(records.starts[kind, cell], records.starts[kind, cell + 1]):
                o = np.int64(records.occurred[r])
                i = index(max(o, np.int64(records.known[r])) + 1, dates)
                j = index(np.int64(records.until[r]) + 1, dates)
                for t in range(i, j):
                    if o < row[t]:
                        row[t] = o
