"""What every channel is: something that takes a parcel under a stable id, so that sending twice takes effect once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from riskmodel.base.files import canonical_json, sha256


@dataclass(frozen=True)
class Parcel:
    """An approved list on its way: ``id`` is that of its receipt, ``files`` are name to content."""

    id: str
    list_id: str
    as_of: int
    centre: str
    files: Mapping[str, bytes]


class Channel(Protocol):
    """A way out. ``name`` says which kind, ``address`` where to, without anything of this machine in it."""

    @property
    def name(self) -> str:
        """The kind of channel."""
        ...

    @property
    def address(self) -> str:
        """Where it leads."""
        ...

    def send(self, parcel: Parcel) -> None:
        """Let the parcel take effect; again with the same id, nothing more happens.

        Raises
        ------
        OSError
            If it did not arrive; then it may be sent again.
        """
        ...


def receipt_id(list_id: str, channel: str, address: str) -> str:
    """The stable id of a delivery: the list, the channel and the address, and not when or how often."""
    return sha256(canonical_json([list_id, channel, address]))
