"""Sources of records: where their rows come from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from riskmodel.base.date_forms import date_form
from riskmodel.base.days import to_day, to_iso
from riskmodel.base.errors import UsageError
from riskmodel.base.plain_values import plain_text
from riskmodel.base.project.source_columns import Columns
from riskmodel.base.project.zone_names import known_zone
from riskmodel.base.table_faults import Fault
from riskmodel.base.texts import FileText
from riskmodel.base.toml_tables import Table

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_FIRST_ANSWERS = {"id": "id", "cell": "cell", "occurred": "occurred", "known": "known"}
_ANSWERS = {**_FIRST_ANSWERS, "revision": "revision", "status": "status"}
"""Columns of the desk's answers; ``outcome`` is their kind. Without revisions no correction takes an answer back, as in earlier versions."""
_TAKEN_BACK = "corrected"
"""The status of an answer that a correction replaced."""


class Sql(Table):
    """A table of a database, or the rows of a single SELECT.

    ``url`` is the environment variable that holds the SQLAlchemy address. With ``increment``, a column that only grows (a
    serial number, a time of change), later ingests read only the rows from the last value on and those without a value, and all
    rows if some were written behind it, or every ``full_every`` days. ``parameters`` are bound to the names in ``select``
    (``:since``); ``timeout`` is in seconds per statement. ``read_only_account`` states that the account in the address can only read, for databases
    that cannot be held to it otherwise.
    """

    url: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", description="name of an environment variable, never the address itself")
    table: str | None = None
    select: str | None = None
    parameters: dict[str, str | int | float] = Field(default_factory=dict)
    increment: str | None = None
    full_every: int = Field(default=7, ge=1)
    timeout: int = Field(default=300, ge=1)
    read_only_account: bool = False

    @classmethod
    def key_faults(cls, given: Mapping[str, Any]) -> Iterator[Fault]:
        """Return the fault of both or neither of ``table`` and ``select``."""
        if ("table" in given) == ("select" in given):
            yield Fault((), "give either table or select.")


class Socrata(Table):
    """A JSON endpoint of an open-data portal, read in pages.

    ``url`` is such as ``https://…/resource/abcd-1234.json``; ``page`` is in rows. Only rows that were changed since the last
    ingest are read, and all rows every ``full_every`` days. ``token`` names an environment variable with an app token.
    """

    url: str = Field(pattern=r"^https?://[^\s?#]+\.json$")
    where: str | None = None
    page: int = Field(default=50_000, ge=1)
    full_every: int = Field(default=30, ge=1)
    token: str | None = None


class Source(Table):
    """A table of records: its origin, columns, kinds and freshness.

    Its rows come from one of a file (``path``), a database (``sql``), a portal (``socrata``), a frame that a notebook gives
    (``frame``) or the answers of the centres (``answers``), which the night ingests and which have fixed columns.
    """

    name: str = Field(pattern=r"^[\w-]+$", description="letters, digits, '-' and '_': files of the history are called by it")
    title: FileText | None = Field(default=None, description="name that lists and pages show; default: the name")
    formerly: tuple[str, ...] = Field(default=(), description="names that this source had before; its rows stay the same rows")
    path: str | None = None
    sheet: str | None = Field(
        default=None, description="sheet of a spreadsheet; default: its first, unless another has the same columns"
    )
    sql: Sql | None = None
    socrata: Socrata | None = None
    frame: bool = False
    answers: bool = False
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
    separator: Literal[",", ";", "\t", "|", "^", "~"] = Field(default=",", description="sign between the fields of a CSV")
    decimal: Literal[".", ","] = Field(default=".", description="sign before the decimals of coordinates")
    scale: float = Field(
        default=1.0,
        gt=0,
        description="number by which coordinates were multiplied: 1000000 for degrees times a million, 0.001 for kilometres",
    )
    thousands: Literal["", ".", ",", "'", " "] | None = Field(
        default=None,
        description="sign between groups of three digits in columns.amount; '': none, so 2.000 is 2; default: 2.000 is not read",
    )
    dates: str | None = Field(
        default=None, description="form of dates that do not begin with the year, such as m/d/yyyy, d.m.yyyy or %d/%m/%Y"
    )
    time_zone: str | None = Field(
        default=None,
        description="zone in which days of instants are counted; UTC where dates are written as midnights of UTC; default: the project's",
    )
    known_time_zone: str | None = Field(
        default=None, description="zone of the days of columns.known and columns.ended_known; default: that of the other days"
    )
    period: Literal["day", "week", "week_end", "month"] = Field(
        default="day", description="period that a row is about; week: given by its first day, week_end: by its last day"
    )
    delay: int = Field(default=0, ge=0, description="days until a record is known, where no column says it")
    label_delay: int = Field(default=0, ge=0, description="days after which a label of this source is mature")
    keep_days: int | None = Field(
        default=None, ge=1, description="days for which rows are kept after the last day that they are about; default: for ever"
    )
    since: str | None = None
    through: str | None = None
    stale_after: int = Field(default=7, ge=0, description="days after which the source counts as stale")
    deadline: str | None = Field(
        default=None, description="time of day, such as 06:30, until which 'riskmodel night' waits for this source"
    )
    may_shrink: float = Field(
        default=0.05, ge=0, le=1, description="share of its rows by which a table may shrink between ingests; 1: by any number"
    )
    may_quarantine: float = Field(
        default=0.1, ge=0, le=1, description="share of a table's rows that may go to quarantine without an alert"
    )

    @model_validator(mode="before")
    @classmethod
    def _columns_of_answers(cls, content: Any) -> Any:
        if not isinstance(content, dict) or content.get("answers") is not True or "columns" in content:
            return content
        columns = _ANSWERS if "kind" in content else {**_ANSWERS, "kind": "outcome"}
        return {**content, "columns": columns, "withdrawn": content.get("withdrawn") or [_TAKEN_BACK]}

    @field_validator("kinds")
    @classmethod
    def _plain_kinds(cls, kinds: dict[str, str]) -> dict[str, str]:
        plain: dict[str, str] = {}
        for value, kind in kinds.items():
            if plain.setdefault(plain_text(value), kind) != kind:
                raise ValueError(f"{value!r} is written twice, for two kinds; {plain_text(value)!r} is the same value. Keep one.")
        return plain

    @field_validator("deadline")
    @classmethod
    def _is_a_time_of_day(cls, deadline: str | None) -> str | None:
        if deadline is not None and not _TIME.fullmatch(deadline):
            raise ValueError("it must be a time of day such as '06:30'.")
        return deadline

    @field_validator("withdrawn")
    @classmethod
    def _plain_states(cls, withdrawn: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(plain_text(value) for value in withdrawn)

    @field_validator("only")
    @classmethod
    def _plain_rows(cls, only: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        return {column: tuple(plain_text(value) for value in values) for column, values in only.items()}

    @field_validator("dates")
    @classmethod
    def _is_a_form(cls, form: str | None) -> str | None:
        return form if form is None else date_form(form).text

    @field_validator("time_zone", "known_time_zone")
    @classmethod
    def _is_a_time_zone(cls, zone: str | None) -> str | None:
        return zone if zone is None else known_zone(zone)

    @field_validator("since", "through")
    @classmethod
    def _is_a_date(cls, day: str | None) -> str | None:
        try:
            return day if day is None else to_iso(to_day(day))
        except UsageError:
            raise ValueError(f"{day!r} is not a date; write it as YYYY-MM-DD.") from None

    @classmethod
    def key_faults(cls, given: Mapping[str, Any]) -> Iterator[Fault]:
        """Return keys of kinds, origin and ids that do not go together."""
        answers, columns = given.get("answers") is True, given.get("columns")
        if answers and columns is not None and not _fixed(columns):
            yield Fault(("columns",), "answers have columns of their own; remove columns.")
        elif answers or isinstance(columns, (Mapping, Columns)):
            by_column = "kind" not in given if answers and columns is None else _kind_column(columns) is not None
            yield from _kind_faults(by_column, given)
        flags = sum(given.get(name) is True for name in ("frame", "answers"))
        if sum(name in given for name in ("path", "sql", "socrata")) + flags != 1:
            yield Fault((), "give exactly one of path, sql, socrata, frame = true or answers = true: where its rows come from.")
        sql = given.get("sql")
        increment = sql.get("increment") if isinstance(sql, Mapping) else getattr(sql, "increment", None)
        if given.get("repeats") is True and ("socrata" in given or increment is not None):
            yield Fault((), "repeats needs all rows of the table at once; map an id, or remove sql.increment.")

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that this source has had, the first one first.

        Rows are identified under the first.
        """
        return (*self.formerly, self.name)

    def produces(self) -> tuple[str, ...]:
        """Return the kinds of its records, in order of first mention."""
        return (self.kind,) if self.kind is not None else tuple(dict.fromkeys(self.kinds.values()))


def _fixed(columns: Any) -> bool:
    """Return whether these are the fixed columns of answers."""
    stated = columns if isinstance(columns, Mapping) else columns.model_dump() if isinstance(columns, Columns) else {}
    given = {name: column for name, column in stated.items() if column is not None}
    kinds: tuple[dict[str, str], ...] = ({}, {"kind": "outcome"})
    return given in [{**columns, **kind} for columns in (_ANSWERS, _FIRST_ANSWERS) for kind in kinds]


def _kind_column(columns: Any) -> Any:
    return columns.get("kind") if isinstance(columns, Mapping) else columns.kind


def _kind_faults(by_column: bool, given: Mapping[str, Any]) -> Iterator[Fault]:
    if by_column == ("kind" in given):
        yield Fault((), "give either columns.kind (with the table kinds) or one kind for the whole source.")
    elif by_column and not given.get("kinds"):
        yield Fault((), "columns.kind needs the table kinds, which maps each value of that column to a kind.")
