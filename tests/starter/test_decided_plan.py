"""What is decided about tables that are used, and not about others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from riskmodel.starter.decisions import Decisions
from riskmodel.starter.event_numbers import event_number
from riskmodel.starter.first_project import init
from riskmodel.starter.stated_columns import StatedColumns
from riskmodel.starter.table_columns import read_frame_table
from tests.worlds import own_tables


def test_a_table_that_is_left_out_has_no_limits(tmp_path: Path) -> None:
    """Advice about the rows of a table that is not read led nowhere."""
    own_tables.points(600).to_csv(tmp_path / "calls.csv", index=False)
    weeks = own_tables.weekly(60, 4).rename(columns={"week": "date"})
    sundays = weeks.assign(date=(pd.to_datetime(weeks["date"]) - pd.Timedelta(days=1)).dt.strftime("%Y-%m-%d"))
    sundays.to_csv(tmp_path / "counts.csv", index=False)
    alone = init(tmp_path / "alone", tmp_path / "counts.csv")
    assert any("of 'counts.csv' is a Sunday" in one for one in alone.decisions.limits)
    both = init(tmp_path / "it's both", [tmp_path / "calls.csv", tmp_path / "counts.csv"])
    assert [source.table.name for source in both.plan.sources] == ["calls"]
    assert [one.subject for one in both.decisions.left_out if "a layer can hold it" in one.reason] == ["table counts"]
    assert not any("counts.csv" in one for one in both.decisions.limits)
    # a quotation mark in a path does not break the commands that follow
    assert "it'\"'\"'s both' ingest" in both.next_steps()[0]


def test_a_wide_table_has_no_row_for_everything() -> None:
    """The number of all combinations is beyond all floating-point numbers."""
    rows = 400
    wide = {f"code {at}": [f"{at}-{row}" for row in range(rows)] for at in range(130)}
    table = read_frame_table(pd.DataFrame({"quanta": np.arange(rows) % 3, **wide}), "frame")
    assert len(table.columns) == 131
    assert event_number(table, StatedColumns(), set(), Decisions()) is None
