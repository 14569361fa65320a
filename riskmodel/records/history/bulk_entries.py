"""Old events that became known at once.

So it is when a system begins with the records of the one before.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from riskmodel.base.days import NEVER

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


def bulk_entry(occurred: Any, known: Any, until: Any = None) -> BulkEntry | None:
    """Return the last entry of old events, or None.

    Before it nothing was known of them: a model that learns from earlier as-of dates takes the days for empty. A record that takes the place of another one on the day is a
    correction of it, not an event that nobody knew.

    Parameters
    ----------
    occurred, known
        Days on which each event occurred and became known ``[event]``.
    until
        Days on which each was corrected or withdrawn ``[event]``, NEVER if it was not; None if none was.

    Examples
    --------
    >>> occurred = np.repeat(np.arange(1000), 3)
    >>> bulk_entry(occurred, np.maximum(occurred, 600))
    BulkEntry(day=600, events=1254, share=0.418, since=0)
    >>> bulk_entry(occurred, occurred + 200) is None
    True
    """
    occurred, known = np.asarray(occurred, dtype=np.int64), np.asarray(known, dtype=np.int64)
    until = np.full(len(known), NEVER, dtype=np.int64) if until is None else np.asarray(until, dtype=np.int64)
    believed = int((until == NEVER).sum())
    least = max(LEAST_OLD, SHARE * believed)
    old = known - occurred > OLD
    days, at, entered = np.unique(known[old], return_inverse=True, return_counts=True)
    replaced = until[(until != NEVER) & (until - occurred > OLD)]
    new = np.maximum(entered - np.diff(np.searchsorted(np.sort(replaced), [days, days + 1], side="left"), axis=0)[0], 0)
    total = np.concatenate([[0], np.cumsum(new)])
    within = total[1:] - total[np.searchsorted(days, days - WITHIN, side="right")]
    ends = days[within >= least]
    if not len(ends):
        return None
    # those of the days before each such day belong to it
    next_end = ends[np.minimum(np.searchsorted(ends, days), len(ends) - 1)]
    mine = (days <= next_end) & (days > next_end - WITHIN) & (new > 0)
    events = int(new[mine].sum())
    return BulkEntry(int(ends[-1]), events, events / max(believed, events), int(occurred[old][mine[at]].min()))
