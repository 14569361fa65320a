"""The table of places: cells with their groupings, figures, shapes, neighbours and addresses."""

from __future__ import annotations

from pydantic import Field, model_validator

from riskmodel.base.toml_tables import Table


class Neighbours(Table):
    """Which cells are adjacent: a table of pairs (``path``, ``cell``, ``neighbour``), each pair once or twice, or, with
    ``within``, the cells whose shapes are no further apart than that many units of their coordinates.
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
    """A GeoJSON file with a polygon a cell; ``id`` is the property that holds the cell's id, ``crs`` its reference system."""

    path: str
    id: str
    crs: str = "EPSG:4326"


class Grid(Table):
    """Square cells of ``size`` (in units of ``crs``) that cover the polygons of the GeoJSON file that ``places.path`` names.

    They make a table with the columns ``cell``, ``block`` (squares of ``block`` by ``block`` cells), ``column``, ``row`` and
    ``area`` (of the part within the polygons), which the rest of the table of places maps like any other.
    """

    size: float = Field(gt=0)
    crs: str = "EPSG:4326"
    block: int = Field(default=10, ge=1)


class Addresses(Table):
    """A table of standard addresses or door-plate numbers, each with its cell; a source finds its cells by ``columns.address``."""

    path: str
    address: str
    cell: str
    encoding: str = "utf-8"


class GroupingRule(Table):
    """A grouping read off a column that does not name it: a cell belongs to the first ``first`` characters of its value, or to the
    name that ``names`` gives that text, or to the name of the range of whole numbers in ``ranges`` that it lies in.

    A value that ``names`` or ``ranges`` do not have is a fault: no cell falls out of its grouping unseen.
    """

    column: str
    first: int | None = Field(default=None, ge=1)
    names: dict[str, str] = Field(default_factory=dict)
    ranges: dict[str, tuple[tuple[int, int], ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_rule(self) -> GroupingRule:
        if self.names and self.ranges:
            raise ValueError("give either names or ranges.")
        spans = sorted(span for spans in self.ranges.values() for span in spans)
        if any(low > high for low, high in spans) or any(b[0] <= a[1] for a, b in zip(spans, spans[1:], strict=False)):
            raise ValueError("ranges must go from the lower to the higher number, and no two may overlap.")
        return self


class SuccessionsTable(Table):
    """A table of the cells that follow others: a row an old and a new cell, with the day from which on the new one holds.

    One successor is a renaming, one successor of several cells a merger, several successors a split, in parts of ``share``.
    """

    path: str
    old: str
    new: str
    date: str
    known: str | None = Field(default=None, description="day on which it became known; default: the date itself")
    share: str | None = Field(default=None, description="part of a split cell's records, by any measure; default: equal parts")
    encoding: str = "utf-8"


class MoreFigures(Table):
    """A further table with figures of cells, joined by id; a cell that it lacks has no figure."""

    path: str
    id: str
    exposures: dict[str, str] = Field(default_factory=dict)
    attributes: dict[str, str] = Field(default_factory=dict)
    encoding: str = "utf-8"


class PlacesTable(Table):
    """The table of cells and its mapped columns; ``minimum_households`` is the least a cell needs to be shown alone.

    The rows of a GeoJSON file are its features, their columns the features' properties. ``id`` may be several columns, whose
    values are joined with `` | ``. With ``distinct`` a table of something else may name a cell on many rows, which must agree in the
    mapped columns, and rows without an id are left out. With ``first_seen``, a column of dates, a cell so named exists from its first
    date on, and counts as known on the day before.
    """

    path: str
    grid: Grid | None = None
    id: str | tuple[str, ...]
    distinct: bool = False
    first_seen: str | None = None
    more: tuple[MoreFigures, ...] = ()
    groupings: dict[str, str | GroupingRule] = Field(min_length=1)
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
    households: str | None = None
    minimum_households: float = 5

    @model_validator(mode="after")
    def _grid_is_whole(self) -> PlacesTable:
        if self.grid is not None and self.successions is not None:
            raise ValueError("the cells of a grid do not follow one another; remove successions.")
        own = self.shapes is not None or self.first_seen is not None or self.distinct
        if self.grid is not None and (own or self.id != "cell"):
            raise ValueError(
                "a grid has cells and shapes of its own; remove shapes, distinct and first_seen, and set id = 'cell'."
            )
        return self

    @model_validator(mode="after")
    def _named_once(self) -> PlacesTable:
        dated = (self.first_seen, self.valid_from, self.valid_to, self.known)
        if self.distinct and any(column is not None for column in dated):
            raise ValueError(
                "distinct takes each cell once, without dates; remove distinct, or first_seen, valid_from, valid_to and known."
            )
        return self

    @model_validator(mode="after")
    def _households_is_an_exposure(self) -> PlacesTable:
        if self.households is not None and self.households not in self.exposures:
            raise ValueError(f"households names the exposure {self.households!r}, which is not in exposures; add it there.")
        return self
