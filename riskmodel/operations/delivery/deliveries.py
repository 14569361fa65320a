"""Deliveries: a project's channels, one receipt per list and channel."""

from __future__ import annotations

from collections.abc import Mapping

from riskmodel.base.project import Project
from riskmodel.ledger import Ledger, Receipt, StoredList
from riskmodel.operations.delivery.channel import Channel, Parcel, first_receipt_id, receipt_id
from riskmodel.operations.delivery.folder_channel import FolderChannel
from riskmodel.operations.errors import delivery_conflict, draft_leaves, no_digest


def channels(project: Project) -> tuple[Channel, ...]:
    """Return the channels of a project: the folder that ``delivery.folder`` names."""
    address = project.table.delivery.folder
    return (FolderChannel(project.path(address), address),)


def undelivered(project: Project, ledger: Ledger) -> tuple[tuple[int, str], ...]:
    """Return night and centre of approved lists without a receipt."""
    with ledger.read() as book:
        return book.lists.undelivered([channel.name for channel in channels(project)])


def deliver(
    ledger: Ledger, channel: Channel, one: StoredList, files: Mapping[str, bytes], day: int, copies: str = "outbox"
) -> Receipt:
    """Send an approved list by a channel and record the receipt.

    A delivery that has its receipt is not repeated; what the receiver still holds of it is checked.

    Parameters
    ----------
    files
        File name to content.
    day
        The day on which it is sent; the day of the first delivery stands.
    copies
        Where the same files stand at home, for messages.

    Raises
    ------
    RefusedError
        If the list is a draft (a draft never leaves), has no digest, or was delivered with other content, or if what was
        delivered was changed at the receiver.
    """
    if not one.approved:
        raise draft_leaves(one.as_of, one.centre)
    id = receipt_id(one.id, channel.name, channel.address, files)
    parcel = Parcel(id, one.id, one.as_of, one.centre, files, copies)
    with ledger.read() as book:
        earlier = [
            r for r in book.receipts.of(one.as_of) if (r.list_id, r.channel, r.address) == (one.id, channel.name, channel.address)
        ]
    for recorded in earlier:
        if recorded.id == first_receipt_id(one.id, channel.name, channel.address):
            return recorded
        if recorded.id != id:
            raise delivery_conflict(one.as_of, one.centre, channel.address)
        channel.check(parcel)
        return recorded
    if one.digest is None:
        raise no_digest(one.as_of, one.centre)
    channel.send(parcel)
    with ledger.write() as book:
        return book.receipts.record(Receipt(id, one.id, channel.name, channel.address, one.as_of, day))
