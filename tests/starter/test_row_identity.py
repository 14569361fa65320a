"""Which columns identify a row."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from riskmodel.records.intake import ingest
from riskmodel.starter.first_project import init


@pytest.mark.parametrize(("date", "repeats"), [("2024-03-{:02d}", True), ("2024-03-{:02d} 14:0{}", False)])
def test_events_that_are_dated_by_day_may_agree_in_a_later_export(tmp_path: Path, date: str, repeats: bool) -> None:
    """A later second theft on one day in one area was taken for a copy of the first."""
    rows = [(date.format(1 + day, day % 7), f"Area {area}", "theft") for day in range(28) for area in range(9)]
    made = init(tmp_path / "made", pd.DataFrame(rows, columns=["date", "area", "type"]))
    assert made.plan.sources[0].roles.repeats is repeats
    (why,) = (one.reason for one in made.decisions.made if one.subject == "id")
    assert ("two events of one day" in why) is repeats


@pytest.mark.parametrize("zone", [None, "UTC", "America/Chicago"])
def test_typed_instants_are_read_as_days_and_may_agree(tmp_path: Path, zone: str | None) -> None:
    """Of two thefts in one area on one day, at two instants with a time zone, one was lost."""
    at = pd.Series(pd.date_range("2024-03-01 08:00", periods=90, freq="8h")).dt.tz_localize(zone)
    made = init(tmp_path / "made", pd.DataFrame({"date": at, "area": "north", "type": "theft"}))
    assert made.plan.sources[0].roles.repeats
    total = ingest(made.project(), "2025-01-01").total()
    assert (total.accepted, total.duplicates) == (90, 0)
