"""Rows of OpenDocument spreadsheets (``.ods``), as LibreOffice saves them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree import ElementTree

_OFFICE, _TABLE, _TEXT = (f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("office", "table", "text"))
MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"
MOST_COLUMNS = 1024
"""Columns that are read; a sheet repeats its last cell to its end."""


def is_open_document(content: bytes) -> bool:
    """Return whether a content is an OpenDocument spreadsheet.

    The first entry of its archive says so, uncompressed.
    """
    return MIMETYPE in content[:200]


def open_document_sheets(content: bytes, most_rows: int) -> list[list[list[str]]]:
    """Return the texts of every sheet's cells; a date as YYYY-MM-DD.

    Rows that are repeated to the end of a sheet are left out.

    Raises
    ------
    zipfile.BadZipFile, KeyError, xml.etree.ElementTree.ParseError
        If it is damaged.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        root = ElementTree.fromstring(archive.read("content.xml"))
    return [_rows(table, most_rows) for table in root.iter(f"{_TABLE}table")]


def _rows(table: ElementTree.Element, most: int) -> list[list[str]]:
    found: list[list[str]] = []
    reaching: dict[int, tuple[int, str]] = {}
    waiting = 0
    for row in table.iter(f"{_TABLE}table-row"):
        cells = _filled_down(list(_cells(row)), reaching)
        times = int(row.get(f"{_TABLE}number-rows-repeated", "1"))
        if not any(cells):
            waiting += times
            continue
        found += [[] for _ in range(min(waiting, most - len(found)))]
        waiting = 0
        found += [cells for _ in range(min(times, most - len(found)))]
    return found


class _Cell(NamedTuple):
    """The text of a cell, its rows, and whether another covers it."""

    text: str
    rows: int
    covered: bool


def _filled_down(cells: list[_Cell], reaching: dict[int, tuple[int, str]]) -> list[str]:
    """Return texts, those of cells that reach down from rows above included.

    ``reaching`` maps a column to how many rows a cell still reaches, and its text. It is brought up to date. A row that has no text of its own stays empty.
    """
    mine = any(one.text for one in cells)
    found = []
    for column, one in enumerate(cells):
        left, above = reaching.pop(column, (0, ""))
        covered = one.covered and left > 0
        found.append(above if covered and mine else one.text)
        if one.rows > 1 and not one.covered:
            reaching[column] = (one.rows - 1, one.text)
        elif covered and left > 1:
            reaching[column] = (left - 1, above)
    return found


def _cells(row: ElementTree.Element) -> Iterator[_Cell]:
    count = 0
    for cell in row:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        text = cell.get(f"{_OFFICE}date-value", "")[:10] or "\n".join(map(_text, cell.findall(f"{_TEXT}p")))
        times = min(int(cell.get(f"{_TABLE}number-columns-repeated", "1")), MOST_COLUMNS - count)
        count += times
        rows, covered = int(cell.get(f"{_TABLE}number-rows-spanned", "1")), cell.tag == f"{_TABLE}covered-table-cell"
        yield from [_Cell(text.strip(), rows, covered)] * times


def _text(part: ElementTree.Element) -> str:
    """Return the text of a paragraph, with its spaces and breaks."""
    signs = {f"{_TEXT}s": " ", f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}
    found = part.text or ""
    for child in part:
        found += signs.get(child.tag, "") * int(child.get(f"{_TEXT}c", "1")) + _text(child) + (child.tail or "")
    return found
