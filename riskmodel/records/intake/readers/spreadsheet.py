"""Spreadsheets (``.xlsx``).

The first row of a sheet holds the names of the columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Int64

from riskmodel.base.errors import UsageError, empty_table
from riskmodel.base.plurals import counted
from riskmodel.records.intake.readers.table_request import TableRequest, first_places
from riskmodel.records.intake.readers.value_texts import value_texts
from riskmodel.records.intake.readers.workbook_sheets import SheetRows, sheet_names, sheet_rows, shown_sheets

if TYPE_CHECKING:
    import pyarrow as pa


def read_xlsx(path: Path, request: TableRequest, sheet: str | None = None) -> tuple[pa.Table, Int64[np.ndarray, " row"]]:
    """Return the wanted columns of a sheet as text.

    Rows without any value are left out. Without ``sheet`` it is the first, if no other has the wanted columns, too.

    Returns
    -------
    table
        The columns.
    numbers
        The number of each row below the header.

    Raises
    ------
    UsageError
        If it is no spreadsheet, has no such sheet, lacks a column or has one twice, numbers two rows alike, or a wanted
        column holds formulas without results; or if several sheets have the columns and none is stated.
    """
    found = sheet_rows(path, _only_sheet(path, request) if sheet is None else sheet)
    if not found.rows:
        raise empty_table(request.name)
    first, header = found.rows[0]
    numbers = np.array([number - first for number, _ in found.rows[1:]], dtype=np.int64)
    return _table(request, found, _names(header)), numbers


def _only_sheet(path: Path, request: TableRequest) -> str:
    """Return the sheet of a source that states none.

    Raises
    ------
    UsageError
        If not only the first sheet has the wanted columns, or only another.
    """
    names = sheet_names(path)
    if len(names) == 1:
        return names[0]
    having = [name for name in names if _has_columns(sheet_rows(path, name, most=2), request)]
    shown = ", ".join(map(repr, shown_sheets(having)))
    if len(having) > 1:
        raise UsageError(
            f"The table {path.name!r} has {len(having)} sheets with these columns ({shown}), and nothing says which is meant. State one as sheet of the "
            "source (a source for each), or put all rows on one sheet."
        )
    if having and having[0] != names[0]:
        raise UsageError(
            f"The first sheet of {path.name!r} lacks the columns {', '.join(map(repr, request.columns))}, but the sheet {shown} has them. State it as sheet "
            "of the source, or move it to the front."
        )
    return names[0]


def _has_columns(found: SheetRows, request: TableRequest) -> bool:
    """Return whether a sheet has all wanted columns, and a row."""
    return len(found.rows) > 1 and set(request.columns) <= set(_names(found.rows[0][1]))


def _names(row: tuple[Any, ...]) -> list[str]:
    return ["" if value is None else str(value).strip() for value in row]


def _table(request: TableRequest, found: SheetRows, header: list[str]) -> pa.Table:
    """Return the wanted columns of the rows below a header.

    Raises
    ------
    UsageError
        If one is missing, occurs twice, holds formulas without results, or numbers of events in merged cells.
    """
    import pyarrow as pa

    request.check_once(header)
    request.check_present([column for column in header if column])
    places = first_places(header)
    place = {column: places[column] for column in request.columns}
    refuse_uncalculated(request.name, found, place)
    refuse_merged(request.name, [column for column in request.amounts if place[column] in found.merged])
    rows = [row for _, row in found.rows[1:]]
    # a cell's date has no time zone
    return pa.table(
        {
            column: value_texts(request.name, column, [row[at] if at < len(row) else None for row in rows])
            for column, at in place.items()
        }
    )


def refuse_merged(table: str, columns: Sequence[str]) -> None:
    """Refuse numbers of events in cells merged over several rows.

    Each of the rows would count all of the events.

    Parameters
    ----------
    columns
        Names of the columns that have such cells.

    Raises
    ------
    UsageError
        Naming the first.
    """
    if columns:
        raise UsageError(
            f"The column {columns[0]!r} of {table!r} holds numbers of events in cells that are merged over several rows, so nothing says to which row they "
            "belong. Undo the merging, write each number into one row, and run the same command again."
        )


def refuse_uncalculated(table: str, found: SheetRows, place: dict[str, int]) -> None:
    """Refuse columns with formulas whose results are not stored.

    Raises
    ------
    UsageError
        Naming the column and the first cell.
    """
    from openpyxl.utils.cell import get_column_letter

    for column, at in place.items():
        rows = found.uncalculated.get(at, [])
        if rows:
            raise UsageError(
                f"The column {column!r} of the table {table!r} holds {counted(len(rows), 'formula')} without a result, the first in the cell "
                f"{get_column_letter(at + 1)}{rows[0] + 1}: the program that wrote the file did not calculate them. Open it in a spreadsheet program, "
                "save it, and run the same command again."
            )
