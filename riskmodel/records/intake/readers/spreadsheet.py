"""Spreadsheets (``.xlsx``): the first row of a sheet holds the names, formulas count as the values last calculated."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskmodel.base.errors import UsageError, empty_table, missing_columns, unknown_name
from riskmodel.records.intake.readers.arrow_columns import check_once, texts

if TYPE_CHECKING:
    import pyarrow as pa


def read_xlsx(path: Path, wanted: tuple[str, ...], sheet: str | None = None) -> pa.Table:
    """The ``wanted`` columns of a sheet (the first by default) as text; rows without any value are left out.

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
        # openpyxl lets whatever a damaged archive or sheet raises through
        raise UsageError(f"The source table {path.name!r} is not a readable spreadsheet. Export it again.") from None
    return _table(path.name, rows, wanted)


def _table(name: str, rows: list[tuple[Any, ...]], wanted: tuple[str, ...]) -> pa.Table:
    import pyarrow as pa

    if not rows:
        raise empty_table(name)
    header = ["" if value is None else str(value).strip() for value in rows[0]]
    check_once(name, wanted, header)
    lacking = [column for column in wanted if column not in header]
    if lacking:
        raise missing_columns(name, lacking, [column for column in header if column])
    place = {column: header.index(column) for column in wanted}
    # a cell's date has no time zone
    return pa.table(
        {
            column: texts(name, column, [row[at] if at < len(row) else None for row in rows[1:]], "UTC")
            for column, at in place.items()
        }
    )
