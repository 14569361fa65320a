"""Points of a GeoDataFrame as columns of longitude and latitude."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from riskmodel.base.errors import UsageError
from riskmodel.records.places.cell_geometries import known_geometry
from riskmodel.records.places.projections import reference_system, transform
from riskmodel.starter.reference_systems import LOCAL
from riskmodel.starter.stated_columns import StatedColumns

NAMES = ("longitude", "latitude")
"""Columns that a column of points becomes."""


def with_point_columns(frame: Any, stated: StatedColumns) -> tuple[Any, StatedColumns]:
    """Return a frame with points as columns, and what is stated.

    Any other table is returned as it is, and so is one of polygons, or one whose coordinates stand in columns of their own.

    Raises
    ------
    UsageError
        If the reference system of points is neither stated nor known.
    """
    column, system = known_geometry(frame)
    if column is None:
        return _with_own_points(frame, stated)
    if stated.x is not None or stated.y is not None or set(NAMES) & set(map(str, frame.columns)):
        return frame, stated
    import shapely

    shapes = np.asarray(frame[column], dtype=object)
    points = shapely.get_type_id(shapes) == 0
    if not points.any() or not (points | shapely.is_missing(shapes) | shapely.is_empty(shapes)).all():
        return frame, stated
    system = system if stated.crs is None else LOCAL if stated.crs == LOCAL else reference_system(stated.crs)
    if system is None:
        raise UsageError(
            f"The points in {column!r} have no reference system. State it with --crs EPSG:NUMBER (EPSG:4326 for degrees), or set it in the frame (set_crs)."
        )
    at = np.column_stack([shapely.get_x(shapes), shapely.get_y(shapes)])
    there = np.isfinite(at).all(axis=1)
    if system != LOCAL:
        at[there] = transform(at[there], system, "EPSG:4326")
        at[~np.isfinite(at).all(axis=1)] = np.nan
    names = NAMES if system != LOCAL else ("x", "y")
    plain = frame.drop(columns=column).assign(**dict(zip(names, at.T, strict=True)))
    return plain, replace(stated, x=names[0], y=names[1], crs=None if system == LOCAL else "EPSG:4326")


def _with_own_points(frame: Any, stated: StatedColumns) -> tuple[Any, StatedColumns]:
    """Return a plain frame with points of shapely as columns.

    Their numbers say the reference system, as those of any two columns do.
    """
    columns = {} if stated.x is not None or not hasattr(frame, "assign") else _objects(frame)
    for column in columns:
        shapes = np.asarray(frame[column], dtype=object)
        first = next((one for one in shapes[:1_000] if one is not None and one == one), None)
        if getattr(first, "geom_type", None) != "Point" or set(NAMES) & set(map(str, frame.columns)):
            continue
        import shapely

        shapes = np.array([one if hasattr(one, "geom_type") else None for one in shapes], dtype=object)
        at = np.column_stack([shapely.get_x(shapes), shapely.get_y(shapes)])
        return frame.drop(columns=column).assign(**dict(zip(NAMES, at.T, strict=True))), stated
    return frame, stated


def _objects(frame: Any) -> list[Any]:
    """Return the columns of a frame that may hold any object."""
    return [name for name, kind in frame.dtypes.items() if getattr(kind, "kind", "") == "O"]
