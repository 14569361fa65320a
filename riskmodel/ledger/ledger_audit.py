"""Audit of the ledger: the journal, and every record against it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from riskmodel.base.days import to_iso
from riskmodel.base.files import sha256
from riskmodel.base.shown_texts import as_clause
from riskmodel.ledger.entries import StoredList
from riskmodel.ledger.journal import EVENTS, START, JournalEntry, printed
from riskmodel.ledger.ledger_tables import BUILDS, CONFIGURATIONS, DELIVERIES, LISTS, NIGHTS, RECEIPTS
from riskmodel.ledger.record_digests import record_digests
from riskmodel.ledger.seals_by_night import seal_faults
from riskmodel.ledger.stored_lists import fault_of
from riskmodel.ledger.transaction import Transaction


@dataclass(frozen=True)
class AuditFault:
    """A link of the journal that does not fit.

    ``number`` is that of the entry (None: a record has no entry).
    """

    number: int | None
    event: str
    subject: str
    why: str

    def __str__(self) -> str:
        where = "a record" if self.number is None else f"entry {self.number}"
        return f"{where} ({self.event} {self.subject}): {self.why}"


@dataclass(frozen=True)
class LedgerAudit:
    """What an audit found: entries, head and faults, the first link first."""

    entries: int
    head: str
    faults: tuple[AuditFault, ...]
    hashes: frozenset[str] = frozenset()

    def holds(self, head: str) -> bool:
        """Return whether a printed head is one of the journal."""
        return any(one.startswith(head) for one in self.hashes)


def audit_ledger(book: Transaction) -> LedgerAudit:
    """Compare the chain with itself and every record with the chain."""
    try:
        entries = list(book.journal.entries())
    except (ValueError, TypeError) as error:
        return LedgerAudit(0, START, (AuditFault(None, "journal", "", f"it cannot be read: {as_clause(error)}."),))
    faults = [*_chain_faults(entries), *_record_faults(book, entries), *_stored_faults(book, entries)]
    faults.sort(key=lambda fault: (fault.number is None, fault.number or 0))
    hashes = frozenset(entry.hash for entry in entries) | {START}
    return LedgerAudit(len(entries), entries[-1].hash if entries else START, tuple(faults), hashes)


def _chain_faults(entries: list[JournalEntry]) -> Iterator[AuditFault]:
    """Yield the first link that does not follow from the one before."""
    before = START
    for number, entry in enumerate(entries, 1):
        why = ""
        if entry.number != number:
            why = f"entry {number} is missing before it."
        elif entry.before != before:
            why = "it does not follow from the entry before it."
        elif entry.hash != entry.expected:
            why = "it was changed: its hash is another one."
        if why:
            yield AuditFault(entry.number, entry.event, entry.subject, why)
            return
        before = entry.hash


def _record_faults(book: Transaction, entries: list[JournalEntry]) -> Iterator[AuditFault]:
    """Yield records that are not what the journal says of them."""
    for event in EVENTS:
        said = {entry.subject: entry for entry in entries if entry.event == event}
        if event == "configuration":
            # entries of earlier states count as well
            said = {entry.content: entry for entry in entries if entry.event == event}
        try:
            there = record_digests(book.connection, event)
        except (ValueError, TypeError) as error:
            yield AuditFault(None, event, "", f"a record cannot be read: {as_clause(error)}.")
            continue
        for subject, entry in said.items():
            if subject not in there:
                yield AuditFault(entry.number, event, subject, "the record is missing.")
            elif event != "configuration" and there[subject] != entry.content:
                yield AuditFault(entry.number, event, subject, "the record is not the one that was recorded.")
        for subject in sorted(there.keys() - said.keys()):
            yield AuditFault(None, event, subject, "it was never recorded in the journal.")


def every_list(book: Transaction) -> Iterator[StoredList]:
    """Yield the lists of all nights, damaged or not.

    They are read night by night, since those of ten years are larger than the memory of a small machine.
    """
    for as_of in book.connection.scalars(select(LISTS.c.as_of).distinct().order_by(LISTS.c.as_of)).all():
        yield from book.lists.unchecked(as_of)


def damaged_lists(book: Transaction) -> list[tuple[int, str]]:
    """Return night and centre of lists that were changed or damaged."""
    return [(one.as_of, one.centre) for one in every_list(book) if fault_of(one) is not None]


def _stored_faults(book: Transaction, entries: list[JournalEntry]) -> Iterator[AuditFault]:
    """Yield bodies, approvals, settings and builds whose digests differ, and unknown heads."""
    nights = {entry.subject: entry.number for entry in entries if entry.event == "night"}
    known = {entry.hash for entry in entries} | {START}
    try:
        damaged = [(one.as_of, one.centre, str(error)) for one in every_list(book) if (error := fault_of(one)) is not None]
        heads = {row.as_of: row.journal for row in book.connection.execute(select(NIGHTS.c.as_of, NIGHTS.c.journal))}
    except (ValueError, TypeError) as error:
        yield AuditFault(None, "night", "", f"a record cannot be read: {as_clause(error)}.")
        return
    for night, centre, why in damaged:
        yield AuditFault(nights.get(to_iso(night)), "night", f"{to_iso(night)} {centre}", why)
    for as_of, head in heads.items():
        if head is not None and head not in known:
            why = f"its lists print the head {printed(head)}, which the journal does not hold."
            yield AuditFault(nights.get(to_iso(as_of)), "night", to_iso(as_of), why)
    receipts = select(RECEIPTS.c.id)
    for id in book.connection.scalars(select(DELIVERIES.c.id).where(DELIVERIES.c.sent, DELIVERIES.c.id.not_in(receipts))):
        yield AuditFault(None, "delivery", id, "it is marked as sent, but has no receipt.")
    yield from (AuditFault(None, "record", "under seals", why) for why in seal_faults(book.connection))
    for row in book.connection.execute(select(CONFIGURATIONS)):
        if sha256(row.content.encode()) != row.digest:
            yield AuditFault(None, "configuration", row.digest, "its content is not the one that was recorded.")
    builds = {row.digest: row.content for row in book.connection.execute(select(BUILDS))}
    made_by = set(book.connection.scalars(select(NIGHTS.c.build).where(NIGHTS.c.build.is_not(None))))
    for digest in sorted(made_by | builds.keys()):
        if digest not in builds or sha256(builds[digest].encode()) != digest:
            yield AuditFault(None, "build", digest, "it is missing, or not the one that was recorded.")
