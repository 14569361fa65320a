"""Old events that became known at once.

So it is when a system begins with the records of the one before.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

OLD = 182
"""Days after which an event that becomes known is an old one."""

WITHIN = 7
"""Days within which old events become known at once."""

SHARE = 0.05
"""Share of all events that become known at once, from which on it is an entry in bulk."""

LEAST_OLD = 100
"""Old events that are entered in bulk at least."""


class BulkEntry(NamedTuple):
    """An entry of old events in bulk.

    Parameters
    ----------
    day
        Day on which the last of them became known.
    events
        Number of old events that were entered so, on this day and before.
    share
        Share of all events.
    since
        Day on which the oldest occurred.
    """

    day: int
    events: int
    share: float
    since: int


def bulk_entry(occurred: Any, known: Any) -> BulkEntry | None:
    """Return the last entry of old events, or None.

    Before it nothing was known of them: a model that learns from earlier as-of dates takes the days for empty.

    Parameters
    ----------
    occurred, known
        Days on which each event occurred and became known ``[event]``.

    Examples
    --------
    >>> occurred = np.repeat(np.arange(1000), 3)
    >>> bulk_entry(occurred, np.maximum(occurred, 600))
    BulkEntry(day=600, events=1254, share=0.418, since=0)
    >>> bulk_entry(occurred, occurred + 200) is None
    True
    """
    occurred, known = np.asarray(occurred, dtype=np.int64), np.asarray(known, dtype=np.int64)
    old = np.flatnonzero(known - occurred > OLD)
    if len(old) < max(LEAST_OLD, SHARE * len(known)):
        return None
    days = np.sort(known[old])
    within = np.searchsorted(days, days, side="right") - np.searchsorted(days, days - WITHIN, side="right")
    at_once = days[within >= max(LEAST_OLD, SHARE * len(known))]
    if not len(at_once):
        return None
    # those of the days before each such day belong to it
    ends = np.unique(at_once)
    next_end = ends[np.minimum(np.searchsorted(ends, known[old]), len(ends) - 1)]
    mine = old[(known[old] <= next_end) & (known[old] > next_end - WITHIN)]
    return BulkEntry(int(ends[-1]), len(mine), len(mine) / len(known), int(occurred[mine].min()))
