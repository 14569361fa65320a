"""Lists of one centre as the desk shows them: approved ones only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from riskmodel.base.answer_outcomes import OUTCOME_TEXTS
from riskmodel.base.days import to_iso
from riskmodel.base.errors import UsageError
from riskmodel.base.project import Project
from riskmodel.ledger import Ledger, StoredList, standing
from riskmodel.operations.delivery import URGENT, grades_of
from riskmodel.operations.list_bodies import from_stored, refuse_unsendable

if TYPE_CHECKING:
    from riskmodel.warning import WarningList
    from riskmodel.warning.formats.worklist import WorkRow

MOST_NIGHTS = 30
"""Nights that the desk offers."""


@dataclass(frozen=True)
class OfferedList:
    """A night's list and how many of its warnings are answered.

    ``urgent`` says whether it has red warnings, ``read_until`` until when somebody's acknowledgement counts (seconds; 0: it was not read).
    """

    as_of: int
    warnings: int
    answered: int
    urgent: bool
    read_until: int = 0


def offered_lists(project: Project, centre: str, today: int, now: int) -> tuple[OfferedList, ...]:
    """Return a centre's last approved lists, the newest first.

    Raises
    ------
    IntegrityError
        If one of them is damaged.
    """
    with Ledger.of_nights(project).read() as book:
        nights = list(islice(book.lists.approved_before(today + 1, centre), MOST_NIGHTS))
        stored = [one for day in nights for one in book.lists.of(day, centre)]
        answered = book.answers.answered(warning.id for one in stored for warning in one.warnings)
        read = {one.id: [each.until for each in book.acknowledgements.of(one.id) if each.counts(now)] for one in stored}
    return tuple(
        OfferedList(
            one.as_of, len(one.warnings), sum(w.id in answered for w in one.warnings), URGENT in grades_of(one), max(read[one.id], default=0)
        )
        for one in stored
    )  # fmt: skip


def approved_list(project: Project, centre: str, as_of: int) -> StoredList:
    """Return a centre's approved list of a night.

    Raises
    ------
    UsageError
        If it has none, or it is a draft: nobody outside learns that there is one.
    RefusedError
        If it is a replay, a preview or late.
    IntegrityError
        If it is damaged.
    """
    with Ledger.of_nights(project).read() as book:
        marks = {mark.centre: mark for mark in book.lists.marks(as_of, centre)}
        if centre not in marks or not marks[centre].approved:
            raise UsageError(f"There is no approved list of {to_iso(as_of)} for {centre!r}.")
        (stored,) = book.lists.of(as_of, centre)
    refuse_unsendable(from_stored(stored))
    return stored


@dataclass(frozen=True)
class AnswerRow:
    """A line of the worklist, and what was answered to it."""

    work: WorkRow
    answers: tuple[str, ...]


def answer_rows(project: Project, whole: WarningList) -> tuple[AnswerRow, ...]:
    """Return the rows of a list's form, with the answers that count."""
    from riskmodel.warning.formats.plain_text import row_date
    from riskmodel.warning.formats.worklist import work_rows

    language = project.table.warnings.language
    rows = work_rows(whole, language)
    with Ledger.of_nights(project).read() as book:
        filed = standing(book.answers.to_warnings({row.id for row in rows}))
    said: dict[str, list[str]] = {}
    for one in filed:
        text = f"{OUTCOME_TEXTS[one.answer.outcome](language)} {row_date(one.answer.day, language)}"
        said.setdefault(one.warning.id, []).append(text)
    return tuple(AnswerRow(row, tuple(said.get(row.id, ()))) for row in rows)


def list_json(project: Project, stored: StoredList) -> Mapping[str, Any]:
    """Return an approved list as JSON values, with its answers."""
    whole = from_stored(stored)
    with Ledger.of_nights(project).read() as book:
        filed = standing(book.answers.to_warnings(one.id for one in stored.warnings))
    answers = [{"warning": one.warning.id, "outcome": one.answer.outcome, "day": to_iso(one.answer.day)} for one in filed]
    return {**whole.to_json(), "digest": stored.digest, "answers": answers}
