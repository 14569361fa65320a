"""The reference system of coordinates: said where numbers tell it, else unknown, and never another county's."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from riskmodel.records.intake.columns.text_column import Column
from riskmodel.starter.quick_look import quick
from riskmodel.starter.reference_systems import LOCAL, CoordinateEvidence, coordinate_evidence
from riskmodel.starter.text_values import TextValues

CITIES = {
    "Chicago": (-87.65, 41.85),
    "New York": (-73.95, 40.7),
    "Los Angeles": (-118.25, 34.05),
    "Houston": (-95.4, 29.76),
    "Dallas": (-96.8, 32.8),
    "Detroit": (-83.1, 42.4),
    "Paris": (2.35, 48.85),
    "Hamburg": (10.0, 53.55),
    "Shanghai": (121.47, 31.2),
    "Sydney": (151.2, -33.9),
    "Bogotá": (-74.1, 4.65),
}


def points(city: str, crs: str) -> tuple[np.ndarray, np.ndarray]:
    from pyproj import Transformer

    draw = np.random.default_rng(1)
    lon, lat = CITIES[city]
    return Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(
        lon + draw.normal(0, 0.05, 200), lat + draw.normal(0, 0.05, 200)
    )


def evidence(city: str, crs: str, names: tuple[str, str] = ("X_COORD", "Y_COORD"), home: str | None = None) -> CoordinateEvidence:
    columns = []
    for name, values in zip(names, points(city, crs), strict=True):
        texts = [f"{value:.2f}" for value in values]
        columns.append(TextValues.of(name, Column(np.arange(len(texts), dtype=np.int32), texts)))
    return coordinate_evidence(columns[0], columns[1], home=home)


@pytest.mark.parametrize(
    ("city", "crs"),
    [
        ("Chicago", "EPSG:3435"),  # feet that are in the Sahara as Web Mercator
        ("New York", "EPSG:2263"),
        ("Los Angeles", "EPSG:2229"),
        ("Houston", "EPSG:2278"),
        ("Dallas", "EPSG:2276"),
        ("Detroit", "EPSG:2253"),
        ("Hamburg", "EPSG:31467"),
        ("Hamburg", "EPSG:3035"),
        ("Paris", "EPSG:3949"),
        ("Chicago", "EPSG:5070"),
        ("Hamburg", "EPSG:25832"),
    ],
)
def test_systems_of_counties_are_unknown_and_never_web_mercator(city: str, crs: str) -> None:
    found = evidence(city, crs)
    assert found.crs == LOCAL
    assert "cannot be known from them" in found.doubt
    assert "distances if these are metres" in found.doubt


@pytest.mark.parametrize("city", ["Chicago", "New York", "Los Angeles", "Bogotá", "Shanghai", "Sydney"])
def test_web_mercator_is_known_where_no_other_system_has_such_numbers(city: str) -> None:
    found = evidence(city, "EPSG:3857")
    assert found.crs == "EPSG:3857"
    assert f"around latitude {CITIES[city][1]:.1f}"[:-2] in found.why
    assert ("Gauss-Krüger" in found.doubt) == (city in ("Shanghai", "Sydney"))


def test_web_mercator_is_known_by_a_name_or_a_time_zone_elsewhere() -> None:
    assert evidence("Paris", "EPSG:3857").crs == LOCAL
    unknown = evidence("Hamburg", "EPSG:3857")
    assert unknown.crs == LOCAL
    assert "as Web Mercator, EPSG:3857, they would lie around latitude 53.5, longitude 10.0" in unknown.doubt
    assert evidence("Hamburg", "EPSG:3857", home="Europe/Berlin").crs == "EPSG:3857"
    assert evidence("Chicago", "EPSG:3435", home="America/Chicago").crs == LOCAL
    assert evidence("Hamburg", "EPSG:3857", ("mercator_x", "mercator_y")).crs == "EPSG:3857"
    assert evidence("Hamburg", "EPSG:3857", ("x_3857", "y_3857")).crs == "EPSG:3857"


def test_feet_of_a_state_plane_bring_no_foreign_time_zone_or_holidays() -> None:
    """Chicago's ``X Coordinate`` had been read as Niger's, with its holidays."""
    x, y = points("Chicago", "EPSG:3435")
    days = pd.date_range("2022-01-01", periods=200, freq="4D").astype(str)
    rows = pd.DataFrame({"date": days, "kind": "theft", "X_COORD": x.round(1), "Y_COORD": y.round(1)})
    said = quick(rows).explain()
    assert "unknown, in the plane" in said
    assert "the table does not tell where it is" in said
    assert "Niamey" not in said
    stated = quick(rows, crs="EPSG:3435").explain()
    assert "America/Chicago" in stated


@pytest.mark.parametrize(
    ("name", "zones", "told"),
    [("zone", ["17N", "18N"], True), ("Huso", ["29", "30"], True), ("zone", ["1", "2"], False), ("zone", ["17N"], False)],
)
def test_coordinates_of_several_zones_are_told(name: str, zones: list[str], told: bool) -> None:
    x, y = points("New York", "EPSG:32618")
    days = pd.date_range("2023-01-01", periods=200).strftime("%Y-%m-%d")
    frame = pd.DataFrame(
        {"date": days, "easting": x.round(1), "northing": y.round(1), name: [zones[at % len(zones)] for at in range(200)]}
    )
    limits = [one for one in quick(frame).decisions.limits if "each zone counts its coordinates from its own origin" in one]
    assert len(limits) == told
