"""Lines of a file of answers, as spreadsheets save them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import warnings
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from riskmodel.base.date_forms import LATER_DAYS
from riskmodel.desk.answer_faults import AnswerFile
from riskmodel.desk.open_document import is_open_document, open_document_sheets
from riskmodel.records.intake.readers.workbook_sheets import filled_down, sheet_marks
from riskmodel.warning.formats.answer_words import HEADS

FIRST_ROWS = 20
"""The heads of the columns stand within so many rows, below a title."""

MOST_ROWS = 100_000
OLD_SPREADSHEET = b"\xd0\xcf\x11\xe0"
"""How files of spreadsheets before XLSX begin."""


Lines = list[tuple[int, list[str]]]
"""The lines of a sheet, numbered from 0, as texts."""


def answer_sheets(file: AnswerFile, content: bytes) -> list[tuple[int, Lines]]:
    """Return number and lines of the sheets that may hold answers.

    These are the sheets that have the columns of answers; without any, the first that holds ids of warnings, or the first of all. A text is one sheet.

    Raises
    ------
    UsageError
        If it cannot be read.
    """
    if content[:4] == OLD_SPREADSHEET:
        raise file.fault("old")
    if wrong := file.wrong_form(content):
        raise wrong
    return _sheets(file, content) if content[:2] == b"PK" else [(1, _csv_lines(file, content))]


def in_small(cells: Sequence[str]) -> list[str]:
    """Return heads of columns without quotation marks, in small letters."""
    return [cell.strip().strip('"').lower() for cell in cells]


def _sheets(file: AnswerFile, content: bytes) -> list[tuple[int, Lines]]:
    """Return the sheets of a workbook that may hold answers."""
    try:
        sheets = open_document_sheets(content, MOST_ROWS) if is_open_document(content) else _workbook_sheets(content)
    except Exception:
        # openpyxl and the reader of archives raise errors of many types for a damaged archive or sheet
        raise file.fault("damaged") from None
    read = [(number, list(enumerate(rows))) for number, rows in enumerate(sheets, start=1)]
    whole = [one for one in read if _has_heads(one[1], HEADS)]
    return whole or [one for one in read if _has_heads(one[1], ("warning",))][:1] or read[:1] or [(1, [])]


def _has_heads(lines: Lines, names: Iterable[str]) -> bool:
    """Return whether a line near the top has the heads of columns."""
    heads = [set(in_small(line)) for _, line in lines[:FIRST_ROWS]]
    return any(all(there & set(HEADS[name]) for name in names) for there in heads)


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
            # a result that was merged over several places counts for each of them; rows without a place stay empty
            texts = [(number, tuple(_text(value, later) for value in row)) for number, row in enumerate(rows)]
            marks = sheet_marks(io.BytesIO(content), found.title)
            texts = [(number, _with_formulas(number, row, marks.uncalculated)) for number, row in texts]
            whole = filled_down([one for one in texts if any(one[1])], marks.merged)
            sheets.append([list(row) for row in ({number: [] for number, _ in texts} | dict(whole)).values()])
        book.close()
    return sheets


def _with_formulas(number: int, row: tuple[str, ...], uncalculated: Mapping[int, Sequence[int]]) -> tuple[str, ...]:
    """Return a row whose formulas without a result are not empty.

    What stands there is no result and no date, so the row is rejected and named.
    """
    there = [column for column, rows in uncalculated.items() if number in rows]
    if not there:
        return row
    wide = [*row, *("" for _ in range(max(there) + 1 - len(row)))]
    return tuple("=" if column in there else text for column, text in enumerate(wide))


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


def _csv_lines(file: AnswerFile, content: bytes) -> Lines:
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
        raise file.fault("encoding")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        return [(number, [cell.strip() for cell in line]) for number, line in enumerate(reader)]
    except csv.Error as error:
        raise file.fault("lines", line=reader.line_num, error=error) from None


def _delimiter(text: str) -> str:
    """Return what separates the columns in the line of the heads."""
    for line in text.splitlines()[:FIRST_ROWS]:
        for sign in (",", ";", "\t"):
            if set(in_small(line.split(sign))) & set(HEADS["warning"]):
                return sign
    return ","
