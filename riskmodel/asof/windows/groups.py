"""Weighted means over surrounding cells, and totals of groups."""

from __future__ import annotations

import numpy as np

from riskmodel.asof.windows.day_index import kernel


@kernel
def weighted_means(values, member_start, members, weight, first, stop, out):  # pragma: no cover - compiled
    """Write weighted means of ``values[member, date]`` over each cell's members.

    Members whose value is NaN do not count; NaN where none counts.
    """
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
    """Add ``values[cell, date]`` to group totals, in order of cells.

    Group -1 is none.
    """
    for c in range(values.shape[0]):
        for t in range(values.shape[1]):
            if group[c, t] >= 0:
                totals[group[c, t], t] += values[c, t]


@kernel
def of_groups(totals, group, out):  # pragma: no cover - compiled
    """Write the total of each cell's group; 0 without a group."""
    for c in range(out.shape[0]):
        for t in range(out.shape[1]):
            out[c, t] = totals[group[c, t], t] if group[c, t] >= 0 else 0
