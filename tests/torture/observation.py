"""What stands in a ledger, read past the code under test."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple


class SeenList(NamedTuple):
    """A list as the ledger has it."""

    as_of: str
    centre: str
    status: str
    digest: str
    approved_by: str | None
    body: dict[str, Any]


class SeenDelivery(NamedTuple):
    """A queued delivery as the ledger has it."""

    list_id: str
    channel: str
    address: str
    files: dict[str, str]
    sent: bool
    attempts: int
    due: int
    leased_until: int | None


@dataclass(frozen=True)
class Observation:
    """Lists, receipts, answers, deliveries by id, hashes of the journal by number, and silences and acknowledgements."""

    lists: dict[str, SeenList] = field(default_factory=dict)
    receipts: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    answers: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    deliveries: dict[str, SeenDelivery] = field(default_factory=dict)
    journal: dict[int, str] = field(default_factory=dict)
    decisions: frozenset[tuple[str, int]] = frozenset()

    @property
    def approved(self) -> dict[str, SeenList]:
        """The approved lists."""
        return {id: one for id, one in self.lists.items() if one.status == "approved"}

    def waiting(self) -> set[str]:
        """Return the ids of deliveries without a receipt."""
        return {id for id, one in self.deliveries.items() if not one.sent}


@lru_cache(maxsize=1000)
def _parsed(text: str) -> Any:
    return json.loads(text)


@lru_cache(maxsize=4)
def _read(content: bytes, log: bytes | None, beside: Path) -> Observation:
    """Read a ledger and its log as files of another folder."""
    beside.mkdir(exist_ok=True)
    copy = beside / "copy.db"
    copy.with_name("copy.db-shm").unlink(missing_ok=True)
    copy.with_name("copy.db-wal").unlink(missing_ok=True)
    copy.write_bytes(content)
    if log is not None:
        copy.with_name("copy.db-wal").write_bytes(log)
    with closing(sqlite3.connect(copy)) as book:
        lists = "SELECT id, as_of, centre, status, digest, approved_by, body FROM warning_lists"
        deliveries = "SELECT id, list_id, channel, address, files, sent, attempts, due, leased_until FROM deliveries"
        return Observation(
            {row[0]: SeenList(row[1], row[2], row[3], row[4], row[5], _parsed(row[6])) for row in book.execute(lists)},
            {row[0]: row[1:] for row in book.execute("SELECT id, list_id, channel, address FROM receipts")},
            {row[0]: row[1:] for row in book.execute("SELECT id, warning_id, day, outcome FROM answers")},
            {
                row[0]: SeenDelivery(row[1], row[2], row[3], _parsed(row[4]), row[5], row[6], row[7], row[8])
                for row in book.execute(deliveries)
            },
            dict(book.execute("SELECT number, hash FROM journal").fetchall()),
            frozenset(
                (table, row[0])
                for table in ("silences", "acknowledgements")
                for row in book.execute(f"SELECT number FROM {table}")
            ),
        )


def observe(ledger: Path, beside: Path) -> Observation:
    """Read a ledger from a copy, so that nothing of it changes."""
    log = ledger.with_name(f"{ledger.name}-wal")
    return _read(ledger.read_bytes(), log.read_bytes() if log.exists() else None, beside)


def warned(body: dict[str, Any]) -> list[Any]:
    """Return the warnings of a list in order, as its JSON has them."""
    return [
        (one["id"], one["place"], one.get("grade"))
        for section in body["sections"]
        for one in (*section["warnings"], *section["spot_checks"])
    ]
