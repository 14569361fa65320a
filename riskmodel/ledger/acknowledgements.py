"""Acknowledgements: somebody has read a list, and it counts for a time."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from riskmodel.base.files import canonical_json, sha256
from riskmodel.ledger.column_types import row_of, value_of
from riskmodel.ledger.ledger_tables import ACKNOWLEDGEMENTS, LISTS
from riskmodel.ledger.record_digests import record
from riskmodel.ledger.seals import add
from riskmodel.ledger.seals_by_night import check_nights


@dataclass(frozen=True)
class Acknowledgement:
    """A role has read an approved list.

    It counts from ``since`` and lapses at ``until``, in seconds since 1970.
    """

    list_id: str
    role: str
    day: int
    since: int
    until: int

    @property
    def id(self) -> str:
        """Stable id from the content."""
        return sha256(canonical_json([self.list_id, self.role, self.day, self.since, self.until]))

    def counts(self, now: int) -> bool:
        """Return whether it has not lapsed.

        It also counts while the clock is set back, as far as it lasts. One that begins later was recorded by a clock that ran far ahead;
        it has lapsed, for otherwise a red list might wait for years.
        """
        return now < self.until and self.since - now <= self.until - self.since


class Acknowledgements:
    """All acknowledgements, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def record(self, acknowledgement: Acknowledgement) -> Acknowledgement:
        """Record one; return the one that counts.

        That is the first until it lapses.
        """
        for one in self.of(acknowledgement.list_id):
            if one.counts(acknowledgement.since):
                return one
        night = self._night(acknowledgement.list_id)
        add(self._connection, ACKNOWLEDGEMENTS, row_of(ACKNOWLEDGEMENTS, acknowledgement), night)
        record(self._connection, acknowledgement.day, "acknowledgement", acknowledgement.id)
        return acknowledgement

    def of(self, list_id: str) -> tuple[Acknowledgement, ...]:
        """Return the acknowledgements of a list, lapsed or not.

        Raises
        ------
        IntegrityError
            If one of the list's night was changed, removed or added.
        """
        night = self._night(list_id)
        check_nights(self._connection, ACKNOWLEDGEMENTS, () if night is None else (night,))
        of_list = select(ACKNOWLEDGEMENTS).where(ACKNOWLEDGEMENTS.c.list_id == list_id)
        rows = self._connection.execute(of_list.order_by(ACKNOWLEDGEMENTS.c.number)).mappings()
        return tuple(value_of(Acknowledgement, row) for row in rows)

    def _night(self, list_id: str) -> int | None:
        """Return the night of a list."""
        return self._connection.scalar(select(LISTS.c.as_of).where(LISTS.c.id == list_id))
