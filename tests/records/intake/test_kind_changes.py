"""Kinds that disappear, appear or jump: real alarms, and none on a county's normal nights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskmodel.base.days import to_day, to_iso
from riskmodel.base.project import load_project
from riskmodel.records.intake import ingest
from riskmodel.records.intake.kind_changes import LEAST, PAST, add_counts, first_day, judge, judge_weeks, period_of
from riskmodel.records.store import HistoryStore
from tests.worlds.police_table import County, row, table

MONDAY = to_day("2024-01-01")


@pytest.mark.parametrize(
    ("past", "count", "expected"),
    [
        ([20] * 13, 0, "disappears"),
        ([20] * 13, 60, "jumps"),
        ([0] * 13, 10, "appears"),
        ([0] * 13, 9, None),
        ([14] * 13, 0, None),
        ([20] * (LEAST - 1), 0, None),
        ([20] * 12 + [0], 0, None),
        ([20] * 13, 49, None),
        ([2] * 13, 11, None),
        ([4] * 13, 40, None),
        ([5] * 13, 40, "jumps"),
        ([5, 60] * 7, 0, None),
        ([20] * 12 + [70], 60, None),
        ([1000] * 13, 2499, None),
        ([20] * 20 + [50] * 8, 110, None),
        ([20] * 28, 110, "jumps"),
    ],
)
def test_what_is_sudden(past: list[int], count: int, expected: str | None) -> None:
    assert judge(np.array(past), count) == expected


def test_a_week_that_still_runs_can_only_jump() -> None:
    assert judge(np.full(13, 20), 0, whole=False) is None
    assert judge(np.full(13, 20), 60, whole=False) == "jumps"


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([20] * 20 + [60], [("jumps", 20, 60)]),
        ([20] * 20 + [0], []),
        ([20] * 19 + [60], [("jumps", 19, 60)]),
        ([20] * 19 + [60, 3], [("jumps", 19, 60)]),
        ([20] * 19 + [0], [("disappears", 19, 0)]),
        # named until a whole week has records again, and no longer than eight weeks
        ([20] * 17 + [0] * 3, [("disappears", 17, 0)]),
        ([20] * 17 + [0] * 3 + [19], [("disappears", 17, 0)]),
        ([20] * 17 + [0] * 2 + [1], []),
        ([20] * 13 + [0] * 7, [("disappears", 13, 0)]),
        ([20] * 12 + [0] * 8, []),
        ([1] * 17 + [0] * 3, []),
    ],
)
def test_the_last_whole_week_and_the_one_that_runs_are_judged(counts: list[int], expected: list[tuple[str, int, int]]) -> None:
    """Twenty weeks are complete."""
    first = int(period_of(MONDAY, monthly=False))
    weekly = {"first": first, "counts": {"theft": " ".join(map(str, counts))}}
    found = judge_weeks(weekly, MONDAY + 20 * 7 - 1, monthly=False)
    stated = [(one.what, one.since, one.count) for one in found]
    assert stated == [(what, to_iso(MONDAY + 7 * week), count) for what, week, count in expected]


@pytest.mark.parametrize(("monthly", "days"), [(False, {7}), (True, {28, 29, 30, 31})])
def test_periods_follow_one_another(monthly: bool, days: set[int]) -> None:
    first = [
        first_day(period, monthly) for period in range(int(period_of(MONDAY, monthly)), int(period_of(MONDAY, monthly)) + 60)
    ]
    assert set(np.diff(first).tolist()) == days
    assert first[0] == MONDAY
    assert period_of(first, monthly).tolist() == (period_of(np.array(first[1:]) - 1, monthly)).tolist() + [
        period_of(first[-1], monthly)
    ]


@given(st.lists(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 900)), max_size=12), min_size=1, max_size=6), st.booleans())
def test_counts_do_not_depend_on_how_records_were_divided_into_nights(nights: list[list[tuple[int, int]]], monthly: bool) -> None:
    together = [one for night in nights for one in night]
    grown = None
    for night in nights:
        kind, known = np.array(night, dtype=np.int64).reshape(-1, 2).T
        grown = add_counts(grown, ("a", "b"), kind, MONDAY + known, monthly)
    kind, known = np.array(together, dtype=np.int64).reshape(-1, 2).T
    whole = add_counts(None, ("a", "b"), kind, MONDAY + known, monthly)
    if whole is None or grown is None:
        assert grown == whole
        return
    # a week that has left the counts before earlier records came is not counted again
    assert grown["first"] >= whole["first"]
    last = period_of(MONDAY + max(known), monthly)
    for name in ("a", "b"):
        counts = np.array(whole["counts"][name].split(), dtype=int)
        assert len(counts) == last - whole["first"] + 1 <= PAST + 2
        assert whole["first"] >= last - PAST - 1
        mine = period_of(MONDAY + known[kind == ("a", "b").index(name)], monthly)
        assert counts.sum() == (mine >= whole["first"]).sum()
    assert grown == whole


def weekly_rows(weeks: int, kinds: dict[str, int], first: int = 0) -> list[tuple[str, ...]]:
    """``kinds`` says how many rows of each kind a week has."""
    return [
        row(f"{kind}{week}-{n}", kind=kind, day=to_iso(MONDAY + 7 * week + n % 7))
        for week in range(first, first + weeks)
        for kind, count in kinds.items()
        for n in range(count)
    ]


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ({"盗窃": 20, "噪音": 12}, []),
        ({"噪音": 12}, [("theft", "disappears", 0, 20.0)]),
        ({"盗窃": 60, "噪音": 12}, [("theft", "jumps", 60, 20.0)]),
        ({"盗窃": 20, "噪音": 12, "打架": 15}, [("fight", "appears", 15, 0.0)]),
    ],
    ids=["as usual", "dropped", "tripled", "added"],
)
@pytest.mark.parametrize("nightly", [False, True])
def test_an_ingest_warns_of_a_kind(tmp_path: Path, kinds: dict[str, int], expected: list[tuple[str, ...]], nightly: bool) -> None:
    county = County(tmp_path / "county")
    old = weekly_rows(14, {"盗窃": 20, "噪音": 12})
    new = weekly_rows(1, kinds, 14)
    day = to_iso(MONDAY + 7 * 15)

    def write(rows: list[tuple[str, ...]]) -> None:
        county.write(table(rows), police="")
        toml = county.folder / "riskmodel.toml"
        text = toml.read_text(encoding="utf-8").replace('"噪音" = "noise" }', '"噪音" = "noise", "打架" = "fight" }')
        text = text.replace("[kinds]", '[kinds]\nfight = { family = "police", zh = "打架", en = "fight" }')
        toml.write_text(text, encoding="utf-8")

    if nightly:
        write(old)
        assert ingest(load_project(county.folder), to_iso(MONDAY + 7 * 14)).sources[0].sudden == ()
        # a file a night with what is new only
        write(new)
    else:
        write(old + new)
    report = ingest(load_project(county.folder), day)
    found = report.sources[0].sudden
    assert [(one.kind, one.what, one.count, one.usual) for one in found] == expected
    assert {one.since for one in found} <= {to_iso(MONDAY + 7 * 14)}
    for one in found:
        assert f"Warning: police: the kind '{one.kind}' {one.what}: {one.count} records in the period from 2024-04-08" in repr(
            report
        )
    assert [one["kind"] for one in county.store.manifest()["sources"]["police"]["sudden"]] == [one[0] for one in expected]
    assert ingest(load_project(county.folder), day).sources[0].sudden == found


def test_a_mended_mapping_is_no_news_of_a_kind(tmp_path: Path) -> None:
    county = County(tmp_path / "county")
    county.write(table(weekly_rows(15, {"盗窃": 20, "噪音": 12})), police="")
    day = to_iso(MONDAY + 7 * 15)
    assert ingest(load_project(county.folder), day).sources[0].sudden == ()
    toml = county.folder / "riskmodel.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace('"盗窃" = "theft"', '"盗窃" = "noise"'), encoding="utf-8")
    report = ingest(load_project(county.folder), day).sources[0]
    assert report.remapped == 300
    assert report.sudden == ()


def test_a_simulated_county_has_no_sudden_kind_on_any_of_its_weeks(county_folder: Path) -> None:
    project = load_project(county_folder)
    store = HistoryStore(project.path(project.table.history))
    judged = 0
    for part in store.manifest()["parts"]:
        rows = store.read_table(part)
        names = sorted(set(rows["kind"].to_pylist()))
        kind = np.searchsorted(names, rows["kind"].to_pylist())
        monthly = next(one for one in project.table.sources if one.name == part["source"]).period == "month"
        period = period_of(rows["known"].to_numpy(), monthly)
        first, last = int(period.min()), int(period.max())
        counts = np.zeros((len(names), last - first + 1), dtype=np.int64)
        np.add.at(counts, (kind, period - first), 1)
        for week in range(LEAST, last - first + 1):
            kept = counts[:, max(0, week - PAST - 1) : week + 1]
            weekly = {
                "first": first + max(0, week - PAST - 1),
                "counts": {name: " ".join(map(str, line.tolist())) for name, line in zip(names, kept, strict=True)},
            }
            found = judge_weeks(weekly, first_day(first + week, monthly) - 1, monthly)
            assert found == (), (part["source"], found)
            judged += len(names)
    assert judged > 1_000
