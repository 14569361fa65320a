"""How far feeds are complete, and when that was known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Int32, Int64

from riskmodel.base.days import ALWAYS, NEVER


@dataclass(frozen=True)
class Coverage:
    """What was known of a feed's completeness: from ``known`` on, ``source`` is complete from ``since`` through ``through``.

    ``kinds``, ``since``, ``stale_after`` and ``label_delay`` are said of the feed and are not news: they hold at every as-of
    date (if rows differ: all kinds, the first day, the last known ``stale_after``, the longest delay). All are days.
    """

    source: str
    kinds: tuple[str, ...]
    since: int = int(ALWAYS)
    through: int = int(NEVER)
    known: int = int(ALWAYS)
    stale_after: int = 7
    label_delay: int = 0


def latest(coverage: Sequence[Coverage]) -> tuple[Coverage, ...]:
    """The last known coverage of each source."""
    last: dict[str, Coverage] = {}
    for c in coverage:
        if c.source not in last or (c.known, c.through) >= (last[c.source].known, last[c.source].through):
            last[c.source] = c
    return tuple(last.values())


def feeds(coverage: Sequence[Coverage]) -> dict[str, Coverage]:
    """What holds of each source at every as-of date, for it is said of the feed: its kinds, since when, how late."""
    found = {}
    for last in latest(coverage):
        rows = [c for c in coverage if c.source == last.source]
        found[last.source] = replace(
            last,
            kinds=tuple(sorted({kind for c in rows for kind in c.kinds})),
            since=min(c.since for c in rows),
            label_delay=max(c.label_delay for c in rows),
        )
    return found


def coverage_known_by(coverage: Sequence[Coverage], day: int) -> tuple[Coverage, ...]:
    """Coverage known before ``day``; a source of which nothing was known yet keeps a row, for what is said of the feed."""
    said = feeds(coverage)
    rows = [c for c in coverage if c.known < day]
    heard = {c.source for c in rows}
    rows += [replace(c, through=int(NEVER), known=int(ALWAYS)) for c in latest(coverage) if c.source not in heard]
    return tuple(replace(said[c.source], through=c.through, known=c.known) for c in rows)


def through_at(coverage: Sequence[Coverage], source: str, as_of: Int32[np.ndarray, " date"]) -> Int64[np.ndarray, " date"]:
    """The day through which ``source`` was known to be complete at each as-of date; NEVER where nothing was known."""
    rows = sorted((c.known, c.through) for c in coverage if c.source == source)
    known = np.array([r[0] for r in rows], dtype=np.int64)
    through = np.maximum.accumulate(np.array([r[1] for r in rows], dtype=np.int64))
    at = np.searchsorted(known, as_of, side="left") - 1
    return np.where(at >= 0, through[np.maximum(at, 0)], np.int64(NEVER))


def missing(
    coverage: Sequence[Coverage], said: Mapping[str, Coverage], kinds: set[str], window: int, as_of: Int32[np.ndarray, " date"]
) -> Bool[np.ndarray, " date"]:
    """Where a window of ``window`` days before each as-of date reaches into a gap of a feed of ``kinds``; ``said`` are its feeds."""
    gap = np.zeros(len(as_of), dtype=bool)
    for source, feed in said.items():
        if kinds & set(feed.kinds):
            gap |= as_of.astype(np.int64) - window < feed.since
            gap |= as_of.astype(np.int64) - 1 - through_at(coverage, source, as_of) > feed.stale_after
    return gap


def stale(coverage: Sequence[Coverage], day: int) -> dict[str, int]:
    """Sources that are stale at ``day``, with the last complete day of each."""
    at = np.array([day], dtype=np.int32)
    found = {}
    for c in latest(coverage):
        through = int(through_at(coverage, c.source, at)[0])
        if day - 1 - through > c.stale_after:
            found[c.source] = through
    return found
