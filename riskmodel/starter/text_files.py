"""Encoding, separator and header of a text file, from its bytes."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from riskmodel.base.errors import UsageError, empty_table
from riskmodel.base.plurals import counted
from riskmodel.records.intake.readers.csv_file import opened
from riskmodel.starter.title_rows import header_names, header_row, is_data, no_names

SAMPLE = 1 << 22
"""Bytes from which the encoding and the separator are read."""
SEPARATORS = (",", ";", "\t", "|")
_ZEROS = 0.1
"""A text is UTF-16 if at least this share of every other byte is 0."""
_LEAST_PAIRS = 40
_KOREAN = frozenset(
    "이다의가에는을고지사하기시한서구동일자리도수인정대부아로나장주전해보원상조제비안관경신문무과공성소중선방국발여마산어"
)
"""The most frequent characters of Korean."""
LEAST_SIGNS = 3
"""Signs inside words that tell an encoding."""
_INSIDE_WORDS = (
    ("cp1250", re.compile(r"[a-z][³¿¹¼¾][a-z]", re.IGNORECASE), "Central Europe"),
    ("cp1254", re.compile(r"[a-z][ýðþ][a-z]", re.IGNORECASE), "Turkish"),
)
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
    if len(names) == 1 and len(rows) > 1:
        raise UsageError(
            f"The lines of {path.name!r} are one field each: no comma, semicolon, tab or vertical bar parts them. Export the table as CSV with commas; columns of a fixed width are not read."
        )
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
    leads = [pair[0] for pair in pairs]
    if len(pairs) >= _LEAST_PAIRS and _share(lead < 0xA0 for lead in leads) > 0.5 and _is_japanese(content):
        return "cp932", "not UTF-8; its characters are Japanese in Shift JIS"
    if len(pairs) >= _LEAST_PAIRS and paired >= _PAIRED and _share(lead > 0xC8 for lead in leads) < 0.01 and _is_korean(content):
        return "cp949", "not UTF-8; its characters are Korean in EUC-KR"
    if _is_cyrillic(content) and _decodes(content, "cp1251"):
        return "cp1251", "not UTF-8; its letters are Cyrillic in Windows-1251"
    for name, least, shown in (("gb18030", _PAIRED, "GB 18030"), ("big5", 0.4, "Big5")):
        if paired >= least and _decodes(content, name):
            return name, f"not UTF-8; its characters are Chinese in {shown}"
    return _single_bytes(content)


def no_whole_rows(name: str, rows: int, fields: int) -> UsageError:
    """Return the error for rows with too many or few fields."""
    return UsageError(
        f"The {counted(rows, 'row')} of {name!r} have another number of fields than there are names of columns ({fields}). Often each row ends with one more separator: "
        "remove it, or give every field a name, then run the same command again."
    )


def _is_korean(content: bytes) -> bool:
    """Return whether many characters are frequent ones of Korean."""
    try:
        text = codecs.getincrementaldecoder("cp949")().decode(content)
    except UnicodeDecodeError:
        return False
    return _share(sign in _KOREAN for sign in text if not sign.isascii()) >= 0.25


def _is_japanese(content: bytes) -> bool:
    """Return whether characters are kana or Chinese ones in Shift JIS."""
    try:
        text = codecs.getincrementaldecoder("cp932")().decode(content)
    except UnicodeDecodeError:
        return False
    return _share("\u3040" <= sign <= "\u9fff" for sign in text if not sign.isascii()) >= 0.6


def _is_cyrillic(content: bytes) -> bool:
    """Return whether words are letters of Windows-1251.

    Hardly any sign is below them, and they stand together, unlike accented letters among others.
    """
    high = content.translate(None, bytes(range(0x80)))
    words = sum(map(len, re.findall(rb"[\xA8\xB8\xC0-\xFF]{3,}", content)))
    return len(high) >= _LEAST_PAIRS and words >= 0.7 * len(high) and _share(b >= 0xC0 or b in (0xA8, 0xB8) for b in high) >= 0.97


def _single_bytes(content: bytes) -> tuple[str, str]:
    """Return the encoding of single accented letters, and the reason."""
    text = content.decode("cp1252", errors="replace")
    for name, signs, language in _INSIDE_WORDS:
        # no word of Western Europe has such a sign between letters
        if len(signs.findall(text)) >= LEAST_SIGNS and _decodes(content, name):
            return name, f"not UTF-8; accented letters as in {language}, read as Windows-{name[2:]}"
    return "cp1252", "not UTF-8; single accented letters, read as Windows-1252"


def _share(found: Iterable[bool]) -> float:
    values = list(found)
    return sum(values) / len(values) if values else 0.0


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
    # tabs before another separator keep a spreadsheet program from changing long numbers
    padded = 2 * len(re.findall(r"\t[,;|]", lines)) > lines.count("\t")
    for sign in SEPARATORS:
        if sign == "\t" and padded:
            continue
        rows = [row for row in csv.reader(io.StringIO(lines, newline=None), delimiter=sign) if row][:100]
        wide = Counter(map(len, rows)).most_common(1)[0][0]
        same = sum(len(row) == wide for row in rows) / len(rows)
        score = wide * same if wide > 1 and same > 0.5 else 0.0
        if score > best[0]:
            best = (score, sign, rows)
    return best[1], best[2]
