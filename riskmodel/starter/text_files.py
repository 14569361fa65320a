"""Encoding, separator and header of a text file, from its bytes."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from riskmodel.base.errors import empty_table
from riskmodel.records.intake.readers.csv_file import opened
from riskmodel.starter.title_rows import header_names, header_row, is_data, no_names

SAMPLE = 1 << 22
"""Bytes from which the encoding and the separator are read."""
SEPARATORS = (",", ";", "\t", "|")
_ZEROS = 0.1
"""A text is UTF-16 if at least this share of every other byte is 0."""
_PAIRED = 0.9
"""Share of pairs of high bytes from which a text is Chinese in GB 18030."""


class TextForm(NamedTuple):
    """How a text file is written, with names of columns and reasons.

    ``titles`` is the number of rows above the names of the columns.
    """

    encoding: str
    separator: str
    names: list[str]
    why_encoding: str
    why_separator: str
    titles: int = 0


def text_form(path: Path) -> TextForm:
    """Return how a text file is written.

    Raises
    ------
    UsageError
        If it is empty, or its first line holds no names of columns.
    """
    with opened(path) as file:
        content = file.read(SAMPLE)
        whole = not file.read(1)
    if not content.strip():
        raise empty_table(path.name)
    encoding, why = _encoding(content, whole)
    text = content.decode(encoding, errors="replace").lstrip("\ufeff")
    separator, rows = _separator(text)
    titles = header_row(rows)
    names = header_names(rows, titles)
    if is_data(names):
        raise no_names(path.name)
    shown = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}[separator]
    return TextForm(encoding, separator, names, why, f"{len(names)} columns in each line, separated by {shown}", titles)


def _encoding(content: bytes, whole: bool) -> tuple[str, str]:
    """Return the encoding of bytes, and the reason."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", "the file begins with the mark of UTF-16"
    first, second = (content[at:SAMPLE:2].count(0) / max(1, len(content) // 2) for at in (0, 1))
    for name, zeros, others in (("utf-16-le", second, first), ("utf-16-be", first, second)):
        if zeros >= _ZEROS > 10 * others:
            return name, "every other byte is 0, as in UTF-16 without its mark"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(content, whole)
        return "utf-8", "every byte is ASCII" if content.isascii() else "every character is valid UTF-8"
    except UnicodeDecodeError:
        pass
    pairs = re.findall(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]", content)
    paired = sum(pair[1] >= 0xA1 for pair in pairs) / len(pairs) if pairs else 0.0
    for name, least, shown in (("gb18030", _PAIRED, "GB 18030"), ("big5", 0.4, "Big5")):
        if paired >= least and _decodes(content, name):
            return name, f"not UTF-8; its characters are Chinese in {shown}"
    return "cp1252", "not UTF-8; single accented letters, read as Windows-1252"


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(content)
    except UnicodeDecodeError:
        return False
    return True


def _separator(text: str) -> tuple[str, list[list[str]]]:
    """Return the separator with most columns, and the first lines."""
    lines = "".join(text.splitlines(keepends=True)[:200])
    best: tuple[float, str, list[list[str]]] = (-1.0, ",", [])
    for sign in SEPARATORS:
        rows = [row for row in csv.reader(io.StringIO(lines, newline=None), delimiter=sign) if row][:100]
        wide = Counter(map(len, rows)).most_common(1)[0][0]
        same = sum(len(row) == wide for row in rows) / len(rows)
        score = wide * same if wide > 1 and same > 0.5 else 0.0
        if score > best[0]:
            best = (score, sign, rows)
    return best[1], best[2]
