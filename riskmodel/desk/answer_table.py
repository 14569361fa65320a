"""Tables of answers that centres hand back: warning, outcome and day.

Only these three columns are read, and no message or file repeats what a cell of the table held.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from riskmodel.base.answer_outcomes import OUTCOME_MEANINGS
from riskmodel.base.days import DateLike, to_date, to_day, to_iso
from riskmodel.base.files import sha256, write_json
from riskmodel.base.month_names import month_number
from riskmodel.base.project import Project
from riskmodel.desk.answer_files import AnswerRows, content_of, excel_day, read_answers
from riskmodel.desk.answer_report import REJECTIONS, AnswerReport, OverruledRow, RejectedRow
from riskmodel.ledger import Answer, FiledAnswer, Ledger, counting, standing
from riskmodel.records.intake.columns.date_column import UNREADABLE, read_day
from riskmodel.warning.formats.answer_words import read_outcome

_MONTH_AND_DAY = re.compile(r"(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]?|(?P<number>\d{1,2}) (?P<name>[A-Za-z]+)\.?")
"""A day without a year, in the two forms in which lists write deadlines."""


def record_answer_table(project: Project, table: Path, today: DateLike, *, correct: bool = False) -> AnswerReport:
    """Record the answers of an XLSX, ODS or CSV file.

    Rows without result and date are left out. Recording the same file again adds nothing. Numbers and reasons of rejected rows are written to ``answers-quarantine/`` beside
    the ledger, until the file has none.

    Parameters
    ----------
    today
        The day on which they are received; an answer of a later day is rejected.
    correct
        Whether the rows replace all earlier answers to their warnings.

    Raises
    ------
    UsageError
        If the file does not exist, is empty, cannot be read or lacks a column.
    """
    content = content_of(table, project.table.warnings.language)
    file = read_answers(table, content, project.table.warnings.language)
    report = record_answer_rows(project, file, today, correct=correct)
    return replace(report, quarantine=_note_rejected(Ledger.of_nights(project), content, report.rejected))


def record_answer_rows(project: Project, given: AnswerRows, today: DateLike, *, correct: bool = False) -> AnswerReport:
    """Record the answers of some rows, from a file or a form.

    Parameters and rules are those of :func:`record_answer_table`; nothing is written down of rejected rows.
    """
    ledger = Ledger.of_nights(project)
    with ledger.read() as book:
        asked = {_id(row["warning"]) for _, row in given.rows}
        approved, listed = book.lists.answerable(asked), book.lists.centres(asked)
    zone = ZoneInfo(project.table.time_zone)
    read = [(number, _answer(row, approved, listed, to_day(today), zone)) for number, row in given.rows]
    listed_on = {number: approved.get(_id(row["warning"]), 0) for number, row in given.rows}
    rejected = [
        RejectedRow(number, REJECTIONS[one](given.language, first=to_iso(listed_on[number]), last=to_iso(to_day(today))))
        for number, one in read
        if isinstance(one, str)
    ]
    numbered = [(number, one) for number, one in read if not isinstance(one, str)]
    answers = [one for _, one in numbered]
    with ledger.write() as book:
        before = book.answers.to_warnings(one.warning for one in answers)
        elsewhere, several = _by_centre(numbered, book.lists.centres(map(_id, given.warnings)))
        accepted = book.answers.correct(answers) if correct else book.answers.record(answers)
        after = book.answers.to_warnings(one.warning for one in answers)
    return AnswerReport(
        rows=len(given.rows),
        accepted=accepted,
        duplicates=len(answers) - accepted,
        rejected=tuple(rejected),
        quarantine=None,
        language=given.language,
        differing=_differing(numbered),
        contradicting=_contradicting(numbered, before),
        elsewhere=elsewhere,
        several=several,
        overruled=_overruled(numbered, before, after),
    )


def _note_rejected(ledger: Ledger, content: bytes, rejected: Sequence[RejectedRow]) -> Path | None:
    """Write down the rejected rows of a file, or forget them."""
    path = ledger.path.parent / "answers-quarantine" / f"{sha256(content)[:16]}.json"
    if not rejected:
        path.unlink(missing_ok=True)
        return None
    write_json(path, {"sha256": sha256(content), "rows": [{"row": one.row, "reason": one.reason} for one in rejected]})
    return path


def _contradicting(numbered: Sequence[tuple[int, Answer]], before: Sequence[FiledAnswer]) -> tuple[int, ...]:
    """Return the rows that are new and say otherwise than before.

    A later visit may well find something else.
    """
    known: dict[str, list[Answer]] = {}
    for one in before:
        known.setdefault(one.warning.id, []).append(one.answer)
    given = {_said(one.answer) for one in before}
    return tuple(
        number
        for number, one in numbered
        if _said(one) not in given
        and any(old.outcome != one.outcome and old.day >= one.day for old in known.get(one.warning, ()))
    )


def _overruled(
    numbered: Sequence[tuple[int, Answer]], before: Sequence[FiledAnswer], after: Sequence[FiledAnswer]
) -> tuple[OverruledRow, ...]:
    """Return the rows beside which an answer of another file counts.

    A row that was handed in before and was followed by a later visit is as it should be.
    """
    there: dict[str, list[FiledAnswer]] = {}
    for one in after:
        there.setdefault(one.warning.id, []).append(one)
    stand = {_said(one.answer) for one in standing(after)}
    old, given = {_said(one.answer) for one in before} & stand, {_said(one) for _, one in numbered}
    found = []
    for number, one in numbered:
        best = counting(there[one.warning])
        if best is None or _said(best.answer) in given:
            continue
        if _said(one) not in old or best.answer.day == one.day:
            found.append(OverruledRow(number, best.answer.day, best.answer.outcome))
    return tuple(found)


def _said(one: Answer) -> tuple[str, int, str]:
    return one.warning, one.day, one.outcome


def _by_centre(
    numbered: Sequence[tuple[int, Answer]], centres: Mapping[str, str]
) -> tuple[tuple[tuple[int, str], ...], tuple[tuple[str, int], ...]]:
    """Return the rows of other centres, or those of each.

    Rows that are not filled in say whose file it is as well. A file that is not mostly of one centre belongs to none.

    Parameters
    ----------
    centres
        The centre of each warning that the file names.
    """
    own, most = max(Counter(centres.values()).items(), key=lambda each: (each[1], each[0]), default=("", 0))
    of = [(number, centres[one.warning]) for number, one in numbered]
    if 2 * most > len(centres):
        return tuple((number, centre) for number, centre in of if centre != own), ()
    counts = Counter(centre for _, centre in of)
    return (), tuple(sorted(counts.items())) if len(counts) > 1 else ()


def _differing(numbered: Sequence[tuple[int, Answer]]) -> tuple[tuple[int, ...], ...]:
    """Return the rows of each warning that has several results."""
    found: dict[str, list[tuple[int, Answer]]] = {}
    for number, one in numbered:
        found.setdefault(one.warning, []).append((number, one))
    return tuple(tuple(number for number, _ in rows) for rows in found.values() if len({one.outcome for _, one in rows}) > 1)


def _answer(
    row: Mapping[str, str], approved: Mapping[str, int], listed: Collection[str], today: int, zone: ZoneInfo
) -> Answer | str:
    """Return the answer of a row, or why not.

    Where nobody went no date is needed; that of the list counts then.
    """
    warning = _id(row["warning"])
    if warning not in approved:
        return "draft" if warning in listed else "unknown"
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


def _id(text: str) -> str:
    """Return an id as lists have it.

    Telephones begin words with a capital, and Chinese keyboards write wide letters.
    """
    return unicodedata.normalize("NFKC", text).lower()


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
