"""A grid over points: reference system, size of the squares, and boundary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from riskmodel.base.project import WGS84
from riskmodel.records.intake.place_sources.square_grid import MOST_CELLS as MOST_SQUARES
from riskmodel.records.places.projections import metre_system, transform
from riskmodel.starter.reference_systems import LOCAL, CoordinateEvidence

SIZES = (50, 100, 200, 250, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)
"""Sides of a square that are tried, in metres."""
MOST_CELLS = 2_500
ROWS_A_CELL = 20
"""Rows that an occupied square should have, on average."""
FEW, _FAR = 3, 20.0
"""At most so many different points, more than so many times the width of the map away, are unknown places."""
MANY = 0.01
"""A limit names far points if they are at least this share of all."""
_SPREAD = 8.0
"""Points further out than so many times the middle four fifths are left out."""


@dataclass(frozen=True, eq=False)
class PointGrid:
    """A grid over points.

    Parameters
    ----------
    crs
        Reference system of the grid and of its boundary.
    size
        Side of a square, in units of ``crs``.
    metres
        The same in metres; of a local system, in its units.
    boundary
        Squares that belong to the map, ``[square, 2]``, as column and row.
    outside
        Points that lie far from all others.
    far
        Where most of these lie, if they are many.
    """

    crs: str
    size: float
    metres: float
    boundary: Any
    outside: int
    centre: tuple[float, float] | None
    why_size: str
    why_crs: str
    far: str = ""

    def geojson(self) -> dict[str, Any]:
        """Return the boundary as GeoJSON, in units of ``crs``."""
        import shapely

        corners = self.boundary * self.size
        squares = shapely.box(corners[:, 0], corners[:, 1], corners[:, 0] + self.size, corners[:, 1] + self.size)
        area = shapely.unary_union(squares)
        geometry = shapely.geometry.mapping(area)
        return {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": geometry}]}


def point_grid(evidence: list[CoordinateEvidence]) -> PointGrid:
    """Return a grid over the points of all tables."""
    first = evidence[0]
    crs, centre, why_crs = _grid_system(first)
    unit = 1.0 if crs != first.crs or first.unit is None else first.unit
    points = np.concatenate([_in_system(one, crs) for one in evidence])
    near = _near(points)
    near[near] = _together(points[near], unit)
    outside, left, points = int((~near).sum()), points[~near], points[near]
    far = _shown(left, crs) if outside >= MANY * len(near) else ""
    metres, why = _size(points * unit)
    size = metres / unit if unit == 1.0 else round(metres / unit)
    squares, counts = _distinct(np.floor(points / size).astype(np.int64))
    boundary = _closed(squares)
    why = why.format(cells=len(boundary), occupied=len(squares), rows=counts.mean())
    return PointGrid(crs, float(size), metres, boundary, outside, centre, why, why_crs, far)


def _in_system(one: CoordinateEvidence, crs: str) -> Any:
    points = one.points[np.isfinite(one.points).all(axis=1)]
    moved = transform(points, one.crs, crs) if LOCAL not in (one.crs, crs) else points
    return moved[np.isfinite(moved).all(axis=1)]


def _grid_system(first: CoordinateEvidence) -> tuple[str, tuple[float, float] | None, str]:
    """Return the grid's system, the centre in degrees, and the reason."""
    usable = first.points[np.isfinite(first.points).all(axis=1)]
    if first.crs == LOCAL:
        return LOCAL, None, "that of the coordinates"
    degrees = transform(usable, first.crs, WGS84)
    lon, lat = np.median(degrees, axis=0)
    centre = (float(lon), float(lat))
    if first.unit is not None and first.crs != "EPSG:3857":
        return first.crs, centre, "that of the coordinates"
    crs, why = metre_system(degrees)
    return crs, centre, why


def _near(points: Any) -> Any:
    """Return which points are not far from all others."""
    low, mid, high = np.percentile(points, (10, 50, 90), axis=0)
    reach = np.maximum((high - low) * _SPREAD, 1e-9)
    return (np.abs(points - mid) <= np.where(high > low, reach, np.inf)).all(axis=1)


def _together(points: Any, unit: float) -> Any:
    """Return which points belong to the map.

    All, unless the others are a few points that come again and again far away, or one grid cannot hold all.
    """
    from scipy.ndimage import label

    size = _size(points * unit)[0] / unit
    low, wide = points.min(axis=0), np.ptp(points, axis=0)
    # squares of a coarse grid that touch belong together
    squares = np.floor((points - low) / max(float(wide.max()) / 100, 4 * size)).astype(np.int64)
    mask = np.zeros(squares.max(axis=0) + 1, dtype=bool)
    mask[tuple(squares.T)] = True
    labels: Any = label(mask, np.ones((3, 3)))
    part = labels[0][tuple(squares.T)]
    main = part == np.bincount(part).argmax()
    few = (
        not main.all() and len(np.unique(points[~main], axis=0)) <= FEW and _FAR * np.ptp(points[main], axis=0).max() < wide.max()
    )
    return main if few or np.prod(wide / size + 1) > MOST_SQUARES else np.ones(len(points), dtype=bool)


def _shown(points: Any, crs: str) -> str:
    """Return the middle of points in words."""
    middle = np.median(points, axis=0)[None]
    if crs == LOCAL:
        return f"x {middle[0, 0]:.10g}, y {middle[0, 1]:.10g}"
    lon, lat = transform(middle, crs, WGS84)[0]
    return f"latitude {lat:.2f}, longitude {lon:.2f}"


def _size(metres: Any) -> tuple[float, str]:
    """Return the side of a square in metres, and the reason."""
    most = min(MOST_CELLS, max(25, len(metres) // ROWS_A_CELL))
    size = SIZES[-1]
    for size in SIZES:
        squares, _ = _distinct(np.floor(metres / size).astype(np.int64))
        if len(squares) <= most and len(_closed(squares)) <= 2 * most:
            break
    return (
        float(size),
        f"the smallest size with about {ROWS_A_CELL} rows per square or more: {{cells:,}} squares, {{occupied:,}} with rows ({{rows:.0f}} each)",
    )


def _distinct(squares: Any) -> tuple[Any, Any]:
    """Return the distinct squares in order, and how often each occurs."""
    low, high = squares.min(axis=0), squares.max(axis=0)
    rows = int(high[1] - low[1]) + 1
    if (int(high[0] - low[0]) + 1) * rows > 2**62:
        return np.unique(squares, axis=0, return_counts=True)
    # one number per square is sorted far faster than a pair
    codes, counts = np.unique((squares[:, 0] - low[0]) * rows + squares[:, 1] - low[1], return_counts=True)
    return np.column_stack([codes // rows, codes % rows]) + low, counts


def _closed(squares: Any) -> Any:
    """Return squares with the gaps between them filled.

    Gaps of up to two squares belong to the map: nothing was recorded there yet, but something may be.
    """
    from scipy.ndimage import binary_closing

    low = squares.min(axis=0)
    wide = squares.max(axis=0) - low + 5
    if wide.prod() > 4e7:
        return squares
    mask = np.zeros(wide, dtype=bool)
    mask[tuple((squares - low + 2).T)] = True
    closed = binary_closing(mask, np.ones((3, 3), dtype=bool)) | mask
    return np.argwhere(closed) - 2 + low
