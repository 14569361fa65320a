"""Spreadsheets (``.xlsx``).

The first row of a sheet holds the names of the columns. Formulas count as the values last calculated.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Int64

from riskmodel.base.errors import UsageError, empty_table, unknown_name
from riskmodel.base.personal_data import forbidden
from riskmodel.base.personal_data.personal_names import may_be_name
from riskmodel.records.intake.readers.table_request import TableRequest
from riskmodel.records.intake.readers.value_texts import value_texts

if TYPE_CHECKING:
    import pyarrow as pa


def read_xlsx(path: Path, request: TableRequest, sheet: str | None = None) -> tuple[pa.Table, Int64[np.ndarray, " row"]]:
    """Return the wanted columns of a sheet (default: the first) as text.

    Rows without any value are left out. The size that the sheet states for itself does not count: some programs write a wrong one.

    Returns
    -------
    table
        The columns.
    numbers
        The number of each row below the header.

    Raises
    ------
    UsageError
        If it is no spreadsheet, has no such sheet, or lacks a column or has one twice.
    """
    import openpyxl

    try:
        with warnings.catch_warnings():
            # openpyxl warns of styles and rules that it leaves out
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            try:
                if sheet is not None and sheet not in book.sheetnames:
                    shown = [name for name in book.sheetnames if forbidden(name) is None and not may_be_name(name)]
                    raise unknown_name(f"sheet of {path.name!r}", sheet, shown)
                page: Any = book[sheet or book.sheetnames[0]]
                page.reset_dimensions()
                rows = [(number, row) for number, row in enumerate(page.iter_rows(values_only=True)) if _has_value(row)]
            finally:
                book.close()
    except UsageError:
        raise
    except Exception:
        # openpyxl raises errors of many types for a damaged archive or sheet
        raise UsageError(f"The source table {path.name!r} is not a readable spreadsheet. Export it again.") from None
    if not rows:
        raise empty_table(request.name)
    first, header = rows[0]
    numbers = np.array([number - first for number, _ in rows[1:]], dtype=np.int64)
    return _table(request, header, [row for _, row in rows[1:]]), numbers


def _has_value(row: tuple[Any, ...]) -> bool:
    return any(value is not None and value != "" for value in row)


def _table(request: TableRequest, first: tuple[Any, ...], rows: list[tuple[Any, ...]]) -> pa.Table:
    """Return the wanted columns of ``rows`` below the header ``first``."""
    import pyarrow as pa

    header = ["" if value is None else str(value).strip() for value in first]
    request.check_once(header)
    request.check_present([column for column in header if column])
    place = {column: header.index(column) for column in request.columns}
    # a cell's date has no time zone
    return pa.table(
        {
            column: value_texts(request.name, column, [row[at] if at < len(row) else None for row in rows])
            for column, at in place.items()
        }
    )
