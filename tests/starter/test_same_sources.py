"""Tables that hold the events of another one are refused: copies, parts, and events beside their counts."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskmodel.base.errors import UsageError
from riskmodel.starter.first_project import init

DRAW = np.random.default_rng(11)
ROWS = 2_000
CALLS = pd.DataFrame(
    {
        "date": DRAW.choice(pd.date_range("2022-01-01", "2023-12-31").astype(str), ROWS),
        "ward": DRAW.choice(["North", "South", "East", "West"], ROWS),
        "kind": DRAW.choice(["theft", "arson"], ROWS),
    }
)
DAILY = CALLS.groupby(["date", "ward", "kind"], as_index=False).size().rename(columns={"size": "count"})


def packed(folder: Path) -> None:
    (folder / "calls.csv.gz").write_bytes(gzip.compress(CALLS.to_csv(index=False).encode()))


OTHERS: dict[str, Callable[[Path], object]] = {
    "a copy": lambda folder: CALLS.to_csv(folder / "calls (1).csv", index=False),
    "a workbook": lambda folder: CALLS.to_excel(folder / "calls.xlsx", index=False),
    "compressed": packed,
    "an earlier version": lambda folder: CALLS.sort_values("date")[:1500].to_csv(folder / "calls_before.csv", index=False),
    "counts": lambda folder: DAILY.to_csv(folder / "daily.csv", index=False),
    "totals": lambda folder: (
        CALLS.groupby(["date", "ward"], as_index=False)
        .size()
        .rename(columns={"size": "count"})
        .to_csv(folder / "total.csv", index=False)
    ),
}


@pytest.mark.parametrize("other", OTHERS)
def test_a_table_that_holds_the_events_of_another_is_refused(tmp_path: Path, other: str) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    CALLS.to_csv(folder / "calls.csv", index=False)
    OTHERS[other](folder)
    with pytest.raises(UsageError, match=r"hold the same events: .* agree in the days of both, so these would count twice"):
        init(tmp_path / "made", folder)


def test_points_are_compared_too(tmp_path: Path) -> None:
    points = CALLS.drop(columns="ward").assign(lat=50.7 + DRAW.normal(0, 0.03, ROWS), lon=-3.5 + DRAW.normal(0, 0.03, ROWS))
    points.to_csv(tmp_path / "calls.csv", index=False)
    points.sample(frac=1.0, random_state=1).to_csv(tmp_path / "copied.csv", index=False)
    with pytest.raises(UsageError, match=r"'calls\.csv' and 'copied\.csv' hold the same events: 2,000 of 2,000 counts"):
        init(tmp_path / "made", [tmp_path / "calls.csv", tmp_path / "copied.csv"])


def test_other_events_of_the_same_places_are_kept(tmp_path: Path) -> None:
    """Each kind in its own file, and dense counts of two sources."""
    for kind, some in CALLS.groupby("kind"):
        some.to_csv(tmp_path / f"{kind}.csv", index=False)
    assert len(init(tmp_path / "a", [tmp_path / "theft.csv", tmp_path / "arson.csv"]).plan.sources) == 2
    wide = DAILY.assign(count=DRAW.poisson(30, len(DAILY)))
    wide.to_csv(tmp_path / "calls.csv", index=False)
    wide.assign(count=DRAW.binomial(wide["count"], 0.5)).to_csv(tmp_path / "reports.csv", index=False)
    assert len(init(tmp_path / "b", [tmp_path / "calls.csv", tmp_path / "reports.csv"]).plan.sources) == 2
