"""Kernels: what the records visible at each as-of date add up to.

A record that occurred at ``o``, became known at ``k`` and was believed until ``s`` counts in a window of ``w`` days that
ends ``lag`` days before the as-of date at exactly the dates ``t`` with ``max(o + lag, k) < t <= min(o + lag + w, s)``: one
interval of ``t``. A windowed sum at all dates is therefore a difference array and one running sum, in integers, at the
cost of records plus output. Nothing else in the package is compiled.

Every kernel works on the cells ``first:stop`` and releases the interpreter lock, so blocks of cells can run in threads.
"""

from __future__ import annotations

import numba
import numpy as np
from jaxtyping import Int64

from riskmodel.base.periods import Days

_kernel = numba.njit(nogil=True, cache=True, error_model="numpy")

LANES = 8
"""Cells whose daily recursions go side by side."""

ENDLESS = 2**30
"""A window that reaches back over everything."""


def day_table(as_of: Days) -> tuple[int, Int64[np.ndarray, " day"]]:
    """``origin`` and a table whose entry ``d - origin`` is the index of the first as-of date at or after day ``d``."""
    origin = int(as_of[0])
    days = np.arange(origin, int(as_of[-1]) + 2, dtype=np.int64)
    return origin, np.searchsorted(as_of, days, side="left").astype(np.int64)


@_kernel
def _index(day, origin, table):  # pragma: no cover - compiled
    at = day - origin
    if at <= 0:
        return 0
    if at >= table.shape[0]:
        return table[-1]
    return table[at]


@_kernel
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
    for cell in range(first, stop):
        change[:] = 0
        low = 0 if alone else member_start[cell]
        high = 1 if alone else member_start[cell + 1]
        for m in range(low, high):
            member = cell if alone else members[m]
            for kind in kinds:
                for r in range(starts[kind, member], starts[kind, member + 1]):
                    shifted = np.int64(occurred[r]) + lag
                    begin = max(shifted, np.int64(known[r])) + 1
                    end = min(shifted + window, np.int64(until[r])) + 1
                    i = _index(begin, origin, table)
                    j = _index(end, origin, table)
                    if j > i:
                        change[i] += weight[r]
                        change[j] -= weight[r]
        total = np.int64(0)
        for t in range(dates):
            total += change[t]
            out[cell - first, t] = total


@_kernel
def windows_at_once(
    starts, kinds, occurred, known, until, weight, origin, table, windows, lags, gaps, first, stop, member_start, members,
    rows, offset, X,
):  # fmt: skip  # pragma: no cover - compiled
    """:func:`window_sums` for several windows and lags in one pass over the records, written where features stand.

    The sums of window ``w`` go to ``X[rows[w], cell - offset]`` (float32), with ``gaps[w, date]`` (0 or NaN) added.
    """
    dates = X.shape[2]
    change = np.zeros((windows.shape[0], dates + 1), dtype=np.int64)
    sums = np.empty(dates, dtype=np.int64)
    alone = member_start.shape[0] == 0
    for cell in range(first, stop):
        low = 0 if alone else member_start[cell]
        high = 1 if alone else member_start[cell + 1]
        for m in range(low, high):
            member = cell if alone else members[m]
            for kind in kinds:
                for r in range(starts[kind, member], starts[kind, member + 1]):
                    for w in range(windows.shape[0]):
                        shifted = np.int64(occurred[r]) + lags[w]
                        i = _index(max(shifted, np.int64(known[r])) + 1, origin, table)
                        j = _index(min(shifted + windows[w], np.int64(until[r])) + 1, origin, table)
                        if j > i:
                            change[w, i] += weight[r]
                            change[w, j] -= weight[r]
        for w in range(windows.shape[0]):
            # two loops, of which the second is vectorised
            line, gap, row = change[w], gaps[w], X[rows[w], cell - offset]
            total = np.int64(0)
            for t in range(dates):
                total += line[t]
                sums[t] = total
            for t in range(dates):
                row[t] = np.float32(sums[t]) + gap[t]
            line[:] = 0


@_kernel
def halvings(half_life, days):  # pragma: no cover - compiled
    """``2 ** -(day / half_life)`` for day 0 to ``days - 1``."""
    powers = np.empty(days, dtype=np.float64)
    for day in range(days):
        powers[day] = 2.0 ** (-day / half_life)
    return powers


@_kernel
def decayed_sums(
    starts, kinds, occurred, known, until, weight, as_of, half_life, powers, first, stop, member_start, members, gap, out
):  # pragma: no cover - compiled
    """Sums of ``weight * 2 ** -((t - occurred) / half_life)`` over the visible records, by a daily recursion.

    The recursion starts at each cell's first visible record, so its bits depend neither on the as-of dates asked for nor
    on records known later. With no record visible the value is exactly 0. ``powers`` are the :func:`halvings` up to the
    longest time from a record to the last date; ``gap`` (0 or NaN a date) is added to what is written.
    """
    dates = out.shape[1]
    last = as_of[dates - 1]
    alone = member_start.shape[0] == 0
    daily = 2.0 ** (-1.0 / half_life)
    inflow = np.zeros((powers.shape[0] + 1, LANES), dtype=np.float64)
    active = np.zeros((powers.shape[0] + 1, LANES), dtype=np.int64)
    value = np.zeros(LANES, dtype=np.float64)
    count = np.zeros(LANES, dtype=np.int64)
    # several cells go side by side, so that the processor need not wait for one cell's yesterday
    for base in range(first, stop, LANES):
        lanes = min(LANES, stop - base)
        begin = last + 1
        for lane in range(lanes):
            low = 0 if alone else member_start[base + lane]
            high = 1 if alone else member_start[base + lane + 1]
            for m in range(low, high):
                member = base + lane if alone else members[m]
                for kind in kinds:
                    for r in range(starts[kind, member], starts[kind, member + 1]):
                        begin = min(begin, max(np.int64(occurred[r]), np.int64(known[r])) + 1)
        for lane in range(lanes):
            low = 0 if alone else member_start[base + lane]
            high = 1 if alone else member_start[base + lane + 1]
            for m in range(low, high):
                member = base + lane if alone else members[m]
                for kind in kinds:
                    for r in range(starts[kind, member], starts[kind, member + 1]):
                        o = np.int64(occurred[r])
                        on = max(o, np.int64(known[r])) + 1
                        off = np.int64(until[r]) + 1
                        if on >= off or on > last:
                            continue
                        inflow[on - begin, lane] += weight[r] * powers[on - o]
                        active[on - begin, lane] += weight[r]
                        if off <= last:
                            inflow[off - begin, lane] -= weight[r] * powers[off - o]
                            active[off - begin, lane] -= weight[r]
        value[:] = 0.0
        count[:] = 0
        t = 0
        while t < dates and as_of[t] < begin:
            for lane in range(lanes):
                out[base + lane - first, t] = gap[t]
            t += 1
        for day in range(last - begin + 1):
            for lane in range(LANES):
                count[lane] += active[day, lane]
                now = value[lane] * daily + inflow[day, lane]
                value[lane] = now if count[lane] != 0 and now >= 0.0 else 0.0
                inflow[day, lane] = 0.0
                active[day, lane] = 0
            if t < dates and as_of[t] == begin + day:
                for lane in range(lanes):
                    out[base + lane - first, t] = value[lane] + gap[t]
                t += 1


@_kernel
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
                    i = _index(max(np.int64(occurred[r]), np.int64(known[r])) + 1, origin, table)
                    if i < dates and occurred[r] > row[i]:
                        row[i] = occurred[r]
        for t in range(1, dates):
            if row[t - 1] > row[t]:
                row[t] = row[t - 1]
        for kind in kinds:
            for r in range(starts[kind, cell], starts[kind, cell + 1]):
                if until[r] != endless:
                    o = np.int64(occurred[r])
                    i = _index(max(o, np.int64(known[r])) + 1, origin, table)
                    j = _index(min(o + cap, np.int64(until[r])) + 1, origin, table)
                    for t in range(i, j):
                        if o > row[t]:
                            row[t] = o


@_kernel
def first_days(starts, kinds, occurred, known, until, origin, table, first, stop, never, out):  # pragma: no cover - compiled
    """The earliest day on which a visible record of ``kinds`` occurred; ``never`` where none is visible. Int64 ``[cell, date]``."""
    for cell in range(first, stop):
        row = out[cell - first]
        row[:] = never
        for kind in kinds:
            for r in range(starts[kind, cell], starts[kind, cell + 1]):
                o = np.int64(occurred[r])
                i = _index(max(o, np.int64(known[r])) + 1, origin, table)
                j = _index(np.int64(until[r]) + 1, origin, table)
                for t in range(i, j):
                    if o < row[t]:
                        row[t] = o


@_kernel
def weighted_sums(
    starts, kinds, occurred, known, until, weight, origin, table, as_of, window, factor, first, stop, member_start, members, out
):  # pragma: no cover - compiled
    """Sums of ``weight * factor[kind, date, lag]`` over the visible records of the last ``window`` days.

    The lag is the number of whole days since the record; from the last column on the factor is 1. Records are added in order.
    """
    out[:] = 0.0
    longest = factor.shape[2]
    alone = member_start.shape[0] == 0
    for cell in range(first, stop):
        low = 0 if alone else member_start[cell]
        high = 1 if alone else member_start[cell + 1]
        for m in range(low, high):
            member = cell if alone else members[m]
            for k in range(kinds.shape[0]):
                for r in range(starts[kinds[k], member], starts[kinds[k], member + 1]):
                    o = np.int64(occurred[r])
                    i = _index(max(o, np.int64(known[r])) + 1, origin, table)
                    j = _index(min(o + window, np.int64(until[r])) + 1, origin, table)
                    for t in range(i, j):
                        lag = as_of[t] - 1 - o
                        out[cell - first, t] += weight[r] * (factor[k, t, lag] if lag < longest else 1.0)


@_kernel
def weighted_means(values, member_start, members, weight, first, stop, out):  # pragma: no cover - compiled
    """Mean of ``values[member, date]`` over each cell's members by ``weight``, without NaN; NaN where none is left."""
    for cell in range(first, stop):
        for t in range(out.shape[1]):
            total = 0.0
            whole = 0.0
            for m in range(member_start[cell], member_start[cell + 1]):
                value = values[members[m], t]
                if value == value:
                    total += weight[m] * value
                    whole += weight[m]
            out[cell - first, t] = total / whole if whole > 0.0 else np.nan


@_kernel
def add_to_groups(values, group, totals):  # pragma: no cover - compiled
    """Add ``values[cell, date]`` to ``totals[group[cell, date], date]``; -1 belongs to no group. Cells in order."""
    for c in range(values.shape[0]):
        for t in range(values.shape[1]):
            if group[c, t] >= 0:
                totals[group[c, t], t] += values[c, t]


@_kernel
def of_groups(totals, group, out):  # pragma: no cover - compiled
    """``out[cell, date] = totals[group[cell, date], date]``; 0 where the cell belongs to no group."""
    for c in range(out.shape[0]):
        for t in range(out.shape[1]):
            out[c, t] = totals[group[c, t], t] if group[c, t] >= 0 else 0
