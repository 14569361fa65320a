"""Spreadsheets (``.xlsx``).

The first row of a sheet holds the names of the columns. Formulas count as the values last calculated.
"""

from __future__ import annotations

import warnings
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import numpy as np
from jaxtyping import Int64

from riskmodel.base.errors import UsageError, empty_table, repeated_row, unknown_name
from riskmodel.base.personal_data import forbidden
from riskmodel.base.personal_data.personal_names import may_be_name
from riskmodel.records.intake.readers.table_request import TableRequest
from riskmodel.records.intake.readers.value_texts import value_texts

if TYPE_CHECKING:
    import pyarrow as pa

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
"""Attribute of a sheet that names its part of the archive."""


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
        If it is no spreadsheet, has no such sheet, lacks a column or has one twice, or numbers two rows alike.
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
        _refuse_repeated(path, sheet or book.sheetnames[0])
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


def _refuse_repeated(path: Path, sheet: str) -> None:
    """Refuse a sheet with a row number that does not rise.

    openpyxl leaves such rows out unseen.

    Raises
    ------
    UsageError
        Naming the row.
    """
    with zipfile.ZipFile(path) as archive, archive.open(_part_of(archive, sheet)) as content:
        last = 0
        for _, element in ElementTree.iterparse(content, ["start"]):
            if element.tag.rpartition("}")[2] == "row":
                number = int(element.get("r") or last + 1)
                if number <= last:
                    raise repeated_row(path.name, sheet, number, last)
                last = number
            element.clear()


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """Return the part of an archive that holds a sheet."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    of = {one.get("name"): one.get(_RELATION) for one in book.iter() if one.tag.rpartition("}")[2] == "sheet"}
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    target = next(one.get("Target", "") for one in relations if one.get("Id") == of[sheet])
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


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
