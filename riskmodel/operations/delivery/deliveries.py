"""Deliveries: a project's channels, one receipt per list and channel."""

from __future__ import annotations

from collections.abc import Mapping

from riskmodel.base.project import Project
from riskmodel.ledger import Ledger, Receipt, StoredList
from riskmodel.operations.delivery.channel import Channel, Parcel, receipt_id
from riskmodel.operations.delivery.folder_channel import FolderChannel
from riskmodel.operations.errors import draft_leaves


def channels(project: Project) -> tuple[Channel, ...]:
    """Return the channels of a project: the folder that ``delivery.folder`` names."""
    address = project.table.delivery.folder
    return (FolderChannel(project.path(address), address),)


def deliver(ledger: Ledger, channel: Channel, one: StoredList, files: Mapping[str, bytes], day: int) -> Receipt:
    """Send an approved list by a channel and record the receipt.

    A delivery that has its receipt is not repeated.

    Parameters
    ----------
    files
        File name to content.
    day
        The day on which it is sent; the day of the first delivery stands.

    Raises
    ------
    RefusedError
        If the list is a draft. A draft never leaves.
    """
    if not one.approved:
        raise draft_leaves(one.as_of, one.centre)
    id = receipt_id(one.id, channel.name, channel.address)
    with ledger.read() as book:
        recorded = book.receipts.find(id)
    if recorded is not None:
        return recorded
    channel.send(Parcel(id, one.id, one.as_of, one.centre, files))
    with ledger.write() as book:
        return book.receipts.record(Receipt(id, one.id, channel.name, channel.address, one.as_of, day))
