"""Places of a table of cells: points and polygons of any reference system become shapes in metres."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
import shapely
from pyproj import CRS

from riskmodel.asof.rings import centres
from riskmodel.base.errors import UsageError
from riskmodel.records.places import Places
from riskmodel.records.places.cell_geometries import pairs_within
from riskmodel.records.places.projections import transform

IDS = [f"{number:03d}" for number in range(12)]
AT = np.array([(-87.65 + 0.01 * (number % 4), 41.85 + 0.01 * (number // 4)) for number in range(12)])
POINTS = pd.DataFrame({"cell": IDS, "lon": AT[:, 0], "lat": AT[:, 1]})
BOXES = shapely.box(AT[:, 0] - 0.005, AT[:, 1] - 0.005, AT[:, 0] + 0.005, AT[:, 1] + 0.005)
DEGREES: dict[str, Any] = {"x": "lon", "y": "lat", "crs": "EPSG:4326"}
UTM = "EPSG:32616"


class GeoFrame(pd.DataFrame):
    """What of a GeoDataFrame is used."""

    active_geometry_name = "geometry"

    @property
    def crs(self) -> Any:
        return self.attrs.get("crs")


def geo_frame(shapes: Any, crs: Any = "EPSG:4326") -> GeoFrame:
    found = GeoFrame({"cell": IDS, "geometry": list(shapes)})
    found.attrs["crs"] = None if crs is None else CRS.from_user_input(crs)
    return found


def moved(shapes: Any, crs: str) -> Any:
    return shapely.transform(shapes, lambda points: transform(points, "EPSG:4326", crs))


def test_points_in_degrees_become_squares_in_metres_around_them() -> None:
    places = Places.from_frame(POINTS, **DEGREES, neighbours=1.0)
    np.testing.assert_allclose(centres(places), transform(AT, "EPSG:4326", UTM), atol=1e-6)
    assert places.shapes is not None
    side = np.ptp(places.shapes[0][0], axis=0)
    assert side == pytest.approx([830, 830], abs=15)  # a hundredth of a degree of longitude at this latitude
    assert Places.from_frame(pl.from_pandas(POINTS), **DEGREES, neighbours=1.0).fingerprint() == places.fingerprint()


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:32616", "EPSG:3435", "EPSG:4269"])
def test_polygons_of_any_system_have_their_size_and_neighbours(crs: str) -> None:
    places = Places.from_frame(geo_frame(moved(BOXES, crs), crs), neighbours=1.0)
    assert places.shapes is not None
    areas = [shapely.Polygon(rings[0]).area for rings in places.shapes]
    assert areas == pytest.approx([830 * 1111] * 12, rel=0.01)
    # a lattice of four by three: corners touch too
    assert [len(places.neighbour_cells[a:b]) for a, b in zip(places.neighbour_start, places.neighbour_start[1:], strict=False)] == [
        3, 5, 5, 3, 5, 8, 8, 5, 3, 5, 5, 3,
    ]  # fmt: skip


def test_geometries_may_be_objects_binary_or_text() -> None:
    wanted = Places.from_frame(geo_frame(BOXES)).fingerprint()
    plain = pd.DataFrame({"cell": IDS, "area": BOXES})
    for column in (plain["area"], shapely.to_wkb(BOXES), shapely.to_wkt(BOXES, rounding_precision=-1)):
        found = Places.from_frame(plain.assign(area=column), geometry="area", crs=4326)
        assert found.fingerprint() == wanted
    rings = dict(zip(IDS, moved(BOXES, UTM), strict=True))
    assert Places.from_frame(plain, shapes=rings).fingerprint() == wanted
    assert Places.from_frame(geo_frame(BOXES, None), crs="EPSG:4326").fingerprint() == wanted


def test_holes_parts_and_missing_shapes() -> None:
    ring = shapely.box(0, 0, 10, 10).difference(shapely.box(4, 4, 6, 6))
    two = shapely.MultiPolygon([shapely.box(20, 0, 30, 10), shapely.box(40, 0, 50, 10)])
    places = Places.from_frame(pd.DataFrame({"cell": ["a", "b", "c"], "at": [ring, two, None]}), geometry="at", crs="local")
    assert places.shapes is not None
    assert [len(rings) for rings in places.shapes] == [2, 2, 0]
    places = Places.from_frame(pd.DataFrame({"cell": ["a", "b"], "x": [5.0, None], "y": [7.0, 1.0]}), x="x", y="y", crs="local")
    assert places.shapes is not None
    assert places.shapes[0][0].mean(axis=0) == pytest.approx([5 - 10, 7 - 10], abs=20)
    assert [len(rings) for rings in places.shapes] == [1, 0]


def test_versions_of_a_cell_share_its_place() -> None:
    rows = pd.DataFrame({"cell": ["a", "a"], "from": ["", "2024-01-01"], "x": [1.0, 1.0], "y": [2.0, 2.0]})
    places = Places.from_frame(rows, valid_from="from", x="x", y="y", crs="local")
    assert places.shapes is not None
    assert len(places.shapes) == len(places.shapes[0]) == 1
    with pytest.raises(UsageError, match="The rows of the cell 'a' in the table of cells have different places"):
        Places.from_frame(rows.assign(x=[1.0, 3.0]), valid_from="from", x="x", y="y", crs="local")


POINT_SHAPES: Any = shapely.points(AT)
MIXED = [*BOXES[:6], *POINT_SHAPES[6:]]
FAULTS: dict[str, tuple[Any, dict[str, Any], str]] = {
    "no system": (POINTS, {"x": "lon", "y": "lat"}, r"unknown\. State it .*crs='EPSG:4326' if these are degrees .*'local'"),
    "no system of metres": (POINTS.assign(lon=440_000.0), {"x": "lon", "y": "lat"}, r"such as crs='EPSG:2913', or crs='local'"),
    "a frame without a system": (geo_frame(BOXES, None), {}, r"The reference system of the places is unknown"),
    "two systems": (geo_frame(BOXES), {"crs": "EPSG:3857"}, r"of 'WGS 84', and crs= states 'WGS 84 / Pseudo-Mercator'"),
    "exchanged": (POINTS, {"x": "lat", "y": "lon", "crs": 4326}, r"such as 41\.85, -87\.65, which are no longitude .*exchange x and y"),
    "no such system": (POINTS, {**DEGREES, "crs": "EPSG:99"}, r"'EPSG:99' is not a reference system"),
    "one coordinate": (POINTS, {"x": "lon", "crs": 4326}, r"only x= is given .* Name both"),
    "no columns": (POINTS, {"crs": 4326}, r"stated with crs=, but no places"),
    "two places": (geo_frame(BOXES), {**DEGREES, "geometry": "geometry"}, r"Both geometry= and x= or y= are given"),
    "a misspelt column": (POINTS, {**DEGREES, "x": "lonn"}, r"no column of the table of cells named 'lonn'.*did you mean 'lon'"),
    "no number": (POINTS.assign(lon="west"), DEGREES, r"Row 1 of the column 'lon' of the table of cells is no coordinate"),
    "no geometry": (POINTS.assign(at="west"), {"geometry": "at", "crs": 4326}, r"Row 1 of the column 'at' .* is no geometry"),
    "lines": (geo_frame(shapely.boundary(BOXES)), {}, r"Row 1 of the column 'geometry' .* is a LineString"),
    "a mixture": (geo_frame(MIXED), {}, r"'geometry' of the table of cells has points and polygons"),
    "a distance without shapes": (POINTS, {"neighbours": 5.0}, r"neighbours= is a distance, but the cells have no shapes"),
    "a negative distance": (POINTS, {**DEGREES, "neighbours": -5.0}, r"'neighbours' parameter .* a number of metres from 0"),
    "shapes that are none": (POINTS, {"shapes": [1]}, r"'shapes' parameter of Places.from_frame must be a mapping"),
}  # fmt: skip


@pytest.mark.parametrize("what", FAULTS)
def test_what_is_unclear_is_refused(what: str) -> None:
    cells, stated, said = FAULTS[what]
    with pytest.raises(UsageError, match=said):
        Places.from_frame(cells, **stated)


def test_pairs_are_those_of_the_slow_rule() -> None:
    draw = np.random.default_rng(4)
    low = draw.uniform(0, 100, (60, 2))
    shapes = {f"c{n}": [shapely.get_coordinates(shapely.box(*at, *(at + draw.uniform(1, 9, 2))))] for n, at in enumerate(low)}
    shapes["c3"].append(shapes["c40"][0] + 5)
    shapes["c7"] = []
    areas = {name: shapely.MultiPolygon([shapely.Polygon(ring) for ring in rings]) for name, rings in shapes.items() if rings}
    wanted = {(a, b) for a in areas for b in areas if a != b and areas[a].distance(areas[b]) <= 3}
    pairs = pairs_within(3.0, shapes, list(shapes))
    found = set(zip(pairs["cell"], pairs["neighbour"], strict=True))
    assert found | {(b, a) for a, b in found} == wanted
    assert len(pairs_within(3.0, {}, [])) == 0
