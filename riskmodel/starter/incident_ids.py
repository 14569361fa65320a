"""Ids of incidents that have several rows, such as one per victim."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from riskmodel.starter.table_columns import ReadTable

FEWEST = 0.2
"""Incidents per row, below which a column rather names a place or a group."""
MOST = 0.995
"""Incidents per row, above which a column counts as an id of rows, with a few repeats."""
DIFFER = 0.01
"""Share of the incidents that may have rows with different dates or places."""


def names_incidents(table: ReadTable, name: str, same: Iterable[str]) -> bool:
    """Return whether a column names incidents that may have several rows.

    Parameters
    ----------
    same
        Columns in which all rows of an incident agree: those of date and place.
    """
    column = table.columns[name]
    incidents = len(column.values)
    if column.filled < table.rows or not FEWEST * table.rows <= incidents <= MOST * table.rows:
        return False
    return all(combined(table, (name, other)).max() + 1 <= (1 + DIFFER) * incidents for other in same)


def differs(table: ReadTable, name: str, dated: Any) -> bool:
    """Return whether a column differs in all rows with a date."""
    column = table.columns[name]
    return len(column.values) == column.filled and bool((column.codes[dated] >= 0).all())


def first_rows(table: ReadTable, names: Iterable[str]) -> Any:
    """Return which rows are the first with their values in some columns."""
    codes = combined(table, names)
    first = np.zeros(table.rows, dtype=bool)
    first[np.unique(codes, return_index=True)[1]] = True
    return first


def combined(table: ReadTable, names: Iterable[str]) -> Any:
    """Return a number for every combination of values, from 0 on."""
    codes: Any = np.zeros(table.rows, dtype=np.int64)
    for name in names:
        column = table.columns[name]
        _, codes = np.unique(codes * (len(column.values) + 1) + column.codes + 1, return_inverse=True)
    return codes
