"""Recorded answers: what centres found, in the order received."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, RowMapping, func, select

from riskmodel.base.errors import unknown_name
from riskmodel.ledger.column_types import row_of, value_of
from riskmodel.ledger.entries import OUTCOMES, Answer, FiledAnswer, ListedWarning
from riskmodel.ledger.errors import altered_records
from riskmodel.ledger.ledger_tables import ANSWERS, LISTS, WARNINGS
from riskmodel.ledger.record_digests import record
from riskmodel.ledger.seals import add, check_all
from riskmodel.ledger.stored_lists import StoredLists


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
            If an outcome is not one of :data:`OUTCOMES`, or a warning was never approved.
        IntegrityError
            If an answer or the list of a warning was changed since it was recorded.
        """
        check_all(self._connection, ANSWERS)
        lists, new, intact, given = StoredLists(self._connection), 0, set[int](), list(answers)
        known = lists.answerable(answer.warning for answer in given)
        for answer in given:
            if answer.outcome not in OUTCOMES:
                raise unknown_name("outcome", answer.outcome, OUTCOMES)
            if answer.warning not in known:
                raise unknown_name("approved warning", answer.warning, lists.answerable())
            if known[answer.warning] not in intact:
                lists.of(known[answer.warning])
                intact.add(known[answer.warning])
            if self._connection.scalar(select(ANSWERS.c.number).where(ANSWERS.c.id == answer.id)) is None:
                add(self._connection, ANSWERS, row_of(ANSWERS, answer))
                record(self._connection, answer.received, "answer", answer.id)
                new += 1
        return new

    def answered(self, warnings: Iterable[str]) -> frozenset[str]:
        """Return those of some warnings that have an answer."""
        check_all(self._connection, ANSWERS)
        found = select(ANSWERS.c.warning).where(ANSWERS.c.warning.in_(list(warnings)))
        return frozenset(self._connection.scalars(found))

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
        warning = (WARNINGS.c.target, WARNINGS.c.place, WARNINGS.c.grade)
        query = select(ANSWERS, *warning, LISTS.c.as_of).join(WARNINGS, WARNINGS.c.id == ANSWERS.c.warning)
        query = query.join(LISTS, LISTS.c.id == WARNINGS.c.list_id).order_by(ANSWERS.c.number)
        if number is not None:
            query = query.where(ANSWERS.c.number <= number)
        count = select(func.count()).select_from(ANSWERS).where(ANSWERS.c.number <= (number or self.last_number()))
        found = tuple(
            FiledAnswer(row["number"], value_of(Answer, row), _warning(row), row["as_of"])
            for row in self._connection.execute(query).mappings()
        )
        recorded = self._connection.scalar(count) or 0
        if number != 0 and len(found) != recorded:
            # the warning or the list of an answer is gone
            raise altered_records("answered warning", len(found), recorded)
        return found


def _warning(row: RowMapping) -> ListedWarning:
    return ListedWarning(row["warning"], row["target"], row["place"], row["grade"])
