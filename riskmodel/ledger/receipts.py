"""Receipts: which list was delivered where and when."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, select

from riskmodel.ledger.column_types import row_of, value_of
from riskmodel.ledger.entries import Receipt
from riskmodel.ledger.ledger_tables import RECEIPTS
from riskmodel.ledger.record_digests import record
from riskmodel.ledger.seals import add, check_all


class Receipts:
    """The receipts of all deliveries, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, id: str) -> Receipt | None:
        """Return the receipt of an id; None if there is none."""
        return next(iter(self._where(RECEIPTS.c.id == id)), None)

    def of(self, as_of: int) -> tuple[Receipt, ...]:
        """Return the receipts of a night by id.

        Raises
        ------
        IntegrityError
            If a receipt was changed, removed or added.
        """
        return self._where(RECEIPTS.c.as_of == as_of)

    def record(self, receipt: Receipt) -> Receipt:
        """Record a receipt and return the first one recorded under its id."""
        first = self.find(receipt.id)
        if first is not None:
            return first
        add(self._connection, RECEIPTS, row_of(RECEIPTS, receipt))
        record(self._connection, receipt.day, "delivery", receipt.id)
        return receipt

    def _where(self, condition: ColumnElement[bool]) -> tuple[Receipt, ...]:
        check_all(self._connection, RECEIPTS)
        rows = self._connection.execute(select(RECEIPTS).where(condition).order_by(RECEIPTS.c.id)).mappings()
        return tuple(value_of(Receipt, row) for row in rows)
