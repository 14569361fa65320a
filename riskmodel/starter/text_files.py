"""Encoding, separator and header of a text file, from its bytes."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from riskmodel.base.errors import UsageError, empty_table
from riskmodel.base.plurals import counted
from riskmodel.records.intake.readers.csv_file import opened, unpacked
from riskmodel.records.intake.readers.csv_table import SEPARATORS
from riskmodel.starter.text_encodings import ASCII, other_letters, text_encoding, written_twice
from riskmodel.starter.title_rows import header_names, header_row, is_data, no_names

SAMPLE = 1 << 22
"""Bytes from which the encoding and the separator are read."""


class TextForm(NamedTuple):
    """How a text file is written, with names of columns and reasons.

    ``titles`` is the number of rows above the names of the columns, ``doubt`` what may be wrong with its letters.
    ``quoting`` are options of Python's csv where quotation marks are written in another way, and ``quoted`` says how.
    """

    encoding: str
    separator: str
    names: list[str]
    why_encoding: str
    why_separator: str
    titles: int = 0
    doubt: str = ""
    quoting: Mapping[str, Any] = {}
    quoted: str = ""

    @property
    def is_ascii(self) -> bool:
        """Whether every byte that was looked at is ASCII."""
        return self.why_encoding == ASCII


def text_form(path: Path) -> TextForm:
    """Return how a text file is written.

    Raises
    ------
    UsageError
        If it is empty, or its first line holds no names of columns.
    """
    with unpacked(path), opened(path) as file:
        content = file.read(SAMPLE)
        whole = not file.read(1)
    if not content.strip():
        raise empty_table(path.name)
    encoding, why = text_encoding(path.name, content, whole)
    text = content.decode(encoding, errors="replace").lstrip("\ufeff")
    separator, rows = _separator(text)
    quoting, quoted = _quoting(text, separator, rows)
    rows = _rows(text, separator, quoting) if quoting else rows
    titles = header_row(rows)
    names = header_names(rows, titles)
    if len(names) == 1 and len(rows) > 1:
        raise UsageError(
            f"The lines of {path.name!r} are one field each: no comma, semicolon, tab, vertical bar, caret or tilde separates them. Export the table as CSV with commas; columns of a fixed width are not read."
        )
    if is_data(names):
        raise no_names(path.name)
    return TextForm(
        encoding,
        separator,
        names,
        why,
        f"{len(names)} columns in each line, separated by {SEPARATORS[separator]}",
        titles,
        written_twice(text) or other_letters(content, encoding),
        quoting,
        quoted,
    )


def no_whole_rows(name: str, rows: int, fields: int) -> UsageError:
    """Return the error for rows with too many or few fields."""
    return UsageError(
        f"The {counted(rows, 'row')} of {name!r} have another number of fields than there are names of columns ({fields}). Often each row ends with one more separator: "
        "remove it, or give every field a name, then run the same command again."
    )


def _separator(text: str) -> tuple[str, list[list[str]]]:
    """Return the separator with most columns, and the first lines."""
    lines = _first_lines(text)
    best: tuple[float, str, list[list[str]]] = (-1.0, ",", [])
    # tabs before another separator keep a spreadsheet program from changing long numbers
    padded = 2 * len(re.findall(r"\t[,;|]", lines)) > lines.count("\t")
    for sign in SEPARATORS:
        if sign == "\t" and padded:
            continue
        rows = _rows(text, sign, {})
        wide, same = _width(rows)
        score = wide * same if wide > 1 and same > 0.5 else 0.0
        if score > best[0]:
            best = (score, sign, rows)
    return best[1], best[2]


def _first_lines(text: str) -> str:
    return "".join(text.splitlines(keepends=True)[:200])


def _rows(text: str, separator: str, quoting: Mapping[str, Any]) -> list[list[str]]:
    """Return the first rows of a text."""
    lines = io.StringIO(_first_lines(text), newline=None)
    return [row for row in csv.reader(lines, delimiter=separator, **quoting) if row][:100]


def _width(rows: list[list[str]]) -> tuple[int, float]:
    """Return the usual number of fields, and how many rows agree."""
    wide = Counter(map(len, rows)).most_common(1)[0][0]
    return wide, sum(len(row) == wide for row in rows) / len(rows)


def _quoting(text: str, separator: str, rows: list[list[str]]) -> tuple[dict[str, Any], str]:
    """Return another way of quotation marks, and in words."""
    fields = [field for row in rows for field in row]
    if sum(field[:2] == ' "' for field in fields) >= len(rows):
        return {"skipinitialspace": True}, "a space stands before quotation marks"
    if 2 * sum(len(field) > 1 and field[0] == field[-1] == "'" for field in fields) > len(fields):
        return {"quotechar": "'"}, "texts stand between single quotation marks"
    escaped: dict[str, Any] = {"escapechar": "\\", "doublequote": False}
    if '\\"' in _first_lines(text) and _width(_rows(text, separator, escaped))[1] > _width(rows)[1]:
        return escaped, "a backslash stands before quotation marks within texts"
    return {}, ""
