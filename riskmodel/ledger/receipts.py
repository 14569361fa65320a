"""Receipts: which list was delivered where and when."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select

from riskmodel.ledger.column_types import row_of, value_of
from riskmodel.ledger.entries import Receipt
from riskmodel.ledger.ledger_tables import RECEIPTS
from riskmodel.ledger.record_digests import record
from riskmodel.ledger.seals import add, check_night, intact

_NIGHT = RECEIPTS.c.as_of == bindparam("night")
_OF_NIGHT = select(RECEIPTS).where(_NIGHT).order_by(RECEIPTS.c.id)
_OF_LIST = _OF_NIGHT.where((RECEIPTS.c.list_id == bindparam("list")) | RECEIPTS.c.id.in_(bindparam("ids", expanding=True)))
_SEALS = select(RECEIPTS.c.seal).where(_NIGHT)


class Receipts:
    """The receipts of all deliveries, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, id: str) -> Receipt | None:
        """Return the receipt of an id; None if there is none."""
        as_of = self._connection.scalar(select(RECEIPTS.c.as_of).where(RECEIPTS.c.id == id))
        return None if as_of is None else next((one for one in self.of(as_of) if one.id == id), None)

    def of(self, as_of: int) -> tuple[Receipt, ...]:
        """Return the receipts of a night by id.

        Raises
        ------
        IntegrityError
            If a receipt of the night was changed, removed or added.
        """
        rows = self._connection.execute(_OF_NIGHT, {"night": as_of}).mappings().all()
        found = tuple(value_of(Receipt, intact(RECEIPTS, row)) for row in rows)
        check_night(self._connection, RECEIPTS, as_of, [row["seal"] for row in rows])
        return found

    def of_list(self, as_of: int, list_id: str, ids: Sequence[str] = ()) -> tuple[Receipt, ...]:
        """Return the receipts of a list, and those of some ids.

        Of the others of the night only the seals are read.

        Raises
        ------
        IntegrityError
            If one of them was changed, or a receipt of the night was removed or added.
        """
        rows = self._connection.execute(_OF_LIST, {"night": as_of, "list": list_id, "ids": list(ids)}).mappings()
        found = tuple(value_of(Receipt, intact(RECEIPTS, row)) for row in rows)
        check_night(self._connection, RECEIPTS, as_of, list(self._connection.scalars(_SEALS, {"night": as_of})))
        return found

    def record(self, receipt: Receipt) -> Receipt:
        """Record a receipt and return the first one recorded under its id."""
        there = self.of_list(receipt.as_of, receipt.list_id, [receipt.id])
        first = next((one for one in there if one.id == receipt.id), None)
        if first is not None:
            return first
        add(self._connection, RECEIPTS, row_of(RECEIPTS, receipt))
        record(self._connection, receipt.day, "delivery", receipt.id)
        return receipt
