"""Kinds that look silent in a place of open tables while others go on: ``RISKMODEL_DATA=... python benchmarks/silent_kinds.py``.

Nobody knows of a kind that fell silent in a place of these tables, so each that is found is taken for a false alarm. Each table is looked at on 21 dates.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from riskmodel.records.history.silent_cells import silent_cells

DATES = 21
LEAST_DAYS = 392
"""Days of the history at the first date: a year to compare with, and the shortest silence."""


class Table(NamedTuple):
    """Place, kind and day of each row."""

    name: str
    place: Any
    kind: Any
    day: Any


def coded(name: str, place: Any, kind: Any, day: Any) -> Table:
    """Return a table with numbers for its places and kinds."""
    days = pd.to_datetime(day).to_numpy().astype("datetime64[D]").astype(np.int64)
    return Table(name, pd.factorize(place)[0], pd.factorize(kind)[0], days)


def tables(data: Path) -> Iterator[Table]:
    """Yield the open tables."""
    crime = pd.read_parquet(data / "chicago_crime_2016_2017.parquet").dropna(subset=["lat", "lon"])
    for size in (500, 1000, 2000):
        rows, columns = (
            (crime[name] * metres // size).astype(int).astype(str) for name, metres in (("lat", 111_000), ("lon", 82_000))
        )
        yield coded(f"Chicago, squares of {size} m", rows + " " + columns, crime["type"], crime["time"])
    calls = pd.read_parquet(data / "chicago_311_sanitation_2011_2014.parquet").dropna(subset=["community_area"])
    yield coded("Chicago, sanitation by area", calls["community_area"], calls["nature"].fillna(""), calls["created"])
    weeks = pd.read_parquet(data / "nyc_precinct_week_family.parquet")
    yield coded("New York, families by precinct", weeks["precinct"], weeks["family"], weeks["week"])
    weeks = pd.read_parquet(data / "nyc_weekly_segments.parquet")
    yield coded("New York, offenses by precinct", weeks["precinct"], weeks["offense"], weeks["week"])
    months = pd.read_parquet(data / "dc_311_2016_tract_month.parquet")
    begin = pd.to_datetime({"year": months["year"], "month": months["time_aggregation_value"], "day": 1})
    yield coded("Washington, requests by tract", months["census_tract"], months["service_code"], begin)


def alarms(table: Table) -> int:
    """Return how often a kind looks silent in a place where others go on."""
    found = 0
    for day in np.linspace(table.day.min() + LEAST_DAYS, table.day.max(), DATES).astype(int).tolist():
        there = table.day <= day
        silent = {one.cell for one in silent_cells(table.place[there], table.day[there], day)}
        for kind in range(int(table.kind.max()) + 1):
            mine = there & (table.kind == kind)
            found += sum(one.cell not in silent for one in silent_cells(table.place[mine], table.day[mine], day))
    return found


def main() -> None:
    """Print the false alarms of each table."""
    for table in tables(Path(os.environ["RISKMODEL_DATA"])):
        places, kinds = int(table.place.max()) + 1, int(table.kind.max()) + 1
        print(f"{table.name}: {places} places, {kinds} kinds, {DATES} dates: {alarms(table)} found", flush=True)


if __name__ == "__main__":
    main()
