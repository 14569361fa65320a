"""Columns that are named after places are places, whatever else their names could mean."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from riskmodel.starter.first_project import init
from tests.worlds import own_tables


def test_places_that_end_with_a_letter_which_is_an_article_are_places(tmp_path: Path) -> None:
    """``d`` and ``l`` are articles in French, and Ward D is no column called ward."""
    wide = own_tables.weekly(20, 4).pivot(index="week", columns="cell", values="count").reset_index()
    wide.columns = pd.Index(["week", "Ward A", "Ward D", "Ward E", "Ward L"])
    made = init(tmp_path / "made", wide)
    assert made.plan.cells == ("Ward A", "Ward D", "Ward E", "Ward L")
    assert made.plan.target.events == int(wide.drop(columns="week").to_numpy().sum())


def test_numbered_areas_are_places_and_no_sizes(tmp_path: Path) -> None:
    wide = own_tables.weekly(20, 4).pivot(index="week", columns="cell", values="count").reset_index()
    wide.columns = pd.Index(["week", *(f"Area {at}" for at in range(1, 5))])
    assert init(tmp_path / "made", wide).plan.cells == ("Area 1", "Area 2", "Area 3", "Area 4")
