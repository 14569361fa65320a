"""Cells that several columns name together, beside tables where one column is enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import riskmodel as rm
from riskmodel.records.intake import ingest
from riskmodel.starter.first_project import NewProject, init

ROWS = 2400
X, Y = np.random.default_rng(4).random((2, ROWS))


def calls(**areas: Any) -> pd.DataFrame:
    draw = np.random.default_rng(5)
    days = pd.Timestamp("2023-01-02") + pd.to_timedelta(draw.integers(0, 300, ROWS), unit="D")
    return pd.DataFrame({"Case No": range(10_000, 10_000 + ROWS), "Date": days.strftime("%Y-%m-%d"), "Offense": "theft", **areas})


def started(folder: Path, frame: pd.DataFrame, **stated: str) -> NewProject:
    frame.to_csv(folder / "calls.csv", index=False)
    return init(folder / "made", folder / "calls.csv", **stated)


def events(made: NewProject) -> Counter[str]:
    """Events of every cell, as they were ingested."""
    assert ingest(made.project(), "2025-01-01").total().quarantined == 0
    history = rm.load_history(made.project())
    return Counter({history.places.ids[cell]: int(history.amount[history.cell == cell].sum()) for cell in set(history.cell)})


def numbers(sizes: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Areas, and numbers of beats that start again in each."""
    area = (X * len(sizes)).astype(int)
    return area + 1, (Y * np.array(sizes)[area]).astype(int) + 1


DISTRICT, BEAT = numbers([3, 4, 6, 8])
MANY_VILLAGES, GRID = numbers([at % 6 + 1 for at in range(60)])
CITY = np.where(X < 0.5, "Seattle", "Chicago")
TOGETHER = {
    "numbers": {"District": DISTRICT, "Beat": BEAT},
    "the number first": {"Beat": BEAT, "District": DISTRICT},
    "a column called number": {"District": [f"District {'ABCD'[at - 1]}" for at in DISTRICT], "Beat No": BEAT},
    "letters": {"Precinct": DISTRICT, "Sector": ["ABCDEFGH"[at - 1] for at in BEAT]},
    "grids of villages": {"村": [f"{at}号村" for at in MANY_VILLAGES], "网格": [f"第{at}网格" for at in GRID]},
    "districts of two cities": {"city": CITY, "district": np.array(["Central", "North", "South"])[(Y * 3).astype(int)]},
    "three columns": {"City": CITY, "District": (Y * 3).astype(int) + 1, "Beat": (Y * 12).astype(int) % 4 + 1},
}


@pytest.mark.parametrize("case", TOGETHER)
def test_columns_whose_names_start_again_name_a_cell_together(tmp_path: Path, case: str) -> None:
    areas = TOGETHER[case]
    made = started(tmp_path, calls(**areas))
    whole = [" | ".join(map(str, row)) for row in zip(*areas.values(), strict=True)]
    assert events(made) == Counter(whole)
    [source] = made.project().table.sources
    assert source.columns.cell == tuple(areas)


def test_a_frame_has_its_columns_written_too(tmp_path: Path) -> None:
    made = init(tmp_path / "made", calls(District=DISTRICT, Beat=BEAT))
    assert events(made) == Counter(f"{district} | {beat}" for district, beat in zip(DISTRICT, BEAT, strict=True))


def test_a_stated_column_is_taken_alone(tmp_path: Path) -> None:
    assert events(started(tmp_path, calls(District=DISTRICT, Beat=BEAT), cell="Beat")) == Counter(map(str, BEAT))


BEATS = (X * 30).astype(int) + 1
SLIPS = np.where(np.random.default_rng(6).random(ROWS) < 0.02, 1, (BEATS - 1) // 10 + 1)
ALONE = {
    "beats of one district each": ({"District": (BEATS - 1) // 10 + 1, "Beat": BEATS}, BEATS),
    "with slips": ({"District": SLIPS, "Beat": BEATS}, BEATS),
    "an area spelt in two ways": ({"District": np.where(Y < 0.5, "North", "NORTH "), "Beat": BEATS}, BEATS),
    "one city": ({"City": ["Springfield"] * ROWS, "Beat": BEATS}, BEATS),
    "divisions that overlap": (
        {"District": (X * 7).astype(int) + 1, "Ward": ((0.8 * X + 0.2 * Y) * 8).astype(int) + 1},
        ((0.8 * X + 0.2 * Y) * 8).astype(int) + 1,
    ),
    "a sort of place": ({"Location Code": (Y * 20).astype(int), "Beat": BEATS}, BEATS),
    "a priority": ({"Area Priority": (Y * 3).astype(int) + 1, "Beat": BEATS}, BEATS),
}


@pytest.mark.parametrize("case", ALONE)
def test_one_column_is_enough(tmp_path: Path, case: str) -> None:
    areas, cells = ALONE[case]
    assert events(started(tmp_path, calls(**areas))) == Counter(map(str, cells))
