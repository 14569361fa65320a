"""Layers of a map's context from GeoJSON files: villages, water and roads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from riskmodel.base.errors import UsageError, missing_file
from riskmodel.base.plain_values import value_text
from riskmodel.base.project import MapLayer, Project
from riskmodel.records.intake.privacy import check_columns, check_values
from riskmodel.records.intake.readers.geojson import read_features
from riskmodel.records.intake.rows.cell_polygons import shapes_crs
from riskmodel.records.places import ContextLayer, Ring
from riskmodel.records.places.projections import transform

MARGIN = 0.02
"""How far around the cells a layer is kept, as part of their extent."""
FINEST = 20_000
"""Lines are kept to this part of the extent of the cells; no map of them shows more."""

KINDS = {
    "villages": ("Point", "MultiPoint", "Polygon", "MultiPolygon", "LineString", "MultiLineString"),
    "water": ("Polygon", "MultiPolygon", "LineString", "MultiLineString"),
    "roads": ("LineString", "MultiLineString", "Polygon", "MultiPolygon"),
}
"""Types of geometry that each layer may have."""
_POINTS, _LINES, _POLYGON = (0, 4), (1, 2), 3
"""Numbers of types of geometry in shapely: point and points, line and ring, polygon."""


def read_context(project: Project, shapes: Sequence[Sequence[Ring]]) -> tuple[ContextLayer, ...]:
    """Return the map layers of a project, sorted by name.

    Parts outside the extent of the cells are left out.

    Raises
    ------
    UsageError
        If a file is missing or faulty, or lies outside the area.
    RefusedError
        If its property may not pass the privacy door.
    """
    stated = {name: getattr(project.table.places.context, name) for name in sorted(KINDS)}
    layers = {name: layer for name, layer in stated.items() if layer is not None}
    if not layers:
        return ()
    points = np.concatenate([ring for rings in shapes for ring in rings])
    low, high = points.min(axis=0), points.max(axis=0)
    return tuple(_layer(project, name, layer, (low, high)) for name, layer in layers.items())


def _layer(project: Project, name: str, layer: MapLayer, extent: tuple[Any, Any]) -> ContextLayer:
    import shapely

    path, key = project.path(layer.path), f"places.context.{name}"
    if not path.is_file():
        raise missing_file(f"file of the map layer {name!r}", path, f"Correct {key}.path in riskmodel.toml, or remove {key}.")
    features = read_features(path)
    shapes = [_geometry(path, name, at, feature) for at, feature in enumerate(features, 1)]
    given = np.array([one for one in shapes if one is not None], dtype=object)
    placed = shapely.transform(given, lambda points: transform(points, layer.crs, shapes_crs(project)))
    low, high = extent
    size = float(np.max(high - low))
    around = MARGIN * size
    box = (low[0] - around, low[1] - around, high[0] + around, high[1] + around)
    clipped = _clipped(placed, box)
    if all(shapely.is_empty(clipped)):
        raise _elsewhere(path, key, placed, box)
    there = iter(clipped)
    parts = [None if one is None else next(there) for one in shapes]
    labels = _labels(path, layer.name, features, parts)
    drawn = _simplified(name, [one for one in parts if one is not None], size / FINEST)
    lines, closed = _lines(drawn)
    if not lines and not labels:
        raise UsageError(
            f"The map layer {name!r} ({path.name!r}) holds points only, which are drawn by their names. Give {key}.name, the property with "
            f"the names, or remove {key}."
        )
    return ContextLayer(
        name, lines, np.array(closed, dtype=bool), tuple(labels), np.array(list(labels.values()), dtype=float).reshape(-1, 2)
    )


def _geometry(path: Path, name: str, at: int, feature: dict[str, Any]) -> Any:
    """Return the geometry of a feature, or None where it has none.

    Raises
    ------
    UsageError
        If it cannot be drawn in this layer.
    """
    import shapely

    content = feature.get("geometry")
    if content is None:
        return None
    kind = content.get("type") if isinstance(content, dict) else None
    try:
        found = shapely.from_geojson(json.dumps(content)) if kind in KINDS[name] else None
    except (TypeError, ValueError, shapely.errors.ShapelyError):
        found = None
    if found is None or not np.isfinite(shapely.get_coordinates(found)).all():
        wanted = "points, lines or polygons" if name == "villages" else "lines or polygons"
        what = (
            f"is a {kind} whose coordinates are not all numbers"
            if kind in KINDS[name]
            else f"is no such geometry (type {kind!r})"
        )
        raise UsageError(
            f"The map layer {name!r} ({path.name!r}) must hold {wanted}; its feature {at} {what}. "
            f"Correct the file, or places.context.{name} in riskmodel.toml."
        )
    return shapely.make_valid(shapely.force_2d(found))


def _clipped(shapes: Any, box: tuple[float, float, float, float]) -> Any:
    """Return the parts of geometries within a box, else empty ones."""
    import shapely

    found = np.full(len(shapes), shapely.Polygon(), dtype=object)
    inside = shapely.intersects(shapes, shapely.box(*box))
    # clip_by_rect is defined for lines and areas only
    points = np.isin(shapely.get_type_id(shapes), _POINTS)
    found[inside & points] = shapes[inside & points]
    found[inside & ~points] = shapely.clip_by_rect(shapes[inside & ~points], *box)
    return found


def _elsewhere(path: Path, key: str, shapes: Any, box: tuple[float, float, float, float]) -> UsageError:
    import shapely

    def corners(bounds: Any) -> str:
        return f"x {bounds[0]:g} to {bounds[2]:g}, y {bounds[1]:g} to {bounds[3]:g}"

    if not len(shapes) or all(shapely.is_empty(shapes)):
        return UsageError(f"The file {path.name!r} of {key} has no feature with a geometry. Export it again, or remove {key}.")
    there = corners(shapely.total_bounds(shapes))
    return UsageError(
        f"The file {path.name!r} of {key} has nothing near the cells: it covers {there}, the cells {corners(box)}. Correct {key}.crs in "
        "riskmodel.toml, or the file."
    )


def _labels(path: Path, name: str | None, features: Sequence[dict[str, Any]], shapes: Sequence[Any]) -> dict[str, list[float]]:
    """Return the first place of each name that lies within the area."""
    import shapely

    if name is None:
        return {}
    check_columns(path.name, (name,))
    found: dict[str, list[float]] = {}
    seen = False
    for feature, shape in zip(features, shapes, strict=True):
        properties = feature.get("properties")
        seen = seen or (isinstance(properties, dict) and name in properties)
        text = value_text(properties.get(name)) if isinstance(properties, dict) else ""
        if text and shape is not None and not shapely.is_empty(shape):
            found.setdefault(text, shapely.get_coordinates(shapely.point_on_surface(shape))[0].tolist())
    if not seen:
        raise UsageError(
            f"No feature of {path.name!r} has the property {name!r}. Correct the name in places.context in riskmodel.toml, or remove it."
        )
    check_values(path.name, name, list(found))
    return dict(sorted(found.items()))


def _simplified(name: str, shapes: Sequence[Any], tolerance: float) -> Any:
    """Return geometries to draw, without detail below a tolerance."""
    import shapely

    simple = shapely.simplify(np.array(shapes, dtype=object), tolerance)
    if name != "water":
        return simple
    # areas that overlap would cancel each other where they are filled
    parts = shapely.get_parts(simple)
    kind = shapely.get_type_id(parts)
    areas, others = parts[kind == _POLYGON], parts[np.isin(kind, _LINES)]
    return np.array([*shapely.get_parts(shapely.union_all(areas)), *others], dtype=object)


def _lines(shapes: Any) -> tuple[tuple[Ring, ...], list[bool]]:
    """Return the lines and rings of geometries, and which are rings."""
    import shapely

    lines: list[Ring] = []
    closed: list[bool] = []
    for part in shapely.get_parts(shapely.get_parts(shapes)):
        kind = int(shapely.get_type_id(part))
        rings = [part] if kind in _LINES else shapely.get_rings(part).tolist() if kind == _POLYGON else []
        for ring in rings:
            lines.append(shapely.get_coordinates(ring))
            closed.append(kind == _POLYGON)
    return tuple(lines), closed
