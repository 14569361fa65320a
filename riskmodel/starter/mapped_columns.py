"""The roles of a table's columns."""

from __future__ import annotations

from dataclasses import dataclass

from riskmodel.starter.date_evidence import DateEvidence
from riskmodel.starter.reference_systems import CoordinateEvidence


@dataclass(frozen=True, eq=False)
class ColumnRoles:
    """The columns that are read, and what each is.

    Parameters
    ----------
    date
        The day on which it happened.
    occurred
        Column or columns of it, as riskmodel.toml states them.
    cell
        Column of the cell, or the one that joins its columns.
    cells
        Column or columns of it, as riskmodel.toml states them.
    period
        Period that a row is about: ``day``, ``week`` or ``month``.
    repeats
        Whether rows that agree in every column of ``id`` are different events.
    merged
        Whether several rows are one event: those that agree in every column of ``id``.
    in_utc
        Why the dates count on the days that are written, although they are instants of UTC; empty if they do not.
    known_in_utc
        The same of the days on which rows became known; None where these are plain dates or follow from the date.
    kind_guessed
        Whether ``kind`` is neither stated nor called so, but the only column of a few words.
    ended
        The day on which a case was closed, if a column says it.
    revision
        Column of the number of a version, if rows have several.
    last_day
        Whether a week is named by its last day.
    """

    date: DateEvidence
    occurred: str | tuple[str, ...]
    period: str
    known: DateEvidence | None
    kind: str | None
    cell: str | None
    points: CoordinateEvidence | None
    amount: str | None
    id: tuple[str, ...]
    repeats: bool
    merged: bool = False
    cells: tuple[str, ...] = ()
    in_utc: str = ""
    known_in_utc: bool | None = None
    kind_guessed: bool = False
    ended: DateEvidence | None = None
    revision: str | None = None
    last_day: bool = False

    @property
    def form(self) -> str | None:
        """Form of the dates as riskmodel.toml states it, if it does."""
        return self.date.form or (None if self.known is None else self.known.form)

    def dates(self) -> tuple[str, ...]:
        """Return the columns of the day on which it happened."""
        return (self.occurred,) if isinstance(self.occurred, str) else self.occurred
