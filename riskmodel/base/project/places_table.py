"""The table of cells, with groupings, figures, shapes, neighbours and addresses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from pydantic import Field, field_validator, model_validator

from riskmodel.base.plain_values import plain_text
from riskmodel.base.table_faults import Fault
from riskmodel.base.toml_tables import Table

ONE_LIST = "centre"
"""Grouping that all cells share as one group where the project states no groupings."""

WHOLE_AREA = "all"
"""In place of a grouping: all cells together."""

LARGEST_CELL = 100_000.0
LARGEST_CELL_DEGREES = 1.0
"""Longest side of a cell of a grid, in units of its reference system, and where those are degrees."""

WGS84 = "EPSG:4326"
DEGREES = (WGS84, "EPSG:4269", "EPSG:4258", "EPSG:4490", "OGC:CRS84", "CRS84")
"""Reference systems in degrees."""


class Neighbours(Table):
    """Adjacent cells: a table of pairs, or a largest distance.

    A pair (``path``, ``cell``, ``neighbour``) may stand once or twice. With ``within``, cells are adjacent if their shapes are
    no further apart than that many units of their coordinates.
    """

    path: str | None = None
    cell: str | None = None
    neighbour: str | None = None
    within: float | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _one_way(self) -> Neighbours:
        table = (self.path, self.cell, self.neighbour)
        if (self.within is None) == (None in table) or (self.within is not None and table != (None, None, None)):
            raise ValueError("give either path, cell and neighbour, or within.")
        return self


class Shapes(Table):
    """A GeoJSON file with one polygon per cell.

    ``id`` is the property that holds the cell's id, ``crs`` the reference system.
    """

    path: str
    id: str
    crs: str = WGS84


class MapLayer(Table):
    """A GeoJSON file that maps show behind the cells.

    ``name`` is the property whose values are written on the map, ``crs`` the reference system.
    """

    path: str
    name: str | None = None
    crs: str = WGS84


class ContextTable(Table):
    """What maps show beside cells: outlines or points of villages, water, roads."""

    villages: MapLayer | None = None
    water: MapLayer | None = None
    roads: MapLayer | None = None


class Grid(Table):
    """Square cells that cover the polygons of a GeoJSON file.

    ``size`` is in units of ``crs``; ``places.path`` names the file. The cells are a table with the columns ``cell``, ``block``
    (squares of ``block`` by ``block`` cells), ``column``, ``row``, ``area`` (of the part within the polygons) and ``middle`` (latitude and
    longitude, for ``places.name``), which the rest of the table of places maps like any other.
    """

    size: float = Field(gt=0)
    crs: str = WGS84
    block: int = Field(default=10, ge=1)

    def value_faults(self) -> Iterator[Fault]:
        """Return the fault of cells larger than any neighbourhood."""
        degrees = self.crs.upper() in DEGREES
        most = LARGEST_CELL_DEGREES if degrees else LARGEST_CELL
        if self.size > most:
            unit = "degrees" if degrees else "units of crs"
            yield Fault(("size",), f"cells of {self.size:g} {unit} are too large; give at most {most:g}, or correct crs.")


class Addresses(Table):
    """A register of standard addresses or door-plate numbers, each with its cell.

    A source finds its cells in it by ``columns.address``.
    """

    path: str
    address: str
    cell: str
    encoding: str = "utf-8"


class GroupingRule(Table):
    """A grouping that is derived from a column.

    A cell belongs to the group called like the first ``first`` characters of its value, or to the group that ``names`` gives
    for this text, or to the group in ``ranges`` of whole numbers that holds it. A value that ``names`` or ``ranges`` lack is a
    fault: no cell drops out of its grouping unnoticed.
    """

    column: str
    first: int | None = Field(default=None, ge=1)
    names: dict[str, str] = Field(default_factory=dict)
    ranges: dict[str, tuple[tuple[int, int], ...]] = Field(default_factory=dict)

    @field_validator("names")
    @classmethod
    def _plain_names(cls, names: dict[str, str]) -> dict[str, str]:
        return {plain_text(value): group for value, group in names.items()}

    @model_validator(mode="after")
    def _one_rule(self) -> GroupingRule:
        if self.names and self.ranges:
            raise ValueError("give either names or ranges.")
        spans = sorted(span for spans in self.ranges.values() for span in spans)
        if any(low > high for low, high in spans) or any(b[0] <= a[1] for a, b in pairwise(spans)):
            raise ValueError("ranges must go from the lower to the higher number, and no two may overlap.")
        return self


class SuccessionsTable(Table):
    """A table of cells that were replaced by others.

    Each row names an old and a new cell, and the first day of the new one. One successor is a renaming, one successor of
    several cells a merger, several successors a split, in parts of ``share``.
    """

    path: str
    old: str
    new: str
    date: str
    known: str | None = Field(default=None, description="day on which it became known; default: the date itself")
    share: str | None = Field(default=None, description="part of a split cell's records, by any measure; default: equal parts")
    encoding: str = "utf-8"


class MoreFigures(Table):
    """A further table with figures of cells, joined by id.

    A cell that is not in it has no figure.
    """

    path: str
    id: str
    exposures: dict[str, str] = Field(default_factory=dict)
    attributes: dict[str, str] = Field(default_factory=dict)
    encoding: str = "utf-8"


class PlacesTable(Table):
    """The table of cells and its mapped columns.

    The rows of a GeoJSON file are its features, their columns the features' properties. ``id`` may be several columns, whose
    values are joined with `` | ``. With ``distinct``, a table of something else may name a cell on many rows, which must agree
    in the mapped columns; rows without an id are left out. With ``first_seen``, a column of dates, such a cell exists from its
    first date on, and counts as known on the day before. Without ``groupings`` all cells are one group, with one list.
    ``name`` is a column with what people call a cell within its smallest group, such as its grid number.
    ``minimum_households`` is the least that a cell needs to be shown by itself.
    """

    path: str
    grid: Grid | None = None
    id: str | tuple[str, ...]
    name: str | None = None
    distinct: bool = False
    first_seen: str | None = None
    more: tuple[MoreFigures, ...] = ()
    groupings: dict[str, str | GroupingRule] = Field(default_factory=dict)
    exposures: dict[str, str] = Field(default_factory=dict)
    attributes: dict[str, str] = Field(default_factory=dict)
    valid_from: str | None = None
    valid_to: str | None = None
    known: str | None = None
    encoding: str = "utf-8"
    neighbours: Neighbours | None = None
    shapes: Shapes | None = None
    addresses: Addresses | None = None
    successions: SuccessionsTable | None = None
    context: ContextTable = ContextTable()
    households: str | None = None
    minimum_households: float = 5

    @classmethod
    def key_faults(cls, given: Mapping[str, Any]) -> Iterator[Fault]:
        """Return keys that do not go together."""
        distinct = given.get("distinct") is True
        layers = given.get("context")
        stated = isinstance(layers, Mapping) and any(layer is not None for layer in layers.values())
        if stated and given.get("shapes") is None and given.get("grid") is None:
            yield Fault(("context",), "maps need the shapes of the cells; add places.shapes or places.grid, or remove context.")
        if "grid" in given:
            if "successions" in given:
                yield Fault((), "the cells of a grid do not follow one another; remove successions.")
            if distinct or "shapes" in given or "first_seen" in given or given.get("id") != "cell":
                text = "a grid has cells and shapes of its own; remove shapes, distinct and first_seen, and set id = 'cell'."
                yield Fault((), text)
        if distinct and not {"first_seen", "valid_from", "valid_to", "known"}.isdisjoint(given):
            text = "distinct takes each cell once, without dates; remove distinct, or first_seen, valid_from, valid_to and known."
            yield Fault((), text)
        households, exposures = given.get("households"), given.get("exposures", {})
        if isinstance(households, str) and isinstance(exposures, Mapping) and households not in exposures:
            text = f"households names the exposure {households!r}, which is not in exposures; add it there."
            yield Fault((), text)
