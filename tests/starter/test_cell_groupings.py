"""Groupings of the cells from columns in which each cell has one value."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import riskmodel as rm
from riskmodel.records.intake import ingest
from riskmodel.starter.cell_groupings import cell_groupings
from riskmodel.starter.first_project import NewProject, init

ROWS = 800
STREETS = {"东风社区": "城东街道", "新华社区": "城东街道", "建设社区": "城西街道", "胜利社区": "城西街道", "人民社区": "城西街道"}


def calls() -> pd.DataFrame:
    draw = np.random.default_rng(2)
    day = pd.Timestamp("2023-01-02") + pd.to_timedelta(np.sort(draw.integers(0, 400, ROWS)), unit="D")
    frame = pd.DataFrame(
        {
            "编号": [f"T{at:05d}" for at in range(ROWS)],
            "时间": day.strftime("%Y-%m-%d"),
            "类别": draw.choice(["盗窃", "诈骗"], ROWS),
        }
    )
    frame["社区"] = draw.choice(list(STREETS), ROWS)
    return frame.assign(所属街道=frame["社区"].map(STREETS))


def decided(made: NewProject, subject: str) -> list[str]:
    return [one.choice for one in made.decisions.made if one.subject == subject]


@pytest.mark.parametrize("column", ["所属街道", "指挥中心", "所属中心"])
def test_each_street_or_centre_gets_a_list(tmp_path: Path, column: str) -> None:
    calls().rename(columns={"所属街道": column}).to_csv(tmp_path / "calls.csv", index=False)
    made = init(tmp_path / "made", tmp_path / "calls.csv")
    assert decided(made, "groupings") == [f"{column} (2 groups)"]
    assert decided(made, "lists") == [f"one for each of the 2 groups of {column}"]
    assert not any(one.subject == column for one in made.decisions.left_out)
    project = made.project()
    assert project.table.warnings.grouping == column
    ingest(project, "2025-01-01")
    places = rm.load_history(project).places
    streets = places.groupings[column]
    assert {cell: streets.labels[code] for cell, code in zip(places.ids, streets.codes.tolist(), strict=True)} == STREETS


@pytest.mark.parametrize(
    "change",
    [
        lambda frame: frame.assign(所属街道=np.where(np.arange(ROWS) == 7, "开发区", frame["所属街道"])),
        lambda frame: frame.assign(所属街道="城东街道"),
        lambda frame: frame.assign(所属街道=frame["社区"] + "街道"),
        lambda frame: frame.assign(所属街道=frame["所属街道"].where(frame["社区"] != "东风社区")),
        lambda frame: frame.rename(columns={"所属街道": "来源"}),
    ],
    ids=["two streets of a cell", "one street", "as many as cells", "a cell without", "no area"],
)
def test_other_columns_are_no_groupings(tmp_path: Path, change: object) -> None:
    made = init(tmp_path / "made", change(calls()))  # pyright: ignore[reportCallIssue]
    assert decided(made, "lists") == ["one, for all cells"]
    assert made.plan.groupings == {}


def test_the_finest_comes_first_and_the_same_division_once(tmp_path: Path) -> None:
    draw = np.random.default_rng(3)
    beat = draw.integers(0, 16, ROWS)
    frame = (
        calls()
        .drop(columns=["社区", "所属街道"])
        .assign(
            Beat=[f"{at:03d}" for at in beat],
            Sector=beat // 4,
            District=[f"D{at // 8}" for at in beat],
            **{"District No": beat // 8},
        )
    )
    plan = init(tmp_path / "made", frame).plan
    assert list(plan.groupings) == ["Sector", "District"]
    assert plan.groupings["District"]["009"] == "D1"


def test_the_village_of_numbered_grids_is_a_grouping_and_their_number_is_none(tmp_path: Path) -> None:
    draw = np.random.default_rng(4)
    frame = (
        calls()
        .drop(columns=["社区", "所属街道"])
        .assign(
            村=draw.choice(["东村", "西村", "南村"], ROWS), 网格=draw.choice(["第1网格", "第2网格", "第3网格", "第4网格"], ROWS)
        )
    )
    plan = init(tmp_path / "made", frame).plan
    assert len(plan.cells) == 12
    assert {name: len(set(groups.values())) for name, groups in plan.groupings.items()} == {"村": 3}


def test_tables_that_contradict_each_other_have_no_grouping(tmp_path: Path) -> None:
    one = init(tmp_path / "made", calls()).plan
    other = init(tmp_path / "other", calls().assign(所属街道=calls()["社区"].map(STREETS | {"东风社区": "城西街道"}))).plan
    sources = [(plan.sources[0].table, plan.sources[0].roles) for plan in (one, other)]
    assert list(cell_groupings(sources[:1] * 2, one.cells)) == ["所属街道"]
    assert cell_groupings(sources, one.cells) == {}


def test_a_first_look_has_one_list() -> None:
    look = rm.quick(calls())
    assert list(look.history.places.groupings) == ["centre"]
