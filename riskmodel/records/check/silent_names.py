"""Names of places that fell silent, for the check."""

from __future__ import annotations

from typing import NamedTuple

from riskmodel.base.days import to_iso
from riskmodel.records.history import Coverage, History, SilentPlaces


class SilentKind(NamedTuple):
    """A place where one kind of a source fell silent.

    ``since`` is the first day without.
    """

    cell: str
    kind: str
    since: str


def silent_cells_of(history: History, found: SilentPlaces, c: Coverage) -> tuple[str, ...]:
    """Return the places from which a source has no records any more."""
    return tuple(f"{history.places.ids[one.cell]} ({to_iso(one.since)})" for one in found.sources[c.source])


def silent_kinds_of(history: History, found: SilentPlaces, c: Coverage) -> tuple[SilentKind, ...]:
    """Return the places where one kind of a source fell silent."""
    return tuple(
        SilentKind(history.places.ids[one.cell], kind, to_iso(one.since)) for kind in c.kinds for one in found.kinds.get(kind, ())
    )
