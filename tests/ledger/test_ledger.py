"""The store: what is written twice is there once, a night is whole or absent, a later version is refused."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest
from sqlalchemy import event

from riskmodel.base.days import to_day
from riskmodel.base.errors import RefusedError, RiskmodelError, UsageError
from riskmodel.ledger import Answer, ListedWarning, Night, Promotion, Receipt, Store, StoredList

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


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "data" / "operations.db")


def test_what_is_saved_comes_back_equal(store: Store) -> None:
    lists = (a_list("East"), a_list("West", body='{"a": "东"}'))
    store.save_night([night()], lists)
    assert store.nights(AS_OF) == (night(),)
    assert store.lists(AS_OF) == lists
    assert store.lists(AS_OF, "West") == lists[1:]
    assert Store(store.path).lists(AS_OF) == lists


def test_the_database_is_durable_and_checks_foreign_keys(store: Store) -> None:
    with store._read() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_repeated_night_is_there_once_and_a_draft_is_replaced(store: Store) -> None:
    for body in ("{}", "{}", '{"b": 1}'):
        store.save_night([night()], [a_list(body=body)])
    assert store.lists(AS_OF) == (a_list(body='{"b": 1}'),)
    assert store.dates() == (AS_OF,)


def test_a_night_is_whole_or_absent(store: Store) -> None:
    twice = a_list("West")
    with pytest.raises(Exception, match="UNIQUE"):
        store.save_night([night()], [a_list("East"), twice, twice])
    assert store.dates() == ()
    with pytest.raises(UsageError, match=r"holds no night yet\. Run 'riskmodel nightly' first"):
        store.lists(AS_OF)


def test_an_approved_list_stays_as_it_was(store: Store) -> None:
    store.save_night([night()], [a_list()])
    store.approve([a_list().id], "duty officer", AS_OF)
    store.approve([a_list().id], "another", AS_OF + 1)
    (approved,) = store.lists(AS_OF)
    assert (approved.approved_by, approved.approved_on) == ("duty officer", AS_OF)
    store.save_night([night()], [a_list()])
    with pytest.raises(RefusedError, match="approved and may have been sent"):
        store.save_night([night(model="new")], [a_list(body='{"b": 1}')])
    assert store.lists(AS_OF) == (approved,)
    assert store.nights(AS_OF) == (night(),)


def test_the_night_before_and_what_closes_a_night(store: Store) -> None:
    for as_of in (AS_OF, AS_OF + 3):
        store.save_night([night(as_of, previous=store.scored_before("fire", as_of))], [a_list(as_of=as_of)])
    assert [night.as_of for night in store.nights()] == [AS_OF, AS_OF + 3]
    assert store.scored_before("fire", AS_OF) is None
    assert store.scored_before("fire", AS_OF + 9) == AS_OF + 3
    assert store.scored_before("other", AS_OF + 9) is None
    assert store.closed(AS_OF)
    assert not store.closed(AS_OF + 3)
    store.approve([list_id(AS_OF + 3, "East")], "duty officer", AS_OF + 3)
    assert store.closed(AS_OF + 3)


def test_a_receipt_is_recorded_once(store: Store) -> None:
    store.save_night([night()], [a_list()])
    first = Receipt("r", a_list().id, "folder", "outbox/sent", AS_OF, AS_OF)
    assert store.record_receipt(first) == first
    assert store.record_receipt(replace(first, day=AS_OF + 1)) == first
    assert store.receipts(AS_OF) == (first,)


def test_answers_are_recorded_once_and_only_for_approved_warnings(store: Store) -> None:
    store.save_night([night()], [a_list("East"), a_list("West")])
    store.approve([a_list("East").id], "duty officer", AS_OF)
    answer = Answer(a_list("East").warnings[0].id, AS_OF + 2, "visited", AS_OF + 3)
    assert store.record_answers([answer]) == 1
    assert store.record_answers([replace(answer, received=AS_OF + 9), replace(answer, outcome="nothing_found")]) == 1
    assert [filed.answer.outcome for filed in store.answers()] == ["visited", "nothing_found"]
    assert [filed.answer.outcome for filed in store.answers(seen=1)] == ["visited"]
    assert store.answers()[0].warning == a_list("East").warnings[0]
    with pytest.raises(UsageError, match="no approved warning"):
        store.record_answers([replace(answer, day=AS_OF), Answer(a_list("West").warnings[0].id, AS_OF, "visited", AS_OF)])
    with pytest.raises(UsageError, match="no outcome named"):
        store.record_answers([replace(answer, outcome="he was drunk")])
    assert store.last_answer() == 2


def test_promotions_say_which_version_was_champion_when(store: Store) -> None:
    first, second = Promotion("fire", 1, "abc", None, "analyst", AS_OF), Promotion("fire", 2, "def", 1, "analyst", AS_OF + 1)
    back = Promotion("fire", 1, "abc", 2, "analyst", AS_OF + 2)
    for promotion in (first, first, second, back):
        store.record_promotion(promotion)
    assert store.promotions("fire") == (first, second, back)
    assert store.promotions("other") == ()


def test_a_store_of_a_later_version_is_refused(store: Store) -> None:
    with sqlite3.connect(store.path) as connection:
        connection.execute("UPDATE schema_version SET version = 99")
    connection.close()
    with pytest.raises(UsageError, match=r"schema version 99.*Upgrade riskmodel"):
        Store(store.path)


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
        Store(path)


def _open_and_save(path: Path, number: int) -> None:
    Store(path).save_night([night(AS_OF + number)], [a_list(as_of=AS_OF + number)])


def test_what_the_system_refuses_is_told_without_a_traceback(store: Store, tmp_path: Path) -> None:
    with pytest.raises(RiskmodelError, match=r"The store '.*data' cannot be used: unable to open database file\. .* again"):
        Store(tmp_path / "data")
    store.save_night([night()], [a_list()])
    with closing(sqlite3.connect(store.path)) as other:
        other.execute("DROP TABLE answers")
    with pytest.raises(RiskmodelError, match="cannot be used: no such table: answers"):
        store.last_answer()
    # one page more than there are is one too many, as on a disk that is full
    event.listen(store._engine, "connect", lambda raw, _record: raw.execute("PRAGMA max_page_count=1"))
    with pytest.raises(RiskmodelError, match="cannot be used: database or disk is full"):
        store.save_night([night()], [a_list(body="x" * 100_000)])
    assert [one.body for one in Store(store.path).lists(AS_OF)] == ["{}"]


def test_processes_may_open_it_at_once(tmp_path: Path) -> None:
    path = tmp_path / "operations.db"
    context = get_context("spawn")
    workers = [context.Process(target=_open_and_save, args=(path, number)) for number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert len(Store(path).dates()) == 3
