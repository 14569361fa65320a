"""Rows that stand in a table twice, and tables where rows agree without being copies."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskmodel.starter.first_project import NewProject, init

DRAW = np.random.default_rng(2)
ROWS = 1500
CALLS = pd.DataFrame(
    {
        "day": (pd.Timestamp("2023-01-02") + pd.to_timedelta(np.sort(DRAW.integers(0, 300, ROWS)), unit="D")).strftime(
            "%Y-%m-%d"
        ),
        "kind": DRAW.choice(["theft", "arson"], ROWS),
        "beat": DRAW.integers(1, 9, ROWS),
    }
)


def copies(made: NewProject) -> list[str]:
    return [one for one in made.decisions.limits if "stand there again in the same order" in one]


def started(folder: Path, frame: pd.DataFrame) -> NewProject:
    return init(folder / "made", frame)


def test_two_exports_that_overlap_are_named(tmp_path: Path) -> None:
    [found] = copies(started(tmp_path, pd.concat([CALLS[:1000], CALLS[600:]])))
    assert found.startswith(
        "400 rows of 'the frame' stand there again in the same order: rows 601 to 1,000 and 1,001 to 1,400 agree."
    )


def test_counts_that_stand_there_twice_are_named(tmp_path: Path) -> None:
    counts = CALLS.groupby(["day", "beat"]).size().rename("count").reset_index()
    [found] = copies(started(tmp_path, pd.concat([counts, counts[:100]])))
    assert found.startswith("100 rows")


@pytest.mark.parametrize(
    "frame",
    [
        CALLS,
        CALLS.sort_values(["day", "kind", "beat"]),
        CALLS.assign(beat=1).sort_values(["day", "kind"]),
        CALLS.sample(frac=1, random_state=1),
        pd.concat([CALLS[:1000], CALLS[985:]]),
    ],
)
def test_rows_that_agree_by_chance_are_not_named(tmp_path: Path, frame: pd.DataFrame) -> None:
    assert not copies(started(tmp_path, frame))


def test_rows_with_an_id_count_once_and_are_not_named(tmp_path: Path) -> None:
    numbered = CALLS.assign(id=[f"K{at}" for at in range(ROWS)])
    assert not copies(started(tmp_path, pd.concat([numbered[:1000], numbered[600:]])))
