"""Rows of a CSV that stand inside a field.

Where a quotation mark is missing, a reader takes the rows up to the next mark, or to the end of the file, for one field.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

_LEARNED = 1_000
"""Number of the first lines whose first values show the form of a row."""


class SwallowedRows(NamedTuple):
    """A field that holds rows: first line and number of lines."""

    line: int
    lines: int


def swallowed_rows(lines: Iterable[str], columns: int, separator: str = ",") -> list[SwallowedRows]:
    """Return the fields that hold rows of the table.

    A line inside a field is taken for a row if it has as many delimiters as the header and its first value has the form of an
    earlier first value. Other fields over several lines are texts with line breaks.

    Parameters
    ----------
    lines
        The lines of the file, the header first.
    columns
        Number of columns.
    separator
        Sign between the fields.
    """
    found: list[SwallowedRows] = []
    forms: set[str] = set()
    begin, rows, number = 0, 0, 0
    for number, line in enumerate(lines, start=1):
        start = 0
        if begin:
            end = _closing(line, 0)
            text = line if end < 0 else line[:end]
            rows += text.count(separator) == columns - 1 and _first_form(text, separator) in forms
            if end < 0:
                continue
            if rows:
                found.append(SwallowedRows(begin, number - begin + 1))
            begin, rows = 0, 0
            start = line.find(separator, end) + 1 or len(line)
        elif 1 < number <= _LEARNED or _opens(line, 0, separator):
            forms.add(_first_form(line, separator))
        if _opens(line, start, separator):
            begin = number
    if begin and rows:
        found.append(SwallowedRows(begin, number - begin + 1))
    return found


def _opens(line: str, at: int, separator: str) -> bool:
    """Return whether a field that begins at ``at`` or later stays open."""
    if '"' not in line:
        return False
    while 0 <= at < len(line):
        if line[at] == '"':
            at = _closing(line, at + 1)
            if at < 0:
                return True
        at = line.find(separator, at) + 1 or -1
    return False


def _closing(line: str, at: int) -> int:
    """Return where an open field ends; -1 if it does not."""
    while (at := line.find('"', at)) >= 0:
        if line[at + 1 : at + 2] != '"':
            return at
        at += 2
    return -1


def _first_form(line: str, separator: str) -> str:
    """Return the form of a line's first value.

    Runs of digits and of letters are one sign each.
    """
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "0", line.lstrip('"').split(separator, 1)[0].strip('" \r\n')))
