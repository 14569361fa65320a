"""Stored lists: drafts, approvals and the warnings on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from riskmodel.base.days import to_iso
from riskmodel.ledger.column_types import row_of, value_of
from riskmodel.ledger.entries import ListedWarning, StoredList
from riskmodel.ledger.errors import approved_stays, no_list, no_night
from riskmodel.ledger.ledger_tables import LISTS, WARNINGS
from riskmodel.ledger.nights import Nights


class StoredLists:
    """The lists of all nights, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(self, as_of: int, lists: Sequence[StoredList]) -> None:
        """Replace the drafts of a night; approved lists stay.

        Raises
        ------
        RefusedError
            If an approved list would change.
        """
        approved = {one.id: one for one in self._where(LISTS.c.as_of == as_of) if one.approved}
        new = {one.id: one for one in lists}
        for old in approved.values():
            if old.id not in new or new[old.id].body != old.body:
                raise approved_stays(as_of, old.centre)
        self._connection.execute(delete(LISTS).where(LISTS.c.as_of == as_of, LISTS.c.status == "draft"))
        for one in lists:
            if one.id not in approved:
                self._insert(one)

    def of(self, as_of: int, centre: str | None = None) -> tuple[StoredList, ...]:
        """Return the lists of a night, or of one centre.

        Raises
        ------
        UsageError
            If there is none.
        """
        of_night = self._where(LISTS.c.as_of == as_of)
        found = tuple(one for one in of_night if centre in (None, one.centre))
        if not found:
            nights = [to_iso(day) for day in Nights(self._connection).dates()]
            if not nights:
                raise no_night(Path(str(self._connection.engine.url.database)).name)
            raise no_list(as_of, centre, [one.centre for one in of_night] or nights)
        return found

    def approve(self, ids: Iterable[str], role: str, day: int) -> None:
        """Mark lists as approved; the first approval stands."""
        for id in ids:
            draft = update(LISTS).where(LISTS.c.id == id, LISTS.c.status == "draft")
            self._connection.execute(draft.values(status="approved", approved_by=role, approved_on=day))

    def answerable(self) -> dict[str, int]:
        """Return the ids of approved warnings with the as-of day."""
        query = select(WARNINGS.c.id, LISTS.c.as_of).join(LISTS).where(LISTS.c.status == "approved")
        return {row.id: row.as_of for row in self._connection.execute(query)}

    def _insert(self, one: StoredList) -> None:
        self._connection.execute(insert(LISTS), [row_of(LISTS, one)])
        if one.warnings:
            self._connection.execute(insert(WARNINGS), [row_of(WARNINGS, warning, list_id=one.id) for warning in one.warnings])

    def _where(self, condition: ColumnElement[bool]) -> tuple[StoredList, ...]:
        warnings: dict[str, list[ListedWarning]] = {}
        for row in self._connection.execute(select(WARNINGS).join(LISTS).where(condition).order_by(WARNINGS.c.id)).mappings():
            warnings.setdefault(row["list_id"], []).append(value_of(ListedWarning, row))
        rows = self._connection.execute(select(LISTS).where(condition).order_by(LISTS.c.centre)).mappings()
        return tuple(value_of(StoredList, row, warnings=tuple(warnings.get(row["id"], ()))) for row in rows)
