"""Sheets of workbooks (``.xlsx``), as a person sees their rows.

A merged cell counts in each of its rows. Formulas count as the values last calculated, and errors such as ``#N/A`` as empty.
"""

from __future__ import annotations

import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree import ElementTree

from riskmodel.base.errors import UsageError, repeated_row, unknown_name
from riskmodel.base.personal_data.personal_names import may_be_name
from riskmodel.base.personal_data.personal_texts import is_personal_name

SPREADSHEETS = (".xlsx", ".xlsm")
"""Endings of workbooks, in lower case."""
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
"""Attribute of a sheet that names its part of the archive."""
_ERRORS = frozenset(("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA"))
"""Values of formulas that failed."""


@dataclass(frozen=True)
class SheetRows:
    """Rows of a sheet that hold a value.

    Parameters
    ----------
    rows
        Number of each row in the sheet, from 0, and its values.
    uncalculated
        Formulas without a result: for each column, from 0, the rows, from 0.
    hidden
        Number of the rows that a person does not see, such as those left out by a filter.
    merged
        Columns, from 0, with cells that are merged over several rows.
    """

    name: str
    rows: list[tuple[int, tuple[Any, ...]]]
    uncalculated: dict[int, list[int]]
    hidden: int = 0
    merged: frozenset[int] = frozenset()


@dataclass(frozen=True)
class SheetMarks:
    """What the part of a sheet says that its values do not.

    ``merged`` has first row, last row and column of each merged cell, ``uncalculated`` for each column the rows with formulas without a result.
    """

    merged: list[tuple[int, int, int]]
    uncalculated: dict[int, list[int]]
    hidden: set[int]


def sheet_names(path: Path) -> list[str]:
    """Return the names of a workbook's sheets, those first that are shown.

    Raises
    ------
    UsageError
        If it is no workbook.
    """
    with _Workbook(path) as book:
        return sorted(book.sheetnames, key=lambda name: book[name].sheet_state != "visible")


def hidden_sheets(path: Path) -> frozenset[str]:
    """Return the names of the sheets that are not shown.

    Raises
    ------
    UsageError
        If it is no workbook.
    """
    with _Workbook(path) as book:
        return frozenset(name for name in book.sheetnames if book[name].sheet_state != "visible")


def counts_from_1904(path: Path) -> bool:
    """Return whether a workbook counts days from 1904, not 1900.

    Raises
    ------
    UsageError
        If it is no workbook.
    """
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    with _Workbook(path) as book:
        return book.epoch == CALENDAR_MAC_1904


def refuse_other_count(path: Path, form: str | None) -> None:
    """Refuse a form of dates that counts otherwise than the workbook.

    Raises
    ------
    UsageError
        With the form to state.
    """
    other = {"excel": "excel1904", "excel1904": "excel"}.get(str(form))
    if other is None or not path.name.lower().endswith(SPREADSHEETS) or counts_from_1904(path) != (other == "excel1904"):
        return
    year = 1904 if other == "excel1904" else 1900
    raise UsageError(
        f"The workbook {path.name!r} counts days from {year}, so its numbers are not those of the form {form!r}. Set dates = {other!r} of the source."
    )


def shown_sheets(names: list[str]) -> list[str]:
    """Return the names of sheets that a message may repeat."""
    return [name for name in names if not is_personal_name(name) and not may_be_name(name)]


def sheet_rows(path: Path, sheet: str, most: int | None = None) -> SheetRows:
    """Return the rows of a sheet.

    With ``most`` it returns so many, as they are stored.

    The size that the sheet states for itself does not count: some programs write a wrong one.

    Raises
    ------
    UsageError
        If it is no workbook, has no such sheet, or numbers two rows alike.
    """
    with _Workbook(path) as book:
        if sheet not in book.sheetnames:
            raise unknown_name(f"sheet of {path.name!r}", sheet, shown_sheets(book.sheetnames))
        page: Any = book[sheet]
        if not hasattr(page, "iter_rows"):
            return SheetRows(sheet, [], {})
        page.reset_dimensions()
        rows: list[tuple[int, tuple[Any, ...]]] = []
        for number, row in enumerate(page.iter_rows(values_only=True)):
            if any(value is not None and value != "" for value in row):
                rows.append((number, tuple(None if isinstance(value, str) and value in _ERRORS else value for value in row)))
            if most is not None and len(rows) >= most:
                break
        marks = _marks(path, path.name, sheet) if most is None else SheetMarks([], {}, set())
    # a cell that reaches down from the first row is a name of a column
    merged = [one for one in marks.merged if rows and one[0] > rows[0][0]]
    hidden = sum(number in marks.hidden for number, _ in rows)
    return SheetRows(sheet, filled_down(rows, merged), marks.uncalculated, hidden, frozenset(column for _, _, column in merged))


class _Workbook:
    """An open workbook; its faults become clear errors."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> Any:
        import openpyxl

        try:
            with warnings.catch_warnings():
                # openpyxl warns of styles and rules that it leaves out
                warnings.simplefilter("ignore")
                self._book: Any = openpyxl.load_workbook(self._path, read_only=True, data_only=True)
        except Exception:
            raise self._fault() from None
        return self._book

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        self._book.close()
        # openpyxl raises errors of many types for a damaged archive or sheet
        if isinstance(error, Exception) and not isinstance(error, UsageError):
            raise self._fault() from None

    def _fault(self) -> UsageError:
        return UsageError(f"The source table {self._path.name!r} is not a readable spreadsheet. Export it again.")


def sheet_marks(file: BinaryIO, sheet: str) -> SheetMarks:
    """Return merged cells, formulas without a result, and hidden rows.

    Raises
    ------
    UsageError
        If two rows have the same number.
    """
    return _marks(file, "the workbook", sheet)


def filled_down(rows: list[tuple[int, tuple[Any, ...]]], merged: list[tuple[int, int, int]]) -> list[tuple[int, tuple[Any, ...]]]:
    """Return rows with the value of a merged cell in each."""
    at = {number: place for place, (number, _) in enumerate(rows)}
    found = dict(enumerate(row for _, row in rows))
    for first, last, column in merged:
        value = found[at[first]][column] if first in at and column < len(found[at[first]]) else None
        if value is None:
            continue
        for number in range(first + 1, last + 1):
            if (place := at.get(number)) is not None:
                row = found[place] + (None,) * (column + 1 - len(found[place]))
                found[place] = (*row[:column], value, *row[column + 1 :])
    return [(number, found[place]) for place, (number, _) in enumerate(rows)]


def _marks(file: Path | BinaryIO, name: str, sheet: str) -> SheetMarks:
    """Return merged cells, formulas without a result, and hidden rows.

    Raises
    ------
    UsageError
        If the number of a row does not rise: openpyxl leaves such rows out unseen.
    """
    from openpyxl.utils.cell import coordinate_to_tuple

    marks = SheetMarks([], {}, set())
    with zipfile.ZipFile(file) as archive, archive.open(_part_of(archive, sheet)) as content:
        last = 0
        for event, element in ElementTree.iterparse(content, ["start", "end"]):
            tag = element.tag.rpartition("}")[2]
            if event == "start" and tag == "row":
                number = int(element.get("r") or last + 1)
                if number <= last:
                    raise repeated_row(name, sheet, number, last)
                last = number
                if element.get("hidden") in ("1", "true"):
                    marks.hidden.add(number - 1)
            elif event == "end" and tag == "c" and _is_uncalculated(element):
                row, column = coordinate_to_tuple(str(element.get("r")))
                marks.uncalculated.setdefault(column - 1, []).append(row - 1)
            elif event == "end" and tag == "mergeCell":
                first, _, end = str(element.get("ref")).partition(":")
                (top, left), (bottom, _) = coordinate_to_tuple(first), coordinate_to_tuple(end or first)
                if bottom > top:
                    marks.merged.append((top - 1, bottom - 1, left - 1))
            if event == "end" and tag in ("row", "mergeCell"):
                element.clear()
    return marks


def _is_uncalculated(cell: ElementTree.Element) -> bool:
    """Return whether a cell holds a formula whose result is not stored."""
    parts = {part.tag.rpartition("}")[2]: part for part in cell}
    value = parts.get("v")
    # the result of a formula of text may be empty
    return "f" in parts and cell.get("r") is not None and cell.get("t") != "str" and (value is None or not value.text)


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """Return the part of an archive that holds a sheet."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    of = {one.get("name"): one.get(_RELATION) for one in book.iter() if one.tag.rpartition("}")[2] == "sheet"}
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    target = next(one.get("Target", "") for one in relations if one.get("Id") == of[sheet])
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
