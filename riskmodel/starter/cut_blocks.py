"""Tables sorted by place or kind that end within one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from riskmodel.base.days import to_iso
from riskmodel.base.plurals import counted
from riskmodel.starter.mapped_columns import ColumnRoles
from riskmodel.starter.table_columns import ReadTable

LEAST_BLOCKS = 2
"""Values with one block of rows each, from which a table counts as sorted by them."""
SHORT, LEAST_LACKING = 28, 20
"""Days that the last block ends before the others, and rows that it lacks by that."""


def cut_blocks(table: ReadTable, roles: ColumnRoles) -> Iterator[str]:
    """Yield that a sorted table ends within a cell or kind."""
    if len(table.parts) > 1 or not roles.date.known.all():
        return
    days = roles.date.days
    for name in filter(None, (roles.cell, roles.kind)):
        codes = table.columns[name].codes
        ends = np.append(np.flatnonzero(np.diff(codes)), len(codes) - 1)
        if len(ends) < LEAST_BLOCKS or len(ends) != len(np.unique(codes)):
            continue
        begins = np.append(0, ends[:-1] + 1)
        last = days[begins[-1] :]
        # newest rows first is the same, with time running back
        for way in (1, -1):
            if (np.diff(way * last) >= 0).all() and _ends_early(way * days, begins, ends):
                until = to_iso(int(last[-1]))
                yield (
                    f"{table.shown!r} is sorted by {name!r}, and the rows of its last value end on {until}, where those of the others go on. It looks cut off: rows of that value are missing, and all "
                    f"of those behind it ({counted(len(ends), 'value')} are there). Ask for all rows, then run init again."
                )
                return


def _ends_early(days: Any, begins: Any, ends: Any) -> bool:
    """Return whether the last block ends long before the others."""
    lasts = np.maximum.reduceat(days, begins)
    firsts = np.minimum.reduceat(days, begins)
    usual = int(np.median(lasts[:-1]))
    gap, span = usual - int(lasts[-1]), int(lasts[-1] - firsts[-1]) + 1
    rate = (ends[-1] - begins[-1] + 1) / span
    return gap >= SHORT and rate * gap >= LEAST_LACKING and bool((lasts[:-1] >= usual - SHORT).mean() >= 0.8)
