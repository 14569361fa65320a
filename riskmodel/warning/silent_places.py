"""Places from which a source has no records any more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from riskmodel.base.texts import Text
from riskmodel.detection.notice import Day

if TYPE_CHECKING:
    from riskmodel.records.history import History, SilentPlaces


@dataclass(frozen=True)
class SilentPlace:
    """A place from which no record came since a day.

    ``place`` is its id, ``name`` how people call it. About ``usual`` records would have come since then. ``only`` names the kind that is missing, where others of the source still
    come (None: no record comes at all).
    """

    source: str
    place: str
    since: Day
    usual: float
    name: str = ""
    only: Text | None = None


def places_of(history: History, found: SilentPlaces, kinds: Iterable[str]) -> tuple[SilentPlace, ...]:
    """Return the silent places of every source, and those of some kinds.

    The most missed come first in each.
    """
    ids = history.places.ids
    whole = [
        SilentPlace(source, ids[one.cell], one.since, one.usual)
        for source, cells in sorted(found.sources.items())
        for one in cells
    ]
    return (*whole, *_of_kinds(history, found, sorted(set(kinds))))


def _of_kinds(history: History, found: SilentPlaces, kinds: Iterable[str]) -> Iterator[SilentPlace]:
    for kind in kinds:
        source = next(iter(history.sources_of([kind])), "")
        named = Text(zh=history.kinds[kind].zh, en=history.kinds[kind].en)
        for one in found.kinds.get(kind, ()):
            yield SilentPlace(source, history.places.ids[one.cell], one.since, one.usual, only=named)
