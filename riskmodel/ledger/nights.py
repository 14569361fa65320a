"""Nights: what each target of a night was computed from."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, func, select

from riskmodel.ledger.column_types import row_of, value_of
from riskmodel.ledger.entries import Night
from riskmodel.ledger.ledger_tables import LISTS, NIGHTS
from riskmodel.ledger.seals import add, change_head, check_all, check_head, intact

_OF_NIGHT = select(NIGHTS).where(NIGHTS.c.as_of == bindparam("night")).order_by(NIGHTS.c.experiment)


class Nights:
    """The nights, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(self, as_of: int, nights: Sequence[Night]) -> None:
        """Replace all targets of a night."""
        check_all(self._connection, NIGHTS)
        before = list(self._connection.scalars(select(NIGHTS.c.seal).where(NIGHTS.c.as_of == as_of)))
        change_head(self._connection, NIGHTS, before, -1)
        self._connection.execute(delete(NIGHTS).where(NIGHTS.c.as_of == as_of))
        for night in nights:
            add(self._connection, NIGHTS, row_of(NIGHTS, night))

    def of(self, as_of: int) -> tuple[Night, ...]:
        """Return the targets of a night by experiment name.

        There are none if the night was not run.

        Raises
        ------
        IntegrityError
            If a record of the night was changed.
        """
        rows = self._connection.execute(_OF_NIGHT, {"night": as_of}).mappings()
        return tuple(value_of(Night, intact(NIGHTS, row)) for row in rows)

    def dates(self) -> tuple[int, ...]:
        """Return the as-of days of all nights, the earliest first."""
        check_head(self._connection, NIGHTS)
        return tuple(self._connection.scalars(select(NIGHTS.c.as_of).distinct().order_by(NIGHTS.c.as_of)))

    def on_time(self) -> tuple[int, ...]:
        """Return the as-of days of the nights that were not caught up."""
        late = set(self._connection.scalars(select(NIGHTS.c.as_of).where(NIGHTS.c.status == "late")))
        return tuple(day for day in self.dates() if day not in late)

    def last_scored(self, experiment: str, before: int) -> int | None:
        """Return the last night before a day that scored a target.

        Nights that were caught up do not count: nobody saw their lists on their day.
        """
        scored = select(func.max(NIGHTS.c.as_of)).where(NIGHTS.c.experiment == experiment, NIGHTS.c.status == "scored")
        return self._connection.scalar(scored.where(NIGHTS.c.as_of < before))

    def closed(self, as_of: int) -> bool:
        """Return whether a night may no longer change.

        A night is closed once one of its lists was approved or a later night read its lists.

        Raises
        ------
        IntegrityError
            If a record of any night was changed, removed or added.
        """
        check_all(self._connection, NIGHTS)
        approved = select(LISTS.c.id).where(LISTS.c.as_of == as_of, LISTS.c.status == "approved")
        read = select(NIGHTS.c.as_of).where(NIGHTS.c.previous == as_of)
        return any(self._connection.execute(query.limit(1)).first() is not None for query in (approved, read))
