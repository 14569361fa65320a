"""Tables of answers that centres hand back: warning, outcome and day.

Only these three columns are read, and no message or file repeats what a cell of the table held.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from riskmodel.base.answer_outcomes import OUTCOME_MEANINGS, OUTCOME_TEXTS, OUTCOMES
from riskmodel.base.days import DateLike, to_date, to_day
from riskmodel.base.files import sha256, write_json
from riskmodel.base.month_names import month_number
from riskmodel.base.plurals import counted
from riskmodel.base.project import Project
from riskmodel.base.texts import Language, Text, enumerated
from riskmodel.desk.answer_files import content_of, excel_day, read_answers
from riskmodel.ledger import Answer, Ledger
from riskmodel.records.intake.columns.date_column import UNREADABLE, read_day
from riskmodel.warning.formats.answer_words import read_outcome

REJECTIONS = {
    "unknown": Text(
        zh="没有这个编号的已批准预警；请从名单中复制预警编号",
        en="there is no approved warning of this id; copy the id from the list",
    ),
    "outcome": Text(
        zh=f"结果不是{'、'.join(text.zh for text in OUTCOME_TEXTS.values())}之一；请从中选择",
        en=f"the outcome is none of {', '.join(OUTCOMES)}; choose one of them",
    ),
    "no outcome": Text(zh="填了日期，没有填结果；请选择结果", en="there is a date but no result; choose one"),
    "no day": Text(
        zh="没有填走访日期；请写成 2026-01-02 或 1月2日", en="the date of the visit is missing; write it as YYYY-MM-DD"
    ),
    "day": Text(zh="日期无法识别；请写成 2026-01-02 或 1月2日", en="the day is not a date as YYYY-MM-DD; correct it"),
    "range": Text(zh="日期早于名单日期或在今天之后；请改正", en="the day is before the list's date or in the future; correct it"),
}
"""Why a row is rejected and what to do."""

_MONTH_AND_DAY = re.compile(r"(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]?|(?P<number>\d{1,2}) (?P<name>[A-Za-z]+)\.?")
"""A day without a year, in the two forms in which lists write deadlines."""

COUNTS = Text(
    zh="{rows}条反馈＝采纳{accepted}条＋重复{duplicates}条＋退回{rejected}条",
    en="{answers} = {accepted} accepted + {doubles} + {rejected} rejected",
)
ROW = Text(zh="  表头下第{row}行：{reason}", en="  row {row}: {reason}")
DIFFERING = Text(
    zh="  表头下第{rows}行：同一预警填了不同结果，均已记录，以走访日期较晚的为准",
    en="  rows {rows}: different results of one warning; all are recorded, and the latest visit counts",
)
BEFORE = Text(
    zh="  表头下第{rows}行：此前提交过同日或更晚的不同结果，均已记录；以走访日期较晚的为准，同日的以后提交的为准",
    en="  rows {rows}: another result of the same day or a later one was handed in before; all are recorded, the latest visit counts, and of one day what "
    "came in last",
)
ELSEWHERE = Text(
    zh="  表头下第{row}行：该预警在{centre}的名单上，已照常记录；若编号填错，请另报正确的一行，并告知该中心",
    en="  row {row}: the warning is on the list of {centre}; it is recorded all the same. If the id is wrong, hand in the right row as well, and tell that centre",
)
KEPT = Text(zh="  退回的行号记录在 {path}", en="  kept in {path}")
NOTHING = Text(
    zh="{table}中没有填写任何结果。请填写结果和走访日期后重新提交。",
    en="There is no answer in {table} yet. Fill in results and dates, then pass it again.",
)
REJECTED = Text(
    zh="{table}中没有一行被采纳。请改正退回的行后重新提交。",
    en="No row of {table} was recorded. Correct the rejected rows, then pass the table again.",
)


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

    Always ``rows == accepted + duplicates + len(rejected)``. ``differing`` are rows of one warning with different results, ``contradicting`` those to which an earlier
    file gave another result of the same day or a later one, ``elsewhere`` those of a file of one centre whose warning is on the list of another: whoever was at the place, it was visited.
    """

    rows: int
    accepted: int
    duplicates: int
    rejected: tuple[RejectedRow, ...]
    quarantine: Path | None
    language: Language = "en"
    differing: tuple[tuple[int, ...], ...] = ()
    contradicting: tuple[int, ...] = ()
    elsewhere: tuple[tuple[int, str], ...] = ()

    def __post_init__(self) -> None:
        if self.rows != self.accepted + self.duplicates + len(self.rejected):
            raise AssertionError(f"rows of answers do not add up: {self.to_json()}")

    def __repr__(self) -> str:
        counts = {"rows": self.rows, "accepted": self.accepted, "duplicates": self.duplicates, "rejected": len(self.rejected)}
        nouns = {"answers": counted(self.rows, "answer"), "doubles": counted(self.duplicates, "duplicate")}
        head = COUNTS(self.language, **counts, **nouns)
        rows = [ROW(self.language, row=one.row, reason=one.reason) for one in self.rejected]
        rows += [DIFFERING(self.language, rows=enumerated(map(str, each), self.language)) for each in self.differing]
        if self.contradicting:
            rows.append(BEFORE(self.language, rows=enumerated(map(str, self.contradicting), self.language)))
        rows += [ELSEWHERE(self.language, row=row, centre=centre) for row, centre in self.elsewhere]
        return "\n".join([head, *rows, *([KEPT(self.language, path=self.quarantine)] if self.quarantine else [])])

    def failure(self, table: str) -> str | None:
        """Return why nothing was recorded, in the file's language.

        None if something is: rows of a table that was passed before count.
        """
        if self.accepted or self.duplicates:
            return None
        return (REJECTED if self.rejected else NOTHING)(self.language, table=repr(table))

    def to_json(self) -> dict[str, Any]:
        """Return plain values for ``--json``."""
        return {
            "rows": self.rows,
            "accepted": self.accepted,
            "duplicates": self.duplicates,
            "rejected": [{"row": one.row, "reason": one.reason} for one in self.rejected],
            "differing": [list(rows) for rows in self.differing],
            "contradicting": list(self.contradicting),
            "elsewhere": [{"row": row, "centre": centre} for row, centre in self.elsewhere],
            "quarantine": None if self.quarantine is None else str(self.quarantine),
        }


def record_answer_table(project: Project, table: Path, today: DateLike) -> AnswerReport:
    """Record the answers of an XLSX, ODS or CSV file.

    Rows without result and date are left out. Recording the same file again adds nothing. Numbers and reasons of rejected rows are written to ``answers-quarantine/`` beside
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
    content = content_of(table)
    file = read_answers(table, content, project.table.warnings.language)
    ledger = Ledger.of(project)
    with ledger.read() as book:
        approved = book.lists.answerable(_id(row) for _, row in file.rows)
    zone, rejected = ZoneInfo(project.table.time_zone), []
    numbered: list[tuple[int, Answer]] = []
    for number, row in file.rows:
        read = _answer(row, approved, to_day(today), zone)
        if isinstance(read, str):
            rejected.append(RejectedRow(number, REJECTIONS[read](file.language)))
        else:
            numbered.append((number, read))
    answers = [one for _, one in numbered]
    with ledger.write() as book:
        contradicting = _contradicting(numbered, book.answers.to_warnings(one.warning for one in answers))
        elsewhere = _elsewhere(numbered, book.lists.centres(one.warning for one in answers))
        accepted = book.answers.record(answers)
    path = _note_rejected(ledger, content, rejected)
    doubles, differing = len(answers) - accepted, _differing(numbered)
    return AnswerReport(
        len(file.rows), accepted, doubles, tuple(rejected), path, file.language, differing, contradicting, elsewhere
    )


def _note_rejected(ledger: Ledger, content: bytes, rejected: Sequence[RejectedRow]) -> Path | None:
    """Write down the rejected rows of a file, or forget them."""
    path = ledger.path.parent / "answers-quarantine" / f"{sha256(content)[:16]}.json"
    if not rejected:
        path.unlink(missing_ok=True)
        return None
    write_json(path, {"sha256": sha256(content), "rows": [{"row": one.row, "reason": one.reason} for one in rejected]})
    return path


def _contradicting(numbered: Sequence[tuple[int, Answer]], before: Sequence[Answer]) -> tuple[int, ...]:
    """Return the rows that are new and say otherwise than before.

    A later visit may well find something else.
    """
    known: dict[str, list[Answer]] = {}
    for one in before:
        known.setdefault(one.warning, []).append(one)
    ids = {one.id for one in before}
    return tuple(
        number
        for number, one in numbered
        if one.id not in ids and any(old.outcome != one.outcome and old.day >= one.day for old in known.get(one.warning, ()))
    )


def _elsewhere(numbered: Sequence[tuple[int, Answer]], centres: Mapping[str, str]) -> tuple[tuple[int, str], ...]:
    """Return the rows of other centres than that of most rows.

    There are none in a file that brings the answers of several centres together.
    """
    of = [(number, centres[one.warning]) for number, one in numbered]
    own, most = max(Counter(centre for _, centre in of).items(), key=lambda each: (each[1], each[0]), default=("", 0))
    return tuple((number, centre) for number, centre in of if centre != own) if 2 * most > len(of) else ()


def _differing(numbered: Sequence[tuple[int, Answer]]) -> tuple[tuple[int, ...], ...]:
    """Return the rows of each warning that has several results."""
    found: dict[str, list[tuple[int, Answer]]] = {}
    for number, one in numbered:
        found.setdefault(one.warning, []).append((number, one))
    return tuple(tuple(number for number, _ in rows) for rows in found.values() if len({one.outcome for _, one in rows}) > 1)


def _answer(row: Mapping[str, str], approved: Mapping[str, int], today: int, zone: ZoneInfo) -> Answer | str:
    """Return the answer of a row, or why not.

    Where nobody went no date is needed; that of the list counts then.
    """
    warning = _id(row)
    if warning not in approved:
        return "unknown"
    outcome = read_outcome(row["outcome"])
    if outcome is None:
        return "outcome" if row["outcome"] else "no outcome"
    if not row["day"]:
        return "no day" if OUTCOME_MEANINGS[outcome].visit else Answer(warning, approved[warning], outcome, today)
    day = read_day(excel_day(row["day"]), zone=zone)
    if day >= UNREADABLE:
        day = _yearless_day(row["day"], approved[warning])
    if day is None:
        return "day"
    if not approved[warning] <= day <= today:
        return "range"
    return Answer(warning, day, outcome, today)


def _id(row: Mapping[str, str]) -> str:
    """Return the id in a row as lists have it.

    Telephones begin words with a capital, and Chinese keyboards write wide letters.
    """
    return unicodedata.normalize("NFKC", row["warning"]).lower()


def _yearless_day(text: str, listed: int) -> int | None:
    """Return the day of a date without its year.

    It is the first such day from that of the list on.

    Examples
    --------
    >>> [rm.to_iso(day) for text in ("1月3日", "3 Jan") if (day := _yearless_day(text, to_day("2023-12-28")))]
    ['2024-01-03', '2024-01-03']
    """
    found = _MONTH_AND_DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    month = int(found["month"]) if found["month"] else month_number(found["name"])
    if month is None:
        return None
    years = (to_date(listed).year, to_date(listed).year + 1)
    days = [read_day(f"{year}-{month:02}-{int(found['day'] or found['number']):02}") for year in years]
    return next((day for day in days if listed <= day < UNREADABLE), None)
