"""The cells of rows, by cell id, address or point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float64, Int32, UInt64

from riskmodel.base.days import NEVER
from riskmodel.base.errors import UsageError
from riskmodel.base.project import WGS84, Project, Source
from riskmodel.records.intake.columns.raw_table import RawTable
from riskmodel.records.intake.columns.text_column import Column, joined_column
from riskmodel.records.intake.columns.text_hashes import mix, text_hashes
from riskmodel.records.intake.readers.file_tables import read_table
from riskmodel.records.intake.rows.address_register import AddressRegister, plain_addresses, read_register
from riskmodel.records.intake.rows.cell_polygons import (
    Shapes,
    cell_polygons,
    cells_of_points,
    cells_of_squares,
    distinct_points,
    shapes_crs,
)
from riskmodel.records.places import Places
from riskmodel.records.places.projections import transform

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


@dataclass(frozen=True)
class CellLocations:
    """The cells of rows, and what their source says of places.

    Parameters
    ----------
    cell
        Number of the cell; -1 for none, for the reason ``why``.
    unreadable
        Rows whose coordinates cannot be read.
    stated
        64-bit hash of the place as the row states it.
    successor
        The cell after all successions that contains the row's point or address; -1 if that is unknown. None if no cell has
        successors.
    """

    cell: Int32[np.ndarray, " row"]
    why: str
    unreadable: Bool[np.ndarray, " row"]
    stated: UInt64[np.ndarray, " row"]
    successor: Int32[np.ndarray, " row"] | None = None


@dataclass
class CellLocator:
    """Locates the cells of rows.

    The register of addresses and the polygons are read when the first source needs them.

    Parameters
    ----------
    cells
        Cell id to number.
    """

    cells: Mapping[str, int]
    project: Project | None = None
    places: Places | None = None
    _addresses: AddressRegister | None = field(default=None, init=False)
    _polygons: Shapes | None = field(default=None, init=False)

    def locate(self, source: Source, table: RawTable, occurred: Int32[np.ndarray, " row"]) -> CellLocations:
        """Return the cell of every row of a source's table.

        Of several polygons around a point, the one that exists on the day in ``occurred`` counts.

        Raises
        ------
        UsageError
            If the project lacks the register or polygons that the source needs, or they are faulty.
        """
        columns = source.columns
        if columns.x is not None and columns.y is not None:
            return self._by_point(source, table.columns[columns.x], table.columns[columns.y], occurred)
        if columns.address is not None:
            return self._as_then(self._by_address(table.columns[columns.address]), occurred)
        named = (columns.cell,) if isinstance(columns.cell, str) else columns.cell or ()
        return self._as_then(self._by_id(joined_column([table.columns[name] for name in named])), occurred)

    def addresses(self) -> list[str]:
        """Return all addresses of the register, in their plain form."""
        return self._register().keys.to_pylist()

    def has_addresses(self, values: pa.Array) -> Bool[np.ndarray, " value"]:
        """Return which addresses the register has."""
        return self._register().find(plain_addresses(values)) >= 0

    def _by_id(self, column: Column) -> CellLocations:
        cell = column.map(lambda v: self.cells.get(v, -1), -1, np.int32)
        return CellLocations(cell, "unknown cell", np.zeros(len(cell), dtype=bool), column.hashes())

    def _by_address(self, column: Column) -> CellLocations:
        keys = plain_addresses(column.array)
        cell = column.spread(self._register().find(keys), -1, np.int32)
        stated = column.spread(text_hashes(keys), 0, np.uint64)
        return CellLocations(cell, "unknown address", np.zeros(len(cell), dtype=bool), stated)

    def _by_point(self, source: Source, x: Column, y: Column, occurred: Int32[np.ndarray, " row"]) -> CellLocations:
        across, up = (column.spread(_coordinates(column.values, source.decimal), np.nan, np.float64) for column in (x, y))
        readable = np.isfinite(across) & np.isfinite(up)
        stated = mix(across.view(np.uint64), up.view(np.uint64))
        points, back = distinct_points(np.column_stack([across[readable], up[readable]]))
        crs = shapes_crs(self.project) if self.project is not None else WGS84
        points = transform(points / source.scale, source.crs or crs, crs)
        cell = np.full(len(across), -1, dtype=np.int32)
        grid = self.project.table.places.grid if self.project is not None else None
        if grid is not None:
            cell[readable] = cells_of_squares(points, grid.size, self.cells)[back]
        else:
            cell[readable] = cells_of_points(points, self._shapes(), self.places, back, occurred[readable])
        successor = None
        if self.places is not None and len(self.places.successions):
            successor = np.full(len(across), -1, dtype=np.int32)
            last = np.full(len(back), int(NEVER) - 1, dtype=np.int32)
            successor[readable] = cells_of_points(points, self._shapes(), self.places, back, last)
            successor = self._of_split(cell, np.where(successor == cell, -1, successor))
        return CellLocations(cell, "outside all cells", ~readable, stated, successor)

    def _as_then(self, now: CellLocations, occurred: Int32[np.ndarray, " row"]) -> CellLocations:
        """Return the cells as they were on the days of the rows.

        For sources and registers that name the cells of today.
        """
        places = self.places
        if places is None or not len(places.successions):
            return now
        begun = np.full(len(places), int(NEVER), dtype=np.int64)
        np.minimum.at(begun, places.cell, places.valid_from.astype(np.int64))
        cell = places.successions.as_then(begun, now.cell, occurred)
        return replace(now, cell=cell, successor=self._of_split(cell, np.where(cell == now.cell, -1, now.cell)))

    def _of_split(self, cell: Int32[np.ndarray, " row"], successor: Int32[np.ndarray, " row"]) -> Int32[np.ndarray, " row"]:
        """Return ``successor`` for rows in cells that were split, -1 for others."""
        split = sorted(self.places.successions.split) if self.places is not None else []
        return np.where(np.isin(cell, split), successor, -1).astype(np.int32)

    def _register(self) -> AddressRegister:
        if self._addresses is None:
            stated = self.project.table.places.addresses if self.project is not None else None
            if self.project is None or stated is None:
                raise UsageError(
                    "columns.address needs places.addresses, a table of addresses with their cells. Name it in riskmodel.toml."
                )
            table = read_table(
                self.project.path(stated.path), (stated.address, stated.cell), self.project.table.time_zone, stated.encoding
            )
            self._addresses = read_register(table.columns[stated.address], table.columns[stated.cell], self.cells)
        return self._addresses

    def _shapes(self) -> Shapes:
        if self._polygons is None:
            if self.places is None or self.places.shapes is None:
                raise UsageError(
                    "columns.x and columns.y need places.shapes or places.grid, the polygons of the cells. Name them in riskmodel.toml."
                )
            import shapely

            self._polygons = cell_polygons(self.places)
            shapely.prepare(self._polygons)
        return self._polygons


def _coordinates(values: Sequence[str], decimal: str) -> Float64[np.ndarray, " value"]:
    """Return texts as coordinates; NaN for other texts."""
    import pandas as pd

    if decimal != ".":
        values = [text.replace(decimal, ".") for text in values]
    series: pd.Series = pd.Series(values, dtype=object)
    return pd.to_numeric(series, errors="coerce").to_numpy(dtype=np.float64)
