"""Rows that stand twice in any order, as in joined snapshots."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from riskmodel.base.days import to_iso
from riskmodel.base.months import month_begin, month_of
from riskmodel.starter.incident_ids import combined
from riskmodel.starter.mapped_columns import ColumnRoles
from riskmodel.starter.table_columns import ReadTable

TIMES = (2, 3, 4)
"""How often rows of joined snapshots may stand in a table."""
LEAST_GROUPS, LEAST_MULTIPLE = 20, 0.98
"""Different rows of a month, and the share of them that must stand there a multiple of so many times: by chance half of them do."""


def even_copies(table: ReadTable, roles: ColumnRoles) -> Iterator[str]:
    """Yield that every row of some months stands there several times."""
    if not roles.repeats or roles.amount is not None or roles.period != "day":
        return
    rows = np.flatnonzero(roles.date.known)
    codes = combined(table, roles.id)[rows]
    unique, first, number = np.unique(codes, return_index=True, return_counts=True)
    months = month_of(roles.date.days[rows][first])
    at, back = np.unique(months, return_inverse=True)
    groups = np.bincount(back)
    for times in TIMES[::-1]:
        multiple = np.bincount(back, weights=number % times == 0) / groups
        found = (multiple >= LEAST_MULTIPLE) & (groups >= LEAST_GROUPS)
        if found.any():
            copied = int(number[found[back]].sum())
            span = f"{to_iso(int(month_begin(int(at[found][0]))))} to {to_iso(int(month_begin(int(at[found][-1]) + 1)) - 1)}"
            yield (
                f"Every row of {table.shown!r} from {span} stands there {'twice' if times == 2 else f'{times} times'} ({copied:,} rows in {int(found.sum())} months), by {', '.join(map(repr, roles.id))}. If "
                "snapshots of one table were joined, these events count more than once. Keep the newest snapshot only, then run init again."
            )
            return
