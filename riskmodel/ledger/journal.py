"""The journal: one entry per recorded fact, chained by hashes.

An entry holds the digest of what was recorded and the hash of the entry before it. Whoever knows a later hash, for example from a printed
list, can tell whether anything before it was changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from sqlalchemy import Connection, bindparam, insert, select

from riskmodel.base.files import canonical_json, sha256
from riskmodel.ledger.column_types import row_of, value_of
from riskmodel.ledger.ledger_tables import JOURNAL

Event = Literal["configuration", "promotion", "night", "approval", "delivery", "answer", "silence", "acknowledgement"]
EVENTS: tuple[Event, ...] = get_args(Event)
"""What the journal records."""

START = 64 * "0"
"""The hash before the first entry."""

_NEWEST = select(JOURNAL).order_by(JOURNAL.c.number.desc()).limit(1)
_NEWEST_CONTENT = (
    select(JOURNAL.c.content)
    .where(JOURNAL.c.event == bindparam("event"), JOURNAL.c.subject == bindparam("subject"))
    .order_by(JOURNAL.c.number.desc())
    .limit(1)
)


@dataclass(frozen=True)
class JournalEntry:
    """One link of the chain.

    ``subject`` is the stable id of the record and ``content`` the sha256 of its content; ``before`` is the hash of the entry before.
    """

    number: int
    day: int
    event: Event
    subject: str
    content: str
    before: str
    hash: str

    @property
    def expected(self) -> str:
        """The hash that follows from the other fields."""
        return sha256(canonical_json([self.number, self.day, self.event, self.subject, self.content, self.before]))


def printed(head: str) -> str:
    """Return the short form of a head, as lists print it.

    Examples
    --------
    >>> printed("3f2a9c1d77e0" + 52 * "0")
    '3f2a9c1d77e0'
    """
    return head[:12]


class Journal:
    """The journal, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(self, day: int, event: Event, subject: str, content: str) -> None:
        """Add an entry, unless the subject's last has the same content."""
        if self._connection.scalar(_NEWEST_CONTENT, {"event": event, "subject": subject}) == content:
            return
        last = self.last()
        number, before = (1, START) if last is None else (last.number + 1, last.hash)
        entry = JournalEntry(number, day, event, subject, content, before, "")
        self._connection.execute(insert(JOURNAL), {**row_of(JOURNAL, entry), "hash": entry.expected})

    def last(self) -> JournalEntry | None:
        """Return the last entry; None if there is none."""
        rows = self._connection.execute(_NEWEST).mappings()
        return next((value_of(JournalEntry, row) for row in rows), None)

    def head(self) -> str:
        """Return the hash of the last entry."""
        last = self.last()
        return START if last is None else last.hash

    def entries(self) -> Iterator[JournalEntry]:
        """Yield all entries in order."""
        for row in self._connection.execute(select(JOURNAL).order_by(JOURNAL.c.number)).mappings():
            yield value_of(JournalEntry, row)
