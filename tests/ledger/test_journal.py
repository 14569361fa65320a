"""The journal: every record is in it once, and no change to anything goes unseen."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine, inspect, text
from sqlalchemy.exc import IntegrityError

from riskmodel.base.days import to_day
from riskmodel.ledger import (
    Acknowledgement,
    Answer,
    Ledger,
    LedgerAudit,
    ListedWarning,
    Night,
    Promotion,
    Receipt,
    Silence,
    StoredList,
    Transaction,
    audit_ledger,
    printed,
)
from riskmodel.ledger.journal import EVENTS, START

AS_OF = to_day("2025-12-31")
DUMP = Path(__file__).with_name("first_version.sql")


def audited(ledger: Ledger) -> LedgerAudit:
    with ledger.read() as book:
        return audit_ledger(book)


def entries(ledger: Ledger) -> list[tuple[str, str]]:
    with ledger.read() as book:
        return [(entry.event, entry.subject) for entry in book.journal.entries()]


def fill(ledger: Ledger) -> None:
    """Two nights with everything that a ledger holds."""
    with ledger.write() as book:
        book.promotions.record(Promotion("fire", 1, "abc", None, "analyst", AS_OF - 2))
        book.promotions.record(Promotion("fire", 2, "def", 1, "analyst", AS_OF - 1))
        settings = [book.configurations.record(json.dumps({"name": name}), AS_OF) for name in ("town", "county")]
    for as_of in (AS_OF, AS_OF + 1):
        with ledger.write() as book:
            head = book.journal.head()
            night = Night(
                as_of, "fire", "abc", 1, "m" * 64, 1.0, "centre", "scored", ("East", "West"), None, 0, head, settings[0], "s"
            )
            lists = [
                StoredList(
                    f"{as_of}{c}",
                    as_of,
                    c,
                    "{}",
                    (ListedWarning(f"{as_of}{c}1", "fire", "c7", "red"), ListedWarning(f"{as_of}{c}2", "fire", "c9", None)),
                )
                for c in ("East", "West")
            ]
            build = book.builds.record({"riskmodel": "0.1.0", "source": f"{as_of:012x}"})
            book.save_night([replace(night, build=build)], lists, as_of + 1)
        with ledger.write() as book:
            book.lists.approve([f"{as_of}East"], "duty officer", as_of + 1)
            book.receipts.record(Receipt(f"r{as_of}", f"{as_of}East", "folder", "outbox/sent", as_of, as_of + 1))
            book.answers.record([Answer(f"{as_of}East1", as_of + 2, "visited", as_of + 3)])
            book.silences.record(Silence("webhook", "", "duty officer", "exercise", as_of, 10, 20))
            book.acknowledgements.record(Acknowledgement(f"{as_of}East", "duty officer", as_of, 10, 20))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """A ledger with two records of every kind; copy its file."""
    ledger = Ledger(tmp_path_factory.mktemp("whole") / "operations.db")
    fill(ledger)
    return ledger


@pytest.fixture
def copied(whole: Ledger, tmp_path: Path) -> Ledger:
    path = tmp_path / "operations.db"
    whole.copy_to(path)
    return Ledger(path)


def test_every_record_has_one_entry_and_the_chain_holds(whole: Ledger) -> None:
    found = audited(whole)
    assert found.faults == ()
    assert found.entries == len(entries(whole)) == 4 + 2 * 6
    assert {event for event, _ in entries(whole)} == set(EVENTS)
    assert found.holds(printed(found.head))
    assert not found.holds("0123456789ab")


def test_what_is_repeated_has_no_second_entry(copied: Ledger) -> None:
    before = entries(copied)
    with copied.write() as book:
        night, lists = book.nights.of(AS_OF), book.lists.of(AS_OF)
        book.save_night(night, lists)
        book.lists.approve([f"{AS_OF}East"], "another", AS_OF + 9)
        book.answers.record([Answer(f"{AS_OF}East1", AS_OF + 2, "visited", AS_OF + 9)])
    assert entries(copied) == before


def test_settings_that_return_are_a_change_again(copied: Ledger) -> None:
    before = entries(copied)
    with copied.write() as book:
        for name in ("county", "town", "town"):
            book.configurations.record(json.dumps({"name": name}), AS_OF + 5)
    assert entries(copied) == [*before, ("configuration", "riskmodel.toml")]
    assert audited(copied).faults == ()


def test_a_replaced_draft_is_recorded_again_and_the_last_state_counts(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "operations.db")
    night = Night(AS_OF, "fire", "abc", 1, "m", 1.0, "centre", "scored", ("East",), None, 0)
    for body in ("{}", '{"b": 1}'):
        with ledger.write() as book:
            book.save_night([night], [StoredList("l", AS_OF, "East", body)])
    assert entries(ledger) == [("night", "2025-12-31")] * 2
    assert audited(ledger).faults == ()


def _rows(path: Path) -> list[tuple[str, int, dict[str, Any]]]:
    """Table, rowid and columns of every row."""
    with closing(sqlite3.connect(path)) as raw:
        raw.row_factory = sqlite3.Row
        tables = [
            row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        ]
        return [
            (table, row["_id"], {key: row[key] for key in row.keys() if key != "_id"})  # noqa: SIM118
            for table in tables
            for row in raw.execute(f"SELECT rowid AS _id, * FROM {table}")
        ]


def _other(value: Any) -> Any:
    """A value of the same kind that is another one."""
    if value is None:
        return 1
    if isinstance(value, (int, float)):
        return value + 1000
    if isinstance(value, str) and len(value) == 10 and value[4] == "-":
        return "2031-01-01"
    return f"{value}x"


class Tamperer:
    """Changes rows behind the ledger's back, one at a time, and takes each change back."""

    def __init__(self, path: Path) -> None:
        engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
        self.connection = engine.connect()
        raw: Any = self.connection.connection.dbapi_connection
        raw.isolation_level = None
        raw.execute("PRAGMA ignore_check_constraints = ON")
        self.tried, self.unseen = 0, list[str]()

    def tries(self, what: str, statement: str, **values: Any) -> None:
        """Run a statement, audit, and note whether it went unseen; what the database itself refuses does not count."""
        self.connection.exec_driver_sql("BEGIN")
        try:
            self.connection.execute(text(statement), values)
            self.tried += 1
            if not audit_ledger(Transaction(self.connection)).faults:
                self.unseen.append(what)
        except IntegrityError:
            pass
        finally:
            self.connection.exec_driver_sql("ROLLBACK")


@pytest.fixture(scope="module")
def file(whole: Ledger, tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """The ledger in one file, without a write-ahead log."""
    path = tmp_path_factory.mktemp("file") / "whole.db"
    whole.copy_to(path)
    return Ledger(path)


def test_every_record_that_is_mutated_dropped_or_swapped_is_found(file: Ledger) -> None:
    rows, tamperer = _rows(file.path), Tamperer(file.path)
    # the outbox is no record: its rows change with every attempt, and a receipt says what arrived
    assert {table for table, _, _ in rows} == set(inspect(file.engine).get_table_names()) - {"deliveries"}
    of_table: dict[str, list[tuple[int, dict[str, Any]]]] = {}
    for table, id, columns in rows:
        if table == "alembic_version":
            continue
        of_table.setdefault(table, []).append((id, columns))
        for column, value in columns.items():
            changed = f'UPDATE {table} SET "{column}" = :new WHERE rowid = :id'
            tamperer.tries(f"{table}.{column} mutated", changed, new=_other(value), id=id)
        tamperer.tries(f"{table} dropped: {columns}", f"DELETE FROM {table} WHERE rowid = :id", id=id)
    for table, ((first, one), (second, other), *_) in of_table.items():
        for column in [column for column in one if one[column] != other[column]]:
            swap = f'UPDATE {table} SET "{column}" = CASE rowid WHEN :a THEN :y ELSE :x END WHERE rowid IN (:a, :b)'
            tamperer.tries(f"{table}.{column} swapped", swap, a=first, b=second, x=one[column], y=other[column])
    tamperer.connection.close()
    assert tamperer.unseen == []
    assert tamperer.tried > 280


def test_the_first_link_that_does_not_fit_is_named(copied: Ledger) -> None:
    with copied.write() as book:
        book.connection.exec_driver_sql(f"UPDATE answers SET outcome = 'not_done' WHERE warning_id = '{AS_OF}East1'")
        book.connection.exec_driver_sql("UPDATE promotions SET role = 'somebody' WHERE number = 2")
    found = audited(copied)
    assert [fault.event for fault in found.faults if fault.number is not None] == ["promotion", "answer"]
    assert str(found.faults[0]) == "entry 2 (promotion 2): the record is not the one that was recorded."


def test_a_night_whose_lists_print_a_head_that_the_journal_lacks_is_named(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "operations.db")
    with ledger.write() as book:
        settings = book.configurations.record("{}", AS_OF)
        night = Night(AS_OF, "fire", "abc", 1, "m" * 64, 1.0, "centre", "scored", ("East",), None, 0, "f" * 64, settings, "s")
        book.save_night([night], [StoredList("one", AS_OF, "East", "{}", ())], AS_OF + 1)
    assert [fault.why for fault in audited(ledger).faults] == [
        "its lists print the head ffffffffffff, which the journal does not hold."
    ]


def test_a_printed_head_is_its_first_twelve_signs() -> None:
    """Lists that were printed on paper hold as many; an audit compares so many."""
    assert printed("0123456789abcdef" * 4) == "0123456789ab"


def test_a_ledger_that_was_set_back_is_found_by_a_printed_head(copied: Ledger, whole: Ledger) -> None:
    with copied.write() as book:
        book.answers.record([Answer(f"{AS_OF + 1}East2", AS_OF + 3, "visited", AS_OF + 4)])
    last = audited(copied)
    before = audited(whole)
    # nothing inside an earlier state contradicts it: only what was printed does
    assert last.faults == before.faults == ()
    assert last.holds(printed(before.head))
    assert not before.holds(printed(last.head))


def test_a_ledger_from_before_the_journal_is_recorded_when_it_is_upgraded(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(DUMP.read_text(encoding="utf-8"))
    ledger = Ledger(path)
    found = audited(ledger)
    assert found.faults == ()
    assert [event for event, _ in entries(ledger)] == [
        "night",
        "approval",
        "promotion",
        "promotion",
        "delivery",
        "answer",
        "answer",
    ]
    # and only once: what appears later without an entry is found
    with ledger.write() as book:
        book.connection.exec_driver_sql(
            "INSERT INTO promotions (number, experiment, version, model, role, day) VALUES (9, 'fire', 3, 'x', 'y', '2026-01-01')"
        )
    first = audited(Ledger(path)).faults[0]
    assert str(first) == "a record (promotion 9): it was never recorded in the journal."


def test_an_empty_journal_begins_with_a_fixed_head(tmp_path: Path) -> None:
    found = audited(Ledger(tmp_path / "operations.db"))
    assert (found.entries, found.head, found.faults) == (0, START, ())
