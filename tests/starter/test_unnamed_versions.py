"""Later versions of rows that no column numbers are a doubt."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from riskmodel.starter.first_project import NewProject, init

DRAW = np.random.default_rng(3)
ROWS = 2_000
TIMES = pd.Timestamp("2022-01-01") + pd.to_timedelta(np.sort(DRAW.integers(0, 500 * 1440, ROWS)), unit="min")
CALLS = pd.DataFrame(
    {
        "when": TIMES.strftime("%Y-%m-%d %H:%M"),
        "kind": DRAW.choice(["theft", "arson"], ROWS),
        "lat": 50.7 + DRAW.normal(0, 0.03, ROWS).round(5),
        "lon": -3.5 + DRAW.normal(0, 0.03, ROWS).round(5),
        "Updated On": (TIMES + pd.Timedelta(days=2)).strftime("%m/%d/%Y %I:%M:%S %p"),
    }
)
LATER = CALLS[::5].assign(
    kind="burglary", **{"Updated On": (TIMES + pd.Timedelta(days=40)).strftime("%m/%d/%Y %I:%M:%S %p")[::5]}
)


def doubts(made: NewProject) -> list[str]:
    return [one for one in made.decisions.doubts if "later versions of the same records" in one]


def test_rows_that_differ_in_their_time_of_change_are_named(tmp_path: Path) -> None:
    (doubt,) = doubts(init(tmp_path / "a", pd.concat([CALLS, LATER])))
    assert doubt.startswith("400 rows of 'the frame' agree with another one in when, lon, lat, and have another 'Updated On'.")


def test_offences_of_one_incident_are_not(tmp_path: Path) -> None:
    """They were changed at the same time."""
    together = CALLS[::5].assign(kind="burglary")
    assert not doubts(init(tmp_path / "a", pd.concat([CALLS, together])))
    assert not doubts(init(tmp_path / "b", CALLS))
