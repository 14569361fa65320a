"""Oracles of histories: visible records, valid versions of cells, and gaps of sources."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from riskmodel.records.history import Coverage, History
from riskmodel.records.places import Places

NAN = math.nan


@dataclass(frozen=True)
class Record:
    """A record of a history in plain numbers."""

    kind: str
    cell: int
    occurred: int
    known: int
    until: int
    ended: int
    amount: int

    def visible(self, t: int) -> bool:
        """Whether it had happened, was known and was still believed at 00:00 of day ``t``."""
        return max(self.occurred, self.known) < t <= self.until

    def holds(self, t: int) -> bool:
        """Whether, as a state, it was known to hold at 00:00 of day ``t``."""
        return self.visible(t) and t <= self.ended


@lru_cache(maxsize=1)
def records(history: History) -> list[Record]:
    """The records of a history."""
    kinds = list(history.kinds)
    columns = (history.cell, history.occurred, history.known, history.until, history.ended, history.amount)
    return [Record(kinds[kind], *(int(column[i]) for column in columns)) for i, kind in enumerate(history.kind.tolist())]


def version(places: Places, cell: int, t: int) -> int | None:
    """The version of ``cell`` valid at ``t`` as known then; None if the cell does not exist."""
    heard = [v for v in range(len(places.cell)) if places.cell[v] == cell and places.known[v] < t]
    best = None
    for v in heard:
        restated = any(
            places.valid_from[w] == places.valid_from[v] and (places.known[w], w) > (places.known[v], v) for w in heard
        )
        if restated or not places.valid_from[v] <= t < places.valid_to[v]:
            continue
        if best is None or (places.known[v], places.valid_from[v]) >= (places.known[best], places.valid_from[best]):
            best = v
    return best


def feed_of(rows: list[Coverage], kinds: Iterable[str]) -> dict[str, list[Coverage]]:
    """The coverage of every source that holds any of ``kinds``."""
    sources = {row.source for row in rows if set(row.kinds) & set(kinds)}
    return {source: [row for row in rows if row.source == source] for source in sources}


def missing(history: History, kinds: Iterable[str], window: int, t: int) -> bool:
    """Whether a window of ``window`` days before ``t`` reaches into a gap of a source of ``kinds``."""
    feeds = feed_of(list(history.coverage), kinds)
    if tuple(kinds) and history.coverage and not feeds:
        return True
    for rows in feeds.values():
        if t - window < min(row.since for row in rows):
            return True
        stale_after = max(enumerate(rows), key=lambda row: (row[1].known, row[1].through, row[0]))[1].stale_after
        through = [row.through for row in rows if row.known < t]
        if through and t - 1 - max(through) > stale_after:
            return True
    return False
