"""Sums over the records of a window."""

from __future__ import annotations

import numpy as np

from riskmodel.asof.windows.day_index import index, inlined, kernel, since
from riskmodel.asof.windows.prefix_sums import running_sums, settle


@inlined
def _add_changes(change, records, dates, days, lag, cell, cells):  # pragma: no cover - compiled
    """Add each record's weight where its window begins; subtract where it ends."""
    starts, occurred, known, until, weight = records.starts, records.occurred, records.known, records.until, records.weight
    alone = cells.member_start.shape[0] == 0
    low = 0 if alone else cells.member_start[cell]
    high = 1 if alone else cells.member_start[cell + 1]
    last = dates.origin + dates.table.shape[0] - 2
    for m in range(low, high):
        member = cell if alone else cells.members[m]
        for kind in records.kinds:
            begin, end = starts[kind, member], starts[kind, member + 1]
            begin = since(occurred, dates.origin - days - lag, begin, end)
            end = since(occurred, last - lag, begin, end)
            for r in range(begin, end):
                shifted = np.int64(occurred[r]) + lag
                i = index(max(shifted, np.int64(known[r])) + 1, dates)
                j = index(min(shifted + days, np.int64(until[r])) + 1, dates)
                if j > i:
                    change[i] += weight[r]
                    change[j] -= weight[r]


@kernel
def window_sums(records, dates, span, cells, out):  # pragma: no cover - compiled
    """Write windowed sums of weights into ``out[cell - first, date]``."""
    change = np.zeros(out.shape[1] + 1, dtype=np.int64)
    for cell in range(cells.first, cells.stop):
        _add_changes(change, records, dates, span.days, span.lag, cell, cells)
        total = np.int64(0)
        for t in range(out.shape[1]):
            total += change[t]
            out[cell - cells.first, t] = total
        change[:] = 0


@kernel
def windows_at_once(records, dates, spans, cells, place):  # pragma: no cover - compiled
    """:func:`window_sums` of several windows, as float32 at their places in a table.

    Sums are computed in integers of the type of ``records.weight``, which must hold the sum of all weights.
    """
    change = np.zeros(place.X.shape[2] + 1, dtype=records.weight.dtype)
    for cell in range(cells.first, cells.stop):
        # a window at a time, so that its changes stay in the fastest cache
        for w in range(spans.days.shape[0]):
            _add_changes(change, records, dates, spans.days[w], spans.lag[w], cell, cells)
            running_sums(change, spans.gap[w], place.X[place.rows[w], cell - place.offset], place.past_cache)
    settle()


@kernel
def weighted_sums(records, dates, factors, cells, out):  # pragma: no cover - compiled
    """Write sums of ``weight * factor[kind, date, age]`` into ``out``, in order.

    The age of a record is the number of whole days since it occurred; from the last column on the factor is 1.
    """
    out[:] = 0.0
    longest = factors.factor.shape[2]
    alone = cells.member_start.shape[0] == 0
    last = dates.origin + dates.table.shape[0] - 2
    for cell in range(cells.first, cells.stop):
        low = 0 if alone else cells.member_start[cell]
        high = 1 if alone else cells.member_start[cell + 1]
        for m in range(low, high):
            member = cell if alone else cells.members[m]
            for k in range(records.kinds.shape[0]):
                begin, end = records.starts[records.kinds[k], member], records.starts[records.kinds[k], member + 1]
                begin = since(records.occurred, dates.origin - factors.days, begin, end)
                end = since(records.occurred, last, begin, end)
                for r in range(begin, end):
                    o = np.int64(records.occurred[r])
                    i = index(max(o, np.int64(records.known[r])) + 1, dates)
                    j = index(min(o + factors.days, np.int64(records.until[r])) + 1, dates)
                    for t in range(i, j):
                        age = dates.as_of[t] - 1 - o
                        factor = factors.factor[k, t, age] if age < longest else 1.0
                        out[cell - cells.first, t] += records.weight[r] * factor
