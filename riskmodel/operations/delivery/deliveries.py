"""Deliveries: approved lists are queued, sent once and receipted."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Mapping, Sequence

from riskmodel.base.errors import RefusedError, RiskmodelError
from riskmodel.base.files import sha256
from riskmodel.base.system_errors import system_refused
from riskmodel.ledger import Ledger, QueuedDelivery, Receipt, StoredList, Transaction, file_digests
from riskmodel.operations.delivery.channel import Channel, Parcel, first_receipt_id, receipt_id
from riskmodel.operations.delivery.routes import Receiver, Route
from riskmodel.operations.errors import delivery_conflict, draft_leaves, held_elsewhere, no_digest


def undelivered(ledger: Ledger) -> tuple[tuple[int, str], ...]:
    """Return night and centre of approved lists that some receiver lacks."""
    with ledger.read() as book:
        waiting = {(one.as_of, one.centre) for one in book.deliveries.waiting()}
        return tuple(sorted(waiting | set(book.deliveries.unqueued())))


def queue(
    book: Transaction, routes: Iterable[Route], lists: Sequence[StoredList], files: Mapping[str, Mapping[str, bytes]], day: int
) -> None:
    """Queue lists for every receiver, within the transaction that approves them.

    A list that a receiver has already is not queued again; channels that escalate are left out.

    Parameters
    ----------
    files
        Centre to file name to content.
    """
    sent = {
        (each.list_id, each.channel, each.address) for as_of in {one.as_of for one in lists} for each in book.receipts.of(as_of)
    }
    for route in routes:
        for one in lists:
            if not route.escalates and route.carries(one.centre) and (one.id, *route.destination) not in sent:
                book.deliveries.add([queued(one, route.destination, files[one.centre], day)])


def queued(one: StoredList, where: Receiver, files: Mapping[str, bytes], day: int) -> QueuedDelivery:
    """Return a list on its way to a receiver."""
    id = receipt_id(one.id, where.channel, where.address, files)
    digests = file_digests({name: sha256(content) for name, content in files.items()})
    return QueuedDelivery(id, one.id, one.as_of, one.centre, where.channel, where.address, digests, day)


def deliver(
    ledger: Ledger,
    channel: Channel,
    one: StoredList,
    files: Mapping[str, bytes],
    day: int,
    *,
    copies: str = "outbox",
    now: int = 0,
    escalated: bool = False,
) -> Receipt:
    """Send an approved list by a channel and record the receipt.

    A delivery that has its receipt is not repeated; what the receiver still holds of it is checked. A failure is noted in the outbox with
    the time of the next attempt.

    Parameters
    ----------
    files
        File name to content.
    day
        The day on which it is sent; the day of the first delivery stands.
    copies
        Where the same files stand at home, for messages.
    now
        The time in seconds since 1970.
    escalated
        Whether the receiver gets it because nobody acknowledged it.

    Raises
    ------
    OSError
        If it did not arrive.
    RefusedError
        If the list is a draft (a draft never leaves), has no digest, or was delivered with other content, or if what was
        delivered was changed at the receiver; or if another machine is sending it.
    """
    if not one.approved:
        raise draft_leaves(one.as_of, one.centre)
    where = Receiver(channel.name, channel.address)
    parcel = Parcel(receipt_id(one.id, *where, files), one.id, one.as_of, one.centre, files, copies, escalated)
    with ledger.read() as book:
        earlier = _receipts(book, one, where, [parcel.id, first_receipt_id(one.id, *where)])
    for recorded in earlier:
        if recorded.id == first_receipt_id(one.id, *where):
            return recorded
        if recorded.id != parcel.id:
            raise delivery_conflict(one.as_of, one.centre, channel.address)
        channel.check(parcel)
        return recorded
    if one.digest is None:
        raise no_digest(one.as_of, one.centre)
    return _sent(ledger, channel, parcel, queued(one, where, files, day), now)


def _sent(ledger: Ledger, channel: Channel, parcel: Parcel, row: QueuedDelivery, now: int) -> Receipt:
    """Claim, send and record, as long as the claim holds."""
    with ledger.write() as book:
        book.deliveries.add([row])
        claim = book.deliveries.claim(parcel.id, now, socket.gethostname())
    if claim is None:
        raise held_elsewhere(parcel.as_of, parcel.centre, channel.address)
    try:
        channel.send(parcel)
    except (RiskmodelError, OSError) as error:
        try:
            with ledger.write() as book:
                book.deliveries.fail(claim, in_words(error), now, again_at_once=isinstance(error, RefusedError))
        except RiskmodelError as unwritten:
            # the caller must know that the receiver failed, so that it is not tried again in this run
            raise error from unwritten
        raise
    with ledger.write() as book:
        if not book.deliveries.complete(claim, now):
            raise held_elsewhere(parcel.as_of, parcel.centre, channel.address)
        return book.receipts.record(Receipt(parcel.id, parcel.list_id, channel.name, channel.address, parcel.as_of, row.day))


def in_words(error: Exception) -> str:
    """Return a failure in words; that of a file has a remedy."""
    if isinstance(error, OSError) and error.filename is not None:
        return str(system_refused(error))
    return str(error)


def _receipts(book: Transaction, one: StoredList, where: Receiver, ids: Sequence[str]) -> list[Receipt]:
    """Return a receiver's receipts of a list; they may have these ids."""
    found = book.receipts.of_list(one.as_of, one.id, ids)
    return [receipt for receipt in found if (receipt.list_id, receipt.channel, receipt.address) == (one.id, *where)]
