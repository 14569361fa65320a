"""Approved lists that are not delivered, for the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from riskmodel.base.days import to_iso

if TYPE_CHECKING:
    from riskmodel.operations.nightly import Undelivered


def undelivered_lines(lists: Iterable[Undelivered]) -> list[str]:
    """Return a line for each approved list that is not delivered."""
    return [
        f"{'NOT DELIVERED' if one.hold is None else 'WAITS'}: {to_iso(one.as_of)} {one.centre} is approved{_receiver(one)}. {one.why}".rstrip()
        for one in lists
    ]


def _receiver(one: Undelivered) -> str:
    """Return the receiver, empty for the default folder."""
    return (
        "" if one.where is None or one.where.channel == "folder" else f" and not with {one.where.channel} {one.where.address!r}"
    )
