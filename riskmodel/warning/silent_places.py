"""Places from which a source has no records any more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from riskmodel.detection.notice import Day
from riskmodel.records.history import silent_places

if TYPE_CHECKING:
    from riskmodel.records.history import History


@dataclass(frozen=True)
class SilentPlace:
    """A place from which no record came since a day.

    ``place`` is its id, ``name`` how people call it. About ``usual`` records would have come since then.
    """

    source: str
    place: str
    since: Day
    usual: float
    name: str = ""


def all_silent_places(history: History, as_of: int) -> tuple[SilentPlace, ...]:
    """Return the silent places of every source, the most missed first."""
    ids = history.places.ids
    return tuple(
        SilentPlace(source, ids[one.cell], one.since, one.usual)
        for source in sorted(history.sources)
        for one in silent_places(history, source, as_of)
    )
