"""Rows of a file of answers, by the columns that are read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from riskmodel.base.date_forms import date_form
from riskmodel.base.errors import missing_file
from riskmodel.base.texts import Language, enumerated
from riskmodel.desk.answer_faults import AnswerFile
from riskmodel.desk.answer_lines import FIRST_ROWS, Lines, answer_sheets, in_small
from riskmodel.warning.formats.answer_words import COLUMN_TEXTS, HEADS

_NUMBERED_DAY = re.compile(r"\d{5}(\.\d+)?")
"""A date that a spreadsheet kept as a number, in our days."""


@dataclass(frozen=True)
class AnswerRows:
    """The rows of a file, and its language.

    A row is its number below the head and the texts of the columns that are read. Rows without result and date are left out; ``warnings`` are the ids of all.
    """

    language: Language
    rows: tuple[tuple[int, dict[str, str]], ...]
    warnings: tuple[str, ...] = ()


def read_answers(table: Path, content: bytes, language: Language = "en") -> AnswerRows:
    """Return the rows of a file's content.

    Parameters
    ----------
    language
        Of the message if it cannot be read.

    Raises
    ------
    UsageError
        If it cannot be read, has no rows, lacks a column or has different answers on several sheets.
    """
    file = AnswerFile(table.name, language)
    read = [(number, _sheet_rows(file, lines)) for number, lines in answer_sheets(file, content)]
    filled = [one for one in read if one[1].rows]
    if any(one.rows != filled[0][1].rows for _, one in filled):
        raise file.fault("sheets", sheets=enumerated((str(number) for number, _ in filled), language))
    return (filled or read)[0][1]


def _sheet_rows(file: AnswerFile, lines: Lines) -> AnswerRows:
    """Return the rows of a sheet."""
    filled = [(number, line) for number, line in lines if any(line)]
    head = next((at for at, (_, line) in enumerate(filled[:FIRST_ROWS]) if set(in_small(line)) & set(HEADS["warning"])), 0)
    if len(filled) < head + 2:
        raise file.fault("empty")
    first, heads = filled[head]
    _refuse_hidden_rows(file, first, len(heads), filled[head + 1 :])
    at = _columns(file, in_small(heads))
    rows = [(number - first, {name: _cell(line, at[name]) for name in at}) for number, line in filled[head + 1 :]]
    own: Language = "zh" if re.search(r"[\u4e00-\u9fff]", "".join(heads[column] for column in at.values())) else "en"
    answered = tuple((number, row) for number, row in rows if row["outcome"] or row["day"])
    return AnswerRows(own, answered, tuple(row["warning"] for _, row in rows if row["warning"]))


def content_of(table: Path, language: Language = "en") -> bytes:
    """Return the content of a file of answers.

    Raises
    ------
    UsageError
        If there is no such file.
    """
    if table.is_dir():
        raise missing_file("table of answers", table, "Pass the XLSX, ODS or CSV file that the centre handed back.")
    if not table.is_file():
        raise AnswerFile(str(table), language).fault("missing")
    return table.read_bytes()


def _refuse_hidden_rows(file: AnswerFile, first: int, width: int, lines: Sequence[tuple[int, list[str]]]) -> None:
    """Refuse a table whose rows stand inside a cell."""
    for number, line in lines:
        if any(part.count(sign) == width - 1 for cell in line for part in cell.split("\n")[1:] for sign in ",;\t"):
            raise file.fault("quotation", row=number - first)


def _columns(file: AnswerFile, there: list[str]) -> dict[str, int]:
    """Return the position of each column that is read."""
    places = {name: [column for column, head in enumerate(there) if head in heads] for name, heads in HEADS.items()}
    for name, found in places.items():
        if len(found) > 1:
            named = [(column + 1, there[column]) for column in found]
            twice = "、".join(f"第{number}列“{head}”" for number, head in named)
            if file.language == "en":
                twice = " and ".join(f"{head!r} (column {number})" for number, head in named)
            raise file.fault("twice", name=COLUMN_TEXTS[name](file.language), columns=twice)
    at = {name: found[0] for name, found in places.items() if found}
    missing = [name for name in HEADS if name not in at]
    if missing and file.language == "zh":
        named = [
            f"{COLUMN_TEXTS[name].zh}（表头可写{'、'.join(f'“{head}”' for head in _chinese(HEADS[name]))}）" for name in missing
        ]
        raise file.fault("columns", columns="、".join(named))
    if missing:
        raise file.fault(
            "columns", columns=", ".join(f"{name} (headed {' or '.join(map(repr, HEADS[name]))})" for name in missing)
        )
    return at


def _chinese(heads: Sequence[str]) -> list[str]:
    return [head for head in heads if not head.isascii()]


def _cell(line: list[str], column: int) -> str:
    return line[column].strip() if column < len(line) else ""


def excel_day(text: str) -> str:
    """Return a date that a spreadsheet kept as a number as YYYY-MM-DD.

    Other texts are returned unchanged.
    """
    day = date_form("excel").read(text) if _NUMBERED_DAY.fullmatch(text) else None
    return text if day is None else day.isoformat()
