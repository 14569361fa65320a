"""Sources of records: where their rows come from and what their columns mean."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from riskmodel.base.days import to_day, to_iso
from riskmodel.base.errors import UsageError
from riskmodel.base.project.source_columns import Columns
from riskmodel.base.toml_tables import Table

_ANSWERS = {"id": "id", "cell": "cell", "occurred": "occurred", "known": "known"}
"""What the columns of the desk's answers mean; ``outcome`` is their kind."""


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

    It is one of a file (``path``), a database (``sql``), a portal (``socrata``), a frame that a notebook gives (``frame``) or
    what the centres answered (``answers``), which the night takes in and whose columns are given.
    """

    name: str = Field(pattern=r"^[\w-]+$", description="letters, digits, '-' and '_': files of the history are called by it")
    formerly: tuple[str, ...] = Field(default=(), description="names that this source had before; its rows stay the same rows")
    path: str | None = None
    sheet: str | None = Field(default=None, description="sheet of a spreadsheet; default: its first")
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
    period: Literal["day", "week", "month"] = "day"
    delay: int = Field(default=0, ge=0, description="days until a record is known, where no column says it")
    label_delay: int = Field(default=0, ge=0, description="days after which a label of this source is mature")
    keep_days: int | None = Field(
        default=None, ge=1, description="days for which rows are kept after the last day that they are about; default: for ever"
    )
    since: str | None = None
    through: str | None = None
    stale_after: int = Field(default=7, ge=0, description="days after which the feed counts as stale")

    @model_validator(mode="before")
    @classmethod
    def _columns_of_answers(cls, content: Any) -> Any:
        if not isinstance(content, dict) or content.get("answers") is not True:
            return content
        if "columns" in content:
            raise ValueError("answers have columns of their own; remove columns.")
        return {**content, "columns": _ANSWERS if "kind" in content else {**_ANSWERS, "kind": "outcome"}}

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
        if sum((self.path is not None, self.sql is not None, self.socrata is not None, self.frame, self.answers)) != 1:
            raise ValueError("give exactly one of path, sql, socrata, frame = true or answers = true: where its rows come from.")
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
