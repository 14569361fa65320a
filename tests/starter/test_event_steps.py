"""Events that have a row for each of their steps."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from riskmodel.starter.first_project import init


def limits(table: pd.DataFrame, folder: Path) -> str:
    return "\n".join(init(folder, table).decisions.limits)


def steps(events: int = 1_500) -> pd.DataFrame:
    """Return a row for the begin and one for the end of each event."""
    rng = np.random.default_rng(6)
    begun = pd.Series(pd.Timestamp("2022-01-01") + pd.to_timedelta(np.sort(rng.integers(0, 700 * 1440, events)), "min"))
    opened = pd.DataFrame(
        {"Event": rng.permutation(events), "Status": "OPENED", "Timestamp": begun, "Zone": rng.choice([f"Z{at}" for at in range(12)], events), "Category": rng.choice(["theft", "noise", "fire"], events)}
    )  # fmt: skip
    closed = opened.assign(Status="CLOSED", Timestamp=begun + pd.to_timedelta(rng.integers(5, 5_000, events), "min"))
    return pd.concat([opened, closed]).sort_values("Timestamp", ignore_index=True)


def test_a_column_whose_values_events_share_is_named(tmp_path: Path) -> None:
    said = "'Event' has 1,500 different values in 3,000 rows of 'the frame', and rows with the same one agree in kind and place."
    assert said in limits(steps(), tmp_path / "made")
    mixed = steps().assign(Event=np.random.default_rng(1).permutation(3_000) // 2)
    assert "agree in kind and place" not in limits(mixed, tmp_path / "mixed")


def test_steps_without_any_name_of_events_are_named(tmp_path: Path) -> None:
    found = limits(steps().drop(columns="Event"), tmp_path / "made")
    assert "'Status' of 'the frame' names steps with nearly as many rows each: 'CLOSED' (1,500), 'OPENED' (1,500)." in found
    assert "keep the rows of one step" in found


def test_states_of_single_events_are_not_named(tmp_path: Path) -> None:
    table = steps().drop(columns="Event")
    table = table[(table["Status"] == "OPENED") | (np.arange(len(table)) % 3 == 0)]
    assert "names steps" not in limits(table, tmp_path / "made")
