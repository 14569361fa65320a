"""Reading only what is new skips no row for ever."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from riskmodel.base.days import to_day
from riskmodel.base.errors import UsageError
from riskmodel.base.project import Sql
from riskmodel.records.intake.readers.source_table import Cursor
from riskmodel.records.intake.readers.sql import read_sql
from riskmodel.records.intake.readers.sql_increment import ValueOrder, sorting_form
from riskmodel.records.intake.readers.table_request import TableRequest

DAY = to_day("2024-06-30")


class Table:
    """A table of ids and an increment, and the ids that were read of it so far."""

    def __init__(self, folder: Path, kind: str = "", full_every: int = 7) -> None:
        self.path = folder / "t.db"
        self.path.unlink(missing_ok=True)
        self.stated = Sql(url="T", table="t", increment="changed", full_every=full_every)
        self.cursor: Cursor | None = None
        self.read: set[str] = set()
        self.do(f"CREATE TABLE t (id text, changed {kind})")

    def do(self, statement: str, values: tuple[Any, ...] = ()) -> list[Any]:
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute("PRAGMA synchronous = OFF")
            return connection.execute(statement, values).fetchall()

    def put(self, *rows: tuple[str, Any]) -> None:
        for values in rows:
            self.do("INSERT INTO t VALUES (?, ?)", values)

    def ingest(self, day: int = DAY) -> list[str]:
        """The ids that are read now."""
        request = TableRequest("calls", ("id",), ids=("id",), may_be_empty=True)
        found = read_sql(request, self.stated, f"sqlite:///{self.path}", self.cursor, day)
        self.cursor = found.cursor
        column = found.table.columns["id"]
        ids = [column.values[code] for code in column.codes]
        self.read |= set(ids)
        return sorted(ids)


def test_rows_without_a_value_are_always_read(tmp_path: Path) -> None:
    table = Table(tmp_path)
    table.put(("a", 1), ("b", None), ("c", 2))
    assert table.ingest() == ["a", "b", "c"]
    table.put(("d", None), ("e", 3))
    assert table.ingest() == ["b", "c", "d", "e"]
    assert table.ingest() == ["b", "d", "e"]


def test_a_table_of_empty_values_is_read_whole(tmp_path: Path) -> None:
    table = Table(tmp_path)
    assert table.ingest() == []
    table.put(("a", None))
    assert (table.ingest(), table.ingest()) == (["a"], ["a"])
    table.put(("b", 1), ("c", None))
    assert (table.ingest(), table.ingest()) == (["a", "b", "c"], ["a", "b", "c"])


def test_rows_with_the_last_value_are_read_again(tmp_path: Path) -> None:
    table = Table(tmp_path)
    table.put(("a", 1), ("b", 2))
    table.ingest()
    table.put(("c", 2), ("d", 2))
    assert table.ingest() == ["b", "c", "d"]
    table.put(("e", 3), ("f", 2))
    assert table.ingest() == ["b", "c", "d", "e", "f"]


@pytest.mark.parametrize(
    "values", [(10, 20, 5), ("2024-01-02 10:00:00", "2024-01-03 10:00:00.5", "2024-01-01 09:00:00"), (1.5, 2.5, 0.5)]
)
def test_rows_that_are_written_behind_are_read(tmp_path: Path, values: tuple[Any, Any, Any]) -> None:
    first, last, behind = values
    table = Table(tmp_path)
    table.put(("a", first), ("b", last))
    table.ingest()
    table.put(("late", behind))
    assert table.ingest() == ["a", "b", "late"]
    # and once only
    assert table.ingest() == ["b"]


def test_rows_that_moved_on_do_not_read_all_again(tmp_path: Path) -> None:
    table = Table(tmp_path)
    table.put(("a", 1), ("b", 2), ("c", 3))
    table.ingest()
    table.do("UPDATE t SET changed = 4 WHERE id = 'a'")
    assert table.ingest() == ["a", "c"]
    table.put(("late", 1))
    assert table.ingest() == ["a", "b", "c", "late"]


def test_what_a_count_cannot_show_is_read_within_the_stated_days(tmp_path: Path) -> None:
    table = Table(tmp_path, full_every=3)
    table.put(("a", 1), ("b", 2), ("c", 3))
    table.ingest()
    table.do("DELETE FROM t WHERE id = 'a'")
    table.put(("late", 1))
    assert table.ingest(DAY + 2) == ["c"]
    assert table.ingest(DAY + 3) == ["b", "c", "late"]
    assert table.ingest(DAY + 4) == ["c"]
    # a day before the last is no reason to wait
    assert table.ingest(DAY) == ["b", "c", "late"]


@pytest.mark.parametrize(
    "values",
    [("9", "10"), ("8", "9"), ("2024-1-9", "2024-01-10"), (1, "2"), ("2024-01-01T08:00:00Z", "2024-01-01T08:00:00+08:00"), ("1.5", "10.5"), ("a9", "a10")],
)  # fmt: skip
def test_values_that_do_not_sort_by_what_they_mean_are_refused(tmp_path: Path, values: tuple[Any, Any]) -> None:
    table = Table(tmp_path)
    table.put(("a", values[0]))
    table.ingest()
    table.put(("b", values[1]))
    if values == ("8", "9"):
        assert table.ingest() == ["a", "b"]
        table.put(("c", "10"))
    with pytest.raises(
        UsageError, match=r"'changed', the sql\.increment of the source 'calls', holds texts of several forms .* CAST"
    ):
        table.ingest()


@pytest.mark.parametrize(
    ("one", "other"),
    [("2024-01-01 10:00:00", "2024-01-02 10:00:00.123456"), ("000009", "000010"), ("ID-0009-AB", "ID-0010-CD"), ("2024-01-01T10:00:00+08:00", "2024-01-02T10:00:00+08:00")],
)  # fmt: skip
def test_texts_of_one_form_are_in_order(one: str, other: str) -> None:
    assert sorting_form(one) == sorting_form(other)


def test_a_cursor_of_an_earlier_version_reads_all(tmp_path: Path) -> None:
    table = Table(tmp_path)
    table.put(("a", 1), ("b", 2))
    table.cursor = ["plain", 2]
    assert table.ingest() == ["a", "b"]


CHANGES = st.lists(st.tuples(st.sampled_from(["put", "put", "move"]), st.one_of(st.none(), st.integers(0, 9))), max_size=4)


@given(st.lists(CHANGES, max_size=4))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_row_is_read_within_the_stated_days(tmp_path: Path, nights: list[list[tuple[str, int | None]]]) -> None:
    table = Table(tmp_path, full_every=2)
    count = 0
    for night, changes in enumerate(nights):
        for what, value in changes:
            if what == "put":
                count += 1
                table.put((f"r{count}", value))
            else:
                table.do("UPDATE t SET changed = (SELECT max(changed) + 1 FROM t) WHERE id = 'r1'")
        table.ingest(DAY + night)
    table.ingest(DAY + len(nights) + 2)
    assert table.read == {f"r{n + 1}" for n in range(count)}


def test_rows_with_the_last_value_are_counted_over_batches() -> None:
    found = ValueOrder("calls", "changed").then([1, 2, 2]).then([None, 2])
    assert (found.last, found.at_last, found.rows) == (2, 3, 4)
    found = found.then([2, 3])
    assert (found.last, found.at_last, found.rows) == (3, 1, 6)
