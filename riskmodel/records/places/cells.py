"""Cells with groupings, exposures and attributes, and when these hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Float64, Int32

from riskmodel.base.argument_types import checked
from riskmodel.base.days import DateLike, day_argument
from riskmodel.base.errors import UsageError, unknown_name
from riskmodel.base.html_cards import HtmlCard
from riskmodel.base.plurals import counted
from riskmodel.records.column_schema import Array
from riskmodel.records.places.cell_geometries import PlaceColumns
from riskmodel.records.places.cell_table import CellColumns, Grouping, cell_frame, read_cell_frame
from riskmodel.records.places.cell_versions import VERSIONS, DayArrays, VersionSpans, figures_of, versions_at
from riskmodel.records.places.disclosure import CellSizes, shown_cells
from riskmodel.records.places.map_layers import ContextLayer
from riskmodel.records.places.shapes import Shapes
from riskmodel.records.places.stored_places import arrays_of, fields_of, head_of, places_digest
from riskmodel.records.successions import NONE, Successions

if TYPE_CHECKING:
    import pandas as pd


@checked(ids="tuple | list")
@dataclass(frozen=True, eq=False)
class Places(HtmlCard):
    """Cells with groupings, exposures, attributes, neighbours and shapes.

    The figures of a cell have *versions*. A version holds from day ``valid_from`` to day ``valid_to`` (excluded), and is known
    from the day after ``known``. Cells are sorted by id; versions by cell, ``known`` and ``valid_from``.

    Parameters
    ----------
    ids, names
        Ids of the cells, and what people call each version's cell.
    cell, valid_from, valid_to, known
        Number of each version's cell, the days between which it holds, and the day on which it became known.
    groupings, exposures, attributes
        Groups and figures of each version, by name.
    neighbour_start, neighbour_cells
        Neighbours of cell ``c`` are ``neighbour_cells[neighbour_start[c]:neighbour_start[c + 1]]``.
    shapes, context
        Polygon rings of each cell, and layers that are drawn on maps only.
    households, minimum_households
        The exposure that counts households, and how many a cell must have to be shown alone.
    successions
        Cells that were renamed, merged or split.

    Examples
    --------
    >>> history.places
    <Places: 10 cells; groups: centre (1); exposures: none; 23 neighbour pairs; shapes>
    """

    ids: tuple[str, ...]
    cell: Int32[np.ndarray, " version"]
    valid_from: Int32[np.ndarray, " version"]
    valid_to: Int32[np.ndarray, " version"]
    known: Int32[np.ndarray, " version"]
    groupings: Mapping[str, Grouping]
    exposures: Mapping[str, Float64[np.ndarray, " version"]] = field(default_factory=dict)
    attributes: Mapping[str, Float64[np.ndarray, " version"]] = field(default_factory=dict)
    neighbour_start: Int32[np.ndarray, " cell_plus_one"] = field(default_factory=lambda: np.zeros(1, np.int32))
    neighbour_cells: Int32[np.ndarray, " pair"] = field(default_factory=lambda: np.zeros(0, np.int32))
    shapes: Shapes | None = None
    minimum_households: float = 0.0
    households: str | None = None
    successions: Successions = NONE
    names: Grouping | None = None
    context: tuple[ContextLayer, ...] = ()

    def __len__(self) -> int:
        return len(self.ids)

    def __repr__(self) -> str:
        groups = ", ".join(f"{name} ({len(g.labels):,})" for name, g in self.groupings.items()) or "none"
        exposures = ", ".join(self.exposures) or "none"
        return (
            f"<Places: {counted(len(self), 'cell')}; groups: {groups}; exposures: {exposures}; "
            f"{counted(len(self.neighbour_cells) // 2, 'neighbour pair')}{'; shapes' if self.shapes else ''}>"
        )

    def head(self) -> dict[str, Any]:
        """Return what is not an array, as plain values."""
        return head_of(self)

    def arrays(self) -> dict[str, Array]:
        """Return every array by name; figures by their number in :meth:`head`."""
        return arrays_of(self)

    @classmethod
    def from_arrays(cls, head: Mapping[str, Any], arrays: Mapping[str, Array]) -> Places:
        """Return the places whose :meth:`head` and :meth:`arrays` these are."""
        return cls(**fields_of(head, arrays))

    @cached_property
    def index(self) -> dict[str, int]:
        """Cell id to cell number."""
        return {name: i for i, name in enumerate(self.ids)}

    def numbers(self, ids: Sequence[str]) -> Int32[np.ndarray, " id"]:
        """Return the cell numbers of cell ids.

        Raises
        ------
        UsageError
            If an id is not a cell.
        """
        index = self.index
        for name in ids:
            if name not in index:
                raise unknown_name("cell", name, self.ids)
        return np.array([index[name] for name in ids], dtype=np.int32)

    def version_at(self, as_of: Int32[np.ndarray, " date"]) -> Int32[np.ndarray, "cell date"]:
        """Return the version of each cell at each as-of date.

        A version counts at ``t`` if ``known < t`` and ``valid_from <= t < valid_to``; if several count, the one that became known last is used. A later
        known version with the same ``valid_from`` replaces the earlier one, so it can also close a cell. A cell that was
        replaced exists until its succession counts. -1 where the cell does not exist. ``as_of`` is increasing.
        """
        found = lambda: versions_at(self._spans, self.successions, len(self), as_of)
        return found() if len(as_of) != 1 else self._days.once(("version", int(as_of[0])), found)

    @cached_property
    def _spans(self) -> VersionSpans:
        return VersionSpans.of(VERSIONS.arrays(self))

    @cached_property
    def _days(self) -> DayArrays:
        return DayArrays()

    def exposure(self, name: str, version: Int32[np.ndarray, "cell date"]) -> Float64[np.ndarray, "cell date"]:
        """Return an exposure of each version number.

        NaN where the cell does not exist or the figure is missing.

        Raises
        ------
        UsageError
            If there is no such exposure.
        """
        return figures_of(self.exposures, "exposure", name, version)

    def attribute(self, name: str, version: Int32[np.ndarray, "cell date"]) -> Float64[np.ndarray, "cell date"]:
        """Return an attribute of each version number; NaN as for :meth:`exposure`."""
        return figures_of(self.attributes, "attribute", name, version)

    def group(self, name: str, version: Int32[np.ndarray, "cell date"]) -> Int32[np.ndarray, "cell date"]:
        """Return the group number of each version number.

        -1 where the cell does not exist.
        """
        codes = self.grouping(name).codes
        if not len(codes):
            return np.full(version.shape, -1, dtype=np.int32)
        return np.where(version >= 0, codes[np.maximum(version, 0)], np.int32(-1)).astype(np.int32)

    def grouping(self, name: str) -> Grouping:
        """Return a grouping by its name.

        Raises
        ------
        UsageError
            If there is no such grouping.
        """
        if name not in self.groupings:
            error = unknown_name("grouping", name, self.groupings)
            raise (
                error
                if self.groupings
                else UsageError(f"{error} A column of one value, named in groupings, makes one group of all cells.")
            )
        return self.groupings[name]

    def name(self, version: int) -> str:
        """Return the name of a version's cell, or an empty text."""
        return "" if self.names is None or version < 0 else self.names.labels[self.names.codes[version]]

    def known_by(self, as_of: int) -> Places:
        """Return these places as known at 00:00 of an as-of date.

        Versions with ``known < as_of`` stay. The cell numbers do not change.
        """
        found = self
        if len(self.successions) and np.any(self.successions.known >= as_of):
            found = replace(self, successions=self.successions.known_by(as_of))
        keep = self.known < as_of
        return found if keep.all() else found.take_versions(keep)

    def take_versions(self, keep: Bool[np.ndarray, " version"]) -> Places:
        """Return these places with the chosen versions only."""
        return replace(
            self,
            **VERSIONS.take(self, keep),
            groupings={name: Grouping(g.labels, g.codes[keep]) for name, g in self.groupings.items()},
            exposures={name: values[keep] for name, values in self.exposures.items()},
            attributes={name: values[keep] for name, values in self.attributes.items()},
            names=None if self.names is None else Grouping(self.names.labels, self.names.codes[keep]),
        )

    def shown_as(self, as_of: int) -> Int32[np.ndarray, " cell"]:
        """Return under which cell each cell is shown at an as-of date.

        This is the disclosure control of every output: a cell below ``minimum_households`` joins the neighbour with the most
        households, else the cell with the most households of its first grouping, else of all. -1 where a cell does not exist
        or there is no cell large enough to join.
        """
        return self._days.once(("shown", as_of), lambda: self._shown_as(as_of))

    def _shown_as(self, as_of: int) -> Int32[np.ndarray, " cell"]:
        version = self.version_at(np.array([as_of], dtype=np.int32))
        there = version[:, 0] >= 0
        if self.households is None or self.minimum_households <= 0:
            return np.where(there, np.arange(len(self.ids)), -1).astype(np.int32)
        homes = np.nan_to_num(self.exposure(self.households, version)[:, 0])
        group = self.group(next(iter(self.groupings)), version)[:, 0] if self.groupings else np.zeros(len(self.ids), np.int32)
        return shown_cells(CellSizes(there, homes, group), self.minimum_households, self.neighbour_start, self.neighbour_cells)

    def fingerprint(self) -> str:
        """Return the sha256 of everything here, in hexadecimal.

        The same places give the same value on every machine, whatever the order of exposures and attributes.
        """
        by_name = {name: dict(sorted(getattr(self, name).items())) for name in ("groupings", "exposures", "attributes")}
        return places_digest(self, replace(self, **by_name).arrays())

    def frame(self, as_of: DateLike | None = None) -> pd.DataFrame:
        """Return one row per cell that exists at an as-of date.

        Columns: cell, groupings, exposures, attributes. Without ``as_of`` the last known version of every cell is given.
        """
        if as_of is None:
            last = np.full(len(self.ids), -1, dtype=np.int32)
            last[self.cell] = np.arange(len(self.cell), dtype=np.int32)
        else:
            last = self.version_at(np.array([day_argument(as_of, "as_of", "Places.frame")], dtype=np.int32))[:, 0]
        return cell_frame(self.ids, last, self.groupings, {**self.exposures, **self.attributes})

    @classmethod
    def from_frame(
        cls,
        cells: Any,
        *,
        id: str = "cell",
        groupings: Mapping[str, str] | Sequence[str] = (),
        exposures: Mapping[str, str] | Sequence[str] = (),
        attributes: Mapping[str, str] | Sequence[str] = (),
        valid_from: str | None = None,
        valid_to: str | None = None,
        known: str | None = None,
        name: str | None = None,
        x: str | None = None,
        y: str | None = None,
        geometry: str | None = None,
        crs: Any = None,
        neighbours: Any | None = None,
        shapes: Mapping[str, Any] | None = None,
        households: str | None = None,
        minimum_households: float = 0.0,
    ) -> Places:
        """Return the places of a table of cells.

        Parameters
        ----------
        cells
            A pandas, polars or pyarrow table or a GeoDataFrame, one row per version of a cell.
        id, name
            The columns with the cell's id, and with its name within its smallest group, as people use it.
        groupings, exposures, attributes
            Name to column; a sequence of columns that are named alike.
        valid_from, valid_to, known
            Columns with dates; an empty value or no column means always valid and always known.
        x, y, geometry, crs
            Columns of a point per cell, or of points or polygons (shapely, WKB, WKT), and their reference system, ``"local"`` for
            metres of a plane; a GeoDataFrame has its own. They become shapes in metres, a point a square.
        neighbours
            A two-column table of adjacent cells, each pair once or twice; or up to how many metres apart shapes are neighbours.
        shapes
            Cell id to polygon rings, each ``[point, 2]``, or to a polygon of shapely, in place of the columns above.
        households, minimum_households
            The exposure that counts households, and how many a cell must have to be shown alone.

        Raises
        ------
        UsageError
            If columns, ids or numbers are faulty; the message names which.
        """
        columns = CellColumns(id, groupings, exposures, attributes, valid_from, valid_to, known, name)
        fields = read_cell_frame(cells, columns, neighbours, PlaceColumns(x, y, geometry, crs), shapes)
        outlines = fields.pop("outlines")
        return cls(**fields, shapes=outlines, households=households, minimum_households=minimum_households)
