"""Acknowledgements: somebody has read a list, and it counts for a time."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from riskmodel.base.files import canonical_json, sha256
from riskmodel.ledger.column_types import row_of, value_of
from riskmodel.ledger.ledger_tables import ACKNOWLEDGEMENTS
from riskmodel.ledger.record_digests import record
from riskmodel.ledger.seals import add, check_all


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


class Acknowledgements:
    """All acknowledgements, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def record(self, acknowledgement: Acknowledgement) -> Acknowledgement:
        """Record one; return the one that counts.

        That is the first until it lapses.
        """
        last = self.last(acknowledgement.list_id)
        if last is not None and last.since <= acknowledgement.since < last.until:
            return last
        if last is None or last.id != acknowledgement.id:
            add(self._connection, ACKNOWLEDGEMENTS, row_of(ACKNOWLEDGEMENTS, acknowledgement))
            record(self._connection, acknowledgement.day, "acknowledgement", acknowledgement.id)
        return acknowledgement

    def last(self, list_id: str) -> Acknowledgement | None:
        """Return the last acknowledgement of a list, lapsed or not.

        Raises
        ------
        IntegrityError
            If one was changed, removed or added.
        """
        check_all(self._connection, ACKNOWLEDGEMENTS)
        of_list = select(ACKNOWLEDGEMENTS).where(ACKNOWLEDGEMENTS.c.list_id == list_id)
        rows = self._connection.execute(of_list.order_by(ACKNOWLEDGEMENTS.c.number.desc()).limit(1)).mappings()
        return next((value_of(Acknowledgement, row) for row in rows), None)
