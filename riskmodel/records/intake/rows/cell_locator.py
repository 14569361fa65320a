"""Where a row happened: its cell's id, a standard address that a register knows, or a point in a polygon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Float64, Int32

from riskmodel.base.days import NEVER
from riskmodel.base.errors import UsageError
from riskmodel.base.project import Project, Source
from riskmodel.records.intake.columns.text_column import Column, RawTable, joined_column
from riskmodel.records.intake.columns.text_hashes import mix, text_hashes
from riskmodel.records.intake.readers.file_tables import read_table
from riskmodel.records.intake.rows.address_register import Register, plain_addresses, read_register
from riskmodel.records.places import Places

if TYPE_CHECKING:
    import pandas as pd

WGS84 = "EPSG:4326"


@dataclass(frozen=True)
class CellLocations:
    """Each row's cell number (-1: none, for the reason ``why``), which rows' coordinates cannot be read, a hash of the
    place as the row states it, and the cell that its point lies in after all successions of cells (-1: not told by a point).
    """

    cell: Int32[np.ndarray, " row"]
    why: str
    unreadable: Bool[np.ndarray, " row"]
    stated: Any
    heir: Int32[np.ndarray, " row"] | None = None


@dataclass
class CellLocator:
    """Finds the cells of rows. What it needs for addresses and points is read when the first source asks for it.

    Parameters
    ----------
    cells
        The number of each cell id.
    """

    cells: Mapping[str, int]
    project: Project | None = None
    places: Places | None = None
    _addresses: Register | None = field(default=None, init=False)
    _polygons: Any = field(default=None, init=False)

    def locate(self, source: Source, table: RawTable, occurred: Int32[np.ndarray, " row"]) -> CellLocations:
        """The cell of every row of ``table`` as ``source`` states it; of several polygons, the one that holds on ``occurred``."""
        columns = source.columns
        if columns.x is not None and columns.y is not None:
            return self._located(source, table.columns[columns.x], table.columns[columns.y], occurred)
        if columns.address is not None:
            column = table.columns[columns.address]
            keys = plain_addresses(column.array)
            cell = column.spread(self._known_addresses().find(keys), -1, np.int32)
            said = column.spread(text_hashes(keys), 0, np.uint64)
            return self._then(CellLocations(cell, "unknown address", np.zeros(len(cell), dtype=bool), said), occurred)
        named = (columns.cell,) if isinstance(columns.cell, str) else columns.cell or ()
        column = joined_column([table.columns[name] for name in named])
        cell = column.map(lambda v: self.cells.get(v, -1), -1, np.int32)
        return self._then(CellLocations(cell, "unknown cell", np.zeros(len(cell), dtype=bool), column.hashes()), occurred)

    def _then(self, now: CellLocations, occurred: Any) -> CellLocations:
        """Rows in the cells of their days, where a source or register names those of today."""
        places = self.places
        if places is None or not len(places.successions):
            return now
        begun = np.full(len(places), int(NEVER), dtype=np.int64)
        np.minimum.at(begun, places.cell, places.valid_from.astype(np.int64))
        cell = places.successions.as_then(begun, now.cell, occurred)
        return replace(now, cell=cell, heir=self._told(cell, np.where(cell == now.cell, -1, now.cell)))

    def _told(self, cell: Any, heir: Any) -> Any:
        """``heir`` where the cell was split and that tells more."""
        split = sorted(self.places.successions.split) if self.places is not None else []
        return np.where(np.isin(cell, split), heir, -1).astype(np.int32)

    def _known_addresses(self) -> Register:
        if self._addresses is None:
            stated = self.project.table.places.addresses if self.project is not None else None
            if self.project is None or stated is None:
                raise UsageError(
                    "columns.address needs places.addresses, a table of addresses with their cells. Name it in riskmodel.toml."
                )
            table = read_table(self.project.path(stated.path), (stated.address, stated.cell), stated.encoding)
            self._addresses = read_register(table.columns[stated.address], table.columns[stated.cell], self.cells)
        return self._addresses

    def _located(self, source: Source, x: Column, y: Column, occurred: Any) -> CellLocations:
        across, up = (column.spread(_numbers(column.values), np.nan, np.float64) for column in (x, y))
        readable = np.isfinite(across) & np.isfinite(up)
        stated = mix(across.view(np.uint64), up.view(np.uint64))
        points, back = _unique(np.column_stack([across[readable], up[readable]]))
        crs = shapes_crs(self.project) if self.project is not None else WGS84
        points = transform(points, source.crs or crs, crs)
        cell = np.full(len(across), -1, dtype=np.int32)
        grid = self.project.table.places.grid if self.project is not None else None
        if grid is not None:
            cell[readable] = cells_of_squares(points, grid.size, self.cells)[back]
        else:
            cell[readable] = cells_of_points(points, self._known_polygons(), self.places, back, occurred[readable])
        heir = None
        if self.places is not None and len(self.places.successions):
            heir = np.full(len(across), -1, dtype=np.int32)
            last = np.full(len(back), int(NEVER) - 1, dtype=np.int32)
            heir[readable] = cells_of_points(points, self._known_polygons(), self.places, back, last)
            heir = self._told(cell, np.where(heir == cell, -1, heir))
        return CellLocations(cell, "outside all cells", ~readable, stated, heir)

    def _known_polygons(self) -> Any:
        if self._polygons is None:
            if self.places is None or self.places.shapes is None:
                raise UsageError(
                    "columns.x and columns.y need places.shapes or places.grid, the polygons of the cells. Name them in riskmodel.toml."
                )
            import shapely

            self._polygons = polygons(self.places)
            shapely.prepare(self._polygons)
        return self._polygons


def cells_of_squares(
    points: Float64[np.ndarray, "point 2"], size: float, cells: Mapping[str, int]
) -> Int32[np.ndarray, " point"]:
    """The cell of a grid in which each point lies, its west and south border included; -1 outside."""
    at = np.floor(points / size).astype(np.int64)
    unique, back = np.unique(at, axis=0, return_inverse=True)
    return np.array([*(cells.get(f"x{x}y{y}", -1) for x, y in unique.tolist()), -1], dtype=np.int32)[back.reshape(-1)]


def polygons(places: Places) -> Any:
    """A shapely geometry a cell, shape ``[cell]``; the holes of a polygon are its later rings that lie within its first."""
    import shapely

    made = []
    for rings in places.shapes or ():
        area = shapely.MultiPolygon()
        for ring in rings:
            # of GeoJSON's rings the outer ones add, and those inside them take away
            area = (
                shapely.symmetric_difference(area, shapely.make_valid(shapely.Polygon(ring)))
                if len(rings) > 1
                else shapely.Polygon(ring)
            )
        made.append(shapely.make_valid(area))
    return np.array(made, dtype=object)


def shapes_crs(project: Project) -> str:
    """The reference system of the cells' polygons."""
    places = project.table.places
    return places.grid.crs if places.grid is not None else places.shapes.crs if places.shapes is not None else WGS84


def transform(points: Float64[np.ndarray, "point 2"], source: str, target: str) -> Float64[np.ndarray, "point 2"]:
    """Points from one reference system to another, always as x (or longitude) and y (or latitude).

    Raises
    ------
    UsageError
        If one of the two is unknown.
    """
    if source == target or not len(points):
        return points
    from pyproj import CRS, Transformer
    from pyproj.exceptions import CRSError

    systems = []
    for name in (source, target):
        try:
            systems.append(CRS.from_user_input(name))
        except CRSError:
            raise UsageError(f"{name!r} is not a reference system. Use a name such as 'EPSG:4326' or 'EPSG:2913'.") from None
    x, y = Transformer.from_crs(*systems, always_xy=True).transform(points[:, 0], points[:, 1])
    return np.column_stack([x, y])


def cells_of_points(
    points: Float64[np.ndarray, "point 2"],
    shapes: Any,
    places: Places | None,
    point: Any,
    occurred: Int32[np.ndarray, " row"],
) -> Int32[np.ndarray, " row"]:
    """The cell of every row, whose place is ``points[point]`` and whose day is ``occurred``; -1 in no polygon.

    A point on a border or in overlapping polygons belongs to the cell that exists on that day, of several to the one that ends
    first (a cell that is followed, for as long as that does not count), and of those to the first.
    """
    import shapely

    found = np.full(len(points), -1, dtype=np.int32)
    made = shapely.points(points)
    at, cell = shapely.STRtree(shapes).query(made, predicate="intersects")
    order = np.lexsort((cell, at))
    at, cell = at[order], cell[order]
    first = np.ones(len(at), dtype=bool)
    first[1:] = at[1:] != at[:-1]
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
    """When each cell exists, as days, as known last: a version with the same first day takes the place of those before it."""
    spans: dict[int, dict[int, int]] = {cell: {} for cell in range(len(places))}
    for cell, start, stop in zip(places.cell.tolist(), places.valid_from.tolist(), places.valid_to.tolist(), strict=True):
        spans[cell][start] = stop
    following = places.successions
    for cell, day, after in zip(following.old.tolist(), following.date.tolist(), following.holds_after.tolist(), strict=True):
        spans[cell] = {start: after + 1 if stop >= day else stop for start, stop in spans[cell].items()}
    return {cell: list(found.items()) for cell, found in spans.items()}


def _unique(points: Any) -> tuple[Any, Any]:
    """The different points, and which of them each row is."""
    order = np.lexsort(points.T)
    new = np.ones(len(points), dtype=bool)
    new[1:] = (np.diff(points[order], axis=0) != 0).any(axis=1)
    back = np.empty(len(points), dtype=np.int64)
    back[order] = np.cumsum(new) - 1
    return points[order[new]], back


def _numbers(values: Sequence[str]) -> Any:
    """Numbers as coordinates are written; NaN for what is none."""
    import pandas as pd

    series: pd.Series = pd.Series(values, dtype=object)
    return pd.to_numeric(series, errors="coerce").to_numpy(dtype=np.float64)
