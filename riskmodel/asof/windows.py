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
def decayed_sums(
    starts, kinds, occurred, known, until, weight, as_of, half_life, first, stop, member_start, members, out
):  # pragma: no cover - compiled
    """Sums of ``weight * 2 ** -((t - occurred) / half_life)`` over the visible records, by a daily recursion.

    The recursion starts at each cell's first visible record, so its bits depend neither on the as-of dates asked for nor
    on records known later. With no record visible the value is exactly 0.
    """
    dates = out.shape[1]
    last = as_of[dates - 1]
    alone = member_start.shape[0] == 0
    daily = 2.0 ** (-1.0 / half_life)
    for cell in range(first, stop):
        low = 0 if alone else member_start[cell]
        high = 1 if alone else member_start[cell + 1]
        begin = last + 1
        for m in range(low, high):
            member = cell if alone else members[m]
            for kind in kinds:
                for r in range(starts[kind, member], starts[kind, member + 1]):
                    begin = min(begin, max(np.int64(occurred[r]), np.int64(known[r])) + 1)
        if begin > last:
            out[cell - first, :] = 0
            continue
        span = last - begin + 1
        inflow = np.zeros(span, dtype=np.float64)
        active = np.zeros(span, dtype=np.int64)
        for m in range(low, high):
            member = cell if alone else members[m]
            for kind in kinds:
                for r in range(starts[kind, member], starts[kind, member + 1]):
                    o = np.int64(occurred[r])
                    on = max(o, np.int64(known[r])) + 1
                    off = np.int64(until[r]) + 1
                    if on >= off or on > last:
                        continue
                    inflow[on - begin] += weight[r] * 2.0 ** (-(on - o) / half_life)
                    active[on - begin] += weight[r]
                    if off <= last:
                        inflow[off - begin] -= weight[r] * 2.0 ** (-(off - o) / half_life)
                        active[off - begin] -= weight[r]
        value = 0.0
        count = np.int64(0)
        t = 0
        while t < dates and as_of[t] < begin:
            out[cell - first, t] = 0
            t += 1
        for day in range(span):
            value = value * daily + inflow[day]
            count += active[day]
            if count == 0 or value < 0.0:
                value = 0.0
            if t < dates and as_of[t] == begin + day:
                out[cell - first, t] = value
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
