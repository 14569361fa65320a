"""Recorded answers: what centres found, in the order received."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, bindparam, func, or_, select, union

from riskmodel.base.answer_outcomes import OUTCOME_MEANINGS, OUTCOMES
from riskmodel.base.errors import unknown_name
from riskmodel.ledger.column_types import DayColumn, row_of, value_of
from riskmodel.ledger.entries import Answer, FiledAnswer, ListedWarning
from riskmodel.ledger.errors import altered_records
from riskmodel.ledger.ledger_tables import ANSWERS, LISTS, WARNINGS
from riskmodel.ledger.record_digests import record
from riskmodel.ledger.seals import add, check_all
from riskmodel.ledger.seals_by_night import check_nights, check_since
from riskmodel.ledger.standing_answers import standing
from riskmodel.ledger.stored_lists import StoredLists

_CLOSING = [name for name, meaning in OUTCOME_MEANINGS.items() if meaning.closes]
_FOLLOW_UPS = [name for name, meaning in OUTCOME_MEANINGS.items() if meaning.follow_up]


def _open_follow_ups() -> Select[Any]:
    """Return the query of the answers that keep a follow-up open.

    No visit of the place after them, before a date and up to a number, closed it, and no correction replaced them.
    """
    first, of = ANSWERS.alias("first"), WARNINGS.alias("of_first")
    later, of_later = ANSWERS.alias("later"), WARNINGS.alias("of_later")

    def counts(answers: Any) -> ColumnElement[bool]:
        fix = ANSWERS.alias(f"fix_of_{answers.name}")
        replaced = select(fix.c.number).where(
            fix.c.warning == answers.c.warning, fix.c.replaces >= answers.c.number, fix.c.number <= bindparam("last")
        )
        return and_(answers.c.number <= bindparam("last"), answers.c.day < bindparam("before"), ~replaced.exists())

    closes = later.c.outcome.in_(_CLOSING)
    of_place = and_(of_later.c.target == of.c.target, of_later.c.place == of.c.place, closes)
    after = or_(later.c.day > first.c.day, and_(later.c.day == first.c.day, later.c.number > first.c.number))
    visits = select(later.c.number).join(of_later, of_later.c.id == later.c.warning).where(of_place, counts(later), after)
    query = select(first.c.number).join(of, of.c.id == first.c.warning)
    return query.where(first.c.outcome.in_(_FOLLOW_UPS), counts(first), ~visits.exists())


def _same(answer: Answer) -> ColumnElement[bool]:
    """Return what marks an answer that is recorded already.

    One that corrects nothing is also there where a correction said the same.
    """
    if answer.replaces is not None:
        return ANSWERS.c.id == answer.id
    return and_(ANSWERS.c.warning == answer.warning, ANSWERS.c.day == answer.day, ANSWERS.c.outcome == answer.outcome)


_WARNING = (WARNINGS.c.target, WARNINGS.c.place, WARNINGS.c.grade)
_FILED = (
    select(ANSWERS, *_WARNING, LISTS.c.as_of)
    .join(WARNINGS, WARNINGS.c.id == ANSWERS.c.warning)
    .join(LISTS, LISTS.c.id == WARNINGS.c.list_id)
    .order_by(ANSWERS.c.number)
)


def _mattering() -> Select[Any]:
    """Return the query of the answers that a night can need."""
    since, of_answer = bindparam("since", type_=DayColumn), ANSWERS.c.warning == WARNINGS.c.id
    recent = ANSWERS.alias("recent")
    answered = select(recent.c.warning).where(recent.c.day >= since)
    wanted = union(
        select(ANSWERS.c.number).where(ANSWERS.c.day >= since),
        select(ANSWERS.c.number)
        .join(WARNINGS, of_answer)
        .join(LISTS, LISTS.c.id == WARNINGS.c.list_id)
        .where(LISTS.c.as_of >= since),
        select(ANSWERS.c.number).where(ANSWERS.c.replaces.is_not(None), ANSWERS.c.warning.in_(answered)),
        _open_follow_ups(),
    )
    return _FILED.where(ANSWERS.c.number <= bindparam("last"), ANSWERS.c.number.in_(wanted))


_MATTERING = _mattering()


class RecordedAnswers:
    """The answers of all centres, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def record(self, answers: Iterable[Answer]) -> int:
        """Record answers once each and return how many were new.

        A later answer with another outcome is kept beside the first.

        Raises
        ------
        UsageError
            If an outcome is not one of :data:`~riskmodel.base.answer_outcomes.OUTCOMES`, or a warning was never approved.
        IntegrityError
            If an answer or the list of a warning was changed since it was recorded.
        """
        lists, new, intact, given = StoredLists(self._connection), 0, set[int](), list(answers)
        known = lists.answerable(answer.warning for answer in given)
        check_nights(self._connection, ANSWERS, known.values())
        for answer in given:
            if answer.outcome not in OUTCOMES:
                raise unknown_name("outcome", answer.outcome, OUTCOMES)
            if answer.warning not in known:
                raise unknown_name("approved warning", answer.warning, lists.answerable())
            if known[answer.warning] not in intact:
                lists.of(known[answer.warning])
                intact.add(known[answer.warning])
            if self._connection.scalar(select(ANSWERS.c.number).where(_same(answer)).limit(1)) is None:
                add(self._connection, ANSWERS, row_of(ANSWERS, answer), known[answer.warning])
                record(self._connection, answer.received, "answer", answer.id)
                new += 1
        return new

    def correct(self, answers: Iterable[Answer]) -> int:
        """Record answers that replace all earlier ones to their warnings.

        Return how many were new. Nothing is recorded of a warning for which the same answers stand already.

        Raises
        ------
        UsageError, IntegrityError
            As :meth:`record`.
        """
        given: dict[str, list[Answer]] = {}
        for one in answers:
            given.setdefault(one.warning, []).append(one)
        there: dict[str, list[FiledAnswer]] = {}
        for filed in self.to_warnings(given):
            there.setdefault(filed.warning.id, []).append(filed)
        new: list[Answer] = []
        for warning, wanted in given.items():
            before = there.get(warning, [])
            if {(one.answer.day, one.answer.outcome) for one in standing(before)} != {(one.day, one.outcome) for one in wanted}:
                last = max((one.number for one in before), default=None)
                new += [replace(one, replaces=last) for one in wanted]
        return self.record(new)

    def answered(self, warnings: Iterable[str]) -> frozenset[str]:
        """Return those of some warnings that have an answer.

        Raises
        ------
        IntegrityError
            If an answer to the lists of their nights was changed, removed or added.
        """
        asked = list(warnings)
        nights = select(LISTS.c.as_of).join(WARNINGS, WARNINGS.c.list_id == LISTS.c.id).where(WARNINGS.c.id.in_(asked))
        check_nights(self._connection, ANSWERS, self._connection.scalars(nights))
        return frozenset(self._connection.scalars(select(ANSWERS.c.warning).where(ANSWERS.c.warning.in_(asked))))

    def to_warnings(self, warnings: Iterable[str]) -> tuple[FiledAnswer, ...]:
        """Return the answers to some warnings, in the order received.

        Raises
        ------
        IntegrityError
            As :meth:`answered`.
        """
        asked = sorted(self.answered(warnings))
        return self._filed(_FILED.where(ANSWERS.c.warning.in_(asked)))

    def last_number(self, known: int | None = None) -> int:
        """Return the number of the last answer; 0 if there is none.

        Parameters
        ----------
        known
            Where given, the last before any answer that came in on this day or later.
        """
        later = None
        if known is not None:
            later = self._connection.scalar(select(func.min(ANSWERS.c.number)).where(ANSWERS.c.received >= known))
        return later - 1 if later is not None else self._connection.scalar(select(func.max(ANSWERS.c.number))) or 0

    def up_to(self, number: int | None = None) -> tuple[FiledAnswer, ...]:
        """Return the answers in the order received, optionally up to a number.

        Raises
        ------
        IntegrityError
            If an answer was changed, removed or added, or the records of the warnings were.
        """
        check_all(self._connection, ANSWERS)
        StoredLists(self._connection).check_answered()
        found = self._filed(_FILED if number is None else _FILED.where(ANSWERS.c.number <= number))
        count = select(func.count()).select_from(ANSWERS).where(ANSWERS.c.number <= (number or self.last_number()))
        recorded = self._connection.scalar(count) or 0
        if number != 0 and len(found) != recorded:
            # the warning or the list of an answer is gone
            raise altered_records("answered warning", len(found), recorded)
        return found

    def after(self, number: int) -> tuple[FiledAnswer, ...]:
        """Return the answers that came after a number, in order.

        Raises
        ------
        IntegrityError
            If an answer to a list of one of their nights was changed, removed or added, or the records of the warnings were.
        """
        found = self._filed(_FILED.where(ANSWERS.c.number > number))
        nights = {one.as_of for one in found}
        check_nights(self._connection, ANSWERS, nights)
        StoredLists(self._connection).check_answered(LISTS.c.as_of.in_(sorted(nights)))
        return found

    def id_of(self, number: int) -> str:
        """Return an answer's id by its number; empty if there is none."""
        return self._connection.scalar(select(ANSWERS.c.id).where(ANSWERS.c.number == number)) or ""

    def mattering(self, number: int, as_of: int, since: int) -> tuple[FiledAnswer, ...]:
        """Return the answers up to a number that a night can need.

        They are those given from a day on, those to lists of nights from that day on, and those that keep a follow-up open, however old. The
        others are not read; an audit checks all.

        Parameters
        ----------
        as_of
            The night; a follow-up that is closed only then is open.
        since
            The first day of the span.

        Raises
        ------
        IntegrityError
            If an answer to a list of one of the nights that are read, or of any since, was changed, removed or added, or the records of the
            warnings were.
        """
        found = self._filed(_MATTERING, last=number, before=as_of, since=since)
        older = {one.as_of for one in found if one.as_of < since}
        check_since(self._connection, ANSWERS, since)
        check_nights(self._connection, ANSWERS, older)
        StoredLists(self._connection).check_answered(or_(LISTS.c.as_of >= since, LISTS.c.as_of.in_(sorted(older))))
        return found

    def _filed(self, query: Select[Any], **asked: object) -> tuple[FiledAnswer, ...]:
        """Return the answers of a query, with their warnings."""
        return tuple(
            FiledAnswer(row["number"], value_of(Answer, row), _warning(row), row["as_of"])
            for row in self._connection.execute(query, asked).mappings()
        )


def _warning(row: RowMapping) -> ListedWarning:
    return ListedWarning(row["warning"], row["target"], row["place"], row["grade"])
