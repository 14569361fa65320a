"""Values that stand in the first row of a block only.

A spreadsheet made by hand, or a pivot table, names the date or the place once and leaves the rows below it blank.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from riskmodel.base.plurals import counted
from riskmodel.starter.column_words import rank
from riskmodel.starter.new_rows import NewRows
from riskmodel.starter.table_columns import ReadTable

LEAST_BLOCKS = 2
"""Blocks from which their sizes tell that they are such."""
MOST_FILLED = 0.5
"""Share of the rows with a value above which blank ones are rather unknown."""
EQUAL = 0.9
"""Share of the blocks that have the same number of rows; unknown values leave gaps of all sizes."""
LEAST_DATES, MOST_DATES = 20, 0.8
"""Dates that stand once each, and their share of the rows, from and up to which they may begin blocks of several sizes."""
_ROLES = ("date", "cell", "kind")


def filled_blocks(table: ReadTable) -> NewRows | None:
    """Return the table with the values of each block in all rows."""
    found = [
        name
        for name, column in table.columns.items()
        if max(rank(name, role) for role in _ROLES) >= 2 and (_begins_blocks(column.codes) or _dates_blocks(table, name))
    ]
    if not found:
        return None
    columns = {name: column.texts() for name, column in table.columns.items()}
    for name in found:
        codes = table.columns[name].codes
        columns[name] = columns[name][np.maximum.accumulate(np.where(codes >= 0, np.arange(len(codes)), 0))]
    blocks = counted(table.columns[found[0]].filled, "block")
    why = f"{', '.join(found)} stands in the first row of each of {blocks}: the blank rows below have the same value"
    return NewRows({name: values.tolist() for name, values in columns.items()}, why)


def _dates_blocks(table: ReadTable, name: str) -> bool:
    """Return whether each date stands once, above places or kinds.

    Blocks of a pivot table with numbers of events have a row for each place with some, so their sizes differ.
    """
    codes = table.columns[name].codes
    begins = np.flatnonzero(codes >= 0)
    if rank(name, "date") < 2 or len(begins) < LEAST_DATES or begins[0] != 0 or len(begins) > MOST_DATES * len(codes):
        return False
    others = [
        c.codes
        for n, c in table.columns.items()
        if n != name and max(rank(n, "cell"), rank(n, "kind")) >= 2 and c.filled == len(codes)
    ]
    counts = any(rank(n, "amount") >= 2 and c.is_numeric for n, c in table.columns.items())
    if not counts or not others or len(np.unique(codes[begins])) < len(begins):
        return False
    rows = np.column_stack([np.maximum.accumulate(np.where(codes >= 0, np.arange(len(codes)), 0)), *others])
    return len(np.unique(rows, axis=0)) == len(codes)


def _begins_blocks(codes: Any) -> bool:
    """Return whether values stand at the beginning of blocks of one size."""
    begins = np.flatnonzero(codes >= 0)
    if len(begins) < LEAST_BLOCKS or begins[0] != 0 or len(begins) > MOST_FILLED * len(codes):
        return False
    sizes = np.diff(np.append(begins, len(codes)))
    return not (np.diff(codes[begins]) == 0).any() and float((sizes == np.median(sizes)).mean()) >= EQUAL
