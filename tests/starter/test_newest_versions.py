"""Tables with earlier versions of records, and tables with several rows for other reasons."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import riskmodel as rm
from riskmodel.records.intake import ingest
from riskmodel.starter.first_project import NewProject, init

DRAW = np.random.default_rng(7)
ROWS = 1200
DAYS = pd.Timestamp("2023-01-02") + pd.to_timedelta(np.sort(DRAW.integers(0, 300, ROWS)), unit="D")
CALLS = pd.DataFrame(
    {
        "case number": [f"K{at}" for at in range(ROWS)],
        "occurred": DAYS.strftime("%Y-%m-%d"),
        "kind": DRAW.choice(["theft", "arson"], ROWS),
        "beat": DRAW.integers(1, 9, ROWS),
        "updated": (DAYS + pd.Timedelta(days=1)).strftime("%Y-%m-%d"),
    }
)
LATER = CALLS[::6].assign(kind="robbery", beat=9, updated=(DAYS + pd.Timedelta(days=30)).strftime("%Y-%m-%d")[::6])


def started(folder: Path, frame: pd.DataFrame) -> NewProject:
    frame.to_csv(folder / "calls.csv", index=False)
    return init(folder / "made", folder / "calls.csv")


def events(made: NewProject) -> Counter[tuple[str, str]]:
    assert ingest(made.project(), "2025-01-01").total().quarantined == 0
    history = rm.load_history(made.project())
    kinds = list(history.kinds)
    return Counter((kinds[kind], history.places.ids[cell]) for kind, cell in zip(history.kind, history.cell, strict=True))


def pairs(frame: pd.DataFrame) -> Counter[tuple[str, str]]:
    return Counter(zip(frame["kind"], frame["beat"].astype(str), strict=True))


def test_the_newest_version_counts_wherever_it_stands(tmp_path: Path) -> None:
    now = pd.concat([CALLS.drop(LATER.index), LATER])
    for at, frame in enumerate([pd.concat([CALLS, LATER]), pd.concat([LATER, CALLS])]):
        (tmp_path / str(at)).mkdir()
        made = started(tmp_path / str(at), frame)
        assert events(made) == pairs(now)
        assert any(one.reason == "200 rows with an earlier updated" for one in made.decisions.left_out)


@pytest.mark.parametrize("name", ["version", "Revision No", "版本"])
def test_versions_may_be_numbered(tmp_path: Path, name: str) -> None:
    first, second = CALLS.drop(columns="updated"), LATER.drop(columns="updated")
    made = started(tmp_path, pd.concat([second.assign(**{name: 2}), first.assign(**{name: 1})]))
    assert events(made) == pairs(pd.concat([CALLS.drop(LATER.index), LATER]))
    assert any(one.reason == f"200 rows with an earlier {name}" for one in made.decisions.left_out)


def test_versions_that_differ_in_nothing_that_counts_are_read_where_they_are(tmp_path: Path) -> None:
    closed = CALLS[::6].assign(status="closed", updated=LATER["updated"])
    made = started(tmp_path, pd.concat([CALLS.assign(status="open"), closed]))
    assert events(made) == pairs(CALLS)
    assert str(made.project().table.sources[0].path).endswith("calls.csv")


def test_offences_of_one_incident_are_no_versions(tmp_path: Path) -> None:
    second = CALLS[::6].assign(kind="robbery")
    assert events(started(tmp_path, pd.concat([CALLS, second]))) == pairs(pd.concat([CALLS, second]))


def test_rows_without_a_time_of_change_are_no_versions(tmp_path: Path) -> None:
    frame = pd.concat([CALLS, LATER.assign(beat=CALLS["beat"][::6])]).drop(columns="updated")
    assert events(started(tmp_path, frame)) == pairs(frame)


def test_rows_that_try_a_system_out_are_named(tmp_path: Path) -> None:
    for at, (text, named) in enumerate([("TEST", True), ("测试", True), ("drug test", False), ("protest damage", False)]):
        (tmp_path / str(at)).mkdir()
        made = started(tmp_path / str(at), CALLS.assign(kind=np.where(np.arange(ROWS) % 20 == 0, text, CALLS["kind"])))
        assert any(f"60 rows of 'calls.csv' have {text!r} in 'kind'" in one for one in made.decisions.limits) == named
