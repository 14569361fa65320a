"""Transactions share one connection. Each reads the present state, a failure closes it, and nested transactions and other threads use their own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event

from riskmodel.base.errors import IntegrityError
from riskmodel.ledger import Ledger, Receipt, StoredList


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """A ledger with one approved list."""
    ledger = Ledger(tmp_path / "operations.db")
    with ledger.write() as book:
        book.save_night([], [StoredList("list", 20_000, "East", "{}", approved_by="duty officer", approved_on=20_000)])
    return ledger


@pytest.fixture
def opened(ledger: Ledger) -> Iterator[list[object]]:
    """The connections that were opened."""
    found: list[object] = []

    def note(raw: object, _record: object) -> None:
        found.append(raw)

    event.listen(ledger.engine, "connect", note)
    yield found
    event.remove(ledger.engine, "connect", note)


def record(ledger: Ledger, id: str) -> None:
    with ledger.write() as book:
        book.receipts.record(Receipt(id, "list", "folder", "outbox", 20_000, 20_000))


def stopped(ledger: Ledger) -> None:
    with ledger.write() as book:
        book.receipts.record(Receipt("a", "list", "folder", "outbox", 20_000, 20_000))
        raise ValueError("stopped")


def names(ledger: Ledger) -> list[str]:
    with ledger.read() as book:
        return [one.id for one in book.receipts.of(20_000)]


def test_transactions_of_a_block_share_a_connection(ledger: Ledger, opened: list[object]) -> None:
    with ledger.kept_open():
        record(ledger, "a")
        record(ledger, "b")
        assert names(ledger) == ["a", "b"]
        with ledger.kept_open():
            assert names(ledger) == ["a", "b"]
        assert names(ledger) == ["a", "b"]
    assert len(opened) == 1
    # the log was copied back when the block ended
    assert not ledger.path.with_name("operations.db-wal").exists()
    assert names(ledger) == ["a", "b"]
    assert len(opened) == 2


def test_what_was_checked_is_checked_again_in_the_next_transaction(ledger: Ledger) -> None:
    record(ledger, "a")
    with ledger.kept_open():
        with ledger.read() as book:
            assert book.lists.undelivered(["folder"]) == ()
        with closing(sqlite3.connect(ledger.path)) as other:
            other.execute("UPDATE receipts SET address = 'elsewhere'")
            other.commit()
        with pytest.raises(IntegrityError, match="receipt"), ledger.read() as book:
            book.lists.undelivered(["folder"])


def test_another_program_sees_what_was_committed_at_once(ledger: Ledger) -> None:
    with ledger.kept_open():
        record(ledger, "a")
        with closing(sqlite3.connect(ledger.path)) as other:
            assert other.execute("SELECT id FROM receipts").fetchall() == [("a",)]
        assert names(Ledger(ledger.path)) == ["a"]


def test_a_failure_closes_the_connection(ledger: Ledger, opened: list[object]) -> None:
    with ledger.kept_open():
        with pytest.raises(ValueError, match="stopped"):
            stopped(ledger)
        assert not ledger.path.with_name("operations.db-wal").exists()
        assert names(ledger) == []
        record(ledger, "b")
        assert names(ledger) == ["b"]
    assert len(opened) == 2


def test_a_transaction_within_another_opens_its_own(ledger: Ledger) -> None:
    with ledger.kept_open(), ledger.write() as writer:
        writer.receipts.record(Receipt("a", "list", "folder", "outbox", 20_000, 20_000))
        assert names(ledger) == []
    assert names(ledger) == ["a"]


def test_another_thread_opens_its_own(ledger: Ledger, opened: list[object]) -> None:
    record(ledger, "a")
    opened.clear()
    with ledger.kept_open(), ThreadPoolExecutor(1) as threads:
        assert names(ledger) == ["a"]
        assert threads.submit(names, ledger).result() == ["a"]
    assert len(opened) == 2
