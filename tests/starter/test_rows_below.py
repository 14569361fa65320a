"""Rows of totals and notes below a table, and tables that do not begin in its first row or column."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import riskmodel as rm
from riskmodel.records.intake import ingest
from riskmodel.starter.first_project import NewProject, init
from tests.worlds import own_tables


def accepted(made: NewProject) -> tuple[int, int]:
    """Events of the history, and rows in quarantine."""
    report = ingest(made.project(), "2025-01-01").total()
    return int(rm.load_history(made.project()).amount.sum()), report.quarantined


def by_kind() -> tuple[pd.DataFrame, int]:
    long = own_tables.weekly(20, 5)
    frame = long.rename(columns={"count": "burglary"}).assign(theft=long["count"] + 1)
    return frame, int(frame["burglary"].sum() + frame["theft"].sum())


@pytest.mark.parametrize(
    "below",
    ["Total,,{burglary},{theft}", ",,,", "Source: police,,,\nProvisional,,,", "合计,,{burglary},{theft}\n注：初步数据,,,"],
)
def test_totals_and_notes_below_a_table_in_another_form(tmp_path: Path, below: str) -> None:
    frame, events = by_kind()
    lines = below.format(burglary=frame["burglary"].sum(), theft=frame["theft"].sum())
    (tmp_path / "counts.csv").write_text(frame.to_csv(index=False) + lines + "\n", encoding="utf-8")
    made = init(tmp_path / "made", tmp_path / "counts.csv")
    assert {kind.key for kind in made.plan.kinds} == {"burglary", "theft"}
    assert accepted(made) == (events, 0)


def test_rows_below_a_table_that_is_read_where_it_is_go_to_quarantine(tmp_path: Path) -> None:
    frame = own_tables.weekly(20, 5)
    (tmp_path / "counts.csv").write_text(frame.to_csv(index=False) + f"Total,,{frame['count'].sum()}\n", encoding="utf-8")
    assert accepted(init(tmp_path / "made", tmp_path / "counts.csv")) == (frame["count"].sum(), 1)


def test_the_last_rows_of_events_stay(tmp_path: Path) -> None:
    frame, events = by_kind()
    frame.loc[len(frame) - 3 :, "theft"] = None
    lost = int((own_tables.weekly(20, 5)["count"].tail(3) + 1).sum())
    frame.to_csv(tmp_path / "counts.csv", index=False)
    assert accepted(init(tmp_path / "made", tmp_path / "counts.csv")) == (events - lost, 3)


@pytest.mark.parametrize("above", [",,,,,\n,,,,,\n,,Report 2024,,,\n,,,,,\n", ",,,,,\n", "\n\n"])
def test_a_text_table_that_begins_in_the_middle(tmp_path: Path, above: str) -> None:
    frame = own_tables.by_cell(600)[["incident_id", "occurred", "offense", "beat"]]
    lines = frame.to_csv(index=False).splitlines()
    (tmp_path / "calls.csv").write_text(above + "".join(f",,{line}\n" for line in lines), encoding="utf-8")
    made = init(tmp_path / "made", tmp_path / "calls.csv")
    assert accepted(made) == (600, 0)
    assert {kind.key for kind in made.plan.kinds} == {"burglary", "theft"}
