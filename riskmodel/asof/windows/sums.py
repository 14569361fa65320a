"""Sums over the records of a window."""

from __future__ import annotations

import numpy as np

from riskmodel.asof.windows.dates import index, kernel, since
from riskmodel.asof.windows.running import running_sums, settle


@kernel
def window_sums(
    starts, kinds, occurred, known, until, weight, origin, table, window, lag, first, stop, member_start, members, out
):  # pragma: no cover - compiled
    """Sums of ``weight`` over the visible records of ``kinds`` in the member cells of each cell.

    ``out`` is ``[stop - first, date]``; cell ``c``'s members are ``members[member_start[c]:member_start[c + 1]]``, or only
    itself if ``members`` is empty.
    """
    dates = out.shape[1]
    change = np.zeros(dates + 1, dtype=np.int64)
    alone = member_start.shape[0] == 0
    last = origin + table.shape[0] - 2
    for cell in range(first, stop):
        low = 0 if alone else member_start[cell]
        high = 1 if alone else member_start[cell + 1]
        for m in range(low, high):
            member = cell if alone else members[m]
            for kind in kinds:
                begin, end = starts[kind, member], starts[kind, member + 1]
                begin = since(occurred, origin - window - lag, begin, end)
                end = since(occurred, last - lag, begin, end)
                for r in range(begin, end):
                    shifted = np.int64(occurred[r]) + lag
                    i = index(max(shifted, np.int64(known[r])) + 1, origin, table)
                    j = index(min(shifted + window, np.int64(until[r])) + 1, origin, table)
                    if j > i:
                        change[i] += weight[r]
                        change[j] -= weight[r]
        total = np.int64(0)
        for t in range(dates):
            total += change[t]
            out[cell - first, t] = total
        change[:] = 0


@kernel
def windows_at_once(
    starts, kinds, occurred, known, until, weight, origin, table, windows, lags, gaps, first, stop, member_start, members,
    rows, offset, past_cache, X,
):  # fmt: skip  # pragma: no cover - compiled
    """:func:`window_sums` for several windows and lags, written where features stand.

    The sums of window ``w`` go to ``X[rows[w], cell - offset]`` (float32), with ``gaps[w, date]`` (0 or NaN) added. They are
    made in integers of the type of ``weight``, which must hold the sum of all weights. With ``past_cache``, for an ``X``
    that no cache holds, they are written to memory directly.
    """
    change = np.zeros(X.shape[2] + 1, dtype=weight.dtype)
    alone = member_start.shape[0] == 0
    last = origin + table.shape[0] - 2
    for cell in range(first, stop):
        low = 0 if alone else member_start[cell]
        high = 1 if alone else member_start[cell + 1]
        # a window at a time, so that its changes stay in the fastest cache
        for w in range(windows.shape[0]):
            window, lag = windows[w], lags[w]
            for m in range(low, high):
                member = cell if alone else members[m]
                for kind in kinds:
                    begin, end = starts[kind, member], starts[kind, member + 1]
                    begin = since(occurred, origin - window - lag, begin, end)
                    end = since(occurred, last - lag, begin, end)
                    for r in range(begin, end):
                        shifted = np.int64(occurred[r]) + lag
                        i = index(max(shifted, np.int64(known[r])) + 1, origin, table)
                        j = index(min(shifted + window, np.int64(until[r])) + 1, origin, table)
                        if j > i:
                            change[i] += weight[r]
                            change[j] -= weight[r]
            running_sums(change, gaps[w], X[rows[w], cell - offset], past_cache)
    settle()


@kernel
def weighted_sums(
    starts, kinds, occurred, known, until, weight, origin, table, as_of, window, factor, first, stop, member_start, members, out
):  # pragma: no cover - compiled
    """Sums of ``weight * factor[kind, date, lag]`` over the visible records of the last ``window`` days.

    The lag is the number of whole days since the record; from the last column on the factor is 1. Records are added in order.
    """
    out[:] = 0.0
    longest = factor.shape[2]
    alone = member_start.shape[0] == 0
    last = origin + table.shape[0] - 2
    for cell in range(first, stop):
        low = 0 if alone else member_start[cell]
        high = 1 if alone else member_start[cell + 1]
        for m in range(low, high):
            member = cell if alone else members[m]
            for k in range(kinds.shape[0]):
                begin, end = starts[kinds[k], member], starts[kinds[k], member + 1]
                begin = since(occurred, origin - window, begin, end)
                end = since(occurred, last, begin, end)
                for r in range(begin, end):
                    o = np.int64(occurred[r])
                    i = index(max(o, np.int64(known[r])) + 1, origin, table)
                    j = index(min(o + window, np.int64(until[r])) + 1, origin, table)
                    for t in range(i, j):
                        lag = as_of[t] - 1 - o
                        out[cell - first, t] += weight[r] * (factor[k, t, lag] if lag < longest else 1.0)
