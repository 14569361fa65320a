"""The ledger: rows written twice are stored once, a night is whole or absent, a later version is refused."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError as IntegrityViolation

from riskmodel.base.days import to_day
from riskmodel.base.errors import IntegrityError, RefusedError, RiskmodelError, UsageError
from riskmodel.ledger import Answer, FiledAnswer, Ledger, ListedWarning, Night, Promotion, Receipt, StoredList
from tests.records.postgres import emptied

AS_OF = to_day("2025-12-31")


def night(as_of: int = AS_OF, **changes: object) -> Night:
    values = Night(as_of, "fire", "abc", 1, "m" * 64, 1.0, "centre", "scored", ("East", "West"), None, 0)
    return replace(values, **changes)


def list_id(as_of: int, centre: str) -> str:
    return f"{as_of}-{centre}"


def a_list(centre: str = "East", as_of: int = AS_OF, body: str = "{}") -> StoredList:
    id = list_id(as_of, centre)
    return StoredList(
        id, as_of, centre, body, (ListedWarning(f"{id}-1", "fire", "c7", "red"), ListedWarning(f"{id}-2", "fire", "c9", None))
    )


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Ledger:
    """An empty ledger in either database."""
    address = "" if request.param == "sqlite" else emptied(request.getfixturevalue("postgres"))
    return Ledger(tmp_path / "data" / "operations.db", address)


@pytest.fixture
def in_file(tmp_path: Path) -> Ledger:
    """An empty ledger in a SQLite file, for what is so of files only."""
    return Ledger(tmp_path / "data" / "operations.db")


def opened_again(ledger: Ledger) -> Ledger:
    return Ledger(ledger.path, "" if ledger.is_file else ledger.engine.url.render_as_string())


def save(ledger: Ledger, nights: Sequence[Night], lists: Sequence[StoredList]) -> None:
    with ledger.write() as book:
        book.save_night(nights, lists)


def approve(ledger: Ledger, id: str, role: str = "duty officer", day: int = AS_OF) -> None:
    with ledger.write() as book:
        book.lists.approve([id], role, day)


def lists(ledger: Ledger, centre: str | None = None) -> tuple[StoredList, ...]:
    with ledger.read() as book:
        return book.lists.of(AS_OF, centre)


def nights(ledger: Ledger) -> tuple[Night, ...]:
    with ledger.read() as book:
        return book.nights.of(AS_OF)


def dates(ledger: Ledger) -> tuple[int, ...]:
    with ledger.read() as book:
        return book.nights.dates()


def record(ledger: Ledger, *answers: Answer) -> int:
    with ledger.write() as book:
        return book.answers.record(answers)


def filed(ledger: Ledger, number: int | None = None) -> tuple[FiledAnswer, ...]:
    with ledger.read() as book:
        return book.answers.up_to(number)


def test_what_is_saved_comes_back_equal(ledger: Ledger) -> None:
    two = (a_list("East"), a_list("West", body='{"a": "东"}'))
    save(ledger, [night()], two)
    assert nights(ledger) == (night(),)
    assert lists(ledger) == two
    assert lists(ledger, "West") == two[1:]
    assert lists(opened_again(ledger)) == two
    assert repr(ledger) == f"<Ledger {ledger.name!r}: 1 night>"


def test_a_file_is_durable_and_checks_foreign_keys(in_file: Ledger) -> None:
    with in_file.read() as book:
        pragmas = {
            name: book.connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_repeated_night_is_there_once_and_a_draft_is_replaced(ledger: Ledger) -> None:
    for body in ("{}", "{}", '{"b": 1}'):
        save(ledger, [night()], [a_list(body=body)])
    assert lists(ledger) == (a_list(body='{"b": 1}'),)
    assert dates(ledger) == (AS_OF,)


def test_a_night_is_whole_or_absent(ledger: Ledger) -> None:
    twice = a_list("West")
    with pytest.raises(IntegrityViolation, match="(?i)unique"):
        save(ledger, [night()], [a_list("East"), twice, twice])
    assert dates(ledger) == ()
    with pytest.raises(UsageError, match=r"holds no night yet\. Run 'riskmodel nightly' first"):
        lists(ledger)


def test_an_approved_list_stays_as_it_was(ledger: Ledger) -> None:
    save(ledger, [night()], [a_list()])
    approve(ledger, a_list().id)
    approve(ledger, a_list().id, "another", AS_OF + 1)
    (approved,) = lists(ledger)
    assert (approved.approved_by, approved.approved_on) == ("duty officer", AS_OF)
    save(ledger, [night()], [a_list()])
    with pytest.raises(RefusedError, match="approved and may have been sent"):
        save(ledger, [night(model="new")], [a_list(body='{"b": 1}')])
    assert lists(ledger) == (approved,)
    assert nights(ledger) == (night(),)


def test_the_night_before_and_what_closes_a_night(ledger: Ledger) -> None:
    for as_of in (AS_OF, AS_OF + 3):
        with ledger.write() as book:
            previous = book.nights.last_scored("fire", as_of)
            book.save_night([night(as_of, previous=previous)], [a_list(as_of=as_of)])
    assert dates(ledger) == (AS_OF, AS_OF + 3)
    with ledger.read() as book:
        assert book.nights.last_scored("fire", AS_OF) is None
        assert book.nights.last_scored("fire", AS_OF + 9) == AS_OF + 3
        assert book.nights.last_scored("other", AS_OF + 9) is None
        assert book.nights.closed(AS_OF)
        assert not book.nights.closed(AS_OF + 3)
    approve(ledger, list_id(AS_OF + 3, "East"), day=AS_OF + 3)
    with ledger.read() as book:
        assert book.nights.closed(AS_OF + 3)


def test_a_receipt_is_recorded_once(ledger: Ledger) -> None:
    save(ledger, [night()], [a_list()])
    first = Receipt("r", a_list().id, "folder", "outbox/sent", AS_OF, AS_OF)
    with ledger.write() as book:
        assert book.receipts.record(first) == first
        assert book.receipts.record(replace(first, day=AS_OF + 1)) == first
    with ledger.read() as book:
        assert book.receipts.of(AS_OF) == (first,)
        assert book.receipts.find("r") == first
        assert book.receipts.find("other") is None


def test_answers_are_recorded_once_and_only_for_approved_warnings(ledger: Ledger) -> None:
    save(ledger, [night()], [a_list("East"), a_list("West")])
    approve(ledger, a_list("East").id)
    answer = Answer(a_list("East").warnings[0].id, AS_OF + 2, "visited", AS_OF + 3)
    assert record(ledger, answer) == 1
    assert record(ledger, replace(answer, received=AS_OF + 9), replace(answer, outcome="nothing_found")) == 1
    assert [one.answer.outcome for one in filed(ledger)] == ["visited", "nothing_found"]
    assert [one.answer.outcome for one in filed(ledger, 1)] == ["visited"]
    assert filed(ledger)[0].warning == a_list("East").warnings[0]
    with pytest.raises(UsageError, match="no approved warning"):
        record(ledger, replace(answer, day=AS_OF), Answer(a_list("West").warnings[0].id, AS_OF, "visited", AS_OF))
    with pytest.raises(UsageError, match="no outcome named"):
        record(ledger, replace(answer, outcome="he was drunk"))
    with ledger.read() as book:
        assert book.answers.last_number() == 2


def test_promotions_say_which_version_was_champion_when(ledger: Ledger) -> None:
    first, second = Promotion("fire", 1, "abc", None, "analyst", AS_OF), Promotion("fire", 2, "def", 1, "analyst", AS_OF + 1)
    back = Promotion("fire", 1, "abc", 2, "analyst", AS_OF + 2)
    with ledger.write() as book:
        for promotion in (first, first, second, back):
            book.promotions.record(promotion)
    with ledger.read() as book:
        assert book.promotions.of("fire") == (first, second, back)
        assert book.promotions.of("other") == ()


def test_a_database_of_a_later_version_is_refused(ledger: Ledger) -> None:
    with ledger.write() as book:
        book.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0099'")
    with pytest.raises(UsageError, match=r"schema version 0099.*Upgrade riskmodel"):
        opened_again(ledger)


@pytest.mark.parametrize("content", [b"no database at all, but long enough to be read as one" * 40, None])
def test_a_file_of_something_else_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "other.db"
    if content is None:
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE theirs (a)")
        connection.close()
    else:
        path.write_bytes(content)
    with pytest.raises(UsageError, match="not a database of riskmodel"):
        Ledger(path)


def _open_and_save(path: Path, number: int) -> None:
    save(Ledger(path), [night(AS_OF + number)], [a_list(as_of=AS_OF + number)])


def test_what_the_system_refuses_is_told_without_a_traceback(in_file: Ledger, tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError, match=r"data'"):
        Ledger(tmp_path / "data")
    save(in_file, [night()], [a_list()])
    with closing(sqlite3.connect(in_file.path)) as other:
        other.execute("DROP TABLE answers")
    with pytest.raises(RiskmodelError, match="cannot be used: no such table: answers"), in_file.read() as book:
        book.answers.last_number()
    # one page more than there are is one too many, as on a disk that is full
    event.listen(in_file.engine, "connect", lambda raw, _record: raw.execute("PRAGMA max_page_count=1"))
    with pytest.raises(RiskmodelError, match="cannot be used: database or disk is full"):
        save(in_file, [night()], [a_list(body="x" * 100_000)])
    assert [one.body for one in lists(Ledger(in_file.path))] == ["{}"]


def test_processes_may_open_it_at_once(tmp_path: Path) -> None:
    path = tmp_path / "operations.db"
    context = get_context("spawn")
    workers = [context.Process(target=_open_and_save, args=(path, number)) for number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert len(dates(Ledger(path))) == 3


def test_every_flipped_byte_of_a_body_is_found_and_names_the_list(in_file: Ledger) -> None:
    body = '{"as_of": "东", "b": 1}'
    save(in_file, [night()], [a_list("East", body=body), a_list("West", body=body)])
    whole = body.encode()
    with closing(sqlite3.connect(in_file.path)) as raw:
        for at in range(len(whole)):
            for bit in range(8):
                damaged = bytearray(whole)
                damaged[at] ^= 1 << bit
                raw.execute("UPDATE warning_lists SET body = CAST(? AS TEXT) WHERE centre = 'East'", (bytes(damaged),))
                raw.commit()
                with pytest.raises(
                    IntegrityError, match=r"stored list of 2025-12-31 for 'East' is damaged.*Nothing was approved"
                ):
                    lists(in_file)
                assert len(lists(in_file, "West")) == 1
    with pytest.raises(IntegrityError, match="'East' is damaged"):
        lists(in_file)
    save(in_file, [night()], [a_list("East", body=body), a_list("West", body=body)])
    assert [one.body for one in lists(in_file)] == [body, body]


def test_a_changed_body_is_found_in_either_database(ledger: Ledger) -> None:
    save(ledger, [night()], [a_list("East", body='{"as_of": "东"}'), a_list("West")])
    with ledger.write() as book:
        book.connection.exec_driver_sql("UPDATE warning_lists SET body = '{\"as_of\": \"西\"}' WHERE centre = 'East'")
    with pytest.raises(IntegrityError, match="'East' is damaged"):
        lists(ledger)
    assert len(lists(ledger, "West")) == 1


def test_a_draft_counts_how_often_its_content_changed(ledger: Ledger) -> None:
    for body, count in (("{}", 0), ("{}", 0), ('{"b": 1}', 1), ('{"b": 1}', 1), ("{}", 2)):
        save(ledger, [night()], [a_list(body=body)])
        assert [one.replaced for one in lists(ledger)] == [count]
    save(ledger, [night()], [a_list(), a_list("West")])
    assert [one.replaced for one in lists(ledger)] == [2, 1]


@pytest.mark.parametrize("content", [None, b""])
def test_a_database_that_was_there_is_not_made_again_in_silence(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "operations.db"
    save(Ledger(path), [night()], [a_list()])
    for beside in tmp_path.glob("operations.db*"):
        beside.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(
        RiskmodelError, match=r"missing or empty, although there was one: .* are lost\. .* Restore it from a backup"
    ):
        Ledger(path)
    (tmp_path / ".operations.db.lock").unlink()
    assert dates(Ledger(path)) == ()


def test_a_database_whose_first_byte_is_damaged_is_to_be_restored(tmp_path: Path) -> None:
    path = tmp_path / "operations.db"
    save(Ledger(path), [night()], [a_list()])
    path.write_bytes(b"?" + path.read_bytes()[1:])
    with pytest.raises(UsageError, match=r"is damaged, or is not a database of riskmodel\. .* restore it from a backup"):
        Ledger(path)


def test_an_emptied_database_is_not_made_again_in_silence(postgres: str, tmp_path: Path) -> None:
    save(Ledger(tmp_path / "operations.db", emptied(postgres)), [night()], [a_list()])
    emptied(postgres)
    with pytest.raises(RiskmodelError, match=r"is missing or empty, although there was one: .* are lost"):
        Ledger(tmp_path / "operations.db", postgres)
    (tmp_path / ".operations.db.lock").unlink()
    assert dates(Ledger(tmp_path / "operations.db", postgres)) == ()


def test_a_server_that_does_not_answer_is_named_without_a_traceback(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"postgresql://tester@127.0.0.1:{closed.getsockname()[1]}/county"
        with pytest.raises(RiskmodelError, match=r"The database 'postgresql.*county' cannot be used: .* Start the server"):
            Ledger(tmp_path / "operations.db", address)


def test_a_ledger_in_postgresql_is_copied_into_a_file(postgres: str, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "operations.db", emptied(postgres))
    save(ledger, [night()], [a_list(body='{"a": "东"}')])
    approve(ledger, a_list().id)
    record(ledger, Answer(a_list().warnings[0].id, AS_OF + 2, "visited", AS_OF + 3))
    assert ledger.copy_to(tmp_path / "copy.db") == 1
    copy = Ledger(tmp_path / "copy.db")
    assert lists(copy) == lists(ledger)
    assert filed(copy) == filed(ledger)


def test_a_wait_for_another_writer_is_reported(
    ledger: Ledger, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    holding, reported, kept = Event(), Event(), caplog.handler.emit

    def hold() -> None:
        with ledger.write():
            holding.set()
            reported.wait(60)

    # the other lets go once the wait was reported, however slow the machine is
    monkeypatch.setattr(caplog.handler, "emit", lambda record: (kept(record), reported.set()))
    other = Thread(target=hold)
    other.start()
    assert holding.wait(60)
    save(ledger, [night()], [a_list()])
    other.join()
    assert [record.getMessage() for record in caplog.records] == [
        f"Waiting for another run of riskmodel, which holds '{ledger.path if ledger.is_file else ledger.name}' ..."
    ]
