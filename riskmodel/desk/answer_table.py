"""Tables of answers that centres hand back: warning, outcome and day.

Only these three columns are read, and no message or file repeats what a cell of the table held.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from riskmodel.base.days import to_day
from riskmodel.base.errors import UsageError, missing_file
from riskmodel.base.files import sha256, write_json
from riskmodel.base.plurals import counted
from riskmodel.base.project import Project
from riskmodel.base.texts import LANGUAGES, Text
from riskmodel.ledger import OUTCOMES, Answer, Ledger, Outcome
from riskmodel.records.intake.columns.date_column import UNREADABLE, read_day

OUTCOME_TEXTS: Mapping[Outcome, Text] = {
    "visited": Text(zh="已走访", en="visited"),
    "needs_followup": Text(zh="需跟进", en="needs follow-up"),
    "nothing_found": Text(zh="未发现问题", en="nothing found"),
    "not_done": Text(zh="未走访", en="not done"),
}
"""What can be answered, as people read it."""

_HEADERS = {
    "warning": ("warning", "id", "warning id", "编号", "预警编号"),
    "outcome": ("outcome", "结果", "走访结果"),
    "day": ("day", "date", "日期", "走访日期"),
}
_OUTCOMES: dict[str, Outcome] = {outcome: outcome for outcome in OUTCOMES}
_OUTCOMES |= {text(language): outcome for outcome, text in OUTCOME_TEXTS.items() for language in LANGUAGES}


@dataclass(frozen=True)
class RejectedRow:
    """A row that was not recorded, and why.

    ``row`` counts from 1 below the header, empty rows included.
    """

    row: int
    reason: str


@dataclass(frozen=True, repr=False)
class AnswerReport:
    """What happened to the rows of a table of answers.

    Always ``rows == accepted + duplicates + len(rejected)``.
    """

    rows: int
    accepted: int
    duplicates: int
    rejected: tuple[RejectedRow, ...]
    quarantine: Path | None

    def __post_init__(self) -> None:
        if self.rows != self.accepted + self.duplicates + len(self.rejected):
            raise AssertionError(f"rows of answers do not add up: {self.to_json()}")

    def __repr__(self) -> str:
        answers, duplicates = counted(self.rows, "answer"), counted(self.duplicates, "duplicate")
        head = f"{answers} = {self.accepted} accepted + {duplicates} + {len(self.rejected)} rejected"
        rows = [f"  row {one.row}: {one.reason}" for one in self.rejected]
        return "\n".join([head, *rows, *([f"  kept in {self.quarantine}"] if self.quarantine else [])])

    def to_json(self) -> dict[str, Any]:
        """Return plain values for ``--json``."""
        return {
            "rows": self.rows,
            "accepted": self.accepted,
            "duplicates": self.duplicates,
            "rejected": [{"row": one.row, "reason": one.reason} for one in self.rejected],
            "quarantine": None if self.quarantine is None else str(self.quarantine),
        }


def record_answer_table(project: Project, table: Path, today: str | int) -> AnswerReport:
    """Record the answers of a CSV file.

    Recording the same file again adds nothing. Numbers and reasons of rejected rows are written to ``answers-quarantine/`` beside
    the ledger, until the file has none.

    Parameters
    ----------
    today
        The day on which they are received; an answer of a later day is rejected.

    Raises
    ------
    UsageError
        If the file does not exist, is empty, cannot be read or lacks a column.
    """
    content = _content(table)
    rows = _rows(table, content)
    ledger = Ledger.of(project)
    with ledger.read() as book:
        approved = book.lists.answerable()
    zone, answers, rejected = ZoneInfo(project.table.time_zone), [], []
    for number, row in rows:
        read = _answer(row, approved, to_day(today), zone)
        if isinstance(read, str):
            rejected.append(RejectedRow(number, read))
        else:
            answers.append(read)
    with ledger.write() as book:
        accepted = book.answers.record(answers)
    path = ledger.path.parent / "answers-quarantine" / f"{sha256(content)[:16]}.json"
    if rejected:
        write_json(path, {"sha256": sha256(content), "rows": [{"row": one.row, "reason": one.reason} for one in rejected]})
    else:
        path.unlink(missing_ok=True)
    return AnswerReport(len(rows), accepted, len(answers) - accepted, tuple(rejected), path if rejected else None)


def _content(table: Path) -> bytes:
    if not table.is_file():
        raise missing_file("table of answers", table, "Pass the CSV file that the centre handed back.")
    return table.read_bytes()


def _rows(table: Path, content: bytes) -> list[tuple[int, dict[str, str]]]:
    """Return number and columns of each row.

    Spreadsheets save either as UTF-8 or, in Chinese, as GB 18030.
    """
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise UsageError(f"The table of answers {table.name!r} is neither UTF-8 nor GB 18030. Save it as CSV UTF-8.")
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        lines = [(number, line) for number, line in enumerate(reader) if any(cell.strip() for cell in line)]
    except csv.Error as error:
        raise UsageError(
            f"The table of answers {table.name!r} is not CSV in line {reader.line_num}: {error}. Save it as CSV UTF-8."
        ) from None
    if len(lines) < 2:
        raise UsageError(f"The table of answers {table.name!r} has no rows. Pass the table that the centre filled in.")
    first, head = lines[0]
    for number, line in lines[1:]:
        if any(part.count(",") == len(head) - 1 for cell in line for part in cell.split("\n")[1:]):
            raise UsageError(
                f"In row {number - first} of the table of answers {table.name!r} a quotation mark is missing, and other rows stand inside a "
                "cell. Correct the row, then pass the table again."
            )
    at = _columns(table, [cell.strip().lower() for cell in head])
    return [(number - first, {name: _cell(line, at[name]) for name in at}) for number, line in lines[1:]]


def _columns(table: Path, there: list[str]) -> dict[str, int]:
    """Return the position of each column that is read."""
    at = {name: there.index(header) for name, headers in _HEADERS.items() for header in headers[::-1] if header in there}
    missing = [f"{name} (headed {' or '.join(map(repr, headers))})" for name, headers in _HEADERS.items() if name not in at]
    if missing:
        raise UsageError(
            f"The table of answers {table.name!r} lacks a column for {', '.join(missing)}. Add it, or save the table as CSV with commas."
        )
    return at


def _cell(line: list[str], column: int) -> str:
    return line[column].strip() if column < len(line) else ""


def _answer(row: Mapping[str, str], approved: Mapping[str, int], today: int, zone: ZoneInfo) -> Answer | str:
    """Return the answer of a row, or the reason for rejecting it."""
    if row["warning"] not in approved:
        return "there is no approved warning of this id"
    outcome = _OUTCOMES.get(row["outcome"])
    if outcome is None:
        return "the outcome is none of " + ", ".join(OUTCOMES)
    day = read_day(row["day"], zone=zone)
    if day >= UNREADABLE:
        return "the day is not a date as YYYY-MM-DD"
    if not approved[row["warning"]] <= day <= today:
        return "the day is before the list's date or in the future"
    return Answer(row["warning"], day, outcome, today)
