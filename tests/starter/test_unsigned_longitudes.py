"""Longitudes of America that lack their sign."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskmodel.starter.first_project import init

DAYS = pd.date_range("2023-01-01", periods=200)
POINTS = np.random.default_rng(1).normal((87.65, 41.85), 0.02, (len(DAYS), 2)).round(5)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"date": DAYS.strftime("%m/%d/%Y")}, "'date' has the month first"),
        ({"date": DAYS, "State": "IL"}, "'State' names America or states of it"),
        ({"date": DAYS, "Country": "IN"}, ""),
        ({"date": DAYS.strftime("%Y-%m-%d")}, ""),
    ],
)
def test_points_in_asia_that_may_be_those_of_america(tmp_path: Path, columns: dict[str, object], said: str) -> None:
    made = init(tmp_path / "made", pd.DataFrame({**columns, "longitude": POINTS[:, 0], "latitude": POINTS[:, 1]}))
    found = [one for one in made.decisions.limits if "the points lie in Asia" in one]
    assert [said in one for one in found] == [True] * bool(said)
