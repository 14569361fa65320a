"""Sending approved lists: the channels of a project, and the receipt of each delivery, recorded once."""

from __future__ import annotations

from collections.abc import Mapping

from riskmodel.base.project import Project
from riskmodel.ledger import Receipt, Store, StoredList
from riskmodel.operations.delivery.channel import Channel, Parcel, receipt_id
from riskmodel.operations.delivery.folder import Folder
from riskmodel.operations.errors import draft_leaves


def channels(project: Project) -> tuple[Channel, ...]:
    """The channels by which a project's lists leave: the folder that ``delivery.folder`` names."""
    address = project.table.delivery.folder
    return (Folder(project.path(address), address),)


def deliver(store: Store, channel: Channel, one: StoredList, files: Mapping[str, bytes], day: int) -> Receipt:
    """Send an approved list by a channel and record the receipt; a delivery that has its receipt is not repeated.

    Parameters
    ----------
    files
        Name to content.
    day
        On which it is sent; the first delivery's day stands.

    Raises
    ------
    RefusedError
        If the list is a draft. A draft never leaves.
    """
    if not one.approved:
        raise draft_leaves(one.as_of, one.centre)
    id = receipt_id(one.id, channel.name, channel.address)
    there = store.receipt(id)
    if there is not None:
        return there
    channel.send(Parcel(id, one.id, one.as_of, one.centre, files))
    return store.record_receipt(Receipt(id, one.id, channel.name, channel.address, one.as_of, day))
