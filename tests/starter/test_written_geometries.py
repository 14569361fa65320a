"""Points as geographic programs write them: well-known text and bytes, shapely, GeoParquet and GeoJSON with a system."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from riskmodel.base.errors import UsageError
from riskmodel.base.personal_data.forbidden_values import PHONE, forbidden
from riskmodel.records.intake import ingest
from riskmodel.records.places.projections import transform
from riskmodel.starter.first_project import NewProject, init

ROWS = 700
DRAW = np.random.default_rng(9)
# as many digits as programs write, of which the last ones say nothing
AT = DRAW.normal((-0.1234, 51.5), (0.03, 0.02), (ROWS, 2))
POINTS: Any = shapely.points(AT)
EVENTS = pd.DataFrame(
    {
        "id": np.arange(ROWS),
        "date": (pd.Timestamp("2022-01-03") + pd.to_timedelta(np.sort(DRAW.integers(0, 700, ROWS)), unit="D")).strftime(
            "%Y-%m-%d"
        ),
        "kind": DRAW.choice(["theft", "noise"], ROWS),
    }
)
GRID = transform(AT, "EPSG:4326", "EPSG:27700")


def points(made: NewProject) -> Any:
    found = made.plan.sources[0].roles.points
    assert found is not None
    assert (found.crs, made.project().table.time_zone) == ("EPSG:4326", "Europe/London")
    assert ingest(made.project(), "2030-01-01").total().accepted == ROWS
    return found.points


TEXTS: dict[str, Callable[[], Any]] = {
    "text": lambda: [point.wkt for point in POINTS],
    "text with its system": lambda: [f"SRID=4326;{point.wkt}" for point in POINTS],
    "text in another system": lambda: [f"SRID=27700;POINT ({x} {y})" for x, y in GRID],
    "text with a height": lambda: [f"POINT Z ({x} {y} 12.5)" for x, y in AT],
    "bytes in hexadecimal": lambda: shapely.to_wkb(POINTS, hex=True),
    "bytes with their system": lambda: shapely.to_wkb(shapely.set_srid(shapely.points(GRID), 27700), hex=True, include_srid=True),
}


@pytest.mark.parametrize("form", TEXTS)
def test_points_in_a_text_file(tmp_path: Path, form: str) -> None:
    EVENTS.assign(the_geom=TEXTS[form]()).to_csv(tmp_path / "calls.csv", index=False)
    assert np.abs(points(init(tmp_path / "made", tmp_path / "calls.csv")) - AT).max() < 2e-7


@pytest.mark.parametrize("form", ["shapely", "text", "bytes"])
def test_points_in_a_plain_frame(tmp_path: Path, form: str) -> None:
    column = {"shapely": POINTS, "text": [point.wkt for point in POINTS], "bytes": shapely.to_wkb(POINTS)}[form]
    assert np.abs(points(init(tmp_path / "made", EVENTS.assign(geometry=column))) - AT).max() < 2e-7


def test_a_missing_point_of_a_frame_goes_to_quarantine(tmp_path: Path) -> None:
    made = init(
        tmp_path / "made", EVENTS.assign(geometry=pd.Series([point if at % 10 else None for at, point in enumerate(POINTS)]))
    )
    total = ingest(made.project(), "2030-01-01").total()
    assert (total.accepted, total.quarantined) == (630, 70)


@pytest.mark.parametrize("system", [None, 27700])
def test_geoparquet_says_its_system(tmp_path: Path, system: int | None) -> None:
    at = AT if system is None else GRID
    about: dict[str, Any] = {"encoding": "WKB", "geometry_types": ["Point"]}
    about |= {} if system is None else {"crs": {"name": "British National Grid", "id": {"authority": "EPSG", "code": system}}}
    table = pa.Table.from_pandas(EVENTS.assign(geometry=shapely.to_wkb(shapely.points(at))), preserve_index=False)
    stated = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": about}}
    pq.write_table(table.replace_schema_metadata({b"geo": json.dumps(stated).encode()}), tmp_path / "calls.parquet")
    assert np.abs(points(init(tmp_path / "made", tmp_path / "calls.parquet")) - AT).max() < 2e-7


def geojson(path: Path, geometry: Callable[[Any], Any], crs: str | None = None) -> Path:
    features = [
        {"type": "Feature", "geometry": geometry(at), "properties": row}
        for at, row in zip(GRID if crs and "27700" in crs else AT, EVENTS.to_dict("records"), strict=True)
    ]
    whole = {"type": "FeatureCollection", "features": features}
    whole |= {"crs": {"type": "name", "properties": {"name": crs}}} if crs else {}
    path.write_text(json.dumps(whole))
    return path


@pytest.mark.parametrize("crs", [None, "urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::27700", "EPSG:27700"])
def test_geojson_says_its_system(tmp_path: Path, crs: str | None) -> None:
    path = geojson(tmp_path / "calls.geojson", lambda at: {"type": "Point", "coordinates": [float(one) for one in at]}, crs)
    assert np.abs(points(init(tmp_path / "made", path)) - AT).max() < 2e-7


def test_shapes_that_are_no_points_are_named(tmp_path: Path) -> None:
    path = geojson(tmp_path / "calls.geojson", lambda at: json.loads(shapely.to_geojson(shapely.Point(at).buffer(0.01))))
    with pytest.raises(UsageError, match=r"'geometry' is not read: it holds Polygon, and an event needs a point"):
        init(tmp_path / "made", path)


@pytest.mark.parametrize("text", ["POINT (138 0013 8000)", "POINT (138 00138000)", "13800138000", "POINT of 13800138000"])
def test_a_telephone_number_is_no_point(text: str) -> None:
    assert forbidden(text) == PHONE


def test_a_point_in_text_is_no_telephone_number() -> None:
    assert forbidden("POINT (-1.3912345 51.38123)") is None
    assert forbidden("SRID=27700;POINT (530000 180000)") is None
