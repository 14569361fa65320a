"""A GeoDataFrame of points is looked at like a table with longitude and latitude."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from riskmodel.base.errors import UsageError
from riskmodel.records.places.projections import transform
from riskmodel.starter.frame_points import with_point_columns
from riskmodel.starter.quick_look import quick
from riskmodel.starter.stated_columns import StatedColumns
from tests.records.test_cell_geometries import AT, BOXES, IDS, POINT_SHAPES, GeoFrame, geo_frame


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3435"])
def test_points_become_degrees(crs: str) -> None:
    there = shapely.transform(POINT_SHAPES, lambda some: transform(some, "EPSG:4326", crs))
    frame, stated = with_point_columns(geo_frame([*there[:-1], None], crs), StatedColumns())
    assert (stated.x, stated.y, stated.crs) == ("longitude", "latitude", "EPSG:4326")
    assert list(frame.columns) == ["cell", "longitude", "latitude"]
    np.testing.assert_allclose(frame[["longitude", "latitude"]].to_numpy()[:-1], AT[:-1], atol=1e-8)
    assert frame["longitude"].isna().tolist() == [False] * 11 + [True]


def test_a_system_must_be_known_or_stated() -> None:
    with pytest.raises(UsageError, match=r"The points in 'geometry' have no reference system\. State it with --crs"):
        with_point_columns(geo_frame(POINT_SHAPES, None), StatedColumns())
    frame, stated = with_point_columns(geo_frame(POINT_SHAPES, None), StatedColumns(crs="EPSG:4326"))
    assert frame["latitude"].tolist() == AT[:, 1].tolist()
    frame, stated = with_point_columns(geo_frame(POINT_SHAPES, None), StatedColumns(crs="local"))
    assert (stated.x, stated.crs, frame["x"].tolist()) == ("x", None, AT[:, 0].tolist())


def test_other_tables_stay_as_they_are() -> None:
    plain: list[tuple[Any, StatedColumns]] = [
        (pd.DataFrame({"cell": IDS}), StatedColumns()),
        (geo_frame(BOXES), StatedColumns()),
        (geo_frame(POINT_SHAPES), StatedColumns(x="east", y="north")),
        (geo_frame(POINT_SHAPES).assign(longitude=AT[:, 0], latitude=AT[:, 1]), StatedColumns()),
        ("calls.csv", StatedColumns()),
    ]
    for frame, stated in plain:
        found, still = with_point_columns(frame, stated)
        assert found is frame
        assert still is stated


def test_a_first_look_takes_a_geo_data_frame() -> None:
    rows = geo_frame(POINT_SHAPES)
    days = pd.Series(pd.date_range("2022-01-01", periods=len(rows), freq="9D"))
    many = [rows.assign(date=days + pd.Timedelta(days=step)) for step in range(40)]
    whole = GeoFrame(pd.concat(many, ignore_index=True).drop(columns="cell"))
    whole.attrs["crs"] = rows.crs
    look = quick(whole)
    assert "x = longitude, y = latitude" in look.explain()
    assert "America/Chicago" in look.explain()
