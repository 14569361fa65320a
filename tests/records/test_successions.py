"""Renamed, merged and split cells: records move to successors, and nothing changes at dates before that was known."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from riskmodel.asof.design import design
from riskmodel.asof.engines import Threads
from riskmodel.asof.target import Target, labels
from riskmodel.asof.vocabulary import Count, Decay, State
from riskmodel.base.days import NEVER, to_day, to_iso
from riskmodel.base.errors import UsageError
from riskmodel.base.project import load_project
from riskmodel.records.history import History, from_columns
from riskmodel.records.intake import ingest
from riskmodel.records.packed import pack, unpack
from riskmodel.records.places_file import from_bytes, to_bytes
from riskmodel.records.successions import Successions, successions
from tests.worlds.drawn_histories import FIRST, SPAN, cases
from tests.worlds.every_feature import FEATURES
from tests.worlds.police_table import DAY, STATED, County, row, table, told

COUNT = (Count("theft", 14), Count(("theft", "noise"), 40), Decay("noise", 9), State("hazard"))


@st.composite
def followed(draw: st.DrawFn, ids: tuple[str, ...]) -> Successions:
    """Successors with higher numbers only, so that no cell is used again: renamed, merged, split, some known late."""
    rows = []
    for old in range(len(ids) - 1):
        if draw(st.booleans()):
            news = draw(st.sets(st.integers(old + 1, len(ids) - 1), min_size=1, max_size=2))
            date = FIRST + draw(st.integers(-3, SPAN))
            known = date + draw(st.integers(-9, 9))
            rows += [(ids[old], ids[new], date, known, draw(st.sampled_from([1.0, 3.0]))) for new in sorted(news)]
    columns = list(zip(*rows, strict=True)) if rows else [(), (), (), (), ()]
    return successions(ids, *columns)


@st.composite
def cases_with_successions(draw: st.DrawFn) -> tuple[History, History, list[int]]:
    history, days = draw(cases(3))
    following = draw(followed(history.places.ids))
    events = {int(day) + shift for day in (*following.date, *following.known) for shift in (0, 1)}
    days = sorted({*days, *draw(st.lists(st.sampled_from(sorted(events)), max_size=3))}) if events else days
    lot = np.array(draw(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=len(history), max_size=len(history))), dtype=np.int64)
    places = replace(history.places, successions=following)
    stated = np.full(len(history), -1, dtype=np.int32)
    successor = following.successors(places.ids, history.cell, stated, lot)
    return history, replace(history, places=places, successor=successor), days


def where(history: History, record: int, day: int) -> int:
    """The cell of a record at an as-of date, step by step."""
    following, ends = history.places.successions, history.successor
    assert ends is not None
    cell, successor = int(history.cell[record]), int(ends[record])
    while True:
        rows = [r for r in np.flatnonzero(following.old == cell) if successor in following.reach[int(r)]]
        if not rows or following.date[rows[0]] > day or following.known[rows[0]] >= day or following.date[rows[0]] == NEVER:
            return cell
        cell = int(following.new[rows[0]])


@settings(deadline=None, max_examples=20)
@given(cases_with_successions())
def test_every_record_is_in_one_cell_at_a_date_as_a_walk_finds_it(case: tuple[History, History, list[int]]) -> None:
    _, history, days = case
    record, cell, after, through = history.pieces()
    for day in days:
        there = (after < day) & (day <= through)
        assert sorted(record[there].tolist()) == list(range(len(history)))
        assert dict(zip(record[there].tolist(), cell[there].tolist(), strict=True)) == {
            one: where(history, one, day) for one in range(len(history))
        }


@settings(deadline=None, max_examples=8)
@given(cases_with_successions())
def test_the_as_of_rule_holds_where_cells_follow_one_another(case: tuple[History, History, list[int]]) -> None:
    _, history, days = case
    for day in days[-2:]:
        seen, known = design(history, [day], FEATURES), design(history.known_by(day), [day], FEATURES)
        np.testing.assert_array_equal(seen.X, known.X)
        np.testing.assert_array_equal(seen.at_risk, known.at_risk)


@settings(deadline=None, max_examples=8)
@given(cases_with_successions())
def test_nothing_changes_at_dates_before_a_succession_counts(case: tuple[History, History, list[int]]) -> None:
    before, after, days = case
    first = min(after.places.successions.holds_after.tolist(), default=int(NEVER))
    for day in [day for day in days if day <= first][-2:]:
        old, new = design(before, [day], FEATURES), design(after, [day], FEATURES)
        np.testing.assert_array_equal(old.X, new.X)
        np.testing.assert_array_equal(old.at_risk, new.at_risk)


@settings(deadline=None, max_examples=20)
@given(cases_with_successions())
def test_a_cell_counts_what_is_in_it_and_labels_count_it_there(case: tuple[History, History, list[int]]) -> None:
    """Against a history in which every record is moved by hand to where it is at the date."""
    _, history, days = case
    for day in days:
        cell = np.array([where(history, one, day) for one in range(len(history))], dtype=np.int32)
        columns = {name: getattr(history, name) for name in ("kind", "occurred", "known", "until", "ended", "amount")}
        moved = from_columns(history.places, history.kinds, cell=cell, coverage=history.coverage, **columns)
        np.testing.assert_array_equal(design(history, [day], COUNT).X, design(moved, [day], COUNT).X)
        target, dates = Target(("theft", "noise"), 9), np.array([day], dtype=np.int32)
        np.testing.assert_array_equal(labels(history, target, dates), labels(moved, target, dates))


@settings(deadline=None, max_examples=5)
@given(cases_with_successions())
def test_successions_are_kept_on_disk(case: tuple[History, History, list[int]]) -> None:
    _, history, _ = case
    again = from_bytes(to_bytes(history.places))
    assert again.fingerprint() == history.places.fingerprint()
    for name in ("old", "new", "date", "known", "share"):
        np.testing.assert_array_equal(getattr(again.successions, name), getattr(history.places.successions, name))


def test_a_split_divides_records_by_tsuccessor_shares() -> None:
    made = successions(("a", "b", "c"), ["a", "a"], ["b", "c"], [5, 5], [5, 5], [1.0, 3.0])
    rng = np.random.default_rng(1)
    cell = np.zeros(20_000, dtype=np.int32)
    successor = made.successors(("a", "b", "c"), cell, cell - 1, rng.integers(-(2**63), 2**63, len(cell)))
    assert abs((successor == 2).mean() - 0.75) < 0.02
    stated = np.full(len(cell), 1, dtype=np.int32)
    assert (made.successors(("a", "b", "c"), cell, stated, rng.integers(-(2**63), 2**63, len(cell))) == 1).all()


@pytest.mark.parametrize(
    ("old", "new", "date", "share", "message"),
    [
        ("ax", "bb", (1, 1), None, r"names the cell 'x', which the table of cells does not have\. Leave replaced cells"),
        ("ab", "ba", (1, 2), None, r"makes a cell its own successor.*give the later cell a new id"),
        ("aa", "aa", (1, 1), None, r"has the same old and new cell twice"),
        ("aa", "bc", (1, 2), None, r"The cell 'a' is replaced on two days"),
        ("aa", "bc", (1, 1), (0, 1), r"A share in the table of successions is not above 0"),
    ],
)
def test_faulty_successions_are_named(old: str, new: str, date: Any, share: Any, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        successions(("a", "b", "c"), list(old), list(new), date, date, share)


CELLS = "网格,中心,起,止\na,东,,\nb,西,,\nc,西,2024-03-01,\nd,西,2024-03-01,\n"
PLACES = 'valid_from = "起"\nvalid_to = "止"\n[places.successions]\npath = "successions.csv"\nold = "old"\nnew = "new"\ndate = "date"\nknown = "known"\n'


def take(county: County, rows: list[tuple[str, ...]], follow: list[tuple[str, ...]], **more: Any) -> Any:
    county.write(
        table(rows),
        police=STATED,
        cells=CELLS,
        successions=table([("b", "a", "2030-01-01", ""), *follow], ("old", "new", "date", "known")),
        **more,
    )
    toml = county.folder / "riskmodel.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("[kinds]", PLACES + "[kinds]"), encoding="utf-8")
    return ingest(load_project(county.folder), DAY).sources[0]


def counted(county: County, day: str) -> dict[str, int]:
    made = design(county.history(), [day], [Count("theft", 999)])
    return {
        county.history().places.ids[c]: int(x)
        for c, x, there in zip(made.cell.tolist(), made.X[:, 0].tolist(), made.at_risk.tolist(), strict=True)
        if there
    }


def test_records_of_a_renamed_cell_follow_whatever_the_export_calls_it(county: County) -> None:
    rows = [row("1"), row("2", day="2024-02-28"), row("3", day="2024-03-05"), row("4", cell="b")]
    assert take(county, rows, []).accepted == 4
    before = counted(county, "2024-03-04")
    report = take(county, rows, [("a", "c", "2024-03-01", "2024-03-10")])
    assert (report.accepted, report.duplicates) == (0, 4)
    assert counted(county, "2024-03-04") == before == {"a": 2, "b": 1, "c": 0, "d": 0}
    # a record that names the old cell afterwards follows, too
    assert counted(county, "2024-03-10") == {"a": 3, "b": 1, "c": 0, "d": 0}
    assert counted(county, "2024-03-11") == {"b": 1, "c": 3, "d": 0}
    # a system that calls old rows by the new name says the same
    renamed = [(*values[:4], "c", *values[5:]) if values[4] == "a" else values for values in rows]
    report = take(county, renamed, [("a", "c", "2024-03-01", "2024-03-10")])
    assert (report.accepted, report.quarantined) == (0, 0)
    assert counted(county, "2024-03-04") == before


def test_a_split_without_points_goes_by_the_register_or_else_by_lot(county: County) -> None:
    rows = [row(str(n)) for n in range(40)]
    split = [("a", "c", "2024-03-01", ""), ("a", "d", "2024-03-01", "")]
    take(county, rows, split)
    found = counted(county, "2024-03-02")
    assert found["c"] + found["d"] == 40
    assert min(found["c"], found["d"]) > 5
    assert counted(county, "2024-03-01")["a"] == 40
    # now the source says where the parts are
    told_now = [(*values[:4], "c", *values[5:]) for values in rows]
    report = take(county, told_now, split)
    assert (report.accepted, report.remapped, report.quarantined) == (40, 40, 0)
    assert counted(county, "2024-03-02") == {"b": 0, "c": 40, "d": 0}
    assert counted(county, "2024-03-01")["a"] == 40
    assert take(county, told_now, split).unchanged


def test_a_split_by_points_goes_where_the_points_lie(county: County) -> None:
    def square(name: str, left: float, right: float) -> dict[str, Any]:
        ring = [[left, 0], [right, 0], [right, 1], [left, 1], [left, 0]]
        return {"type": "Feature", "properties": {"网格": name}, "geometry": {"type": "Polygon", "coordinates": [ring]}}

    shapes = [square("a", 0, 2), square("b", 5, 6), square("c", 0, 1), square("d", 1, 2)]
    header = ("编号", "x", "y", "发生")
    rows = [
        ("1", "0.5", "0.5", "2024-01-02"),
        ("2", "1.5", "0.5", "2024-01-02"),
        ("3", "1.6", "0.5", "2024-03-05"),
        ("4", "1.6", "0.5", "2024-03-20"),
    ]
    county.write(
        cells=CELLS,
        police=table([], ()).decode(),
        points=table(rows, header),
        successions=table(
            [("a", "c", "2024-03-01", "2024-03-10"), ("a", "d", "2024-03-01", "2024-03-10")], ("old", "new", "date", "known")
        ),
    )
    (county.folder / "cells.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": shapes}), encoding="utf-8")
    toml = county.folder / "riskmodel.toml"
    text = toml.read_text(encoding="utf-8")
    source = '[[sources]]\nname = "points"\npath = "points.csv"\nkind = "theft"\ncolumns = { id = "编号", x = "x", y = "y", occurred = "发生" }\nsince = "2020-01-01"\n'
    text = text[: text.index("[[sources]]")] + source
    text = text.replace("[kinds]", PLACES + '[places.shapes]\npath = "cells.geojson"\nid = "网格"\n[kinds]')
    toml.write_text(text, encoding="utf-8")
    assert ingest(load_project(county.folder), DAY).sources[0].accepted == 4
    assert counted(county, "2024-03-10") == {"a": 3, "b": 0, "c": 0, "d": 0}
    assert counted(county, "2024-03-25") == {"b": 0, "c": 1, "d": 3}


def test_a_merged_cell_has_the_records_of_both(county: County) -> None:
    rows = [row("1"), row("2", cell="b"), row("3", cell="b")]
    take(county, rows, [("a", "c", "2024-03-01", "")])
    more = table([("a", "c", "2024-03-01", ""), ("b", "c", "2024-03-01", "")], ("old", "new", "date", "known"))
    (county.folder / "successions.csv").write_bytes(more)
    ingest(load_project(county.folder), DAY)
    assert counted(county, "2024-03-01") == {"a": 1, "b": 2, "c": 0, "d": 0}
    assert counted(county, "2024-03-02") == {"c": 3, "d": 0}
    assert len(told(county.history())) == 3
    assert to_iso(to_day("2024-03-02")) == "2024-03-02"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (("a", "c", "soon", ""), r"Row 2 of the table of successions has an unreadable date"),
        (("a", "x", "2024-03-01", ""), r"names the cell 'x'"),
        (("", "c", "2024-03-01", ""), r"Row 2 of the table of successions has no cell in the column '.*'"),
        (("a", "c", "2024-03-01 20:00 XST", ""), r"Row 2 of the table of successions has an unreadable date"),
        (("a", "c", "2024-03-01", "", "", ""), r"1 row with a wrong number of fields \(row 2\)"),
    ],
)
def test_a_faulty_table_of_successions_is_refused(county: County, line: tuple[str, ...], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        take(county, [row("1")], [line])


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cases_with_successions())
def test_other_processes_get_what_cells_follow_and_make_the_same_blocks(
    tmp_path: Path, case: tuple[History, History, list[int]]
) -> None:
    _, history, days = case
    path = tmp_path / "packed"
    pack(history, path)
    again = unpack(path)
    assert again.fingerprint() == history.fingerprint()
    assert design(again, days, COUNT, engine=Threads(2)).identical(design(history, days, COUNT))
