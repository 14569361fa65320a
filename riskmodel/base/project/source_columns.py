"""The columns of a source that are read, and their meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from riskmodel.base.table_faults import Fault
from riskmodel.base.toml_tables import Table

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Columns(Table):
    """Column of a source for each thing that a record holds.

    A row's place is its ``cell`` (several columns where the cells' ids are), its ``address``, found in the register of addresses,
    or its point ``x``, ``y``. ``id`` may be several columns that identify a row together. ``occurred`` may be several columns,
    joined with ``-`` (a year and a month), or, for a table without dates, a date: the day of every row. A row with ``ended``
    (and ``ended_known``) is a state that lasts from ``occurred`` to ``ended``. With ``amount_per`` the column ``amount`` is a
    figure per unit of that column (complaints per dwelling): the record's amount is the whole number that gives this figure
    when divided by it.
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
    amount_per: str | None = None
    ended: str | None = None
    ended_known: str | None = None

    @classmethod
    def key_faults(cls, given: Mapping[str, Any]) -> Iterator[Fault]:
        """Return keys that do not go together."""
        if ("x" in given) != ("y" in given):
            yield Fault((), "a point needs both x and y; add the other.")
        elif sum(column in given for column in ("cell", "address", "x")) != 1:
            yield Fault((), "give exactly one of cell, address, or x and y: where a row's place stands.")
        if "amount_per" in given and "amount" not in given:
            yield Fault((), "amount_per needs amount, the figure per unit of it; add it, or remove amount_per.")

    @property
    def day(self) -> str | None:
        """Day of every row, where ``occurred`` is a date, not a column."""
        return self.occurred if isinstance(self.occurred, str) and _DATE.fullmatch(self.occurred) else None

    def mapped(self) -> tuple[str, ...]:
        """Return every column of the source that is read."""
        dates = None if self.day is not None else self.occurred
        several = [name for names in (self.id, self.cell, dates) for name in column_names(names)]
        rest = (self.address, self.x, self.y, self.known, self.kind, self.revision, self.status, self.amount, self.amount_per)
        return tuple(
            dict.fromkeys([*several, *(column for column in (*rest, self.ended, self.ended_known) if column is not None)])
        )

    def ids(self) -> tuple[str, ...]:
        """Return the columns that identify a row."""
        return column_names(self.id)


def column_names(column: str | tuple[str, ...] | None) -> tuple[str, ...]:
    """Return the names of a column, of several, or none."""
    return () if column is None else (column,) if isinstance(column, str) else column
