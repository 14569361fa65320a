"""Places of a history that fell silent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Bool

from riskmodel.base.days import NEVER, DateLike, day_argument
from riskmodel.records.history.history import History
from riskmodel.records.history.silent_cells import SilentCell, silent_cells


class SilentPlaces(NamedTuple):
    """Places that fell silent at a date.

    Parameters
    ----------
    sources
        Those of each source, whatever the kind.
    kinds
        Those of each kind, where other records of the same source still come.
    """

    sources: Mapping[str, tuple[SilentCell, ...]]
    kinds: Mapping[str, tuple[SilentCell, ...]]


def silences(history: History, as_of: DateLike, kinds: Iterable[str]) -> SilentPlaces:
    """Return places where a source, or a kind, has no more events.

    Parameters
    ----------
    as_of
        Only what was known before this date counts, and only cells that exist then.
    kinds
        Kinds that are judged alone as well, where their source has others. Kinds of states are not.

    Raises
    ------
    UsageError
        If the date cannot be read.
    """
    day = day_argument(as_of, "as_of", "silences")
    seen = _SeenRecords.of(history, day)
    wanted = frozenset(kinds)
    events = {source: seen.events(one.kinds) for source, one in sorted(history.sources.items())}
    whole = {source: seen.silent(mine) for source, mine in events.items()}
    alone: dict[str, tuple[SilentCell, ...]] = {}
    for source, mine in events.items():
        silent = {one.cell for one in whole[source]}
        for kind in sorted(wanted & mine) if len(mine) > 1 else ():
            found = tuple(one for one in seen.silent({kind}) if one.cell not in silent)
            # a kind of several sources is silent if it is in each of them
            alone[kind] = tuple(one for one in found if kind not in alone or one in alone[kind])
    return SilentPlaces(whole, {kind: found for kind, found in alone.items() if found})


def silent_places(history: History, source: str, as_of: DateLike) -> tuple[SilentCell, ...]:
    """Return the places from which a source has no events any more.

    Cells that are shown together count as the one under which they are shown. States such as rented rooms are no events.

    Parameters
    ----------
    as_of
        Only what was known before this date counts, and only cells that exist then.

    Raises
    ------
    UsageError
        If the date cannot be read.

    Examples
    --------
    >>> silent_places(history, "frame", "2023-10-29")
    ()
    """
    seen = _SeenRecords.of(history, day_argument(as_of, "as_of", "silent_places"))
    return seen.silent(seen.events(history.sources[source].kinds))


class _SeenRecords(NamedTuple):
    """The records that count at a date, and under which cell."""

    history: History
    day: int
    shown: Any
    there: Bool[np.ndarray, " record"]

    @classmethod
    def of(cls, history: History, day: int) -> _SeenRecords:
        seen = history.relocated
        shown = history.places.shown_as(day)[seen.cell]
        there = (seen.known < day) & ((seen.until >= day) | (seen.until == NEVER)) & (shown >= 0) & (seen.occurred < day)
        return cls(seen, day, shown, there)

    def events(self, kinds: Iterable[str]) -> set[str]:
        """Return those of the kinds that are events."""
        return {kind for kind in kinds if kind in self.history.kinds and not self.history.kinds[kind].state}

    def silent(self, kinds: Iterable[str]) -> tuple[SilentCell, ...]:
        """Return the places without any more record of the kinds."""
        mine = self.there & np.isin(self.history.kind, self.history.numbers(sorted(kinds)))
        return silent_cells(self.shown[mine], self.history.occurred[mine], self.day - 1)
