"""Planted bugs of the ledger: transactions, journal, claims and answers."""

from __future__ import annotations

import sqlite3
from contextlib import nullcontext
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event, select, update

from riskmodel.base.files import canonical_json, sha256
from riskmodel.ledger import ledger_engine, queued_deliveries, receipts, recorded_answers, stored_lists
from riskmodel.ledger.entries import Answer
from riskmodel.ledger.journal import Journal
from riskmodel.ledger.ledger_tables import ANSWERS, DELIVERIES, LISTS, RECEIPTS
from riskmodel.ledger.queued_deliveries import Claim, QueuedDeliveries
from riskmodel.ledger.receipts import Receipts
from riskmodel.ledger.recorded_answers import RecordedAnswers
from riskmodel.ledger.stored_lists import StoredLists
from tests.torture import connections
from tests.torture.simulator import Simulation

Patch = pytest.MonkeyPatch


def _with_pragma(patch: Patch, pragma: str) -> None:
    @cache
    def engine_of(path: Path) -> Engine:
        engine = ledger_engine.sqlite_engine(path)
        event.listen(engine, "connect", lambda raw, _record: raw.execute(f"PRAGMA {pragma}"))
        return engine

    patch.setattr(connections, "engine_of", engine_of)


def database_unsynced(patch: Patch) -> None:
    """The database does not wait until the disk has a transaction."""
    _with_pragma(patch, "synchronous=OFF")


def database_synced_rarely(patch: Patch) -> None:
    """The database is synced when its log is copied back, not when a transaction ends."""
    _with_pragma(patch, "synchronous=NORMAL")


def database_without_log(patch: Patch) -> None:
    """The way back of a transaction is kept in memory."""
    patch.setattr(ledger_engine, "create_engine", lambda *of, **how: create_engine(*of, **_factory(how)))
    patch.setattr(connections, "engine_of", cache(ledger_engine.sqlite_engine))
    # the ledger of the template has a log, which goes away only while nobody else has it open
    patch.setattr(Simulation, "_open_elsewhere", lambda _self: nullcontext())


class _WithoutLog(sqlite3.Connection):
    """A connection that asks for a way back in memory where the code under test asks for a log."""

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        return super().execute(sql.replace("journal_mode=WAL", "journal_mode=MEMORY"), *parameters)


def _factory(how: dict[str, Any]) -> dict[str, Any]:
    return {**how, "connect_args": {**how["connect_args"], "factory": _WithoutLog}}


def approval_not_journalled(patch: Patch) -> None:
    """An approval has no entry in the journal."""
    patch.setattr(stored_lists, "record", lambda *_: None)


def receipt_not_journalled(patch: Patch) -> None:
    """A receipt has no entry in the journal."""
    patch.setattr(receipts, "record", lambda *_: None)


def answer_not_journalled(patch: Patch) -> None:
    """An answer has no entry in the journal."""
    patch.setattr(recorded_answers, "record", lambda *_: None)


def journal_forks(patch: Patch) -> None:
    """An entry names the entry before the last one."""
    real = Journal.last

    def last(self: Journal) -> Any:
        found = real(self)
        if found is None or found.number % 5:
            return found
        from dataclasses import replace

        return replace(found, hash=found.before)

    patch.setattr(Journal, "last", last)


def receipt_without_seal(patch: Patch) -> None:
    """A receipt is inserted past the seals."""
    from sqlalchemy import insert

    patch.setattr(receipts, "add", lambda connection, table, row: connection.execute(insert(table).values(row)))


def no_lease(patch: Patch) -> None:
    """A claim ends as soon as it begins."""
    patch.setattr(queued_deliveries, "LEASE", 0)


def claim_of_anybody(patch: Patch) -> None:
    """A delivery that another run holds is claimed all the same."""

    def claim(self: QueuedDeliveries, id: str, now: int, holder: str) -> Claim | None:
        connection = self.__dict__["_connection"]
        row = connection.execute(select(DELIVERIES.c.token).where(DELIVERIES.c.id == id, DELIVERIES.c.sent.is_(False))).first()
        if row is None:
            return None
        changed = update(DELIVERIES).where(DELIVERIES.c.id == id)
        connection.execute(changed.values(token=row.token + 1, leased_until=now + queued_deliveries.LEASE, holder=holder))
        return Claim(id, row.token + 1)

    patch.setattr(QueuedDeliveries, "claim", claim)


def token_ignored(patch: Patch) -> None:
    """A result counts although the lease was lost."""

    def held(self: QueuedDeliveries, claim: Claim) -> Any:
        found = self.find(claim.id)
        return (
            None
            if found is None or self.__dict__["_connection"].scalar(select(DELIVERIES.c.sent).where(DELIVERIES.c.id == claim.id))
            else found
        )

    patch.setattr(QueuedDeliveries, "_held", held)


def no_backoff(patch: Patch) -> None:
    """A failed delivery is due again at once."""
    patch.setattr(queued_deliveries, "BACKOFF", (0,))


def backoff_does_not_grow(patch: Patch) -> None:
    """The wait after a failure stays a minute."""
    patch.setattr(queued_deliveries, "BACKOFF", (60,))


def given_up(patch: Patch) -> None:
    """A delivery that failed twice is given up."""
    real = QueuedDeliveries.waiting
    patch.setattr(QueuedDeliveries, "waiting", lambda self, now=None: tuple(one for one in real(self, now) if one.attempts < 2))


def done_is_sent_again(patch: Patch) -> None:
    """What was sent is queued and sent once more."""
    from riskmodel.operations.delivery import deliveries

    real, every = QueuedDeliveries.__dict__["_found"], queued_deliveries.__dict__["_query"](DELIVERIES.c.id.is_not(None))
    patch.setattr(QueuedDeliveries, "waiting", lambda self, now=None: real(self, every))
    patch.setattr(deliveries, "_receipts", lambda *_: [])
    patch.setattr(
        QueuedDeliveries,
        "claim",
        lambda self, id, _now, _holder: Claim(
            id, self.__dict__["_connection"].scalar(select(DELIVERIES.c.token).where(DELIVERIES.c.id == id))
        ),
    )
    patch.setattr(
        QueuedDeliveries,
        "complete",
        lambda self, claim, _now: (
            self.__dict__["_connection"].execute(update(DELIVERIES).where(DELIVERIES.c.id == claim.id).values(sent=True))
            is not None
        ),
    )


def future_lease_holds(patch: Patch) -> None:
    """A lease that was written before the clock was set back holds for days."""

    def claim(self: QueuedDeliveries, id: str, now: int, holder: str) -> Claim | None:
        free = DELIVERIES.c.leased_until.is_(None) | (DELIVERIES.c.leased_until <= now) | (DELIVERIES.c.holder == holder)
        connection = self.__dict__["_connection"]
        row = connection.execute(
            select(DELIVERIES.c.token).where(DELIVERIES.c.id == id, DELIVERIES.c.sent.is_(False), free)
        ).first()
        if row is None:
            return None
        changed = update(DELIVERIES).where(DELIVERIES.c.id == id)
        connection.execute(changed.values(token=row.token + 1, leased_until=now + queued_deliveries.LEASE, holder=holder))
        return Claim(id, row.token + 1)

    patch.setattr(QueuedDeliveries, "claim", claim)


def answer_known_by_its_arrival(patch: Patch) -> None:
    """An answer that comes in on another day counts once more."""
    same = vars(recorded_answers)["_same"]
    patch.setattr(
        Answer, "id", property(lambda self: sha256(canonical_json([self.warning, self.day, self.outcome, self.received])))
    )
    patch.setattr(recorded_answers, "_same", lambda answer: same(answer) & (ANSWERS.c.received == answer.received))


def answers_after_a_double_lost(patch: Patch) -> None:
    """A file of answers is read up to the first one that is known."""
    real = RecordedAnswers.record

    def record(self: RecordedAnswers, answers: Any) -> int:
        connection, new = self.__dict__["_connection"], []
        for one in answers:
            if connection.scalar(select(ANSWERS.c.number).where(ANSWERS.c.id == one.id)) is not None or new:
                break
            new.append(one)
        return real(self, new)

    patch.setattr(RecordedAnswers, "record", record)


def all_of_the_night_approved(patch: Patch) -> None:
    """The approval of a centre's list approves those of the others."""
    real = StoredLists.approve

    def approve(self: StoredLists, ids: Any, role: str, day: int) -> None:
        connection = self.__dict__["_connection"]
        nights = select(LISTS.c.as_of).where(LISTS.c.id.in_(list(ids)))
        real(self, connection.scalars(select(LISTS.c.id).where(LISTS.c.as_of.in_(nights))).all(), role, day)

    patch.setattr(StoredLists, "approve", approve)


def approval_forgotten_by_a_new_night(patch: Patch) -> None:
    """A night that is run again makes drafts of its approved lists."""
    real = StoredLists.replace

    def replace_lists(self: StoredLists, as_of: int, lists: Any) -> None:
        self.__dict__["_connection"].execute(
            update(LISTS).where(LISTS.c.as_of == as_of).values(status="draft", approved_by=None, approved_on=None, seal=None)
        )
        real(self, as_of, lists)

    from riskmodel.ledger.nights import Nights

    patch.setattr(StoredLists, "replace", replace_lists)
    patch.setattr(Nights, "closed", lambda *_: False)


def receipts_removed_with_age(patch: Patch) -> None:
    """Recording a receipt removes those of earlier nights."""
    from sqlalchemy import delete

    real = Receipts.record

    def record(self: Receipts, receipt: Any) -> Any:
        connection = self.__dict__["_connection"]
        found = real(self, receipt)
        connection.execute(delete(RECEIPTS).where(RECEIPTS.c.as_of < receipt.as_of))
        return found

    patch.setattr(Receipts, "record", record)


LEDGER_BUGS = (
    database_unsynced, database_synced_rarely, database_without_log, approval_not_journalled, receipt_not_journalled,
    answer_not_journalled, journal_forks, receipt_without_seal, no_lease, claim_of_anybody, token_ignored, no_backoff,
    backoff_does_not_grow, given_up, done_is_sent_again, future_lease_holds, answer_known_by_its_arrival,
    answers_after_a_double_lost, all_of_the_night_approved, approval_forgotten_by_a_new_night, receipts_removed_with_age,
)  # fmt: skip
