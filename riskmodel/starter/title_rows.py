"""Rows of titles above the names of the columns."""

from __future__ import annotations

import csv
import io
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskmodel.base.errors import UsageError
from riskmodel.records.intake.readers.csv_file import opened
from riskmodel.records.intake.readers.value_texts import value_texts

if TYPE_CHECKING:
    import pyarrow as pa

LOOKED_AT = 40
"""Rows from which the row of names is found."""
MOST_TITLES = 20
_FILLED = 0.8
"""Share of the columns that the row of names fills."""


def header_row(rows: Sequence[Sequence[Any]]) -> int:
    """Return the index of the first row as wide as the data.

    Examples
    --------
    >>> header_row([["Incidents 2024", ""], ["", ""], ["date", "ward"], ["2024-01-01", "1"], ["2024-01-02", "2"]])
    2
    """
    filled = [sum(value not in (None, "") for value in row) for row in rows[:LOOKED_AT]]
    there = [count for count in filled if count]
    if len(there) < 3:
        return 0
    least = max(2, _FILLED * statistics.median(there))
    return next((at for at, count in enumerate(filled[:MOST_TITLES]) if count >= least), 0)


def header_names(rows: Sequence[Sequence[Any]], at: int) -> list[str]:
    """Return the names of the columns, completed from the row above.

    Blank and repeated names are joined with the name above them.

    Examples
    --------
    >>> header_names([["Place", "", "Day"], ["x", "y", ""]], 1)
    ['x', 'y', 'Day']
    """
    names = ["" if value is None else str(value).strip() for value in rows[at]]
    if not at:
        return names
    above, last = list[str](), ""
    for value in rows[at - 1]:
        last = last if value in (None, "") else str(value).strip()
        above.append(last)
    above += [""] * (len(names) - len(above))
    if len({one for one in above if one}) < 2:
        # one title over all columns names none of them
        return names
    return [
        upper if not name else f"{upper} {name}".strip() if names.count(name) > 1 else name
        for name, upper in zip(names, above, strict=False)
    ]


def sheet_rows(path: Path, most: int | None = None) -> list[tuple[Any, ...]]:
    """Return the first rows of a spreadsheet's first sheet.

    All of them are returned without ``most``.

    Raises
    ------
    UsageError
        If it cannot be read.
    """
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception:
        # openpyxl raises errors of many types for a damaged archive
        raise UsageError(f"The table {path.name!r} is not a readable spreadsheet. Export it again.") from None
    try:
        page: Any = book[book.sheetnames[0]]
        page.reset_dimensions()
        found: list[tuple[Any, ...]] = []
        for row in page.iter_rows(values_only=True):
            if any(value not in (None, "") for value in row):
                found.append(row)
            if most is not None and len(found) >= most:
                break
        return found
    finally:
        book.close()


def csv_rows(path: Path, encoding: str, separator: str) -> list[list[str]]:
    """Return all rows of a text file that are not empty."""
    with opened(path) as file:
        text = file.read().decode(encoding, errors="replace").lstrip("\ufeff")
    return [row for row in csv.reader(io.StringIO(text), delimiter=separator) if any(row)]


def table_below(name: str, rows: Sequence[Sequence[Any]], at: int, wanted: Sequence[str]) -> pa.Table:
    """Return the wanted columns below the row of names, as text."""
    import pyarrow as pa

    names = header_names(rows, at)
    place = {column: names.index(column) for column in wanted}
    return pa.table(
        {
            column: value_texts(name, column, [row[index] if index < len(row) else None for row in rows[at + 1 :]])
            for column, index in place.items()
        }
    )
