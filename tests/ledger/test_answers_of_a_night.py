"""What a night reads of the ledger: the answers that can matter, of a ledger of any age, and the seals of what it reads."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event

from riskmodel.base.errors import IntegrityError
from riskmodel.ledger import Acknowledgement, Answer, FiledAnswer, Ledger, ListedWarning, StoredList, audit_ledger, standing
from riskmodel.warning import AnsweredWarning
from riskmodel.warning.warn import open_follow_ups
from tests.ledger.test_ledger import AS_OF, night
from tests.records.postgres import emptied

OUTCOMES = ("visited", "needs_followup", "needs_followup", "nothing_found", "not_done")
NIGHTS, SPAN = 60, 14


def filled(path: Path, address: str = "", seed: int = 1) -> Ledger:
    """A ledger of many nights: places are listed again and again, and get answers of all kinds, some of them late."""
    ledger, draw = Ledger(path, address), random.Random(seed)
    with ledger.write() as book:
        for as_of in range(AS_OF - NIGHTS, AS_OF):
            warnings = tuple(
                ListedWarning(f"w{as_of}-{at}", draw.choice(("fire", "theft")), f"c{draw.randrange(6)}", "red") for at in range(3)
            )
            book.save_night([night(as_of, previous=as_of - 1)], [StoredList(f"l{as_of}", as_of, "East", "{}", warnings)])
            book.lists.approve([f"l{as_of}"], "duty officer", as_of)
            late = draw.choice((0, 0, 1, 3, 40))
            given = Answer(warnings[draw.randrange(3)].id, as_of + late, draw.choice(OUTCOMES), as_of + late)
            book.answers.record([given])
            book.acknowledgements.record(Acknowledgement(f"l{as_of}", "duty officer", as_of, 10, 20))
    return ledger


def answered(filed: tuple[FiledAnswer, ...]) -> list[AnsweredWarning]:
    return [
        AnsweredWarning(
            target=one.warning.target, place=one.warning.place, day=one.answer.day, grade=None,
            follow_up=one.answer.outcome == "needs_followup", number=one.number, warning=one.warning.id,
        )
        for one in filed
        if one.answer.outcome != "not_done"
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_answers_that_matter_are_those_that_the_rules_of_a_night_need(
    kind: str, seed: int, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    ledger = filled(tmp_path / "operations.db", "" if kind == "sqlite" else emptied(request.getfixturevalue("postgres")), seed)
    opened = 0
    with ledger.read() as book:
        for as_of, last in ((AS_OF, NIGHTS), (AS_OF - 20, 45), (AS_OF + 30, NIGHTS), (AS_OF, 10)):
            every, since = book.answers.up_to(last), as_of - SPAN
            found = book.answers.mattering(last, as_of, since)
            assert open_follow_ups(answered(found), as_of) == open_follow_ups(answered(every), as_of)
            assert {one for one in every if one.answer.day >= since or one.as_of >= since} <= set(found)
            assert set(found) <= set(every)
            assert list(found) == sorted(found, key=lambda one: one.number)
            opened += len(open_follow_ups(answered(every), as_of))
        assert [one.number for one in book.answers.after(NIGHTS - 2)] == [NIGHTS - 1, NIGHTS]
        assert book.answers.id_of(NIGHTS) == book.answers.up_to()[-1].answer.id
        assert book.answers.id_of(NIGHTS + 1) == ""
    assert opened


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_a_correction_replaced_keeps_no_follow_up_open_and_closes_none(
    kind: str, seed: int, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    ledger = filled(tmp_path / "operations.db", "" if kind == "sqlite" else emptied(request.getfixturevalue("postgres")), seed)
    draw = random.Random(seed)
    with ledger.write() as book:
        for one in draw.sample(book.answers.up_to(), 30):
            day = max(one.as_of, one.answer.day + draw.choice((-20, -1, 0, 1)))
            book.answers.correct([Answer(one.warning.id, day, draw.choice(OUTCOMES), AS_OF)])
        final = book.answers.last_number()
        differ = 0
        for as_of, last in ((AS_OF, final), (AS_OF - 20, final), (AS_OF + 30, final), (AS_OF, NIGHTS), (AS_OF, NIGHTS + 15)):
            since = as_of - SPAN
            found, every = standing(book.answers.mattering(last, as_of, since)), standing(book.answers.up_to(last))
            assert open_follow_ups(answered(found), as_of) == open_follow_ups(answered(every), as_of)
            assert {one for one in every if one.answer.day >= since or one.as_of >= since} <= set(found)
            assert set(found) <= set(every)
            differ += open_follow_ups(answered(book.answers.up_to(last)), as_of) != open_follow_ups(answered(every), as_of)
    assert differ
    with ledger.read() as book:
        assert not audit_ledger(book).faults


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    ledger = filled(tmp_path_factory.mktemp("filled") / "operations.db")
    with closing(sqlite3.connect(ledger.path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    return ledger.path


@pytest.fixture
def changed(whole: Path, tmp_path: Path) -> Callable[[str], Ledger]:
    def change(statement: str) -> Ledger:
        path = tmp_path / "changed.db"
        path.write_bytes(whole.read_bytes())
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute(statement).rowcount
            connection.commit()
        return Ledger(path)

    return change


READS: tuple[tuple[str, Callable[..., object]], ...] = (
    ("answers", lambda book: book.answers.mattering(NIGHTS, AS_OF, AS_OF - SPAN)),
    ("answers", lambda book: book.answers.after(NIGHTS - 1)),
    ("nights", lambda book: book.nights.closed(AS_OF - SPAN)),
    ("nights", lambda book: book.nights.last_on_time(AS_OF, SPAN)),
    ("nights", lambda book: book.nights.last()),
    ("acknowledgements", lambda book: book.acknowledgements.of(f"l{AS_OF - 1}")),
)


@pytest.mark.parametrize(("table", "read"), READS)
def test_a_changed_record_of_a_night_that_is_read_is_found_and_one_of_another_by_the_audit(
    changed: Callable[[str], Ledger], table: str, read: Callable[..., object]
) -> None:
    ledger = changed(f"UPDATE {table} SET seal = 'x' WHERE rowid = (SELECT max(rowid) FROM {table})")
    with ledger.read() as book, pytest.raises(IntegrityError, match="is not the one that was recorded"):
        read(book)
    ledger = changed(f"UPDATE {table} SET seal = 'x' WHERE rowid = 1")
    with ledger.read() as book:
        read(book)
        assert audit_ledger(book).faults


@pytest.mark.parametrize(("table", "read"), READS)
@pytest.mark.parametrize("which", ["1", "(SELECT max(rowid) FROM {})"])
def test_a_removed_record_is_found_whatever_its_night(
    changed: Callable[[str], Ledger], table: str, read: Callable[..., object], which: str
) -> None:
    ledger = changed(f"DELETE FROM {table} WHERE rowid = {which.format(table)}")
    with (
        ledger.read() as book,
        pytest.raises(IntegrityError, match="59 are there, 60 were recorded|0 are there, 1 were recorded"),
    ):
        read(book)


def test_a_late_night_reads_as_many_rows_as_an_early_one(whole: Path) -> None:
    """Statements and rows of what a night reads, after 60 nights and after 30."""

    def rows(last: int) -> tuple[int, int]:
        ledger, found = Ledger(whole), [0, 0]

        def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            found[0] += "SELECT" in statement

        event.listen(ledger.engine, "before_cursor_execute", count)
        with ledger.read() as book:
            as_of = AS_OF - NIGHTS + last
            book.nights.last_on_time(as_of, 10)
            found[1] += len(book.answers.mattering(last, as_of, as_of - SPAN))
        return found[0], found[1]

    (early, some), (late, more) = rows(30), rows(60)
    assert early == late
    assert more <= some + SPAN
