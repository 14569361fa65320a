"""Promotions: which version became champion of an experiment, and when."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from riskmodel.ledger.column_types import row_of, value_of
from riskmodel.ledger.entries import Promotion
from riskmodel.ledger.ledger_tables import PROMOTIONS
from riskmodel.ledger.record_digests import record
from riskmodel.ledger.seals import add, check_all


class Promotions:
    """The promotions of all experiments, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def record(self, promotion: Promotion) -> None:
        """Record a promotion once.

        Nothing is added if the last promotion of its experiment is of the same version.
        """
        check_all(self._connection, PROMOTIONS)
        of = select(PROMOTIONS.c.version).where(PROMOTIONS.c.experiment == promotion.experiment)
        if self._connection.scalar(of.order_by(PROMOTIONS.c.number.desc()).limit(1)) != promotion.version:
            add(self._connection, PROMOTIONS, row_of(PROMOTIONS, promotion))
            number = self._connection.scalar(select(func.max(PROMOTIONS.c.number)))
            record(self._connection, promotion.day, "promotion", str(number))

    def of(self, experiment: str) -> tuple[Promotion, ...]:
        """Return the promotions of an experiment, the first first.

        Raises
        ------
        IntegrityError
            If a promotion was changed, removed or added.
        """
        check_all(self._connection, PROMOTIONS)
        query = select(PROMOTIONS).where(PROMOTIONS.c.experiment == experiment).order_by(PROMOTIONS.c.number)
        return tuple(value_of(Promotion, row) for row in self._connection.execute(query).mappings())

    def experiments(self) -> tuple[str, ...]:
        """Return the names of experiments that were ever promoted."""
        check_all(self._connection, PROMOTIONS)
        return tuple(self._connection.scalars(select(PROMOTIONS.c.experiment).distinct().order_by(PROMOTIONS.c.experiment)))
