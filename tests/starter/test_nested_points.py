"""Points in nested columns, in GeoJSON texts and with a height."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskmodel.starter.first_project import init
from tests.worlds import own_tables

TABLE = own_tables.points(600)[["Case Number", "Date", "Primary Type", "Latitude", "Longitude"]]
FORMS = {
    "struct": [
        {"latitude": y, "longitude": x, "human_address": "?"} for x, y in zip(TABLE["Longitude"], TABLE["Latitude"], strict=True)
    ],
    "texts in a struct": [{"lat": str(y), "lon": str(x)} for x, y in zip(TABLE["Longitude"], TABLE["Latitude"], strict=True)],
    "geojson": [
        f'{{"type": "Point", "coordinates": [{x}, {y}]}}' for x, y in zip(TABLE["Longitude"], TABLE["Latitude"], strict=True)
    ],
    "height": [f"SRID=4326;POINT Z ({x} {y} 0.0)" for x, y in zip(TABLE["Longitude"], TABLE["Latitude"], strict=True)],
}


@pytest.mark.parametrize("form", FORMS)
def test_points_are_those_of_the_table(tmp_path: Path, form: str) -> None:
    table = TABLE.drop(columns=["Latitude", "Longitude"]).assign(geo=FORMS[form])
    table.to_parquet(tmp_path / "calls.parquet")
    made = init(tmp_path / "made", tmp_path / "calls.parquet")
    points = made.plan.sources[0].roles.points
    assert points is not None
    assert np.array_equal(points.points, TABLE[["Longitude", "Latitude"]].to_numpy())
    assert made.project().table.time_zone == "America/Chicago"
    written = pd.read_parquet(tmp_path / "made" / "data" / "tables" / "calls.parquet")
    assert not any("?" in str(text) for text in written.to_numpy().ravel())
