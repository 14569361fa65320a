"""Weekly counts of a family, each as known on its own night.

The last week before a night is never complete: some records become known later. Each earlier week is therefore counted as it was known
on the night that followed it, so that like is compared with like, and no delay has to be estimated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64, Int64

from riskmodel.detection.joint.levels import MapLevel
from riskmodel.records.history import History

WEEK = 7
"""Days between two compared nights, and of the shorter window."""

WINDOWS = (1, 2)
"""Weeks of the windows that are judged."""

NIGHTS, BASELINE, GAP = 52, 52, 2
"""Past nights that are judged too, weeks of a baseline, and weeks between a baseline and its night."""

UNIT_WEEKS = NIGHTS + 1 + GAP + BASELINE
"""Weeks that are counted by place."""

SEASON_WEEKS = 52
"""Weeks of a year."""

WEEKS = UNIT_WEEKS + SEASON_WEEKS + 10
"""Weeks that are counted in total."""


@dataclass(frozen=True, eq=False)
class FamilyRecords:
    """Records of one family and topic that matter to a night.

    Parameters
    ----------
    stop
        Day after the last day that all sources are known to cover; None if a source is stale.
    through
        Last day through which the slowest source is known; None if nothing is known.
    cell, age, amount
        Cell, days before ``stop`` (0: the day before it) and amount of each record.
    first_night, last_night
        Number of the earliest and latest night on which each record was believed; night 0 is now, night ``k`` was ``k`` weeks ago.
    known
        Whether all sources were fresh on each night, and began before its windows.
    """

    stop: int | None
    through: int | None
    cell: Int64[np.ndarray, " record"]
    age: Int64[np.ndarray, " record"]
    amount: Int64[np.ndarray, " record"]
    first_night: Int64[np.ndarray, " record"]
    last_night: Int64[np.ndarray, " record"]
    known: Bool[np.ndarray, " night"]


def family_records(history: History, kinds: Sequence[str], as_of: int) -> FamilyRecords:
    """Return records of some kinds, with the nights that believed them.

    Of kinds that no source delivers nothing is known, so they are not judged.
    """
    at = np.array([as_of], dtype=np.int32)
    stale = history.stale(as_of)
    sources = history.sources_of(kinds)
    # NEVER: nothing was stated yet, and records came in lately
    through = min([as_of - 1, *(int(history.through_at(source, at)[0]) for source in sources if source not in stale)])
    undelivered = not sources and len(history.coverage) > 0
    late = undelivered or any(source in stale for source in sources)
    stated = [stale[source] for source in sources if source in stale]
    if late:
        nothing = undelivered or None in stated
        through = None if nothing else min([through, *(day for day in stated if day is not None)])
    stop = None if late or through is None else through + 1
    base = as_of if stop is None else stop
    nights = as_of - WEEK * np.arange(WEEKS, dtype=np.int64)
    known = ~history.missing(kinds, as_of - base + WEEK * max(WINDOWS), nights[::-1].astype(np.int32))[::-1]
    moved = history.relocated
    age = base - 1 - moved.occurred.astype(np.int64)
    keep = np.isin(moved.kind, history.numbers(kinds)) & (age >= 0) & (age < WEEK * (WEEKS + 1)) & (moved.known < as_of)
    ages, knew, until = age[keep], moved.known[keep].astype(np.int64), moved.until[keep].astype(np.int64)
    # believed on the night as_of - 7k if known < as_of - 7k <= until
    newest = np.maximum(-((until - as_of) // WEEK), 0)
    oldest = (as_of - 1 - knew) // WEEK
    return FamilyRecords(
        stop, through, moved.cell[keep].astype(np.int64), ages, moved.amount[keep].astype(np.int64), newest, oldest, known
    )


def weekly(records: FamilyRecords, level: MapLevel | None, window: int, weeks: int) -> Float64[np.ndarray, "night place"]:
    """Count the records before each night, as known on it.

    Without a level all cells are one place. ``window`` is in weeks; night 0 is now.
    """
    places = 1 if level is None else len(level)
    place = np.zeros(len(records.cell), np.int64) if level is None else level.of_cell[records.cell]
    counts = np.zeros(weeks * places)
    for back in range(window):
        night = records.age // WEEK - back
        keep = (night >= records.first_night) & (night <= records.last_night) & (night < weeks) & (night >= 0) & (place >= 0)
        counts += np.bincount(night[keep] * places + place[keep], records.amount[keep], weeks * places)
    return counts.reshape(weeks, places)
