"""Square cells over an area, from a boundary and a size."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from riskmodel.base.errors import UsageError, missing_file
from riskmodel.base.project import WGS84, Grid
from riskmodel.records.intake.readers.geojson import read_area
from riskmodel.records.intake.rows.cell_polygons import refuse_no_degrees
from riskmodel.records.places import Ring
from riskmodel.records.places.projections import transform

if TYPE_CHECKING:
    import pandas as pd

MOST_CELLS = 2_000_000
"""A finer grid is taken for an error in ``size`` or ``crs``."""


def grid_cells(grid: Grid, boundary: Path) -> tuple[pd.DataFrame, dict[str, list[Ring]]]:
    """Return the square cells over a boundary, and their rings by id.

    These are the cells that share area with the polygons of the GeoJSON file ``boundary``. Cells are counted from the origin of the
    reference system, so that the same size gives the same ids for every boundary.

    Raises
    ------
    UsageError
        If the file is missing or has no polygon, or the size does not fit it.
    """
    import pandas as pd
    import shapely

    if not boundary.is_file():
        raise missing_file("boundary of the grid", boundary, "Correct places.path in riskmodel.toml.")
    area = read_area(boundary)
    refuse_no_degrees(boundary, "places.grid.crs", grid.crs, np.reshape(shapely.bounds(area), (2, 2)))
    column, row = _squares_over(grid, boundary, shapely.bounds(area))
    squares = shapely.box(column * grid.size, row * grid.size, (column + 1) * grid.size, (row + 1) * grid.size)
    inside = _shared_area(grid, area, squares)
    kept = inside > 0
    column, row, squares, inside = column[kept], row[kept], squares[kept], inside[kept]
    names = [f"x{c}y{r}" for c, r in zip(column.tolist(), row.tolist(), strict=True)]
    frame = pd.DataFrame(
        {
            "cell": names,
            "block": [f"x{c // grid.block}y{r // grid.block}" for c, r in zip(column.tolist(), row.tolist(), strict=True)],
            "column": column.astype(str),
            "row": row.astype(str),
            "area": [repr(float(one)) for one in inside],
            "middle": _middles(grid, np.column_stack([column, row])),
        }
    )
    rings: dict[str, list[Ring]] = {name: [shapely.get_coordinates(square)] for name, square in zip(names, squares, strict=True)}
    return frame, rings


def _middles(grid: Grid, squares: Any) -> list[str]:
    """Return the middle of each square as people write it.

    It is latitude and longitude, to about a tenth of a square; in units of the grid where its reference system is not known.
    """
    points = (squares + 0.5) * grid.size
    try:
        degrees = transform(points, grid.crs, WGS84)
        (south, north) = transform(np.array([squares[0], squares[0] + 1]) * grid.size, grid.crs, WGS84)[:, 1]
    except UsageError:
        return [f"x {x:.0f}, y {y:.0f}" for x, y in points.tolist()]
    digits = min(max(int(np.ceil(1 - np.log10(max(abs(north - south), 1e-6)))), 1), 6)
    return [
        f"{abs(y):.{digits}f}°{'N' if y >= 0 else 'S'} {abs(x):.{digits}f}°{'E' if x >= 0 else 'W'}" for x, y in degrees.tolist()
    ]


def _squares_over(grid: Grid, boundary: Path, bounds: Any) -> tuple[Any, Any]:
    """Return the columns and rows of all squares of a bounding box.

    Raises
    ------
    UsageError
        If there are too many.
    """
    west, south, east, north = bounds
    first, last = np.floor(np.array([west, south]) / grid.size), np.floor(np.array([east, north]) / grid.size)
    wide, high = (int(n) for n in last - first + 1)
    if wide * high > MOST_CELLS:
        raise UsageError(
            f"A grid of size {grid.size:g} over {boundary.name!r} has {wide * high:,} squares. Expected at most {MOST_CELLS:,}; "
            "give places.grid.size in the units of places.grid.crs."
        )
    return (int(first[0]) + np.arange(wide)).repeat(high), np.tile(int(first[1]) + np.arange(high), wide)


def _shared_area(grid: Grid, area: Any, squares: Any) -> Any:
    """Return the part of each square's area that lies inside ``area``."""
    import shapely

    shapely.prepare(area)
    inside = np.zeros(len(squares))
    whole = shapely.contains(area, squares)
    inside[whole] = grid.size**2
    edge = ~whole & shapely.intersects(area, squares)
    inside[edge] = shapely.area(shapely.intersection(area, squares[edge]))
    return inside
