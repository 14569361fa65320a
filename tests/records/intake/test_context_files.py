"""Layers of a map's context: read, checked, and kept with the places of a manifest."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from riskmodel.base.errors import RefusedError, RiskmodelError, UsageError
from riskmodel.base.project import Project, load_project
from riskmodel.records import places_file
from riskmodel.records.intake import ingest, read_places
from riskmodel.records.store import HistoryStore

TOML = """
name = "map"
title = "Map"
[places]
path = "cells.csv"
id = "cell"
shapes = { path = "cells.geojson", id = "cell" }
[kinds.fire]
family = "police"
zh = "火"
en = "fire"
[[sources]]
name = "calls"
path = "calls.csv"
kind = "fire"
columns = { id = "id", cell = "cell", occurred = "day" }
"""


def feature(kind: str, coordinates: object, **properties: object) -> dict:
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


def square(x: float, y: float, side: float = 1.0) -> list:
    return [[[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]]


def write(path: Path, *features: dict) -> None:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), encoding="utf-8")


LAKE = feature("Polygon", [*square(0.2, 0.2, 0.5), *square(0.3, 0.3, 0.1)])
ROADS = (
    feature("LineString", [[-5, 0.5], [7, 0.5]], name="far road"),
    feature("MultiLineString", [[[50, 50], [51, 51]]], name="elsewhere"),
)
VILLAGES = (
    feature("Point", [1.5, 0.5], name="下墩村"),
    feature("Polygon", square(0, 0), name="上墩村"),
    feature("Point", [9, 9], name="远村"),
)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "cells.csv").write_text("cell\na\nb\n", encoding="utf-8")
    write(tmp_path / "cells.geojson", *(feature("Polygon", square(x, 0), cell=name) for x, name in enumerate("ab")))
    write(tmp_path / "water.geojson", LAKE, feature("LineString", [[0, 0.9], [2, 0.9]]))
    write(tmp_path / "roads.geojson", *ROADS)
    write(tmp_path / "villages.geojson", *VILLAGES)
    return stated(tmp_path, "water", "roads", "villages")


def stated(folder: Path, *layers: str, more: str = "") -> Project:
    names = "".join(f'{layer} = {{ path = "{layer}.geojson"{more or NAMES.get(layer, "")} }}\n' for layer in layers)
    text = TOML.replace("[kinds.fire]", f"[places.context]\n{names}[kinds.fire]")
    (folder / "riskmodel.toml").write_text(text, encoding="utf-8")
    return load_project(folder)


NAMES = {"villages": ', name = "name"'}


def test_layers_are_clipped_to_the_area_and_come_back_from_the_file(project: Project) -> None:
    places = read_places(project)
    layers = {layer.name: layer for layer in places.context}
    assert list(layers) == ["roads", "villages", "water"]
    (road,) = layers["roads"].lines
    assert road[:, 0].min() > -0.1
    assert road[:, 0].max() < 2.1
    assert layers["villages"].labels == ("上墩村", "下墩村")
    assert layers["water"].closed.tolist() == [True, True, False]
    again = places_file.from_bytes(places_file.to_bytes(places))
    assert again.fingerprint() == places.fingerprint()
    assert [[line.tolist() for line in layer.lines] for layer in again.context] == [
        [line.tolist() for line in layer.lines] for layer in places.context
    ]


def test_a_manifest_keeps_its_layers_whatever_becomes_of_the_files(project: Project) -> None:
    (project.folder / "calls.csv").write_text("id,cell,day\n1,a,2024-01-01\n", encoding="utf-8")
    ingest(project, "2024-01-03")
    store = HistoryStore(project.folder / "data" / "history")
    first = store.manifest_id
    before = store.places(store.manifest(first)).fingerprint()
    write(project.folder / "roads.geojson", feature("LineString", [[0, 0], [2, 1]]))
    ingest(project, "2024-01-04")
    (project.folder / "water.geojson").unlink()
    assert store.manifest_id != first
    assert store.places(store.manifest(first)).fingerprint() == before
    assert store.places(store.manifest()).fingerprint() != before
    with pytest.raises(RiskmodelError, match="map layer 'water'"):
        ingest(project, "2024-01-05")
    assert store.places(store.manifest()).context


def test_without_layers_places_are_as_they_were(project: Project) -> None:
    drawn = read_places(project)
    (project.folder / "riskmodel.toml").write_text(TOML, encoding="utf-8")
    plain = read_places(load_project(project.folder))
    assert plain.context == ()
    assert "context" not in plain.head()
    assert plain.fingerprint() != drawn.fingerprint()


def test_other_reference_systems_are_transformed(project: Project) -> None:
    from riskmodel.records.places.projections import transform

    line = transform(np.array([[0.5, 0.5], [1.5, 0.5]]), "EPSG:4326", "EPSG:3857").tolist()
    write(project.folder / "roads.geojson", feature("LineString", line))
    (layer,) = read_places(stated(project.folder, "roads", more=', crs = "EPSG:3857"')).context
    assert np.allclose(layer.lines[0], [[0.5, 0.5], [1.5, 0.5]])


@pytest.mark.parametrize(
    ("features", "said"),
    [
        ((feature("Point", [1, 1]),), "must hold lines or polygons; its feature 1 is no such geometry (type 'Point')"),
        ((feature("LineString", [[0, "x"], [1, 1]]),), "its feature 1 is a LineString whose coordinates are not all numbers"),
        ((feature("LineString", [[500000, 300], [500010, 310]]),), "has nothing near the cells: it covers x 500000 to 500010"),
        ((), "has no feature with a geometry"),
    ],
)
def test_a_file_that_cannot_be_drawn_is_refused_with_what_to_do(project: Project, features: tuple[dict, ...], said: str) -> None:
    write(project.folder / "roads.geojson", *features)
    with pytest.raises(UsageError, match=re.escape(said)) as found:
        read_places(project)
    assert "places.context.roads" in str(found.value)


def test_a_file_that_is_missing_or_no_geojson_is_named(project: Project) -> None:
    (project.folder / "roads.geojson").write_text("{}", encoding="utf-8")
    with pytest.raises(UsageError, match=r"'roads\.geojson' is not GeoJSON with features"):
        read_places(project)
    (project.folder / "roads.geojson").unlink()
    with pytest.raises(RiskmodelError, match=r"map layer 'roads'.*places\.context\.roads\.path in riskmodel\.toml"):
        read_places(project)


def test_names_pass_the_privacy_door_and_must_be_there(project: Project) -> None:
    with pytest.raises(UsageError, match="has the property 'label'"):
        read_places(stated(project.folder, "villages", more=', name = "label"'))
    write(project.folder / "villages.geojson", feature("Point", [1, 0.5], name="13812345678"))
    with pytest.raises(RefusedError, match="name"):
        read_places(stated(project.folder, "villages"))
    with pytest.raises(UsageError, match=r"holds points only.*places\.context\.villages\.name"):
        read_places(stated(project.folder, "villages", more=', crs = "EPSG:4326"'))


def test_a_map_needs_shapes(project: Project) -> None:
    path = project.folder / "riskmodel.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("shapes = ", "# shapes = "), encoding="utf-8")
    with pytest.raises(UsageError, match=r"places\.context: maps need the shapes of the cells"):
        load_project(project.folder)
