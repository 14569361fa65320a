"""Nights: what each target of a night was computed from."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, bindparam, case, delete, func, select

from riskmodel.ledger.column_types import row_of, value_of
from riskmodel.ledger.entries import Night
from riskmodel.ledger.ledger_tables import LISTS, NIGHTS
from riskmodel.ledger.seals import add, change_head, check_head, check_night, intact
from riskmodel.ledger.seals_by_night import check_since

_OF_NIGHT = select(NIGHTS).where(NIGHTS.c.as_of == bindparam("night")).order_by(NIGHTS.c.experiment)


_ON_TIME = select(NIGHTS.c.as_of).group_by(NIGHTS.c.as_of).having(func.max(case((NIGHTS.c.status == "late", 1), else_=0)) == 0)

_GOOD = select(NIGHTS.c.as_of).group_by(NIGHTS.c.as_of).having(func.min(case((NIGHTS.c.status == "scored", 1), else_=0)) == 1)


class Nights:
    """The nights, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(self, as_of: int, nights: Sequence[Night]) -> None:
        """Replace all targets of a night."""
        before = [row["seal"] for row in self._intact(as_of)]
        change_head(self._connection, NIGHTS, before, -1, as_of)
        self._connection.execute(delete(NIGHTS).where(NIGHTS.c.as_of == as_of))
        for night in nights:
            add(self._connection, NIGHTS, row_of(NIGHTS, night))

    def of(self, as_of: int) -> tuple[Night, ...]:
        """Return the targets of a night by experiment name.

        There are none if the night was not run.

        Raises
        ------
        IntegrityError
            If a record of the night was changed, removed or added.
        """
        return tuple(value_of(Night, row) for row in self._intact(as_of))

    def every(self) -> list[Night]:
        """Return the targets of all nights as they are stored, unchecked."""
        rows = self._connection.execute(select(NIGHTS).order_by(NIGHTS.c.as_of, NIGHTS.c.experiment)).mappings()
        return [value_of(Night, row) for row in rows]

    def dates(self) -> tuple[int, ...]:
        """Return the as-of days of all nights, the earliest first."""
        check_head(self._connection, NIGHTS)
        return tuple(self._connection.scalars(select(NIGHTS.c.as_of).distinct().order_by(NIGHTS.c.as_of)))

    def since(self, day: int) -> tuple[int, ...]:
        """Return the days of nights from a day on, unchecked."""
        return tuple(self._connection.scalars(select(NIGHTS.c.as_of).distinct().where(NIGHTS.c.as_of >= day)))

    def until(self, day: int) -> tuple[int, ...]:
        """Return the days of nights up to a day, else of all.

        A night of a day to come is a preview, or was run while the clock was wrong: it is not the last one.
        """
        dates = self.dates()
        return tuple(one for one in dates if one <= day) or dates

    def on_time(self) -> tuple[int, ...]:
        """Return the as-of days of the nights that were not caught up."""
        check_head(self._connection, NIGHTS)
        return tuple(self._connection.scalars(_ON_TIME.order_by(NIGHTS.c.as_of)))

    def on_time_since(self, day: int) -> tuple[int, ...]:
        """Return those of the nights from a day on, unchecked."""
        return tuple(self._connection.scalars(_ON_TIME.where(NIGHTS.c.as_of >= day).order_by(NIGHTS.c.as_of)))

    def last_good(self, until: int) -> int | None:
        """Return the last night on which every target was scored, if any.

        Raises
        ------
        IntegrityError
            If a record of that night was changed, removed or added.
        """
        found = self._connection.scalar(_GOOD.where(NIGHTS.c.as_of <= until).order_by(NIGHTS.c.as_of.desc()).limit(1))
        if found is not None:
            self.of(found)
        return found

    def last_on_time(self, before: int, most: int) -> tuple[int, ...]:
        """Return the last nights before a day that were not caught up.

        Raises
        ------
        IntegrityError
            If a record of one of these nights, or of a later one, was changed, removed or added.
        """
        query = _ON_TIME.where(NIGHTS.c.as_of < before).order_by(NIGHTS.c.as_of.desc()).limit(most)
        found = tuple(self._connection.scalars(query))[::-1]
        check_since(self._connection, NIGHTS, found[0] if found else before)
        return found

    def last(self, until: int | None = None) -> int | None:
        """Return the as-of day of the last night, if any.

        Parameters
        ----------
        until
            The last day that counts; every day if not given.

        Raises
        ------
        IntegrityError
            If a record of that night was changed, or a later night was removed.
        """
        wanted = select(func.max(NIGHTS.c.as_of))
        found = self._connection.scalar(wanted if until is None else wanted.where(NIGHTS.c.as_of <= until))
        if found is None:
            check_head(self._connection, NIGHTS)
        else:
            check_since(self._connection, NIGHTS, found)
        return found

    def last_scored(self, experiment: str, before: int) -> int | None:
        """Return the last night before a day that scored a target.

        Nights that were caught up do not count: nobody saw their lists on their day.
        """
        scored = select(func.max(NIGHTS.c.as_of)).where(NIGHTS.c.experiment == experiment, NIGHTS.c.status == "scored")
        return self._connection.scalar(scored.where(NIGHTS.c.as_of < before))

    def closed(self, as_of: int, until: int | None = None) -> bool:
        """Return whether a night may no longer change.

        A night is closed once one of its lists was approved or a later night read its lists. A night of a day to come closes none: it is a preview, or was
        run while the clock was wrong.

        Parameters
        ----------
        until
            Today; every later night counts if not given.

        Raises
        ------
        IntegrityError
            If a record of this night or a later one was changed, removed or added.
        """
        check_since(self._connection, NIGHTS, as_of)
        approved = select(LISTS.c.id).where(LISTS.c.as_of == as_of, LISTS.c.status == "approved")
        read = select(NIGHTS.c.as_of).where(NIGHTS.c.previous == as_of, NIGHTS.c.as_of > as_of)
        if until is not None:
            read = read.where(NIGHTS.c.as_of <= until)
        return any(self._connection.execute(query.limit(1)).first() is not None for query in (approved, read))

    def _intact(self, as_of: int) -> list[RowMapping]:
        """Return the records of a night, which is whole."""
        rows = [intact(NIGHTS, row) for row in self._connection.execute(_OF_NIGHT, {"night": as_of}).mappings()]
        check_night(self._connection, NIGHTS, as_of, [row["seal"] for row in rows])
        return rows
