"""Queued deliveries: one row per list, channel and receiver.

A row is claimed with a lease and a token. Whoever lost the lease, because it took too long or was stopped, can no longer write a result.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, insert, select, update

from riskmodel.base.files import canonical_json
from riskmodel.ledger.column_types import row_of
from riskmodel.ledger.ledger_tables import DELIVERIES, LISTS, RECEIPTS

LEASE = 300
"""Seconds for which a claimed delivery belongs to one run; a channel gives up earlier."""

BACKOFF = (60, 300, 900, 3600, 4 * 3600, 12 * 3600)
"""Seconds until the next attempt, by the number of failures; the last one stands for all later ones."""


@dataclass(frozen=True)
class QueuedDelivery:
    """A list on its way to one receiver.

    ``id`` follows from list, channel, address and the sha256 of each file; it is the id of the receipt. Times are seconds since 1970;
    ``sent_at`` is when the receiver had it (None: not yet, or before times were kept).
    """

    id: str
    list_id: str
    as_of: int
    centre: str
    channel: str
    address: str
    files: str
    day: int
    attempts: int = 0
    due: int = 0
    error: str = ""
    sent_at: int | None = None

    @property
    def digests(self) -> dict[str, str]:
        """The sha256 of each file, by name."""
        return json.loads(self.files)


class Claim(NamedTuple):
    """The right to send a delivery until the lease ends."""

    id: str
    token: int


def file_digests(digests: dict[str, str]) -> str:
    """Return digests of files as a queued delivery holds them."""
    return canonical_json(digests).decode()


def _query(condition: ColumnElement[bool]) -> Select[Any]:
    query = select(DELIVERIES, LISTS.c.as_of, LISTS.c.centre).join(LISTS, LISTS.c.id == DELIVERIES.c.list_id).where(condition)
    return query.order_by(LISTS.c.as_of, LISTS.c.centre, DELIVERIES.c.channel, DELIVERIES.c.address)


_OF_ID = _query(DELIVERIES.c.id == bindparam("delivery"))
_OF_LIST = _query(DELIVERIES.c.list_id == bindparam("list"))
_WAITING = _query(DELIVERIES.c.sent.is_(False))
_DUE = _query(DELIVERIES.c.sent.is_(False) & (DELIVERIES.c.due <= bindparam("now")))
_HELD = _query(
    (DELIVERIES.c.id == bindparam("delivery")) & (DELIVERIES.c.token == bindparam("claimed")) & DELIVERIES.c.sent.is_(False)
)
_ENDED = (DELIVERIES.c.leased_until <= bindparam("now")) | (DELIVERIES.c.leased_until > bindparam("latest"))
_FREE = select(DELIVERIES.c.token).where(
    DELIVERIES.c.id == bindparam("delivery"),
    DELIVERIES.c.sent.is_(False),
    DELIVERIES.c.leased_until.is_(None) | _ENDED | (DELIVERIES.c.holder == bindparam("claimant")),
)
_LAST_SENT = select(func.max(DELIVERIES.c.sent_at)).where(
    DELIVERIES.c.channel == bindparam("to_channel"), DELIVERIES.c.address == bindparam("to_address")
)
_UNQUEUED = (
    select(LISTS.c.as_of, LISTS.c.centre)
    .where(
        LISTS.c.status == "approved",
        ~select(DELIVERIES.c.id).where(DELIVERIES.c.list_id == LISTS.c.id).exists(),
        ~select(RECEIPTS.c.id).where(RECEIPTS.c.list_id == LISTS.c.id).exists(),
    )
    .order_by(LISTS.c.as_of, LISTS.c.centre)
)
_CHANGED = update(DELIVERIES).where(DELIVERIES.c.id == bindparam("delivery"))


class QueuedDeliveries:
    """The outbox, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, deliveries: Iterable[QueuedDelivery]) -> None:
        """Queue deliveries, each once."""
        for one in deliveries:
            if self.find(one.id) is None:
                self._connection.execute(insert(DELIVERIES), {**row_of(DELIVERIES, one), "token": 0, "sent": False})

    def find(self, id: str) -> QueuedDelivery | None:
        """Return the delivery of an id, sent or not."""
        return next(iter(self._found(_OF_ID, delivery=id)), None)

    def waiting(self, now: int | None = None) -> tuple[QueuedDelivery, ...]:
        """Return the deliveries without a receipt, the oldest night first.

        Parameters
        ----------
        now
            Only those that are due by then.
        """
        return self._found(_WAITING) if now is None else self._found(_DUE, now=now)

    def claim(self, id: str, now: int, holder: str) -> Claim | None:
        """Claim a delivery; None if sent or held elsewhere.

        Parameters
        ----------
        holder
            The machine that claims. One run at a time delivers on a machine, so that a lease held by this machine must be left over from a stopped
            run. A lease ending after now + ``LEASE`` dates from before the clock was set back, and counts as ended.
        """
        asked = {"delivery": id, "now": now, "latest": now + LEASE, "claimant": holder}
        row = self._connection.execute(_FREE, asked).first()
        if row is None:
            return None
        self._change(id, token=row.token + 1, leased_until=now + LEASE, holder=holder)
        return Claim(id, row.token + 1)

    def fail(self, claim: Claim, error: str, now: int, again_at_once: bool = False) -> bool:
        """Note a failure; False if the claim was lost.

        Parameters
        ----------
        again_at_once
            Whether the next run tries again without a back-off: waiting does not help where a person must act, and what a person has fixed should leave at once.
        """
        failed = self._held(claim)
        if failed is None:
            return False
        wait = 0 if again_at_once else BACKOFF[min(failed.attempts, len(BACKOFF) - 1)]
        self._change(claim.id, attempts=failed.attempts + 1, due=now + wait, error=error, leased_until=None)
        return True

    def complete(self, claim: Claim, now: int) -> bool:
        """Mark a delivery as sent; False if the claim was lost."""
        if self._held(claim) is None:
            return False
        self._change(claim.id, sent=True, sent_at=now, error="", leased_until=None)
        return True

    def of_list(self, list_id: str) -> tuple[QueuedDelivery, ...]:
        """Return the deliveries of a list, sent or not."""
        return self._found(_OF_LIST, list=list_id)

    def last_sent(self, channel: str, address: str) -> int | None:
        """Return when a channel and address last took a list.

        It is in seconds since 1970; None if it took none since times were kept.
        """
        return self._connection.scalar(_LAST_SENT, {"to_channel": channel, "to_address": address})

    def unqueued(self) -> tuple[tuple[int, str], ...]:
        """Return night and centre of approved lists neither queued nor sent."""
        return tuple((row.as_of, row.centre) for row in self._connection.execute(_UNQUEUED))

    def _held(self, claim: Claim) -> QueuedDelivery | None:
        """Return the delivery of a claim that still holds."""
        return next(iter(self._found(_HELD, delivery=claim.id, claimed=claim.token)), None)

    def _change(self, id: str, **values: object) -> None:
        self._connection.execute(_CHANGED, {"delivery": id, **values})

    def _found(self, query: Select[Any], **asked: object) -> tuple[QueuedDelivery, ...]:
        names = ("id", "list_id", "as_of", "centre", "channel", "address", "files", "day", "attempts", "due", "error", "sent_at")
        return tuple(
            QueuedDelivery(**{name: row[name] for name in names}) for row in self._connection.execute(query, asked).mappings()
        )
