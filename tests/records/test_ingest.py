"""Ingest: every row accounted for, any order, again and again, killed anywhere."""

from __future__ import annotations

import csv
import gzip
import io
import random
import tempfile
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmodel.base import files
from riskmodel.base.errors import RiskmodelError, UsageError
from riskmodel.base.periods import NEVER, to_day
from riskmodel.base.project import Project, load_project
from riskmodel.records.history import History
from riskmodel.records.intake import IngestReport, ingest
from riskmodel.records.intake.report import SourceReport
from riskmodel.records.store import HistoryStore

DAY = "2024-06-30"
HEADER = ("编号", "修订号", "状态", "类别", "网格", "发生", "获知", "数量")
TOML = """
name = "test"
title = {{ zh = "测试", en = "test" }}
[places]
path = "cells.csv"
id = "网格"
groupings = {{ centre = "中心" }}
[kinds]
theft = {{ family = "police", zh = "盗窃", en = "theft" }}
noise = {{ family = "police", zh = "噪音", en = "noise" }}
rooms = {{ family = "rental", zh = "房间", en = "rooms", state = true }}
[[sources]]
name = "police"
path = "police.csv"
columns = {{ id = "编号", revision = "修订号", status = "状态", kind = "类别", cell = "网格", occurred = "发生", known = "获知", amount = "数量" }}
kinds = {{ "盗窃" = "theft", "电动车盗窃" = "theft", "噪音" = "noise" }}
withdrawn = ["撤销"]
{police}
{more}
"""
REGISTER = """
[[sources]]
name = "register"
path = "register.csv"
kind = "rooms"
columns = { id = "编号", cell = "网格", occurred = "登记", known = "录入", ended = "注销", ended_known = "注销录入", amount = "房间" }
"""
REGISTER_HEADER = ("编号", "网格", "登记", "录入", "注销", "注销录入", "房间")
STATED = 'since = "2020-01-01"\nthrough = "2024-06-29"'


def table(rows: Iterable[Iterable[str]], header: Iterable[str] = HEADER, encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([list(header), *map(list, rows)])
    return text.getvalue().encode(encoding)


def row(
    no: str = "1",
    rev: str = "",
    status: str = "",
    kind: str = "盗窃",
    cell: str = "a",
    day: str = "2024-01-02",
    known: str = "",
    n: str = "1",
) -> tuple[str, ...]:
    return (no, rev, status, kind, cell, day, known, n)


@dataclass(frozen=True)
class County:
    """A project in a folder, written anew by each change."""

    folder: Path

    def write(
        self,
        content: bytes | None = None,
        police: str = STATED,
        more: str = "",
        cells: str = "网格,中心\na,东\nb,西\n",
        **tables: bytes,
    ) -> Project:
        self.folder.mkdir(exist_ok=True)
        (self.folder / "riskmodel.toml").write_text(TOML.format(police=police, more=more), encoding="utf-8")
        (self.folder / "cells.csv").write_text(cells, encoding="utf-8")
        if content is not None:
            (self.folder / "police.csv").write_bytes(content)
        for name, data in tables.items():
            (self.folder / f"{name}.csv").write_bytes(data)
        return load_project(self.folder)

    def take(self, rows: Iterable[Iterable[str]], day: str = DAY, **more: Any) -> SourceReport:
        return ingest(self.write(table(rows), **more), day).sources[0]

    @property
    def store(self) -> HistoryStore:
        return HistoryStore(self.folder / "data" / "history")

    def history(self) -> History:
        return self.store.load()

    def parts(self) -> list[str]:
        return [part["sha256"] for part in self.store.manifest()["parts"]]


@pytest.fixture
def county(tmp_path: Path) -> County:
    return County(tmp_path / "county")


@contextmanager
def counties(count: int = 1) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        yield [County(Path(folder) / str(i)) for i in range(count)]


def told(history: History) -> list[tuple[Any, ...]]:
    kinds = list(history.kinds)
    columns = (history.cell, history.occurred, history.known, history.until, history.ended, history.amount)
    return sorted(
        (kinds[k], history.places.ids[c[0]], *c[1:])
        for k, *c in zip(history.kind.tolist(), *(x.tolist() for x in columns), strict=True)
    )


# what a row says, and the reason for which it is not taken

FAULTS = {
    "类别": {"打架": "unknown kind", "": "unknown kind"},
    "网格": {"z": "unknown cell", "": "unknown cell"},
    "发生": {"2024-02-30": "unreadable date", "": "unreadable date", "202413": "unreadable date", "昨天": "unreadable date"},
    "获知": {"soon": "unreadable known date", "2024-07-01": "known after the day of the ingest"},
    "数量": {"1.5": "amount is not a whole number", "-1": "negative amount", "many": "amount is not a whole number", "": "amount is not a whole number", "nan": "amount is not a whole number", "1e99": "amount is not a whole number"},
    "修订号": {"x": "unreadable revision", "-1": "unreadable revision"},
    "编号": {"": "no id", "  ": "no id"},
}  # fmt: skip
ORDER = ("类别", "网格", "发生", "获知", "数量", "修订号", "编号")
good_rows = st.tuples(
    st.sampled_from(["1", "2", "3", "4"]),
    st.sampled_from(["", "0", "1", "2"]),
    st.sampled_from(["", "", "撤销"]),
    st.sampled_from(["盗窃", "噪音", "电动车盗窃"]),
    st.sampled_from(["a", "b"]),
    st.sampled_from(["2024-01-02", "2024/2/29", "20240301 08:00"]),
    st.sampled_from(["", "2024-03-05", "2024-04-01T10:00:00", "2023-12-31"]),
    st.sampled_from(["1", "0", "2"]),
)


@st.composite
def any_row(draw: st.DrawFn) -> tuple[str, ...]:
    values = list(draw(good_rows))
    if draw(st.integers(0, 2)) == 0:
        for column in draw(st.lists(st.sampled_from(ORDER), min_size=1, max_size=2, unique=True)):
            values[HEADER.index(column)] = draw(st.sampled_from(sorted(FAULTS[column])))
    return tuple(values)


tables_of_rows = st.lists(any_row(), min_size=1, max_size=25)


def fault(values: tuple[str, ...]) -> str | None:
    """The reason for which a row cannot be taken, the first in the order of the columns."""
    found = [FAULTS[column].get(values[HEADER.index(column)]) for column in ORDER]
    late = [why for why in found if why == "known after the day of the ingest"]
    return next((why for why in found if why is not None and why not in late), late[0] if late else None)


def content(values: tuple[str, ...]) -> tuple[str, ...]:
    """What a good row says, in one form."""
    no, rev, status, kind, cell, day, known, n = values
    day = {"2024/2/29": "2024-02-29", "20240301 08:00": "2024-03-01"}.get(day, day)
    return (no, rev or "0", status, {"电动车盗窃": "盗窃"}.get(kind, kind), cell, day, known[:10] or day, n)


def agreeing(rows: Iterable[tuple[str, ...]]) -> dict[tuple[str, str], set[tuple[str, ...]]]:
    said: dict[tuple[str, str], set[tuple[str, ...]]] = {}
    for values in map(content, (r for r in rows if fault(r) is None)):
        said.setdefault(values[:2], set()).add(values)
    return said


def without_conflicts(rows: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The rows without those that say something else under the id and revision of an earlier one."""
    first: dict[tuple[str, ...], tuple[str, ...]] = {}
    return [r for r in rows if fault(r) is not None or first.setdefault(content(r)[:2], content(r)) == content(r)]


def expected(rows: Iterable[tuple[str, ...]]) -> list[tuple[Any, ...]]:
    """The records believed from agreeing rows: each until the first day on which a higher revision was known."""
    said = [values for group in agreeing(rows).values() for values in group]
    records = []
    for no, rev, status, kind, cell, day, known, n in said:
        higher = [to_day(other[6]) for other in said if other[0] == no and int(other[1]) > int(rev)]
        if status != "撤销":
            name = {"盗窃": "theft", "噪音": "noise"}[kind]
            records.append((name, cell, to_day(day), to_day(known), min([int(NEVER), *higher]), int(NEVER), int(n)))
    return sorted(records)


@settings(deadline=None, max_examples=40)
@given(tables_of_rows)
def test_rows_in_are_accepted_duplicate_or_quarantined(rows: list[tuple[str, ...]]) -> None:
    with counties() as (county,):
        report = county.take(rows)
        reasons: dict[str, int] = {}
        for why in filter(None, map(fault, rows)):
            reasons[why] = reasons.get(why, 0) + 1
        conflicts = report.reasons.get("conflicting revision", 0)
        assert {why: n for why, n in report.reasons.items() if why != "conflicting revision"} == reasons
        said = agreeing(rows)
        assert (conflicts > 0) == any(len(group) > 1 for group in said.values())
        assert report.rows == len(rows)
        assert report.accepted == len(said)
        assert report.quarantined == sum(reasons.values()) + conflicts
        assert report.duplicates == len(rows) - len(said) - report.quarantined
        if report.quarantined:
            kept = county.store.read_table(county.store.manifest()["quarantine"]["police"])
            assert sorted(kept["reason"].to_pylist()) == sorted(why for why, n in report.reasons.items() for _ in range(n))
            assert set(kept.column_names) == {"reason", "row", *HEADER}


@settings(deadline=None, max_examples=40)
@given(tables_of_rows.map(without_conflicts).filter(bool), st.integers(0, 2**32))
def test_the_history_is_what_the_rows_say_in_any_order(rows: list[tuple[str, ...]], seed: int) -> None:
    shuffled = list(rows)
    random.Random(seed).shuffle(shuffled)
    with counties(2) as (one, other):
        one.take(rows)
        other.take(shuffled)
        assert told(one.history()) == expected(rows)
        assert other.parts() == one.parts()
        assert other.history().fingerprint() == one.history().fingerprint()


@settings(deadline=None, max_examples=25)
@given(tables_of_rows, st.integers(0, 2**32))
def test_conflicts_do_not_depend_on_the_order_either(rows: list[tuple[str, ...]], seed: int) -> None:
    shuffled = list(rows)
    random.Random(seed).shuffle(shuffled)
    with counties(2) as (one, other):
        assert one.take(rows) == other.take(shuffled)
        assert other.parts() == one.parts()


@settings(deadline=None, max_examples=30)
@given(tables_of_rows.map(without_conflicts).filter(bool), st.integers(1, 25))
def test_a_grown_export_adds_only_what_is_new_and_equals_a_run_from_scratch(rows: list[tuple[str, ...]], first: int) -> None:
    with counties(2) as (grown, scratch):
        before = grown.take(rows[:first], "2024-06-29")
        parts = grown.parts()
        after = grown.take(rows)
        assert grown.parts()[: len(parts)] == parts
        assert before.accepted + after.accepted == scratch.take(rows).accepted
        assert grown.history().fingerprint() == scratch.history().fingerprint()


register_rows = st.lists(
    st.tuples(
        st.sampled_from(["1", "2"]), st.just("a"), st.just("2024-01-02"), st.just("2024-01-05"),
        st.sampled_from(["", "2024-02-01", "2024-03-01"]), st.sampled_from(["", "2024-03-05", "2024-04-01"]), st.just("3"),
    ),
    min_size=1, max_size=5,
)  # fmt: skip


@settings(deadline=None, max_examples=30)
@given(st.lists(register_rows, min_size=1, max_size=4), st.booleans())
def test_the_last_export_says_how_long_a_state_lasted(exports: list[list[tuple[str, ...]]], same_day: bool) -> None:
    """Ends appear, change and vanish from export to export; what the last one says of an id counts, whatever was before."""
    more = REGISTER + STATED
    with counties(2) as (grown, scratch):
        ids = {values[0] for rows in exports for values in rows}
        last: dict[str, list[tuple[str, ...]]] = {}
        for i, rows in enumerate(exports):
            project = grown.write(table([row()]), more=more, register=table(rows, REGISTER_HEADER))
            ingest(project, "2024-06-01" if same_day else f"2024-06-{i + 1:02d}")
            last |= {no: [values for values in rows if values[0] == no] for no in {values[0] for values in rows}}
            again = ingest(grown.write(register=table(rows[::-1], REGISTER_HEADER), more=more), "2024-06-29")
            assert again.sources[1].accepted == 0
        whole = [values for no in sorted(ids) for values in last[no]]
        ingest(scratch.write(table([row()]), more=more, register=table(whole, REGISTER_HEADER)), "2024-06-30")
        assert told(grown.history()) == told(scratch.history())


def test_a_register_row_gets_its_end_later(county: County) -> None:
    more = REGISTER + STATED
    opened = ("7", "a", "2024-01-02", "2024-01-05", "", "", "12")
    closed = ("7", "a", "2024-01-02", "2024-01-05", "2024-03-01", "2024-03-20", "12")
    ingest(county.write(table([row()]), more=more, register=table([opened], REGISTER_HEADER)), "2024-02-01")
    old = county.store.manifest_id
    rooms = county.history().of(kind="rooms")
    assert (rooms.ended.tolist(), rooms.amount.tolist()) == ([NEVER], [12])
    report = ingest(county.write(more=more, register=table([opened, closed], REGISTER_HEADER)), "2024-04-01").sources[1]
    assert (report.accepted, report.duplicates) == (1, 1)
    assert county.history().of(kind="rooms").ended.tolist() == [to_day("2024-03-20")]
    assert county.store.load(manifest=old).of(kind="rooms").ended.tolist() == [NEVER]


def test_a_state_that_ends_before_it_begins_is_quarantined(county: County) -> None:
    rows = [
        ("1", "a", "2024-01-02", "", "2024-01-01", "", "1"),
        ("2", "a", "2024-01-02", "", "soon", "", "1"),
        ("3", "a", "2024-01-02", "", "2024-01-02", "", "1"),
    ]
    report = ingest(county.write(table([row()]), more=REGISTER, register=table(rows, REGISTER_HEADER)), DAY).sources[1]
    assert report.reasons == {"unreadable end date": 1, "ends before it begins": 1}
    assert report.accepted == 1


def test_revisions_that_come_out_of_order_count_by_number_and_day(county: County) -> None:
    rows = [
        row("1", "1", known="2024-03-10"),
        row("1", "2", known="2024-03-05", cell="b"),
        row("2", "1", known="2024-03-01"),
        row("2", "2", known="2024-03-01", kind="噪音"),
        row("3", "1", known="2024-03-01"),
        row("3", "2", known="2024-03-09", status="撤销"),
    ]
    county.take(rows)
    assert told(county.history()) == expected(rows)
    visible = county.history().known_by("2024-03-08")
    assert [r[:2] for r in told(visible) if r[4] == NEVER] == [("noise", "a"), ("theft", "a"), ("theft", "b")]


def test_an_ingest_again_changes_nothing(county: County) -> None:
    rows = [row(str(i), n=str(i)) for i in range(5)]
    assert county.take(rows).accepted == 5
    manifest, fingerprint = county.store.manifest_id, county.history().fingerprint()
    again = county.take(rows, "2024-07-15")
    assert again.unchanged
    assert again.rows == 0
    shuffled = county.take(rows[::-1], "2024-07-16")
    assert (shuffled.accepted, shuffled.duplicates) == (0, 5)
    assert county.history().fingerprint() == fingerprint
    assert county.store.load(manifest=manifest).fingerprint() == fingerprint
    assert len(county.parts()) == 1


def test_a_row_known_too_late_for_one_ingest_is_taken_by_a_later_one(county: County) -> None:
    rows = [row("1"), row("2", known="2024-07-05")]
    assert county.take(rows, "2024-07-04").reasons == {"known after the day of the ingest": 1}
    report = county.take(rows, "2024-07-05")
    assert (report.accepted, report.duplicates, report.quarantined) == (1, 1, 0)
    assert county.store.manifest()["quarantine"] == {}


def test_a_row_changed_without_a_new_revision_is_quarantined_and_the_first_stays(county: County) -> None:
    county.take([row(n="1")])
    report = county.take([row(n="2")])
    assert report.reasons == {"conflicting revision": 1}
    assert county.history().amount.tolist() == [1]


def test_rows_with_a_wrong_number_of_fields_are_counted(county: County) -> None:
    broken = table([row("1"), row("2")]) + b"3,,\n" + table([row("4")]).split(b"\n", 1)[1] + b"5,,,,,,,,,,,\n"
    report = ingest(county.write(broken), DAY).sources[0]
    assert (report.rows, report.accepted, report.quarantined) == (5, 3, 2)
    assert report.reasons == {"wrong number of fields": 2}


def test_a_table_of_broken_rows_alone_is_quarantined_whole(county: County) -> None:
    report = ingest(county.write(table([]) + b"3,,\n"), DAY).sources[0]
    assert (report.rows, report.accepted, report.quarantined) == (1, 0, 1)
    assert len(county.history()) == 0


@pytest.mark.parametrize(
    ("name", "encoding", "encode"),
    [
        ("police.csv", "utf-8", lambda text: b"\xef\xbb\xbf" + text),
        ("police.csv", "utf-8", lambda text: text.replace(b"\n", b"\r\n")),
        ("police.csv.gz", "utf-8", gzip.compress),
        ("police.csv", "gb18030", lambda text: text.decode().encode("gb18030")),
    ],
    ids=["byte order mark", "carriage returns", "gzip", "gb18030"],
)
def test_forms_of_a_csv_say_the_same(tmp_path: Path, name: str, encoding: str, encode: Callable[[bytes], bytes]) -> None:
    rows = [row("1"), row("2", kind="噪音", day="2024年2月29日")]
    plain, other = County(tmp_path / "plain"), County(tmp_path / "other")
    plain.take(rows)
    other.write()
    (other.folder / name).write_bytes(encode(table(rows)))
    toml = other.folder / "riskmodel.toml"
    toml.write_text(toml.read_text().replace('"police.csv"', f'"{name}"\nencoding = "{encoding}"'), encoding="utf-8")
    assert ingest(load_project(other.folder), DAY).sources[0].accepted == 2
    assert other.history().fingerprint() == plain.history().fingerprint()


def test_typed_parquet_columns_say_the_same_as_text(tmp_path: Path) -> None:
    import datetime as dt

    rows = [row("1", "0", known="2024-03-01", n="1"), row("2", "1", "撤销", "噪音", "b", "2024-02-29", "2024-03-02", "2")]
    plain, other = County(tmp_path / "plain"), County(tmp_path / "other")
    plain.take(rows)
    other.write()
    columns = {
        "编号": pa.array([1.0, 2.0]),
        "修订号": pa.array([0, 1], pa.int8()),
        "状态": pa.array([None, "撤销"]).dictionary_encode(),
        "类别": pa.array(["盗窃", "噪音"], pa.large_string()),
        "网格": pa.array(["a", "b"]).dictionary_encode(),
        "发生": pa.array([dt.date(2024, 1, 2), dt.date(2024, 2, 29)]),
        # eight hours later in Shanghai
        "获知": pa.array([dt.datetime(2024, 2, 29, 17), dt.datetime(2024, 3, 2, 15)], pa.timestamp("us", tz="UTC")),
        "数量": pa.array([1.0, 2.0], pa.float32()),
        "姓名": pa.array(["not read", "not read"]),
    }
    pq.write_table(pa.table(columns), other.folder / "police.parquet")
    toml = other.folder / "riskmodel.toml"
    toml.write_text(toml.read_text().replace("police.csv", "police.parquet"), encoding="utf-8")
    assert ingest(load_project(other.folder), DAY).sources[0].accepted == 2
    assert other.history().fingerprint() == plain.history().fingerprint()


@pytest.mark.parametrize(
    ("period", "dates", "last"),
    [
        ("week", ("2024-01-01", "2024/2/26"), ("2024-01-07", "2024-03-03")),
        ("month", ("2024-02", "2023年12月"), ("2024-02-29", "2023-12-31")),
    ],
)
def test_a_weekly_or_monthly_record_is_of_the_last_day_of_its_period(
    county: County, period: str, dates: tuple[str, ...], last: tuple[str, ...]
) -> None:
    county.take([row(str(i), day=day) for i, day in enumerate(dates)], police=f'period = "{period}"')
    history = county.history()
    assert sorted(history.occurred.tolist()) == sorted(map(to_day, last))
    assert history.known.tolist() == history.occurred.tolist()


def test_without_a_day_of_knowledge_the_delay_counts(county: County) -> None:
    county.take([row("1"), row("2", known="2024-01-03")], police="delay = 4")
    assert sorted(county.history().known.tolist()) == [to_day("2024-01-03"), to_day("2024-01-06")]


def test_coverage_is_read_off_the_last_entry_where_nothing_is_stated(county: County) -> None:
    county.take([row("1", day="2024-01-02", known="2024-01-09"), row("2", day="2024-01-05")], police="stale_after = 3")
    (coverage,) = county.history().coverage
    assert (coverage.since, coverage.through, coverage.known) == (
        to_day("2024-01-02"),
        to_day("2024-01-09"),
        to_day("2024-01-09"),
    )
    assert (coverage.kinds, coverage.stale_after) == (("theft", "noise"), 3)


def test_exports_state_coverage_line_by_line(county: County) -> None:
    more = '[exports]\npath = "exports.csv"\nsource = "s"\nsince = "f"\nthrough = "t"\nknown = "k"\n'
    lines = [("police", "2020-01-01", "2024-01-20", "2024-01-21"), ("police", "2020-01-01", "2024-01-10", "2024-01-11")]
    report = []
    for order in (lines, lines[::-1]):
        project = county.write(table([row()]), more=more, exports=table(order, ("s", "f", "t", "k")))
        report.append(ingest(project, DAY))
        assert [(c.through, c.known) for c in county.history().coverage] == [
            (to_day("2024-01-10"), to_day("2024-01-11")), (to_day("2024-01-20"), to_day("2024-01-21")),
        ]  # fmt: skip
    assert report[1].sources[0].unchanged
    with pytest.raises(UsageError, match=r"table of exports has an unreadable date for 'police'"):
        ingest(
            county.write(more=more, exports=table([("police", "2020-01-01", "soon", "2024-01-21")], ("s", "f", "t", "k"))), DAY
        )


@pytest.mark.parametrize(
    ("data", "arguments", "message"),
    [
        (b"", {}, r"'police\.csv' has no rows\. Expected at least one"),
        (table([]), {}, r"'police\.csv' has no rows"),
        (table([row()]).replace("网格".encode(), "网点".encode()), {}, r"lacks the mapped column\(s\) '网格'.*did you mean '网点'\?.*Correct the mapping"),
        (table([row()]).replace("状态".encode(), "网格".encode()), {}, r"has the mapped column '网格' more than once"),
        (table([row()], encoding="gb18030"), {}, r"'police\.csv' is not encoded in utf-8\. Set 'encoding'.*gb18030"),
        (table([row()]), {"police": 'encoding = "klingon"'}, r"'police\.csv' is not encoded in klingon"),
        (table([row()]), {"cells": "网格,中心\na,东\nb\n"}, r"A table of places has 1 row\(s\) with a wrong number of fields"),
        (table([row()]), {"cells": "网格,中心\na,东\na,西\n"}, r"cell 'a' stands twice"),
        (None, {}, r"The source table '.*police\.csv' does not exist\. Correct its path"),
    ],
)  # fmt: skip
def test_a_faulty_table_is_refused_and_nothing_is_written(
    county: County, data: bytes | None, arguments: dict[str, Any], message: str
) -> None:
    project = county.write(data, **arguments)
    with pytest.raises(UsageError, match=message):
        ingest(project, DAY)
    assert county.store.manifest_id is None


def test_a_fault_in_one_source_leaves_those_before_it_taken(county: County) -> None:
    project = county.write(table([row()]), more=REGISTER, register=b"")
    with pytest.raises(UsageError, match=r"'register\.csv' has no rows"):
        ingest(project, DAY)
    assert len(county.history()) == 1


def test_sources_are_chosen_by_name(county: County) -> None:
    project = county.write(
        table([row()]), more=REGISTER, register=table([("7", "a", "2024-01-02", "", "", "", "1")], REGISTER_HEADER)
    )
    assert [report.source for report in ingest(project, DAY, ["register"]).sources] == ["register"]
    assert told(county.history())[0][0] == "rooms"
    with pytest.raises(UsageError, match=r"no source named 'polise'.*did you mean 'police'\?"):
        ingest(project, DAY, ["register", "polise"])


def test_the_report_gives_every_row(county: County) -> None:
    said: list[tuple[str, float]] = []
    project = county.write(table([row("1"), row("1"), row("2", cell="z")]))
    report = ingest(project, DAY, progress=lambda what, share: said.append((what, share)))
    assert repr(report).splitlines() == [
        "police: 3 = 1 accepted + 1 duplicates + 1 quarantined; unknown cell 1",
        "total: 3 = 1 accepted + 1 duplicates + 1 quarantined",
    ]
    assert list(dict.fromkeys(said)) == [("places", 0.0), ("police", 0.0), ("police: 3 rows", 0.7), ("done", 1.0)]
    assert repr(IngestReport((), "x")) == "total: 0 = 0 accepted + 0 duplicates + 0 quarantined"
    assert report.manifest == county.store.manifest_id
    with pytest.raises(AssertionError, match="do not add up"):
        SourceReport("police", 3, 1, 1, 0)


@pytest.mark.parametrize("call", ["replace", "fsync", "write_bytes", "open", "mkdir"])
@pytest.mark.parametrize("before", [False, True], ids=["first ingest", "later ingest"])
def test_an_ingest_killed_at_any_write_leaves_a_whole_history_and_can_be_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, before: bool
) -> None:
    old = [row("1"), row("2", cell="z")]
    new = [*old, row("3"), row("1", "1", known="2024-02-01", cell="b")]
    register = [
        ("7", "a", "2024-01-02", "", "", "", "1"),
        ("8", "a", "soon", "", "", "", "1"),
        ("9", "b", "2024-01-02", "", "", "", "1"),
    ]

    def start(name: str) -> County:
        county = County(tmp_path / name)
        if before:
            county.take(old, more=REGISTER + STATED, register=table(register[:1], REGISTER_HEADER))
        return county

    def finish(county: County) -> None:
        project = county.write(
            table(new), more=REGISTER + STATED, register=table(register, REGISTER_HEADER), cells="网格,中心\na,东\nb,西\nc,西\n"
        )
        ingest(project, "2024-07-01")

    clean = start("clean")
    states = {clean.history().fingerprint()} if before else set()
    first = told(clean.history()) if before else None
    finish(clean)
    wanted = clean.history().fingerprint()
    # of each call of the system that an ingest makes the n-th fails, for all n
    owner: Any = files.os if call in ("replace", "fsync", "open") else Path
    real, died = getattr(owner, call), 0
    for fatal in range(100):
        county, calls = start(f"{call}-{fatal}"), 0

        def fails(*arguments: Any, fatal: int = fatal, **named: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == fatal + 1:
                raise OSError("killed")
            return real(*arguments, **named)

        with monkeypatch.context() as patch:
            patch.setattr(owner, call, fails)
            try:
                finish(county)
            except OSError:
                died += 1
        if county.store.manifest_id is not None:
            states.add(county.history().fingerprint())
            if first is not None:
                assert len(county.history()) >= len(first)
        else:
            assert not before
            with pytest.raises(RiskmodelError, match=r"The history is empty"):
                county.history()
        assert not list(county.folder.rglob("*.part"))
        finish(county)
        assert county.history().fingerprint() == wanted
        if calls <= fatal:
            break
    assert died == fatal
    assert fatal >= (0 if before else 5) if call == "mkdir" else fatal >= 8
    # nothing, after the first source, after the second
    assert call == "mkdir" or len(states) == (3 if before else 2)


def test_an_amount_stated_per_something_is_their_product(tmp_path: Path) -> None:
    (tmp_path / "riskmodel.toml").write_text(
        """
name = "houses"
title = { zh = "房屋", en = "Houses" }
history = "history"
[places]
path = "houses.csv"
id = "house"
groupings = { street = "street" }
[warnings]
grouping = "street"
[kinds]
violation = { family = "rental", zh = "违规", en = "violation" }
[[sources]]
name = "violations"
path = "houses.csv"
columns = { id = "house", cell = "house", occurred = "2015-12-31", amount = "rate", amount_per = "dwellings" }
kind = "violation"
since = "2015-01-01"
through = "2015-12-31"
""",
        encoding="utf-8",
    )
    rows = [
        "a,x,0.6666666666666666,3",
        "b,x,0,7",
        "c,x,0.0434782608695652,23",
        "d,x,0.5,3",
        "e,x,2.5,",
        "f,x,many,2",
        "g,x,1e300,1e300",
    ]
    (tmp_path / "houses.csv").write_text("house,street,rate,dwellings\n" + "\n".join(rows) + "\n", encoding="utf-8")
    report = ingest(load_project(tmp_path), "2016-01-01")
    assert (report.total().accepted, report.sources[0].reasons) == (3, {"amount is not a whole number": 4})
    history = HistoryStore(tmp_path / "history").load(load_project(tmp_path))
    assert dict(zip([history.places.ids[c] for c in history.cell], history.amount.tolist(), strict=True)) == {
        "a": 2,
        "b": 0,
        "c": 1,
    }


@pytest.mark.parametrize("name", ["police.csv", "police.csv.gz"])
def test_progress_tells_the_rows_read_of_about_how_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    from riskmodel.records.intake.delimited import read_csv

    content = table([row(str(i)) for i in range(60_000)])
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    said: list[tuple[int, int]] = []
    read_csv(tmp_path / name, HEADER, "utf-8", lambda rows, total: said.append((rows, total)))
    assert len(said) >= 2
    assert said == sorted(said, key=lambda one: one[0])
    assert said[-1] == (60_000, 60_000)
    # the lines of what was read tell how many there are; of a compressed file more is read at once than is unpacked
    assert all(abs(total - 60_000) < 8_000 for _, total in said) or name.endswith(".gz")
    assert all(rows <= 60_000 for rows, _ in said)
