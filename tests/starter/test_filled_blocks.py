"""Tables that name a date, place or kind once for several rows."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import riskmodel as rm
from riskmodel.records.intake import ingest
from riskmodel.starter.filled_blocks import filled_blocks
from riskmodel.starter.first_project import NewProject, init
from riskmodel.starter.table_columns import read_frame_table

DAYS, PLACES, KINDS = pd.date_range("2023-01-02", periods=60), ("东所", "西所", "南所"), ("盗窃", "诈骗")
COUNTS = pd.DataFrame(list(product(DAYS.strftime("%Y-%m-%d"), PLACES, KINDS)), columns=["日期", "派出所", "类别"])
COUNTS["起数"] = np.random.default_rng(1).poisson(2, len(COUNTS))


def once(frame: pd.DataFrame, *names: str) -> pd.DataFrame:
    """Names that stand in the first row of their block only."""
    changed = {
        name: frame[name].where(frame[list(names[: at + 1])].ne(frame[list(names[: at + 1])].shift()).any(axis=1))
        for at, name in enumerate(names)
    }
    return frame.assign(**changed)


def events(made: NewProject) -> pd.Series:
    ingest(made.project(), "2025-01-01")
    found = rm.load_history(made.project()).frame()
    return found.groupby([found["occurred"].dt.strftime("%Y-%m-%d"), "cell", "kind"])["amount"].sum()


@pytest.mark.parametrize("names", [("日期",), ("日期", "派出所"), ("派出所",), ("类别",)])
def test_blank_rows_have_the_value_above(tmp_path: Path, names: tuple[str, ...]) -> None:
    whole = COUNTS.sort_values(list(names), kind="stable")
    once(whole, *names).to_csv(tmp_path / "counts.csv", index=False)
    found = events(init(tmp_path / "made", tmp_path / "counts.csv"))
    assert found.to_dict() == {(day, place, kind): count for day, place, kind, count in COUNTS.itertuples(index=False)}


def test_unknown_places_are_not_filled(tmp_path: Path) -> None:
    known = np.random.default_rng(2).random(len(COUNTS)) < 0.4
    known[0] = True
    made = init(tmp_path / "made", COUNTS.assign(日期=COUNTS["日期"].where(known)))
    assert made.plan.target.events < COUNTS["起数"].sum()
    assert any("fill it down at the source" in one for one in made.decisions.limits)


def test_blocks_of_days_with_as_many_rows_as_places_with_events() -> None:
    there = COUNTS[np.random.default_rng(3).random(len(COUNTS)) < 0.5].sort_values("日期", kind="stable")
    found = filled_blocks(read_frame_table(once(there, "日期"), "counts"))
    assert found is not None
    assert found.columns["日期"] == there["日期"].tolist()
    assert filled_blocks(read_frame_table(once(there, "日期").drop(columns="起数"), "events")) is None, (
        "rows of events may lack a date"
    )
