"""Dates that are written as midnights of UTC, and instants that are none."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import riskmodel as rm
from riskmodel.base.errors import UsageError
from riskmodel.base.project import Source
from riskmodel.records.intake import ingest
from riskmodel.starter.first_project import NewProject, init
from tests.worlds import own_tables

POINTS = own_tables.points(900)[["Case Number", "Primary Type", "Latitude", "Longitude"]]
DAYS = pd.Timestamp("2023-01-02") + pd.to_timedelta(np.sort(np.random.default_rng(2).integers(0, 300, 900)), unit="D")
HOURS = pd.to_timedelta(np.random.default_rng(3).integers(0, 24, 900), unit="h")


def days(made: NewProject) -> Counter[str]:
    """Events of every day, as they were ingested."""
    assert ingest(made.project(), "2025-01-01").total().quarantined == 0
    history = rm.load_history(made.project())
    return Counter(history.occurred.astype("datetime64[D]").astype(str).tolist())


def started(folder: Path, date: Any) -> NewProject:
    frame = POINTS.assign(Date=date)
    frame.to_csv(folder / "calls.csv", index=False)
    return init(folder / "made", folder / "calls.csv")


WRITTEN = Counter(DAYS.strftime("%Y-%m-%d"))


@pytest.mark.parametrize(
    "form",
    ["%Y-%m-%dT00:00:00Z", "%Y/%m/%d 00:00:00+00", "%Y-%m-%d 00:00:00.000 +00:00", "%Y-%m-%dT00:00Z", "%Y-%m-%d 00:00:00 UTC"],
)
def test_midnights_of_utc_are_dates(tmp_path: Path, form: str) -> None:
    made = started(tmp_path, DAYS.strftime(form))
    assert days(made) == WRITTEN
    assert made.project().table.time_zone == "America/Chicago"
    assert made.project().table.sources[0].time_zone == "UTC"


@pytest.mark.parametrize("per_second", [1, 1000])
def test_numbers_of_seconds_at_midnight_are_dates(tmp_path: Path, per_second: int) -> None:
    seconds = (DAYS - pd.Timestamp("1970-01-01")) // pd.Timedelta(seconds=1)
    assert days(started(tmp_path, seconds * per_second)) == WRITTEN


def test_a_typed_column_in_utc_at_midnight_holds_dates(tmp_path: Path) -> None:
    assert days(init(tmp_path / "made", POINTS.assign(Date=DAYS.tz_localize("UTC")))) == WRITTEN


@pytest.mark.parametrize("form", ["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S+00"])
def test_instants_of_all_hours_belong_to_the_days_of_their_place(tmp_path: Path, form: str) -> None:
    made = started(tmp_path, (DAYS + HOURS).strftime(form))
    local = (DAYS + HOURS).tz_localize("UTC").tz_convert("America/Chicago").strftime("%Y-%m-%d")
    assert days(made) == Counter(local)
    assert made.project().table.sources[0].time_zone is None


def test_midnights_of_another_offset_are_instants(tmp_path: Path) -> None:
    made = started(tmp_path, DAYS.strftime("%Y-%m-%dT00:00:00-06:00"))
    assert made.project().table.sources[0].time_zone is None


def test_the_zone_of_a_source_must_exist() -> None:
    given = {"name": "calls", "path": "calls.csv", "kind": "theft", "columns": {"id": "id", "occurred": "day", "cell": "cell"}}
    assert Source.model_validate({**given, "time_zone": "UTC"}).time_zone == "UTC"
    with pytest.raises((ValueError, UsageError), match="is not a time zone"):
        Source.model_validate({**given, "time_zone": "Mars/Olympus"})


def test_days_of_knowledge_that_are_instants_keep_the_zone_of_the_place(tmp_path: Path) -> None:
    reported = (DAYS + pd.Timedelta(hours=27)).strftime("%Y-%m-%dT%H:%M:%SZ")
    POINTS.assign(Date=DAYS.strftime("%Y-%m-%dT00:00:00Z"), **{"Date Reported": reported}).to_csv(
        tmp_path / "calls.csv", index=False
    )
    made = init(tmp_path / "made", tmp_path / "calls.csv")
    (source,) = made.project().table.sources
    assert (source.columns.known, source.time_zone, source.known_time_zone) == ("Date Reported", "UTC", "America/Chicago")
    assert days(made) == WRITTEN
    # 03:00 UTC on the day after is still the evening of the day in Chicago
    assert Counter(rm.load_history(made.project()).known - rm.load_history(made.project()).occurred) == {0: 900}


@pytest.mark.parametrize(("weekday", "told"), [("W-SUN", True), ("W-MON", False)])
def test_weeks_that_sundays_name_are_a_limit(tmp_path: Path, weekday: str, told: bool) -> None:
    weeks = pd.date_range("2023-01-01", periods=60, freq=weekday)
    table = pd.DataFrame({"week": weeks.strftime("%Y-%m-%d"), "area": "a", "cases": 3})
    both = pd.concat([table, table.assign(area="b", cases=2)])
    both.to_csv(tmp_path / "weekly.csv", index=False)
    made = init(tmp_path / "made", tmp_path / "weekly.csv")
    assert made.project().table.sources[0].period == "week"
    assert any("Every date in 'week' of 'weekly.csv' is a Sunday" in one for one in made.plan.decisions.limits) is told
