"""A project: a folder with ``riskmodel.toml``, ``features/`` and ``experiments/``. Paths in it are relative to it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Literal
from zoneinfo import available_timezones

from pydantic import Field, field_validator, model_validator

from riskmodel.base.errors import UsageError, missing_file, refused, unknown_name
from riskmodel.base.periods import to_day, to_iso
from riskmodel.base.tables import Table, build, read_toml
from riskmodel.base.texts import Language, Text

FILE_NAME = "riskmodel.toml"

LAWFUL_CIVIC_KINDS = (
    "petition", "assembly", "protest", "demonstration", "speech", "religio", "worship", "union", "strike", "journalis",
    "信访", "上访", "请愿", "集会", "游行", "示威", "言论", "宗教", "礼拜", "工会", "罢工", "记者", "维权",
)  # fmt: skip
"""Kinds that are lawful civic activity: refused as signal and as target."""

_HARMLESS = ("reunion", "competition", "repetition")
"""Words that only contain one of these."""


_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Kind(Table):
    """A kind of record: its family, its names, and whether police effort makes it (``discretionary``)."""

    family: str
    zh: str
    en: str
    discretionary: bool = False
    state: bool = False


class Neighbours(Table):
    """Which cells are adjacent: a table of pairs (``path``, ``cell``, ``neighbour``), each pair once or twice, or, with
    ``within``, the cells whose shapes are no further apart than that many units of their coordinates."""

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


class MoreFigures(Table):
    """A further table with figures of cells, joined by id; a cell that it lacks has no figure."""

    path: str
    id: str
    exposures: dict[str, str] = Field(default_factory=dict)
    attributes: dict[str, str] = Field(default_factory=dict)
    encoding: str = "utf-8"


class PlacesTable(Table):
    """The table of cells and its mapped columns; ``minimum_households`` is the least a cell needs to be shown alone.

    ``id`` may be several columns, whose values are joined with `` | ``. With ``first_seen``, a column of dates, the table
    may name a cell many times: the cell exists from its first date on, and counts as known on the day before.
    """

    path: str
    grid: Grid | None = None
    id: str | tuple[str, ...]
    first_seen: str | None = None
    more: tuple[MoreFigures, ...] = ()
    groupings: dict[str, str] = Field(min_length=1)
    exposures: dict[str, str] = Field(default_factory=dict)
    attributes: dict[str, str] = Field(default_factory=dict)
    valid_from: str | None = None
    valid_to: str | None = None
    known: str | None = None
    encoding: str = "utf-8"
    neighbours: Neighbours | None = None
    shapes: Shapes | None = None
    addresses: Addresses | None = None
    households: str | None = None
    minimum_households: float = 5

    @model_validator(mode="after")
    def _grid_is_whole(self) -> PlacesTable:
        if self.grid is not None and (self.shapes is not None or self.first_seen is not None or self.id != "cell"):
            raise ValueError("a grid has shapes of its own and the id 'cell'; remove shapes and first_seen, and set id = 'cell'.")
        return self

    @model_validator(mode="after")
    def _households_is_an_exposure(self) -> PlacesTable:
        if self.households is not None and self.households not in self.exposures:
            raise ValueError(f"households names the exposure {self.households!r}, which is not in exposures; add it there.")
        return self


class Columns(Table):
    """Which column of a source holds what. ``id`` may be several columns that identify a row together.

    A row's place is its ``cell`` (several columns where the cells' ids are), its ``address``, which the places' register knows,
    or its point ``x``, ``y``. ``occurred`` may be several columns, joined with ``-`` (a year and a month), or, for a table
    without dates, a date: the day of every row. A row with ``ended`` (and ``ended_known``) is a state that lasted from
    ``occurred`` to ``ended``.
    """

    id: str | tuple[str, ...]
    cell: str | tuple[str, ...] | None = None
    address: str | None = None
    x: str | None = None
    y: str | None = None
    occurred: str | tuple[str, ...]
    known: str | None = None
    kind: str | None = None
    revision: str | None = None
    status: str | None = None
    amount: str | None = None
    ended: str | None = None
    ended_known: str | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Columns:
        if (self.x is None) != (self.y is None):
            raise ValueError("a point needs both x and y; add the other.")
        if sum(column is not None for column in (self.cell, self.address, self.x)) != 1:
            raise ValueError("give exactly one of cell, address, or x and y: where a row's place stands.")
        return self

    @property
    def day(self) -> str | None:
        """The one day of all rows, where ``occurred`` is a date and no column."""
        return self.occurred if isinstance(self.occurred, str) and _DATE.fullmatch(self.occurred) else None

    def mapped(self) -> tuple[str, ...]:
        """Every column of the source that is read."""
        dates = None if self.day is not None else self.occurred
        several = [name for names in (self.id, self.cell, dates) for name in _names(names)]
        rest = (self.address, self.x, self.y, self.known, self.kind, self.revision, self.status, self.amount, self.ended)
        return tuple(dict.fromkeys([*several, *(column for column in (*rest, self.ended_known) if column is not None)]))

    def ids(self) -> tuple[str, ...]:
        """The columns that identify a row."""
        return _names(self.id)


def _names(column: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return () if column is None else (column,) if isinstance(column, str) else column


class Sql(Table):
    """A table, or the rows of a single SELECT, of a database whose SQLAlchemy address the environment variable ``url`` holds.

    With ``increment``, a column that only grows (a serial number, a time of change), later ingests read only the rows from
    the last value on. ``parameters`` are bound to the names in ``select`` (``:since``); ``timeout`` is in seconds a statement.
    """

    url: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", description="name of an environment variable, never the address itself")
    table: str | None = None
    select: str | None = None
    parameters: dict[str, str | int | float] = Field(default_factory=dict)
    increment: str | None = None
    timeout: int = Field(default=300, ge=1)

    @model_validator(mode="after")
    def _one_query(self) -> Sql:
        if (self.table is None) == (self.select is None):
            raise ValueError("give either table or select.")
        return self


class Socrata(Table):
    """A JSON endpoint of an open-data portal (``https://…/resource/abcd-1234.json``), read in pages of ``page`` rows.

    Only rows that were changed since the last ingest are read. ``token`` names an environment variable with an app token.
    """

    url: str = Field(pattern=r"^https?://[^\s?#]+\.json$")
    where: str | None = None
    page: int = Field(default=50_000, ge=1)
    token: str | None = None


class Source(Table):
    """A table of records: where it is, what its columns mean, how its kinds are called here, when it is stale.

    It is one of a file (``path``), a database (``sql``), a portal (``socrata``) or a frame that a notebook gives (``frame``).
    """

    name: str = Field(pattern=r"^[\w-]+$", description="letters, digits, '-' and '_': files of the history are called by it")
    formerly: tuple[str, ...] = Field(default=(), description="names that this source had before; its rows stay the same rows")
    path: str | None = None
    sheet: str | None = Field(default=None, description="sheet of a spreadsheet; default: its first")
    sql: Sql | None = None
    socrata: Socrata | None = None
    frame: bool = False
    columns: Columns
    kinds: dict[str, str] = Field(default_factory=dict)
    kind: str | None = None
    withdrawn: tuple[str, ...] = ()
    only: dict[str, tuple[str, ...]] = Field(default_factory=dict, description="rows of the table that are this source's")
    repeats: bool = Field(
        default=False, description="rows that agree in every column of the id are different events; the table has no ids"
    )
    encoding: str = "utf-8"
    crs: str | None = Field(default=None, description="reference system of columns.x and columns.y; default: that of the shapes")
    period: Literal["day", "week", "month"] = "day"
    delay: int = Field(default=0, ge=0, description="days until a record is known, where no column says it")
    label_delay: int = Field(default=0, ge=0, description="days after which a label of this source is mature")
    since: str | None = None
    through: str | None = None
    stale_after: int = Field(default=7, ge=0, description="days after which the feed counts as stale")

    @field_validator("since", "through")
    @classmethod
    def _is_a_date(cls, day: str | None) -> str | None:
        try:
            return day if day is None else to_iso(to_day(day))
        except UsageError:
            raise ValueError(f"{day!r} is not a date; write it as YYYY-MM-DD.") from None

    @model_validator(mode="after")
    def _kind_is_given_once(self) -> Source:
        if (self.columns.kind is None) == (self.kind is None):
            raise ValueError("give either columns.kind (with the table kinds) or one kind for the whole source.")
        if self.columns.kind is not None and not self.kinds:
            raise ValueError("columns.kind needs the table kinds, which maps each value of that column to a kind.")
        return self

    @model_validator(mode="after")
    def _one_origin(self) -> Source:
        if sum((self.path is not None, self.sql is not None, self.socrata is not None, self.frame)) != 1:
            raise ValueError("give exactly one of path, sql, socrata or frame = true: where its rows come from.")
        if self.repeats and (self.socrata is not None or (self.sql is not None and self.sql.increment is not None)):
            raise ValueError("repeats needs all rows of the table at once; map an id, or remove sql.increment.")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that this source has had, the first one first; rows are identified under that."""
        return (*self.formerly, self.name)

    def produces(self) -> tuple[str, ...]:
        """The project kinds that this source can bring, in order of first mention."""
        return (self.kind,) if self.kind is not None else tuple(dict.fromkeys(self.kinds.values()))


class Exports(Table):
    """A table that says, for each source, since when and through which day it is complete and when that was known."""

    path: str
    source: str
    since: str
    through: str
    known: str
    encoding: str = "utf-8"


class Warnings(Table):
    """Who gets a list, and how a centre's capacity is split among targets (experiment name to share)."""

    grouping: str = "centre"
    split: dict[str, float] = Field(default_factory=dict)
    language: Language = "zh"
    approval: bool = True

    @field_validator("split")
    @classmethod
    def _shares(cls, split: dict[str, float]) -> dict[str, float]:
        if any(share <= 0 for share in split.values()) or sum(split.values()) > 1 + 1e-9:
            raise ValueError("shares must be positive and add up to at most 1.")
        return split


class Delivery(Table):
    """How approved lists leave: files in ``folder`` (a path of the project, such as one that a centre's system reads)."""

    folder: str = "outbox/sent"


class Layer(Table):
    """Another division of the same county into cells, with sources of its own."""

    places: PlacesTable
    sources: tuple[Source, ...] = Field(min_length=1)
    exports: Exports | None = None


class ProjectTable(Table):
    """The content of ``riskmodel.toml``."""

    name: str
    title: Text
    time_zone: str = "Asia/Shanghai"
    history: str = "data/history"
    store: str = "data/operations.db"
    outbox: str = "outbox"
    tracking: str = "mlruns"
    truth: str | None = None
    places: PlacesTable
    kinds: dict[str, Kind] = Field(min_length=1)
    sources: tuple[Source, ...] = Field(min_length=1)
    exports: Exports | None = None
    warnings: Warnings = Warnings()
    delivery: Delivery = Delivery()
    layers: dict[str, Layer] = Field(default_factory=dict)

    @field_validator("time_zone")
    @classmethod
    def _is_a_time_zone(cls, zone: str) -> str:
        if zone not in available_timezones():
            raise ValueError(f"{zone!r} is not a time zone; use a name such as 'Asia/Shanghai'.")
        return zone

    @model_validator(mode="after")
    def _names_fit(self) -> ProjectTable:
        for sources in (self.sources, *(layer.sources for layer in self.layers.values())):
            names = [name for source in sources for name in source.names]
            if len(set(names)) != len(names):
                raise ValueError("two sources have the same name; rename one.")
        for source in (*self.sources, *(source for layer in self.layers.values() for source in layer.sources)):
            for kind in source.produces():
                if kind not in self.kinds:
                    raise ValueError(f"source {source.name!r} maps to the kind {kind!r}, which is not in [kinds]; add it there.")
        if self.warnings.grouping not in self.places.groupings:
            raise ValueError(f"warnings.grouping {self.warnings.grouping!r} is not one of places.groupings; add it there.")
        return self


class Project:
    """A loaded project: its folder and its table.

    Parameters
    ----------
    folder
        Absolute path of the folder that holds ``riskmodel.toml``.
    table
        The content of that file.
    data
        Where paths that begin with ``$RISKMODEL_DATA/`` are found, or None.
    """

    def __init__(self, folder: Path, table: ProjectTable, data: Path | None = None) -> None:
        self.folder = folder
        self.table = table
        self.data = data

    def __repr__(self) -> str:
        return f"<Project {self.table.name!r}: {len(self.table.sources)} sources, {len(self.table.kinds)} kinds>"

    def path(self, relative: str) -> Path:
        """The absolute path of a path in ``riskmodel.toml``."""
        prefix = "$RISKMODEL_DATA/"
        if relative.startswith(prefix):
            if self.data is None:
                raise missing_file(
                    "data folder",
                    "$RISKMODEL_DATA",
                    "Set the environment variable RISKMODEL_DATA to the folder with the open data.",
                )
            return self.data / relative.removeprefix(prefix)
        return self.folder / relative

    def layer(self, name: str) -> Project:
        """This project with the cells and sources of another layer; ``""`` is the project itself.

        Raises
        ------
        UsageError
            If there is no such layer.
        """
        if not name:
            return self
        if name not in self.table.layers:
            raise unknown_name("layer", name, self.table.layers)
        layer = self.table.layers[name]
        table = self.table.model_copy(
            update={
                "places": layer.places,
                "sources": layer.sources,
                "exports": layer.exports,
                "history": f"{self.table.history}-{name}",
            }
        )
        return Project(self.folder, table, self.data)

    def kind_labels(self, language: Language) -> dict[str, str]:
        """The name of each kind in ``language``."""
        return {name: getattr(kind, language) for name, kind in self.table.kinds.items()}


def load_project(folder: Path | str, data: Path | None = None) -> Project:
    """The project in ``folder``.

    Raises
    ------
    UsageError
        If there is no ``riskmodel.toml`` or it has faults (all are named).
    RefusedError
        If a kind is lawful civic activity.
    """
    folder = Path(folder).absolute()
    content = read_toml(folder / FILE_NAME, "project file", "Run 'riskmodel init DIR' to make a project, or pass --project DIR.")
    table = build(ProjectTable, content, FILE_NAME)
    sources = (*table.sources, *(source for layer in table.layers.values() for source in layer.sources))
    for name, kind in table.kinds.items():
        refuse_civic(name, kind, [raw for source in sources for raw, meant in source.kinds.items() if meant == name])
    return Project(folder, table, data)


def refuse_civic(name: str, kind: Kind, source_names: Iterable[str] = ()) -> None:
    """Refuse a kind whose name, family or label is lawful civic activity, or that source rows of such a kind are mapped to.

    Raises
    ------
    RefusedError
        If one of :data:`LAWFUL_CIVIC_KINDS` stands in its name, family, labels or the sources' own names for it.
    """
    text = " ".join((name, kind.family, kind.zh, kind.en, *source_names)).lower()
    for word in _HARMLESS:
        text = text.replace(word, "")
    found = [word for word in LAWFUL_CIVIC_KINDS if word in text]
    if found:
        raise refused(
            f"The kind {name!r}",
            f"{found[0]!r} is lawful civic activity, which is neither a signal nor a target here",
            "Remove the kind and its source rows from riskmodel.toml.",
        )
