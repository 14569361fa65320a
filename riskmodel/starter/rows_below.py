"""Rows below a table: its totals, and notes about it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from riskmodel.base.plurals import counted
from riskmodel.starter.summed_counts import is_total
from riskmodel.starter.table_columns import ReadTable

MOST_BELOW = 20
"""Rows that are looked at from the end."""


def without_rows_below(table: ReadTable) -> ReadTable:
    """Return a table without totals and notes at its end.

    These are the last rows that say total, or that fill hardly any column.
    """
    last = range(table.rows - 1, max(1, table.rows - MOST_BELOW) - 1, -1)
    filled = np.array([column.codes >= 0 for column in table.columns.values()]).sum(axis=0)
    # a note fills one field or two, and a row of events more than half of them
    least = np.median(filled) / 2
    end = next((at for at in last if filled[at] > least and not _says_total(table, at)), None)
    if end is None or end == table.rows - 1:
        return table
    columns = {name: column.of_rows(slice(end + 1)) for name, column in table.columns.items()}
    totals = sum(_says_total(table, at) for at in range(end + 1, table.rows))
    notes = table.rows - end - 1 - totals
    removed = [("rows of totals", f"{counted(totals, 'row')} with the sum of the others")] if totals else []
    removed += [("rows", f"{counted(notes, 'row')} below the table, blank or with notes")] if notes else []
    return replace(table, rows=end + 1, columns=columns, removed=(*table.removed, *removed))


def _says_total(table: ReadTable, row: int) -> bool:
    texts = [column.values[column.codes[row]] for column in table.columns.values() if column.codes[row] >= 0]
    return any(is_total(text) for text in texts)
