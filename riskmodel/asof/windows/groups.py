"""Means over surrounding cells, and totals of groups."""

from __future__ import annotations

import numpy as np

from riskmodel.asof.windows.day_index import kernel


@kernel
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


@kernel
def add_to_groups(values, group, totals):  # pragma: no cover - compiled
    """Add ``values[cell, date]`` to ``totals[group[cell, date], date]``; -1 belongs to no group. Cells in order."""
    for c in range(values.shape[0]):
        for t in range(values.shape[1]):
            if group[c, t] >= 0:
                totals[group[c, t], t] += values[c, t]


@kernel
def of_groups(totals, group, out):  # pragma: no cover - compiled
    """``out[cell, date] = totals[group[cell, date], date]``; 0 where the cell belongs to no group."""
    for c in range(out.shape[0]):
        for t in range(out.shape[1]):
            out[c, t] = totals[group[c, t], t] if group[c, t] >= 0 else 0
