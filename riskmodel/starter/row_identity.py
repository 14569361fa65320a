"""Which columns identify a row of a table."""

from __future__ import annotations

from typing import Any, NamedTuple

from riskmodel.starter.column_words import ROW_NUMBERS, plain_name, rank
from riskmodel.starter.incident_ids import combined, differs, is_called_id
from riskmodel.starter.stated_columns import StatedColumns
from riskmodel.starter.table_columns import ReadTable

ROW_NUMBERED = (
    "; it is a row number, and the next export may number its rows differently: state a lasting id with --id if there is one"
)
"""The warning about an id that is the number of a row in one export."""


def named_ids(table: ReadTable, stated: StatedColumns, taken: set[str]) -> list[str]:
    """Return the columns that may be ids, the most likely first."""
    named = [n for n in table.columns if n == stated.id or (n not in taken and is_called_id(table, n))]
    return sorted(named, key=lambda n: (n != stated.id, plain_name(n) in ROW_NUMBERS, -rank(n, "id")))


class RowId(NamedTuple):
    """Columns that identify a row, whether rows repeat them, and why these."""

    columns: tuple[str, ...]
    repeats: bool
    why: str
    incident: bool = False


def incident_id(table: ReadTable, incident: str, mapped: tuple[str, ...], kind: str | None) -> RowId:
    """Return the id of rows that count once per incident."""
    number = len(table.columns[incident].values)
    why = (
        f"{incident!r} names {number:,} incidents in {table.rows:,} rows that agree in date and place: rows of one incident"
        f"{' and kind' if kind else ''} count once"
    )
    return RowId(tuple(dict.fromkeys((incident, *mapped))), repeats=False, why=why, incident=True)


def row_id(table: ReadTable, stated: StatedColumns, mapped: tuple[str, ...], taken: set[str], dated: Any, by_day: bool) -> RowId:
    """Return the column that identifies a row, or all that are read.

    Events that are dated ``by_day`` may agree in all columns in a later export, even if they do not in this one.
    """
    named = named_ids(table, stated, taken)
    for name in named:
        if differs(table, name, dated):
            numbered = name != stated.id and plain_name(name) in ROW_NUMBERS
            return RowId((name,), repeats=False, why="it differs in every row" + (ROW_NUMBERED if numbered else ""))
    for name in named:
        if stated.id == name or len(table.columns[name].values) >= 0.9 * table.rows:
            why = f"{name!r} occurs more than once; rows that agree in all these columns count as different events"
            return RowId(tuple(dict.fromkeys((name, *mapped))), repeats=True, why=why)
    if combined(table, mapped).max() + 1 == table.rows:
        later = "; two events of one day may agree in all of them later, and then count as different ones" if by_day else ""
        return RowId(mapped, repeats=by_day, why=f"together they differ in every row{later}")
    other = next((name for name in table.columns if name not in {*taken, *mapped} and differs(table, name, dated)), None)
    lacking = (
        "no column identifies a row"
        if other is None
        else f"no column is called an id ({other!r} differs in every row: --id states it)"
    )
    why = f"{lacking}; rows that agree in all these columns count as different events"
    return RowId(mapped, repeats=True, why=why)
