"""The protocol of channels, and the parcel that they send."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from riskmodel.base.files import canonical_json, sha256
from riskmodel.base.texts import Text

NOT_ACKNOWLEDGED = Text(zh="逾期无人签收，已升级", en="Not acknowledged in time, escalated")
"""What every channel says of a red list that nobody acknowledged."""


@dataclass(frozen=True)
class Parcel:
    """An approved list in all its formats, ready to be sent.

    ``id`` is the id of its receipt; ``files`` are file name to content, always those that were approved; ``copies`` is where the same files
    stand at home. An ``escalated`` parcel is a red list that nobody acknowledged in time: whatever wraps the files says so.
    """

    id: str
    list_id: str
    as_of: int
    centre: str
    files: Mapping[str, bytes]
    copies: str = "outbox"
    escalated: bool = False


class Channel(Protocol):
    """A way to send a list.

    ``name`` is the kind of channel and ``address`` the destination; neither may depend on this machine, since both are part of
    the receipt's id.
    """

    @property
    def name(self) -> str:
        """The kind of channel."""
        ...

    @property
    def address(self) -> str:
        """The destination."""
        ...

    def send(self, parcel: Parcel) -> None:
        """Send a parcel; sending the same id again changes nothing.

        Raises
        ------
        OSError
            If it did not arrive; then it may be sent again.
        RefusedError
            If the receiver holds other content for the same list; nothing is overwritten.
        """
        ...

    def check(self, parcel: Parcel) -> None:
        """Check what the receiver still holds of a parcel that was sent.

        Raises
        ------
        RefusedError
            If it is not what was sent.
        """
        ...


def receipt_id(list_id: str, channel: str, address: str, files: Mapping[str, bytes]) -> str:
    """Return the stable id of a delivery.

    It follows from list, channel, address and the bytes of the files, not from when or how often they are sent.
    """
    return digest_id(list_id, channel, address, {name: sha256(content) for name, content in files.items()})


def digest_id(list_id: str, channel: str, address: str, digests: Mapping[str, str]) -> str:
    """Return the id of a delivery from its files' digests."""
    return sha256(canonical_json([list_id, channel, address, dict(digests)]))


def first_receipt_id(list_id: str, channel: str, address: str) -> str:
    """Return the id of a delivery in the ledger's first version.

    It did not follow from the content.
    """
    return sha256(canonical_json([list_id, channel, address]))
