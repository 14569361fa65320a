"""Files of answers as spreadsheets save them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from riskmodel.base.date_forms import LATER_DAYS, date_form
from riskmodel.base.errors import UsageError, missing_file
from riskmodel.base.texts import Language
from riskmodel.desk.open_document import is_open_document, open_document_sheets
from riskmodel.warning.formats.answer_words import HEADS

FIRST_ROWS = 20
"""The heads of the columns stand within so many rows, below a title."""

MOST_ROWS = 100_000
OLD_SPREADSHEET = b"\xd0\xcf\x11\xe0"
"""How files of spreadsheets before XLSX begin."""
_NUMBERED_DAY = re.compile(r"\d{5}(\.\d+)?")
"""A date that a spreadsheet kept as a number, in our days."""


@dataclass(frozen=True)
class AnswerRows:
    """The rows of a file, and its language.

    A row is its number below the head and the texts of the columns that are read. Rows without result and date are left out.
    """

    language: Language
    rows: tuple[tuple[int, dict[str, str]], ...]


def read_answers(table: Path, content: bytes) -> AnswerRows:
    """Return the rows of a file's content.

    Raises
    ------
    UsageError
        If it cannot be read, has no rows or lacks a column.
    """
    if content[:4] == OLD_SPREADSHEET:
        raise UsageError(
            f"The table of answers {table.name!r} is a spreadsheet of an old kind (XLS). Save it as XLSX, ODS or CSV."
        )
    lines = _sheet_lines(table, content) if content[:2] == b"PK" else _csv_lines(table, content)
    filled = [(number, line) for number, line in lines if any(line)]
    head = next((at for at, (_, line) in enumerate(filled[:FIRST_ROWS]) if set(_small(line)) & set(HEADS["warning"])), 0)
    if len(filled) < head + 2:
        raise UsageError(f"The table of answers {table.name!r} has no rows. Pass the table that the centre filled in.")
    first, heads = filled[head]
    _refuse_hidden_rows(table, first, len(heads), filled[head + 1 :])
    at = _columns(table, _small(heads))
    rows = [(number - first, {name: _cell(line, at[name]) for name in at}) for number, line in filled[head + 1 :]]
    language: Language = "zh" if re.search(r"[\u4e00-\u9fff]", "".join(heads[column] for column in at.values())) else "en"
    return AnswerRows(language, tuple((number, row) for number, row in rows if row["outcome"] or row["day"]))


def content_of(table: Path) -> bytes:
    """Return the content of a file of answers.

    Raises
    ------
    UsageError
        If there is no such file.
    """
    if not table.is_file():
        raise missing_file("table of answers", table, "Pass the XLSX, ODS or CSV file that the centre handed back.")
    return table.read_bytes()


def _sheet_lines(table: Path, content: bytes) -> list[tuple[int, list[str]]]:
    """Return the rows of the first sheet that holds ids of warnings."""
    try:
        sheets = open_document_sheets(content, MOST_ROWS) if is_open_document(content) else _workbook_sheets(content)
    except Exception:
        # openpyxl and the reader of archives raise errors of many types for a damaged archive or sheet
        raise UsageError(f"The table of answers {table.name!r} is not a readable spreadsheet. Save it again as XLSX.") from None
    read = [list(enumerate(rows)) for rows in sheets]
    named = (lines for lines in read if any(set(_small(line)) & set(HEADS["warning"]) for _, line in lines[:FIRST_ROWS]))
    return next(named, read[0] if read else [])


def _workbook_sheets(content: bytes) -> list[list[list[str]]]:
    """Return the texts of every sheet's cells."""
    import openpyxl
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    with warnings.catch_warnings():
        # openpyxl warns of styles and rules that it leaves out
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheets = []
        for page in book.worksheets:
            found: Any = page
            found.reset_dimensions()
            rows = islice(found.iter_rows(values_only=True), MOST_ROWS)
            later = LATER_DAYS if book.epoch == CALENDAR_MAC_1904 else 0
            sheets.append([[_text(value, later) for value in row] for row in rows])
        book.close()
    return sheets


def _text(value: Any, later: int = 0) -> str:
    """Return a cell of a sheet as text; a date as YYYY-MM-DD.

    Numbers that may be days are ``later`` days later.
    """
    if later and isinstance(value, (int, float)) and 10_000 <= value < 100_000:
        value += later
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    return "" if value is None else str(value).strip()


def _csv_lines(table: Path, content: bytes) -> list[tuple[int, list[str]]]:
    """Return the lines of a CSV file.

    Spreadsheets save as UTF-8, as UTF-16 with tabs, in Chinese as GB 18030 and in English as Windows-1252, in which no Chinese name is
    left; ids, results and dates are. They separate by commas, semicolons or tabs.
    """
    encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030", "cp1252")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        # nearly any bytes are Windows-1252
        if encoding != "cp1252" or any(head in text.lower() for head in HEADS["warning"]):
            break
    else:
        raise UsageError(f"The table of answers {table.name!r} is neither UTF-8 nor GB 18030. Save it as CSV UTF-8.")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        return [(number, [cell.strip() for cell in line]) for number, line in enumerate(reader)]
    except csv.Error as error:
        raise UsageError(
            f"The table of answers {table.name!r} is not CSV in line {reader.line_num}: {error}. Save it as CSV UTF-8."
        ) from None


def _delimiter(text: str) -> str:
    """Return what separates the columns in the line of the heads."""
    for line in text.splitlines()[:FIRST_ROWS]:
        for sign in (",", ";", "\t"):
            if set(_small(line.split(sign))) & set(HEADS["warning"]):
                return sign
    return ","


def _small(cells: Sequence[str]) -> list[str]:
    return [cell.strip().strip('"').lower() for cell in cells]


def _refuse_hidden_rows(table: Path, first: int, width: int, lines: Sequence[tuple[int, list[str]]]) -> None:
    """Refuse a table whose rows stand inside a cell."""
    for number, line in lines:
        if any(part.count(sign) == width - 1 for cell in line for part in cell.split("\n")[1:] for sign in ",;\t"):
            raise UsageError(
                f"In row {number - first} of the table of answers {table.name!r} a quotation mark is missing, and other rows stand inside a "
                "cell. Correct the row, then pass the table again."
            )


def _columns(table: Path, there: list[str]) -> dict[str, int]:
    """Return the position of each column that is read."""
    at = {name: there.index(head) for name, heads in HEADS.items() for head in heads[::-1] if head in there}
    missing = [f"{name} (headed {' or '.join(map(repr, heads))})" for name, heads in HEADS.items() if name not in at]
    if missing:
        raise UsageError(
            f"The table of answers {table.name!r} lacks a column for {', '.join(missing)}. Add it, or save the table as CSV with commas."
        )
    return at


def _cell(line: list[str], column: int) -> str:
    return line[column].strip() if column < len(line) else ""


def excel_day(text: str) -> str:
    """Return a date that a spreadsheet kept as a number as YYYY-MM-DD.

    Other texts are returned unchanged.
    """
    day = date_form("excel").read(text) if _NUMBERED_DAY.fullmatch(text) else None
    return text if day is None else day.isoformat()
