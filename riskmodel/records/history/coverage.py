"""Coverage: through which day sources are complete, and when that was known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Int32, Int64

from riskmodel.base.days import ALWAYS, NEVER


@dataclass(frozen=True)
class Coverage:
    """One statement about the completeness of a source.

    From day ``known`` on it is known that ``source`` is complete from day ``since`` through day ``through``. An as-of date ``t``
    uses statements with ``known < t``.

    ``kinds``, ``since``, ``stale_after`` and ``label_delay`` (both in days) describe the source and hold at every as-of date.
    If statements differ, all kinds, the first day, the last known ``stale_after`` and the longest delay hold.
    """

    source: str
    kinds: tuple[str, ...]
    since: int = int(ALWAYS)
    through: int = int(NEVER)
    known: int = int(ALWAYS)
    stale_after: int = 7
    label_delay: int = 0


def latest(coverage: Sequence[Coverage]) -> tuple[Coverage, ...]:
    """Return the last known statement about each source."""
    last: dict[str, Coverage] = {}
    for c in coverage:
        if c.source not in last or (c.known, c.through) >= (last[c.source].known, last[c.source].through):
            last[c.source] = c
    return tuple(last.values())


def lasting_coverage(coverage: Sequence[Coverage]) -> dict[str, Coverage]:
    """Return what holds of each source at every as-of date."""
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
    """Return the statements known before ``day``.

    A source about which nothing was known yet keeps one statement, complete through no day, since its kinds and delays hold at
    every as-of date.
    """
    lasting = lasting_coverage(coverage)
    rows = [c for c in coverage if c.known < day]
    heard = {c.source for c in rows}
    rows += [replace(c, through=int(NEVER), known=int(ALWAYS)) for c in latest(coverage) if c.source not in heard]
    return tuple(replace(lasting[c.source], through=c.through, known=c.known) for c in rows)


def through_at(coverage: Sequence[Coverage], source: str, as_of: Int32[np.ndarray, " date"]) -> Int64[np.ndarray, " date"]:
    """Return through which day a source was known to be complete.

    One day per as-of date; NEVER where nothing was known.
    """
    rows = sorted((c.known, c.through) for c in coverage if c.source == source)
    known = np.array([r[0] for r in rows], dtype=np.int64)
    through = np.maximum.accumulate(np.array([r[1] for r in rows], dtype=np.int64))
    at = np.searchsorted(known, as_of, side="left") - 1
    return np.where(at >= 0, through[np.maximum(at, 0)], np.int64(NEVER))


def missing(
    coverage: Sequence[Coverage], lasting: Mapping[str, Coverage], kinds: set[str], window: int, as_of: Int32[np.ndarray, " date"]
) -> Bool[np.ndarray, " date"]:
    """Return where a window before an as-of date reaches into a gap.

    Parameters
    ----------
    lasting
        What holds of each source at every as-of date (:func:`lasting_coverage`).
    kinds
        Only sources of these kinds count.
    window
        Days of the window.
    """
    gap = np.zeros(len(as_of), dtype=bool)
    for source, one in lasting.items():
        if kinds & set(one.kinds):
            gap |= as_of.astype(np.int64) - window < one.since
            gap |= as_of.astype(np.int64) - 1 - through_at(coverage, source, as_of) > one.stale_after
    return gap


def stale(coverage: Sequence[Coverage], day: int) -> dict[str, int]:
    """Return the sources that are stale, with their last complete days."""
    at = np.array([day], dtype=np.int32)
    found = {}
    for c in latest(coverage):
        through = int(through_at(coverage, c.source, at)[0])
        if day - 1 - through > c.stale_after:
            found[c.source] = through
    return found
