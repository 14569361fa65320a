"""Ingest: every row accounted for, any order, again and again, killed anywhere."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from riskmodel.base import files
from riskmodel.base.days import NEVER, to_day
from riskmodel.base.errors import RiskmodelError, UsageError
from riskmodel.records.history import History
from riskmodel.records.intake import IngestReport, ingest
from riskmodel.records.intake.ingest_report import SourceReport
from riskmodel.records.store import stored_history
from tests.worlds.drawn_rows import agreeing, expected, fault, tables_of_rows, without_conflicts
from tests.worlds.folder_contents import Contents, contents_of
from tests.worlds.police_table import DAY, HEADER, REGISTER, REGISTER_HEADER, STATED, County, counties, row, table, told


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


TWO_SPELLINGS = [("3", "", "", spelling, "b", "20240301 08:00", "", "1") for spelling in ("盗窃", "电动车盗窃")]
"""One record, stated twice in words that mean the same kind."""


@settings(deadline=None, max_examples=25)
@given(tables_of_rows, st.integers(0, 2**32))
@example(TWO_SPELLINGS, 1)
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


def open_at(history: History, day: str) -> list[tuple[int, int, int]]:
    """The states that are open at an as-of date: cell, day and amount."""
    t = to_day(day)
    seen = (history.known < t) & (t <= history.until) & (t <= history.ended)
    return sorted(zip(history.cell[seen].tolist(), history.occurred[seen].tolist(), history.amount[seen].tolist(), strict=True))


@settings(deadline=None, max_examples=30)
@given(st.lists(register_rows, min_size=1, max_size=4), st.booleans())
def test_the_last_export_says_how_long_a_state_lasted(exports: list[list[tuple[str, ...]]], same_day: bool) -> None:
    """Ends appear, change and vanish from export to export; once the last one is known, it alone counts."""
    more = REGISTER + STATED
    with counties(2) as (grown, scratch):
        ids = {values[0] for rows in exports for values in rows}
        last: dict[str, list[tuple[str, ...]]] = {}
        for i, rows in enumerate(exports):
            project = grown.write(table([row()]), more=more, register=table(rows, REGISTER_HEADER))
            ingest(project, "2024-06-01" if same_day else f"2024-06-{i + 1:02d}")
            last |= {no: [values for values in rows if values[0] == no] for no in {values[0] for values in rows}}
        again = ingest(grown.write(register=table(exports[-1][::-1], REGISTER_HEADER), more=more), "2024-06-29")
        assert again.sources[1].accepted == 0
        whole = [values for no in sorted(ids) for values in last[no]]
        ingest(scratch.write(table([row()]), more=more, register=table(whole, REGISTER_HEADER)), "2024-06-30")
        # before that the former ends stay: tests/records/test_belief.py
        assert open_at(grown.history(), "2024-07-01") == open_at(scratch.history(), "2024-07-01")


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
    assert stored_history(county.store, old).of(kind="rooms").ended.tolist() == [NEVER]


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
    assert stored_history(county.store, manifest).fingerprint() == fingerprint
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
    ("data", "arguments", "message"),
    [
        (b"", {}, r"'police\.csv' has no rows\. Expected at least one"),
        (table([]), {}, r"'police\.csv' has no rows"),
        (table([row()]).replace("网格".encode(), "网点".encode()), {}, r"lacks the mapped column\(s\) '网格'.*did you mean '网点'\?.*Correct the mapping"),
        (table([row()]).replace("状态".encode(), "网格".encode()), {}, r"has the mapped column '网格' more than once"),
        (table([row()], encoding="gb18030"), {}, r"'police\.csv' is not encoded in utf-8\. Set 'encoding'.*gb18030"),
        (table([row()]), {"police": 'encoding = "klingon"'}, r"'police\.csv' is not encoded in klingon"),
        (table([row()]), {"cells": "网格,中心\na,东\nb\n"}, r"The table 'cells\.csv' has 1 row with a wrong number of fields \(row 2\)"),
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


def test_a_fault_in_one_source_leaves_the_others_taken(county: County) -> None:
    project = county.write(table([row()]), more=REGISTER, register=b"")
    report = ingest(project, DAY)
    (failed,) = report.failed
    assert (failed.source, failed.code, failed.since) == ("register", "empty", DAY)
    assert "'register.csv' has no rows" in failed.said
    assert report.exit_code == 4
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
        "police: 3 = 1 accepted + 1 duplicate + 1 quarantined; unknown cell 1",
        "total: 3 = 1 accepted + 1 duplicate + 1 quarantined",
    ]
    assert list(dict.fromkeys(said)) == [("places", 0.0), ("police", 0.0), ("police: 3 rows", 0.7), ("done", 1.0)]
    assert repr(IngestReport((), "x")) == "total: 0 = 0 accepted + 0 duplicates + 0 quarantined"
    assert report.manifest == county.store.manifest_id
    with pytest.raises(AssertionError, match="do not add up"):
        SourceReport("police", 3, 1, 1, 0)


LeftByKilled = list[tuple[Contents, str]]


@pytest.fixture(scope="module")
def left_by_ingest() -> dict[bool, LeftByKilled]:
    """What killed ingests left, by whether one was before, with the fingerprint of its history; empty without one."""
    return {False: [], True: []}


@pytest.mark.parametrize("call", ["replace", "fsync", "write_bytes", "open", "mkdir"])
@pytest.mark.parametrize("before", [False, True], ids=["first ingest", "later ingest"])
def test_an_ingest_killed_at_any_write_leaves_a_whole_history_and_can_be_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left_by_ingest: dict[bool, LeftByKilled], call: str, before: bool
) -> None:
    old = [row("1"), row("2", cell="z")]
    new = [*old, row("3"), row("1", "1", known="2024-02-01", cell="b")]
    register = [
        ("7", "a", "2024-01-02", "", "", "", "1"),
        ("8", "a", "soon", "", "", "", "1"),
        ("9", "b", "2024-01-02", "", "", "", "1"),
    ]

    def start(name: str) -> County:
        folder = tmp_path / name
        return County(shutil.copytree(begun.folder, folder) if before else folder)

    def finish(county: County) -> None:
        project = county.write(
            table(new), more=REGISTER + STATED, register=table(register, REGISTER_HEADER), cells="网格,中心\na,东\nb,西\nc,西\n"
        )
        ingest(project, "2024-07-01")

    begun = County(tmp_path / "begun")
    if before:
        begun.take(old, more=REGISTER + STATED, register=table(register[:1], REGISTER_HEADER))
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
        assert not list(county.folder.rglob("*.part"))
        # to read the same bytes and to begin again from them is the same, whichever call failed
        left = contents_of(county.folder)
        state = next((known for contents, known in left_by_ingest[before] if contents == left), None)
        if state is None:
            state = ""
            if county.store.manifest_id is not None:
                state = county.history().fingerprint()
                assert first is None or len(county.history()) >= len(first)
            else:
                assert not before
                with pytest.raises(RiskmodelError, match=r"The history is empty"):
                    county.history()
            finish(county)
            assert county.history().fingerprint() == wanted
            left_by_ingest[before].append((left, state))
        states |= {state} - {""}
        if calls <= fatal:
            break
    else:
        pytest.fail("an ingest has no end of calls")
    assert died == fatal
    assert fatal >= (0 if before else 5) if call == "mkdir" else fatal >= 8
    # nothing, after the first source, after the second
    assert call == "mkdir" or len(states) == (3 if before else 2)
