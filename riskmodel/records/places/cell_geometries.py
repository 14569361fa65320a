"""Shapes of a table of cells in metres, from polygons or points."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from jaxtyping import Float64

from riskmodel.base.errors import UsageError, unknown_name
from riskmodel.records.places.projections import metre_system, reference_system, transform
from riskmodel.records.places.shapes import Ring

if TYPE_CHECKING:
    import pandas as pd

LOCAL = "local"
"""Reference system of a plane of its own, in metres."""
_ALONE = 100.0
"""Side of the square around a single point, in metres."""
_POINT, _POLYGONS = 0, (3, 6)
_FULL_TURN, _FAR_SOUTH, _FAR_NORTH = 360.0, -60.0, 84.0
"""Degrees of longitude, and latitudes beyond which nobody keeps such tables."""


class PlaceColumns(NamedTuple):
    """Where the places of the cells stand in their table.

    Parameters
    ----------
    x, y
        Columns of a point per cell.
    geometry
        Column of points or polygons: shapely objects, WKB or WKT.
    crs
        Reference system of either.
    """

    x: str | None = None
    y: str | None = None
    geometry: str | None = None
    crs: Any = None


NOWHERE = PlaceColumns()
"""No column of places is named."""


def known_geometry(frame: Any) -> tuple[str | None, Any]:
    """Return the column of geometries of a GeoDataFrame, and its reference system.

    Both are None for any other frame. GeoPandas is not imported.
    """
    column = getattr(frame, "active_geometry_name", None)
    return (column, frame.crs) if isinstance(column, str) else (None, None)


def cell_shapes(cells: Any, table: Any, ids: Sequence[str], where: PlaceColumns) -> dict[str, list[Ring]] | None:
    """Return the rings of each cell in metres; None without places.

    Parameters
    ----------
    cells, table
        The table as it was given, and in the form of narwhals.
    ids
        The cell of each row.

    Raises
    ------
    UsageError
        If a column is missing, a place cannot be read, or the reference system is unknown.
    """
    column, system = known_geometry(cells)
    if where.x is None and where.y is None and where.geometry is None:
        where = where._replace(geometry=column)
    if where.geometry is None and where.x is None and where.y is None:
        if where.crs is not None:
            raise UsageError(
                "A reference system is stated with crs=, but no places. Name their columns with x= and y=, or geometry=."
            )
        return None
    read = _read(table, where)
    system = _stated(where.crs, system if where.geometry == column else None, read)
    moved = _in_metres(read, system)
    return _by_cell(ids, _squares(moved) if _are_points(moved) else [rings_of(shape) for shape in moved])


def rings_of(shape: Any) -> list[Ring]:
    """Return the rings of a polygon, or rings as a list."""
    if not hasattr(shape, "geom_type"):
        return list(() if shape is None else shape)
    import shapely

    return [shapely.get_coordinates(ring) for part in shapely.get_parts(shape) for ring in shapely.get_rings(part)]


def pairs_within(distance: float, shapes: Mapping[str, Sequence[Ring]], ids: Sequence[str]) -> pd.DataFrame:
    """Return the pairs of cells whose shapes are at most ``distance`` apart."""
    import pandas as pd
    import shapely

    named = [name for name in dict.fromkeys(ids) if shapes.get(name)]
    rings = [ring for name in named for ring in shapes[name]]
    corners = np.repeat(np.arange(len(rings)), [len(ring) for ring in rings])
    parts: Any = shapely.polygons(shapely.linearrings(np.concatenate(rings), indices=corners)) if rings else []
    cell = np.repeat(np.arange(len(named)), [len(shapes[name]) for name in named])
    polygons: Any = shapely.make_valid(shapely.multipolygons(parts, indices=cell)) if rings else np.zeros(0, dtype=object)
    one, other = shapely.STRtree(polygons).query(polygons, predicate="dwithin", distance=distance)
    pairs = one < other
    return pd.DataFrame(
        {"cell": np.array(named, dtype=object)[one[pairs]], "neighbour": np.array(named, dtype=object)[other[pairs]]}
    )


def _read(table: Any, where: PlaceColumns) -> Any:
    """Return the geometry of each row, None where there is none."""
    import shapely

    if where.geometry is not None:
        if where.x is not None or where.y is not None:
            raise UsageError(
                "Both geometry= and x= or y= are given to Places.from_frame. Name the column of geometries, or those of a point."
            )
        return _geometries(_column(table, where.geometry), where.geometry)
    if where.x is None or where.y is None:
        raise UsageError(
            f"A point has two coordinates, and only {'y' if where.x is None else 'x'}= is given to Places.from_frame. Name both."
        )
    points = np.column_stack([_numbers(_column(table, name), name) for name in (where.x, where.y)])
    there = np.isfinite(points).all(axis=1)
    found = np.full(len(points), None, dtype=object)
    found[there] = shapely.points(points[there])
    return found


def _column(table: Any, name: str) -> list[Any]:
    if name not in table.columns:
        raise unknown_name("column of the table of cells", name, table.columns)
    return table[name].to_list()


def _numbers(values: Sequence[Any], name: str) -> Float64[np.ndarray, " row"]:
    found = np.full(len(values), np.nan)
    for row, value in enumerate(values):
        try:
            found[row] = np.nan if value is None or value == "" or type(value).__name__ == "NAType" else float(value)
        except (TypeError, ValueError):
            raise UsageError(
                f"Row {row + 1} of the column {name!r} of the table of cells is no coordinate. Correct it."
            ) from None
    return found


def _geometries(values: Sequence[Any], name: str) -> Any:
    """Return shapely objects of a column, also of WKB or WKT.

    Raises
    ------
    UsageError
        If a value is neither a point nor a polygon, or both occur.
    """
    import shapely

    found: Any = np.full(len(values), None, dtype=object)
    for row, value in enumerate(values):
        try:
            found[row] = (
                shapely.from_wkb(value)
                if isinstance(value, bytes)
                else shapely.from_wkt(value)
                if isinstance(value, str)
                else value
            )
        except shapely.errors.ShapelyError:
            found[row] = value
        if found[row] is not None and not hasattr(found[row], "geom_type"):
            raise UsageError(
                f"Row {row + 1} of the column {name!r} of the table of cells is no geometry. Give shapely objects, WKB or WKT."
            )
    kinds = shapely.get_type_id(found)
    wrong = np.flatnonzero(~np.isin(kinds, (-1, _POINT, *_POLYGONS)))
    if len(wrong):
        raise UsageError(
            f"Row {wrong[0] + 1} of the column {name!r} of the table of cells is a {found[wrong[0]].geom_type}. Give a point or a polygon for each cell."
        )
    if (kinds == _POINT).any() and np.isin(kinds, _POLYGONS).any():
        raise UsageError(f"The column {name!r} of the table of cells has points and polygons. Give one of them for all cells.")
    found[shapely.is_empty(found)] = None
    return found


def _stated(stated: Any, known: Any, read: Any) -> Any:
    """Return the reference system of geometries; None for metres of their own.

    Raises
    ------
    UsageError
        If it is neither stated nor known, or the two differ.
    """
    import shapely

    if stated is None and known is None:
        degrees = not _are_no_degrees(shapely.get_coordinates(read)).any()
        may = "crs='EPSG:4326' if these are degrees of longitude and latitude" if degrees else "such as crs='EPSG:2913'"
        raise UsageError(
            f"The reference system of the places is unknown. State it to Places.from_frame: {may}, or crs='local' for metres of a plane of its own."
        )
    if stated == LOCAL:
        return None
    system = known if stated is None else reference_system(stated)
    if known is not None and system != known:
        raise UsageError(
            f"The frame says that its places are of {known.name!r}, and crs= states {system.name!r}. State what is right in the frame (set_crs), or leave crs= out."
        )
    return system


def _in_metres(read: Any, system: Any) -> Any:
    """Return geometries in metres of a plane.

    Raises
    ------
    UsageError
        If degrees are none, or a coordinate is not finite in the plane.
    """
    import shapely

    points = shapely.get_coordinates(read)
    if system is not None and system.is_geographic and len(points):
        beyond = _are_no_degrees(points)
        if beyond.any():
            x, y = points[np.flatnonzero(beyond)[0]]
            raise UsageError(
                f"The places have coordinates such as {x:.12g}, {y:.12g}, which are no longitude and latitude where people live, while their reference system is {system.name!r}. "
                "State the right one with crs=, or exchange x and y."
            )
    moved = shapely.transform(read, _plane(points, system))
    if not np.isfinite(shapely.get_coordinates(moved)).all():
        raise UsageError(
            "Places have coordinates outside their reference system. State the right one with crs=, or correct them."
        )
    return moved


def _are_no_degrees(points: Any) -> Any:
    """Return which points are no longitude and latitude where people live."""
    return (np.abs(points[:, 0]) > _FULL_TURN) | (points[:, 1] < _FAR_SOUTH) | (points[:, 1] > _FAR_NORTH)


def _plane(points: Any, system: Any) -> Callable[[Any], Any]:
    """Return what moves points of a system into a plane of metres."""
    if system is None or not len(points):
        return lambda some: some
    if system.is_geographic:
        target = metre_system(transform(points, system, "EPSG:4326"))[0]
        return lambda some: transform(some, system, target)
    unit = float(system.axis_info[0].unit_conversion_factor)
    return lambda some: some * unit


def _are_points(shapes: Any) -> bool:
    import shapely

    return bool((shapely.get_type_id(shapes) == _POINT).any())


def _squares(points: Any) -> list[list[Ring]]:
    """Return a square around each point, as wide as points are apart."""
    import shapely
    from scipy.spatial import KDTree

    there = np.array([point is not None for point in points])
    at = shapely.get_coordinates(points[there])
    different = np.unique(at, axis=0)
    side = float(np.median(KDTree(different).query(different, k=2)[0][:, 1])) if len(different) > 1 else _ALONE
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]) * side / 2
    found: list[list[Ring]] = [[] for _ in points]
    for row, point in zip(np.flatnonzero(there).tolist(), at, strict=True):
        found[row] = [point + corners]
    return found


def _by_cell(ids: Sequence[str], shapes: Sequence[list[Ring]]) -> dict[str, list[Ring]]:
    """Return the shape of each cell, of which rows must not differ."""
    found: dict[str, list[Ring]] = {}
    for name, rings in zip(ids, shapes, strict=True):
        if rings and name in found and not _same(found[name], rings):
            raise UsageError(f"The rows of the cell {name!r} in the table of cells have different places. Give a cell one place.")
        if rings:
            found[name] = rings
    return found


def _same(one: list[Ring], other: list[Ring]) -> bool:
    return len(one) == len(other) and all(map(np.array_equal, one, other))
