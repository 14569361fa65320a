"""A transaction on the ledger, with one attribute per aggregate."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Table, select

from riskmodel.base.days import to_iso
from riskmodel.ledger.acknowledgements import Acknowledgements
from riskmodel.ledger.builds import Builds
from riskmodel.ledger.configurations import Configurations
from riskmodel.ledger.entries import Night, StoredList
from riskmodel.ledger.journal import Event, Journal
from riskmodel.ledger.ledger_tables import ANSWERS, LISTS, PROMOTIONS, RECEIPTS
from riskmodel.ledger.nights import Nights
from riskmodel.ledger.promotions import Promotions
from riskmodel.ledger.queued_deliveries import QueuedDeliveries
from riskmodel.ledger.receipts import Receipts
from riskmodel.ledger.record_digests import record
from riskmodel.ledger.recorded_answers import RecordedAnswers
from riskmodel.ledger.silences import Silences
from riskmodel.ledger.stored_lists import StoredLists


class Transaction:
    """One transaction on the ledger, with one attribute per aggregate."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.nights = Nights(connection)
        self.lists = StoredLists(connection)
        self.receipts = Receipts(connection)
        self.answers = RecordedAnswers(connection)
        self.deliveries = QueuedDeliveries(connection)
        self.silences = Silences(connection)
        self.acknowledgements = Acknowledgements(connection)
        self.promotions = Promotions(connection)
        self.configurations = Configurations(connection)
        self.builds = Builds(connection)
        self.journal = Journal(connection)

    def save_night(self, nights: Sequence[Night], lists: Sequence[StoredList], day: int | None = None) -> None:
        """Write all targets and lists of one night, and their journal entries.

        Drafts are replaced; an approved list stays.

        Parameters
        ----------
        day
            The day on which the night runs; its as-of date if not given.

        Raises
        ------
        RefusedError
            If an approved list would change.
        """
        (as_of,) = {night.as_of for night in nights} | {one.as_of for one in lists}
        self.lists.replace(as_of, lists)
        self.nights.replace(as_of, nights)
        self._record_night(as_of, as_of if day is None else day)

    def restore_lists(self, as_of: int, lists: Sequence[StoredList], day: int) -> None:
        """Give damaged bodies of a night their content again; see :meth:`StoredLists.restore`."""
        self.lists.restore(as_of, lists)
        self._record_night(as_of, day)

    def record_all(self) -> None:
        """Record in the journal what was written before there was one."""
        for as_of in self.nights.dates():
            self._record_night(as_of, as_of)
        days: tuple[tuple[Event, Table, str], ...] = (
            ("promotion", PROMOTIONS, "day"), ("delivery", RECEIPTS, "day"), ("answer", ANSWERS, "received"),
        )  # fmt: skip
        for event, table, column in days:
            key = table.c.number if event == "promotion" else table.c.id
            for subject, day in self.connection.execute(select(key, table.c[column]).order_by(table.c[column], key)).all():
                record(self.connection, day, event, str(subject))

    def _record_night(self, as_of: int, day: int) -> None:
        """Record a night and its approvals in the journal."""
        record(self.connection, day, "night", to_iso(as_of))
        approved = select(LISTS.c.id, LISTS.c.approved_on).where(LISTS.c.as_of == as_of, LISTS.c.status == "approved")
        for id, on in self.connection.execute(approved.order_by(LISTS.c.id)).all():
            record(self.connection, day if on is None else on, "approval", id)
