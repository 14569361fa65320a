"""Seals: a record of any table that was changed, removed or added by hand is noticed before it is used."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.schema import CreateTable

from riskmodel.base.days import to_iso
from riskmodel.base.errors import IntegrityError
from riskmodel.ledger import Acknowledgement, Answer, FiledAnswer, Ledger, Promotion, Receipt, Silence, audit_ledger
from riskmodel.ledger.ledger_tables import META
from tests.ledger.test_ledger import AS_OF, a_list, approve, night, save
from tests.ledger.test_migrations import is_like_new

DUMPS = [Path(__file__).with_name(name) for name in ("first_version.sql", "third_version.sql")]
LATER = ("silences", "acknowledgements")
"""Tables that the dumps of earlier versions do not have."""
SEALED = ("nights", "warning_lists", "warnings", "receipts", "answers", "promotions", *LATER)
CHANGED = {"DATE": "2025-06-01", "INTEGER": 77, "BIGINT": 77, "FLOAT": 0.25, "VARCHAR": "other", "TEXT": '["Other"]'}
FREE = {("warning_lists", "replaced")}
"""A counter: it decides only whether a digest must be named."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with two rows at least in every table."""
    ledger = Ledger(tmp_path_factory.mktemp("sealed") / "operations.db")
    save(ledger, [night(), night(experiment="noise", share=0.5)], [a_list(), a_list("West")])
    for centre in ("East", "West"):
        approve(ledger, f"{AS_OF}-{centre}")
    with ledger.write() as book:
        for at, centre in enumerate(("East", "West")):
            book.receipts.record(Receipt(f"r{at}", f"{AS_OF}-{centre}", "folder", "outbox/sent", AS_OF, AS_OF))
        book.answers.record([Answer(f"{AS_OF}-East-{at}", AS_OF + at, "visited", AS_OF + 4) for at in (1, 2)])
        for version in (1, 2, 3):
            book.promotions.record(Promotion("fire", version, f"m{version}", version - 1 or None, "analyst", AS_OF))
        for centre in ("East", "West"):
            book.silences.record(Silence("webhook", centre, "duty officer", "exercise", AS_OF, 10, 20))
            book.acknowledgements.record(Acknowledgement(f"{AS_OF}-{centre}", "duty officer", AS_OF, 10, 20))
    with closing(sqlite3.connect(ledger.path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    return ledger.path


def use(path: Path) -> None:
    """Read every record, as commands do."""
    with Ledger(path).read() as book:
        book.nights.dates()
        book.nights.of(AS_OF)
        book.nights.closed(AS_OF)
        book.lists.of(AS_OF)
        book.lists.undelivered(["folder"])
        book.receipts.of(AS_OF)
        book.answers.up_to()
        book.promotions.of("fire")
        book.silences.last()
        book.acknowledgements.of(f"{AS_OF}-East")


def columns() -> list[tuple[str, str, str]]:
    """Table, column and type of everything that is sealed."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for dump in DUMPS:
            connection.executescript(dump.read_text(encoding="utf-8"))
        for table in LATER:
            connection.execute(str(CreateTable(META.tables[table]).compile(dialect=dialect())))
        return [
            (table, name, kind)
            for table in SEALED
            for _, name, kind, *_ in connection.execute(f"PRAGMA table_info({table})")
            if (table, name) not in FREE
        ]


def execute(path: Path, *statements: str) -> int:
    """Change the file without the ledger, and return how many rows changed."""
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        return connection.total_changes


@pytest.mark.parametrize(("table", "column", "kind"), columns(), ids=[f"{table}-{column}" for table, column, _ in columns()])
def test_a_changed_value_is_noticed(table: str, column: str, kind: str, whole: Path, tmp_path: Path) -> None:
    value = "needs_followup" if column == "outcome" else "draft" if column == "status" else CHANGED[kind]
    for new in (f"'{value}'" if isinstance(value, str) else value, "NULL", "'x\x01'"):
        path = Path(shutil.copy(whole, tmp_path / "changed.db"))
        try:
            changed = execute(path, f'UPDATE {table} SET "{column}" = {new} WHERE rowid = 1 AND "{column}" IS NOT {new}')
        except sqlite3.IntegrityError:
            continue  # the table itself refuses it
        if not changed:
            continue
        with pytest.raises(IntegrityError, match="Restore the (database|file) from a backup|nightly --as-of"):
            use(path)


@pytest.mark.parametrize("table", SEALED)
@pytest.mark.parametrize("which", ["= 1", "= (SELECT max(rowid) FROM {table})", "> 0"])
def test_a_removed_record_is_noticed(table: str, which: str, whole: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(whole, tmp_path / "removed.db"))
    execute(path, f"DELETE FROM {table} WHERE rowid {which.format(table=table)}")
    with pytest.raises(IntegrityError, match="removed or added|changed, or some are gone"):
        use(path)


def test_an_added_record_is_noticed(whole: Path, tmp_path: Path) -> None:
    for table, columns in (
        ("answers", "number, id, warning_id, day, received, outcome"),
        ("promotions", "number, experiment, version, model, role, day"),
    ):
        path = Path(shutil.copy(whole, tmp_path / "added.db"))
        first, *rest = columns.split(", ")
        values = ", ".join(["99", *(f"{name} || 'x'" if name == "id" else name for name in rest)])
        execute(path, f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} WHERE {first} = 1")
        with pytest.raises(
            IntegrityError, match="The (answer|promotion) number 99 in the database is not the one that was recorded"
        ):
            use(path)


def test_nothing_is_recorded_beside_changed_records(whole: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(whole, tmp_path / "changed.db"))
    execute(path, "UPDATE warnings SET place = 'c1' WHERE id LIKE '%West-1'", "DELETE FROM promotions WHERE number = 3")
    ledger = Ledger(path)
    with pytest.raises(IntegrityError, match=r"warnings recorded for the list of 2025-12-31 for 'West'"), ledger.write() as book:
        book.answers.record([Answer(f"{AS_OF}-West-1", AS_OF, "visited", AS_OF)])
    with pytest.raises(IntegrityError, match="2 are there, 3 were recorded"), ledger.write() as book:
        book.promotions.record(Promotion("fire", 4, "m4", 3, "analyst", AS_OF))


def test_a_database_of_the_third_version_is_sealed_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "third.db"
    with closing(sqlite3.connect(path)) as connection:
        for dump in DUMPS:
            connection.executescript(dump.read_text(encoding="utf-8"))
    use(path)
    assert is_like_new(Ledger(path).engine)
    with Ledger(path).write() as book:
        assert [one.answer.outcome for one in book.answers.up_to()] == ["visited", "not_done"]
        assert isinstance(book.answers.up_to()[0], FiledAnswer)
        assert book.answers.record([Answer("w2", AS_OF + 5, "visited", AS_OF + 9)]) == 1
    use(path)
    execute(path, "UPDATE answers SET outcome = 'visited' WHERE number = 2")
    with pytest.raises(IntegrityError, match="The answer number 2 in the database is not the one that was recorded"):
        use(path)


def test_a_night_is_read_without_the_others_and_the_audit_reads_all(whole: Path, tmp_path: Path) -> None:
    ledger = Ledger(Path(shutil.copy(whole, tmp_path / "operations.db")))
    later = AS_OF + 1
    save(ledger, [replace(night(), as_of=later)], [replace(a_list(), id=f"{later}-East", as_of=later, warnings=())])
    approve(ledger, f"{later}-East")
    with ledger.write() as book:
        book.receipts.record(Receipt("later", f"{later}-East", "folder", "outbox/sent", later, later))
        assert audit_ledger(book).faults == ()
    execute(ledger.path, "DELETE FROM receipts WHERE id = 'r0'")
    with ledger.read() as book:
        assert [one.id for one in book.receipts.of(later)] == ["later"]
        assert [one.centre for one in book.lists.of(later)] == ["East"]
        said = "\n".join(fault.why for fault in audit_ledger(book).faults)
        assert "the receipts of 2025-12-31 are not those that were recorded." in said
    with pytest.raises(IntegrityError, match="1 are there, 2 were recorded"), ledger.read() as book:
        book.receipts.of(AS_OF)
    execute(ledger.path, f"UPDATE record_seals SET rows = 7 WHERE name = 'warning_lists {to_iso(later)}'")
    with ledger.read() as book:
        assert any("the lists of 2026-01-01 are not" in fault.why for fault in audit_ledger(book).faults)


def test_the_receipts_of_a_list_are_read_alone_and_the_others_by_their_seals(whole: Path, tmp_path: Path) -> None:
    ledger = Ledger(Path(shutil.copy(whole, tmp_path / "operations.db")))
    east, west = (f"{AS_OF}-{centre}" for centre in ("East", "West"))
    with ledger.read() as book:
        every = {one.list_id: one for one in book.receipts.of(AS_OF)}
        assert book.receipts.of_list(AS_OF, east) == (every[east],)
        assert set(book.receipts.of_list(AS_OF, east, [every[west].id])) == set(every.values())
    execute(ledger.path, f"UPDATE receipts SET list_id = '{west}' WHERE id = '{every[east].id}'")
    with pytest.raises(IntegrityError, match="receipt"), ledger.read() as book:
        book.receipts.of_list(AS_OF, east, [every[east].id])
    execute(ledger.path, f"DELETE FROM receipts WHERE id = '{every[east].id}'")
    with pytest.raises(IntegrityError, match="1 are there, 2 were recorded"), ledger.read() as book:
        book.receipts.of_list(AS_OF, west)


def test_a_centres_list_is_read_alone_and_the_others_by_their_places(whole: Path, tmp_path: Path) -> None:
    ledger = Ledger(Path(shutil.copy(whole, tmp_path / "operations.db")))
    execute(ledger.path, "UPDATE warning_lists SET body = 'x' WHERE centre = 'West'")
    with ledger.read() as book:
        assert [one.centre for one in book.lists.of(AS_OF, "East")] == ["East"]
    with pytest.raises(IntegrityError, match="West"), ledger.read() as book:
        book.lists.of(AS_OF, "West")
    execute(ledger.path, "UPDATE warning_lists SET centre = 'North' WHERE centre = 'West'")
    with pytest.raises(IntegrityError, match="list"), ledger.read() as book:
        book.lists.of(AS_OF, "East")
