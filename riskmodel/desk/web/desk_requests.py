"""What can be asked of the desk, whoever asks, as values."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from riskmodel.base.days import day_argument, to_iso
from riskmodel.base.errors import UsageError
from riskmodel.base.project import Project
from riskmodel.desk.answer_files import AnswerRows
from riskmodel.desk.answer_report import AnswerReport
from riskmodel.desk.answer_table import record_answer_rows
from riskmodel.desk.web.access_codes import Access
from riskmodel.desk.web.centre_lists import AnswerRow, OfferedList, answer_rows, approved_list, list_json, offered_lists
from riskmodel.ledger import Ledger
from riskmodel.operations.delivery_decisions import acknowledge
from riskmodel.operations.list_bodies import from_stored


@dataclass(frozen=True)
class DeskClock:
    """Today's day number and the seconds since 1970, asked at each request."""

    today: Callable[[], int]
    seconds: Callable[[], int]


@dataclass(frozen=True)
class Given:
    """What was sent: result and day by warning, and whether it corrects."""

    outcomes: Mapping[str, str]
    days: Mapping[str, str]
    correct: bool = False

    def has(self, warning: str) -> bool:
        """Return whether anything was sent for a warning."""
        return bool(self.outcomes.get(warning) or self.days.get(warning))


@dataclass(frozen=True)
class DeskRequests:
    """The requests of a project's desk.

    Each shows or changes lists of one centre only.
    """

    project: Project
    clock: DeskClock

    def offered(self, access: Access) -> tuple[OfferedList, ...]:
        """Return a centre's last approved lists."""
        return offered_lists(self.project, access.centre, self.clock.today(), self.clock.seconds())

    def page(self, access: Access, date: str) -> bytes:
        """Return the page of a list, as it was approved."""
        from riskmodel.operations.nightly import approved_page

        return approved_page(
            self.project, Ledger.of_nights(self.project), approved_list(self.project, access.centre, listed_day(date))
        )

    def content(self, access: Access, date: str) -> Mapping[str, Any]:
        """Return a list with its answers as JSON values."""
        return list_json(self.project, approved_list(self.project, access.centre, listed_day(date)))

    def rows(self, access: Access, date: str) -> tuple[AnswerRow, ...]:
        """Return the places of a list that can be answered."""
        return answer_rows(self.project, from_stored(approved_list(self.project, access.centre, listed_day(date))))

    def answer(self, access: Access, date: str, given: Given) -> AnswerReport:
        """Record answers; rows of the report are those of the list's form.

        Raises
        ------
        UsageError
            If a warning is not on the list. Nothing is recorded then.
        """
        there = dict.fromkeys(row.work.id for row in self.rows(access, date))
        for id in {*given.outcomes, *given.days}:
            if id not in there:
                raise UsageError(
                    f"The list of {to_iso(listed_day(date))} for {access.centre!r} has no warning {id[:40]!r}. Nothing was recorded. Take ids from the list."
                )
        asked = [
            (number, {"warning": id, "outcome": given.outcomes.get(id, ""), "day": given.days.get(id, "")})
            for number, id in enumerate(there, 1)
            if given.has(id)
        ]
        filled = AnswerRows(self.project.table.warnings.language, tuple(asked), tuple(there))
        return record_answer_rows(self.project, filled, self.clock.today(), correct=given.correct)

    def acknowledge(self, access: Access, date: str) -> None:
        """Record that somebody of the centre read a red list."""
        day = listed_day(date)
        approved_list(self.project, access.centre, day)
        acknowledge(self.project, day, role=access.role, now=self.clock.seconds(), centre=access.centre)


def listed_day(date: str) -> int:
    """Return the day number of a date in an address.

    Raises
    ------
    UsageError
        If it is none.
    """
    return day_argument(date, "date", "the desk")


def given_as_json(body: bytes) -> Given:
    """Return the answers that a program sends.

    Raises
    ------
    UsageError
        If the body has another form.

    Examples
    --------
    >>> given_as_json(b'{"answers": [{"warning": "1a", "outcome": "visited", "day": "2026-01-02"}]}')
    Given(outcomes={'1a': 'visited'}, days={'1a': '2026-01-02'}, correct=False)
    """
    wanted = 'The body must be JSON such as {"answers": [{"warning": "…", "outcome": "visited", "day": "2026-01-02"}], "correct": false}. Nothing was recorded.'
    try:
        form = json.loads(body)
    except (ValueError, RecursionError):
        raise UsageError(wanted) from None
    if not isinstance(form, dict) or not isinstance(form.get("answers"), list) or not set(form) <= {"answers", "correct"}:
        raise UsageError(wanted)
    answers, correct = form["answers"], form.get("correct", False)
    keys = {"warning", "outcome", "day"}
    plain = all(
        isinstance(one, dict) and {"warning", "outcome"} <= set(one) <= keys and all(isinstance(value, str) for value in one.values())
        for one in answers
    )  # fmt: skip
    if not plain or not isinstance(correct, bool):
        raise UsageError(wanted)
    if len({one["warning"] for one in answers}) < len(answers):
        raise UsageError("A warning is answered twice in one request. Nothing was recorded. Send one answer for each.")
    outcomes, days = ({one["warning"]: one.get(key, "") for one in answers} for key in ("outcome", "day"))
    return Given(outcomes, days, correct)
