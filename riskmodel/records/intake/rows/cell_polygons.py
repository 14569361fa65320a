"""The cells that contain points: squares of a grid, or polygons."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float64, Int32, Int64, Shaped

from riskmodel.base.equal_runs import first_of_runs
from riskmodel.base.errors import UsageError
from riskmodel.base.project import WGS84, Project
from riskmodel.base.project.places_table import DEGREES
from riskmodel.records.places import Places

Shapes = Shaped[np.ndarray, " cell"]
"""One geometry of shapely per cell."""

_FULL_TURN = 360.0
_FARTHEST = 2.0**40
"""Squares from the origin beyond which nothing lies."""


def cells_of_squares(
    points: Float64[np.ndarray, "point 2"], size: float, cells: Mapping[str, int]
) -> Int32[np.ndarray, " point"]:
    """Return the grid cell of each point; -1 outside.

    A cell includes its west and south borders. A point that a reference system does not have is infinite, and so outside.
    """
    there: Any = np.all(np.isfinite(points) & (np.abs(points) < _FARTHEST * size), axis=1)
    at = np.floor(np.where(there[:, None], points, 0.0) / size).astype(np.int64)
    unique, back = np.unique(at, axis=0, return_inverse=True)
    found = np.array([*(cells.get(f"x{x}y{y}", -1) for x, y in unique.tolist()), -1], dtype=np.int32)[back.reshape(-1)]
    return np.where(there, found, -1).astype(np.int32)


def cell_polygons(places: Places) -> Shapes:
    """Return one shapely geometry per cell, shape ``[cell]``.

    The holes of a polygon are its later rings that lie within its first.
    """
    import shapely

    found = []
    for rings in places.shapes or ():
        area = shapely.MultiPolygon()
        for ring in rings:
            # of GeoJSON's rings the outer ones add, and those inside them take away
            area = (
                shapely.symmetric_difference(area, shapely.make_valid(shapely.Polygon(ring)))
                if len(rings) > 1
                else shapely.Polygon(ring)
            )
        found.append(shapely.make_valid(area))
    return np.array(found, dtype=object)


def shapes_crs(project: Project) -> str:
    """Return the reference system of the cells' polygons."""
    places = project.table.places
    return places.grid.crs if places.grid is not None else places.shapes.crs if places.shapes is not None else WGS84


def refuse_no_degrees(path: Path, key: str, crs: str, points: Float64[np.ndarray, "point 2"]) -> None:
    """Refuse coordinates of a file that cannot be degrees.

    Parameters
    ----------
    key
        Key of riskmodel.toml that states the reference system.
    crs
        The reference system; only those of degrees are looked at.
    points
        Coordinates, ``[point, 2]``.

    Raises
    ------
    UsageError
        If one is beyond all degrees, with what to do.
    """
    if crs.upper() not in DEGREES or not len(points) or np.abs(points).max() <= _FULL_TURN:
        return
    x, y = points[int(np.abs(points).max(axis=1).argmax())]
    raise UsageError(
        f"The file {path.name!r} has coordinates such as {x:.12g}, {y:.12g}, which are no degrees, while {key} is {crs!r}. If they are of a system in the "
        "plane, state it there; if they are degrees times a number, such as 1,000,000, divide them by it in the file."
    )


def cells_of_points(
    points: Float64[np.ndarray, "point 2"],
    shapes: Shapes,
    places: Places | None,
    point: Int64[np.ndarray, " row"],
    occurred: Int32[np.ndarray, " row"],
) -> Int32[np.ndarray, " row"]:
    """Return the cell of every row by its point and day.

    It is -1 for a point in no polygon. A point on a border or in overlapping polygons belongs to the cell that exists on that day. If there are several, it is the one
    that ends first (a cell that is replaced ends when its succession counts), and of those the first.

    Parameters
    ----------
    shapes
        Polygons of the cells.
    places
        Validity of the cells; without it the first polygon counts.
    point
        Index into ``points`` per row.
    occurred
        Day per row.
    """
    import shapely

    found = np.full(len(points), -1, dtype=np.int32)
    at, cell = shapely.STRtree(shapes).query(shapely.points(points), predicate="intersects")
    order = np.lexsort((cell, at))
    at, cell = at[order], cell[order]
    first = first_of_runs(at)
    found[at[first]] = cell[first]
    rows = found[point]
    shared = np.unique(at[~first])
    if places is None or not len(shared):
        return rows
    begin, end = np.searchsorted(at, shared), np.searchsorted(at, shared, side="right")
    candidates = {int(p): cell[b:e] for p, b, e in zip(shared, begin, end, strict=True)}
    spans = _spans(places)
    for row in np.flatnonzero(np.isin(point, shared)):
        there = [(b, int(c)) for c in candidates[int(point[row])] for a, b in spans[int(c)] if a <= occurred[row] < b]
        rows[row] = min(there)[1] if there else rows[row]
    return rows


def _spans(places: Places) -> dict[int, list[tuple[int, int]]]:
    """Return the periods of days in which each cell exists.

    They are those known last.
    A version with the same first day replaces earlier ones.
    """
    spans: dict[int, dict[int, int]] = {cell: {} for cell in range(len(places))}
    for cell, start, stop in zip(places.cell.tolist(), places.valid_from.tolist(), places.valid_to.tolist(), strict=True):
        spans[cell][start] = stop
    successions = places.successions
    for cell, day, after in zip(
        successions.old.tolist(), successions.date.tolist(), successions.holds_after.tolist(), strict=True
    ):
        spans[cell] = {start: after + 1 if stop >= day else stop for start, stop in spans[cell].items()}
    return {cell: list(found.items()) for cell, found in spans.items()}


def distinct_points(
    points: Float64[np.ndarray, "row 2"],
) -> tuple[Float64[np.ndarray, "point 2"], Int64[np.ndarray, " row"]]:
    """Return the distinct points, and the index of each row's point."""
    order = np.lexsort(points.T)
    new = first_of_runs(*points[order].T)
    back = np.empty(len(points), dtype=np.int64)
    back[order] = np.cumsum(new) - 1
    return points[order[new]], back
