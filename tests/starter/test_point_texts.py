"""Both coordinates in one text, in the forms of portals and programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from riskmodel.records.intake import ingest
from riskmodel.records.store import load_history
from riskmodel.starter.first_project import NewProject, init
from riskmodel.starter.point_codes import points_of_codes
from riskmodel.starter.text_values import TextValues
from tests.worlds import own_tables

CALLS = own_tables.points(600)[["Date", "Primary Type", "Latitude", "Longitude"]].assign(
    Date=lambda frame: frame["Date"].str[:10]
)


def cells(made: NewProject) -> list[tuple[str, str]]:
    assert ingest(made.project(), "2025-01-01").total().quarantined == 0
    frame = load_history(made.project()).frame()
    return sorted(zip(frame["occurred"].astype(str), frame["cell"].astype(str), strict=True))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    return cells(init(tmp_path_factory.mktemp("plain") / "made", CALLS))


@pytest.mark.parametrize(
    "written",
    [
        lambda lat, lon: f"({lat}, {lon})",
        lambda lat, lon: f"POINT ({lon} {lat})",
        lambda lat, lon: f"{lat};{lon}",
        lambda lat, lon: f"geo:{lat},{lon}",
        lambda lat, lon: f"{lat}; {lon}".replace(".", ","),
        lambda lat, lon: f"{lat}, {lon}".replace(".", ","),
        lambda lat, lon: json.dumps({"latitude": str(lat), "longitude": str(lon), "needs_recoding": False}),
        lambda lat, lon: str({"lng": lon, "lat": lat}),
    ],
    ids=["pair", "WKT", "semicolon", "geo URI", "decimal commas", "only commas", "JSON", "Python"],
)
def test_every_form_gives_the_same_places(
    tmp_path: Path, plain: list[tuple[str, str]], written: Callable[[float, float], str]
) -> None:
    points = [written(lat, lon) for lat, lon in zip(CALLS["Latitude"], CALLS["Longitude"], strict=True)]
    table = CALLS.drop(columns=["Latitude", "Longitude"]).assign(location=points)
    table.to_csv(tmp_path / "c.csv", index=False)
    made = init(tmp_path / "made", tmp_path / "c.csv")
    assert made.plan.sources[0].table.reshaped == ("location holds both coordinates in one text: they are two columns",)
    assert cells(made) == plain


def test_points_of_one_in_geojson_are_points(tmp_path: Path, plain: list[tuple[str, str]]) -> None:
    features = [
        {"type": "Feature", "geometry": {"type": "MultiPoint", "coordinates": [[one["Longitude"], one["Latitude"]]]}, "properties": {"Date": one["Date"], "Primary Type": one["Primary Type"]}}
        for one in json.loads(CALLS.to_json(orient="records"))
    ]  # fmt: skip
    (tmp_path / "c.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    assert cells(init(tmp_path / "made", tmp_path / "c.geojson")) == plain


def test_pairs_of_whole_numbers_with_commas_are_no_points(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "date": CALLS["Date"],
            "beat": [f"B{at % 7}" for at in range(600)],
            "range": [f"{at % 90},50, {at % 80},25" for at in range(600)],
        }
    )
    table.to_csv(tmp_path / "c.csv", index=False)
    assert init(tmp_path / "made", tmp_path / "c.csv", cell="beat").plan.cell_count == 7


def test_codes_of_points_are_decoded() -> None:
    """The codes of two points are those of the documents that define them."""
    found = codes_of("plus_code", ["8FVC9G8F+6X", "8fvc9g8f+6x ", "8FVC9G8F+"])
    assert found is not None
    assert found[:2] == pytest.approx(np.array([[8.5249375, 47.3655625]] * 2), abs=1e-9)
    assert found[2] == pytest.approx([8.52375, 47.36625], abs=1e-9)
    found = codes_of("Geohash", ["u4pruydqqvj", "U4PRUYDQQVJ"])
    assert found == pytest.approx(np.array([[10.40744, 57.64911]] * 2), abs=1e-5)


@pytest.mark.parametrize(
    ("name", "texts"), [("geohash", ["u4pruy"] * 3), ("word", ["building"] * 3), ("plus_code", ["V8XX+2G"]), ("geohash", [])]
)
def test_other_texts_are_no_codes(name: str, texts: list[str]) -> None:
    assert codes_of(name, texts) is None


def test_a_column_of_codes_is_two_of_coordinates(plain: list[tuple[str, str]], tmp_path: Path) -> None:
    codes = [_plus_code(x, y) for x, y in zip(CALLS["Longitude"], CALLS["Latitude"], strict=True)]
    made = init(tmp_path / "made", CALLS[["Date", "Primary Type"]].assign(code=codes))
    assert "code holds codes of points, which are decoded" in repr(made.decisions.made)
    found = cells(made)
    assert len(found) == len(plain)
    assert [day for day, _ in found] == [day for day, _ in plain]


def codes_of(name: str, texts: list[str]) -> Any:
    return points_of_codes(TextValues(name, texts, np.arange(len(texts))))


def _plus_code(x: float, y: float) -> str:
    """Return the code of a point, by division from the largest square on."""
    signs, size, code = "23456789CFGHJMPQRVWX", 20.0, ""
    x, y = x + 180, y + 90
    for at in range(5):
        code += signs[int(y // size)] + signs[int(x // size)] + "+" * (at == 3)
        x, y, size = x % size, y % size, size / 20
    return code
