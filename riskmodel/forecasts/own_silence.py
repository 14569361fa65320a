"""Silence of a target's own records, although its sources count as complete."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from riskmodel.asof.target import Target
from riskmodel.records.history import History
from riskmodel.records.intake.kind_changes import LEAST, PAST, judge

LONGEST = 28
"""Days of the longest period that is compared with those before it."""


def silent_since(history: History, day: int, target: Target, doubted: Mapping[str, int]) -> int | None:
    """Return since when no record of a target's kinds came.

    None if there is no such silence. A source can be delivered and complete by its statements, and yet nothing of a kind is understood: the kind was renamed, or its rows are in
    quarantine. Then nobody knows whether nothing happened. It is a silence if it is longer than the sources may be stale, and

    - a source of the target has had too many rows in quarantine since before the last such record, or
    - records came in every period as long before, so often that none at all is no chance (:func:`riskmodel.records.intake.kind_changes.judge`).

    Parameters
    ----------
    day
        The as-of date; days on which records became known count.
    doubted
        Source to the day since which too many of its rows are in quarantine.
    """
    own, records = history.sources_of(target.kinds), history.arrays()
    of_target = np.isin(records["kind"], history.numbers(target.kinds)) & (records["known"] < day)
    if not own or not of_target.any():
        return None
    known = records["known"][of_target].astype(np.int64)
    last = int(known.max())
    silent = day - 1 - last
    if silent <= max(history.sources[name].stale_after for name in own):
        return None
    if any(last < doubted[name] for name in own if name in doubted):
        return last + 1
    return last + 1 if _is_no_chance(last - known, min(silent, LONGEST)) else None


def _is_no_chance(ago: np.ndarray, length: int) -> bool:
    """Return whether no record in a period cannot be chance.

    Parameters
    ----------
    ago
        Days from each record to the last one.
    length
        Days of a period.
    """
    whole = min(int(ago.max()) // length, max(LEAST, 7 * PAST // length))
    counts = np.bincount(ago[ago < whole * length] // length, minlength=whole)
    return judge(counts, 0) == "disappears"
