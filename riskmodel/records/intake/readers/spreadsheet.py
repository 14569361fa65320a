"""Spreadsheets (``.xlsx``).

The first row of a sheet holds the names of the columns. Formulas count as the values last calculated.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskmodel.base.errors import UsageError, empty_table, unknown_name
from riskmodel.records.intake.readers.table_request import TableRequest
from riskmodel.records.intake.readers.value_texts import value_texts

if TYPE_CHECKING:
    import pyarrow as pa


def read_xlsx(path: Path, request: TableRequest, sheet: str | None = None) -> pa.Table:
    """Return the wanted columns of a sheet (default: the first) as text.

    Rows without any value are left out.

    Raises
    ------
    UsageError
        If it is no spreadsheet, has no such sheet, or lacks a column or has one twice.
    """
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            if sheet is not None and sheet not in book.sheetnames:
                raise unknown_name(f"sheet of {path.name!r}", sheet, book.sheetnames)
            rows = [
                row for row in book[sheet or book.sheetnames[0]].iter_rows(values_only=True) if any(v is not None for v in row)
            ]
        finally:
            book.close()
    except UsageError:
        raise
    except Exception:
        # openpyxl raises errors of many types for a damaged archive or sheet
        raise UsageError(f"The source table {path.name!r} is not a readable spreadsheet. Export it again.") from None
    return _table(request, rows)


def _table(request: TableRequest, rows: list[tuple[Any, ...]]) -> pa.Table:
    """Return the wanted columns; the first row is the header."""
    import pyarrow as pa

    if not rows:
        raise empty_table(request.name)
    header = ["" if value is None else str(value).strip() for value in rows[0]]
    request.check_once(header)
    request.check_present([column for column in header if column])
    place = {column: header.index(column) for column in request.columns}
    # a cell's date has no time zone
    return pa.table(
        {
            column: value_texts(request.name, column, [row[at] if at < len(row) else None for row in rows[1:]])
            for column, at in place.items()
        }
    )
