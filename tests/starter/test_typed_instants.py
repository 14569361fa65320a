"""Columns of instants whose type states UTC."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import riskmodel as rm
from riskmodel.records.intake import ingest
from riskmodel.starter.first_project import init
from riskmodel.starter.typed_instants import written_instants
from tests.worlds import own_tables

POINTS = own_tables.points(900)[["Case Number", "Primary Type", "Latitude", "Longitude"]]
AT = pd.Series(
    pd.Timestamp("2023-01-02", tz="UTC") + pd.to_timedelta(np.sort(np.random.default_rng(2).integers(0, 7_200, 900)), "h")
)
LOCAL = Counter(AT.dt.tz_convert("America/Chicago").dt.strftime("%Y-%m-%d"))
"""Events of every day in Chicago, where the points lie."""


@pytest.mark.parametrize("form", ["frame", "parquet", "reshaped"])
def test_instants_of_all_hours_are_days_of_the_place(tmp_path: Path, form: str) -> None:
    table = POINTS.assign(Date=AT.dt.as_unit("us"))
    if form == "reshaped":
        pairs = "(" + table["Latitude"].astype(str) + ", " + table["Longitude"].astype(str) + ")"
        table = table.drop(columns=["Latitude", "Longitude"]).assign(Location=pairs)
    table.to_parquet(tmp_path / "calls.parquet")
    made = init(tmp_path / "made", table if form == "frame" else tmp_path / "calls.parquet")
    assert made.project().table.sources[0].time_zone is None
    assert ingest(made.project(), "2025-01-01").total().quarantined == 0
    days = rm.load_history(made.project()).occurred.astype("datetime64[D]").astype(str)
    assert Counter(days.tolist()) == LOCAL


def test_midnights_of_a_parquet_file_are_dates(tmp_path: Path) -> None:
    POINTS.assign(Date=AT.dt.normalize().dt.as_unit("us")).to_parquet(tmp_path / "calls.parquet")
    made = init(tmp_path / "made", tmp_path / "calls.parquet")
    assert made.project().table.sources[0].time_zone == "UTC"
    ingest(made.project(), "2025-01-01")
    days = rm.load_history(made.project()).occurred.astype("datetime64[D]").astype(str)
    assert Counter(days.tolist()) == Counter(AT.dt.strftime("%Y-%m-%d"))


def test_an_hour_that_clocks_show_twice_is_read() -> None:
    """It gave a traceback of arrow."""
    hours = [datetime(2017, 11, 5, hour, 40, 0, 5, tzinfo=UTC) for hour in (6, 7)]
    found = written_instants(pa.table({"at": pa.array(hours, pa.timestamp("us", "America/Chicago"))}))
    assert found["at"].to_pylist() == ["2017-11-05T01:40:00-0500", "2017-11-05T01:40:00-0600"]
