"""GeoJSON files: properties of features as a table, and polygons."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from riskmodel.base.errors import UsageError, empty_table
from riskmodel.base.plain_values import value_text
from riskmodel.records.intake.columns.raw_table import RawTable
from riskmodel.records.intake.privacy import check_columns, check_values
from riskmodel.records.intake.readers.arrow_columns import from_arrow
from riskmodel.records.intake.readers.table_request import TableRequest
from riskmodel.records.intake.readers.value_texts import value_texts
from riskmodel.records.places import Ring

if TYPE_CHECKING:
    import shapely

SUFFIXES = (".geojson", ".json")


def read_features(path: Path) -> list[dict[str, Any]]:
    """Return the features of a GeoJSON file, each with properties and geometry.

    Raises
    ------
    UsageError
        If it is not a collection of features; the message repeats nothing of its content.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except RecursionError:
        raise UsageError(
            f"The file {path.name!r} is not GeoJSON with features, or is nested more deeply than riskmodel reads. Leave nested properties "
            "out of the export."
        ) from None
    except (ValueError, OSError):
        content = None
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise UsageError(
            f"The file {path.name!r} is not GeoJSON with features. Export it again, or correct its path in riskmodel.toml."
        )
    return features


def read_properties(path: Path, wanted: tuple[str, ...], figures: tuple[str, ...] = ()) -> RawTable:
    """Return properties of a GeoJSON file's features, one row per feature.

    Parameters
    ----------
    figures
        Those of the properties that hold numbers.

    Raises
    ------
    UsageError
        If it is no GeoJSON, has no feature, or none of them has a property.
    RefusedError
        If a property may not pass the privacy door.
    """
    import pyarrow as pa

    request = TableRequest(path.name, wanted, amounts=figures)
    check_columns(path.name, wanted)
    rows = [feature.get("properties") or {} for feature in read_features(path)]
    if not rows or not all(isinstance(row, dict) for row in rows):
        raise empty_table(path.name)
    request.check_present(list(dict.fromkeys(name for row in rows for name in row)))
    table = pa.table({name: value_texts(path.name, name, [row.get(name) for row in rows]) for name in wanted})
    return from_arrow(request, table)


def read_shapes(path: Path, key: str) -> dict[str, list[Ring]]:
    """Return cell id to polygon rings of a GeoJSON file.

    Parameters
    ----------
    key
        The property of the features that holds the id of the cell.

    Raises
    ------
    UsageError
        If it is no GeoJSON or a feature lacks the property or a polygon.
    RefusedError
        If the property may not pass the privacy door.
    """
    check_columns(path.name, (key,))
    shapes: dict[str, list[Ring]] = {}
    try:
        for feature in read_features(path):
            geometry = feature["geometry"]
            polygons = {"Polygon": [geometry["coordinates"]], "MultiPolygon": geometry["coordinates"]}[geometry["type"]]
            rings = [np.array(ring, dtype=np.float64)[:, :2] for polygon in polygons for ring in polygon]
            if not all(len(ring) >= 4 and np.isfinite(ring).all() for ring in rings):
                raise ValueError
            cell = value_text(feature["properties"][key])
            if not cell:
                raise ValueError
            shapes.setdefault(cell, []).extend(rings)
    except (KeyError, TypeError, ValueError, IndexError):
        raise UsageError(
            f"The file of shapes {path.name!r} is not GeoJSON with closed polygons of numbers that all carry {key!r} as a property. "
            "Correct the file, or places.shapes.id in riskmodel.toml."
        ) from None
    check_values(path.name, key, list(shapes))
    return shapes


def read_area(path: Path) -> shapely.Geometry:
    """Return all polygons of a GeoJSON file as one area.

    Raises
    ------
    UsageError
        If it has no polygon.
    """
    import shapely

    try:
        parts = [shapely.from_geojson(json.dumps(feature.get("geometry"))) for feature in read_features(path)]
        area = shapely.union_all(shapely.make_valid(np.array(parts, dtype=object)))
    except (TypeError, ValueError, shapely.errors.ShapelyError):
        area = None
    if area is None or not area.area > 0:
        raise UsageError(
            f"The boundary {path.name!r} is not GeoJSON with polygons. Correct the file, or places.path in riskmodel.toml."
        )
    return area
