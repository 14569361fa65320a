"""Ends of tables that were cut by the day of the event.

Some exports hold all events up to a day, with reports that came in later. Their last days are empty because they are not there, not because
nothing happened.
"""

from __future__ import annotations

from typing import Any

import numpy as np

BEFORE = 91
"""Days before the last event whose events say what is usual."""

FEWEST = 20.0
"""Expected events from which an empty end is no chance; with as many, none comes once in 500 million times."""

LONGER = 3
"""The empty end is longer than so many of the longest earlier gaps."""


def complete_through(occurred: Any, known: Any, heard: int | None = None) -> int:
    """Return the day through which a whole table is complete.

    It is the day on which something last became known. It is the day of the last event where the days between are empty although many events of them would have
    been known by then: that many as the last :data:`BEFORE` days let expect, with their delays.

    Parameters
    ----------
    occurred, known
        Days on which each record occurred and became known ``[record]``; not empty.
    heard
        Day on which something last became known, where these records are a part of a table.

    Examples
    --------
    >>> days = np.repeat(np.arange(100), 10)
    >>> complete_through(days, days), complete_through(days, days + 30), complete_through(days, days + np.tile(np.arange(10), 100))
    (99, 129, 99)
    """
    occurred, known = np.asarray(occurred, dtype=np.int64), np.asarray(known, dtype=np.int64)
    last, heard = int(occurred.max()), int(known.max()) if heard is None else heard
    silent = heard - last
    recent = occurred > last - BEFORE
    gaps = np.diff(np.unique(occurred[recent]))
    if silent < 1 or silent <= LONGER * int(gaps.max(initial=1)):
        return heard
    delay = np.maximum(known[recent] - occurred[recent], 0)
    # of the events of each empty day, those with a delay that ends by the day on which something last became known
    in_time = np.searchsorted(np.sort(delay), np.arange(silent), side="right").sum()
    span = min(BEFORE, last - int(occurred.min()) + 1)
    return last if in_time / span >= FEWEST else heard


def begun_on(occurred: Any, first: int) -> int:
    """Return the first day of a part of a table.

    It is the day of the part's first event where the days between are empty although many events of it would have occurred on them; else the table's.

    Parameters
    ----------
    occurred
        Days on which the part's records occurred ``[record]``; not empty.
    first
        First day of the table.

    Examples
    --------
    >>> days = np.repeat(np.arange(100), 10)
    >>> begun_on(days + 60, 50), begun_on(days[::300] + 60, 50)
    (60, 50)
    """
    backwards = -np.asarray(occurred, dtype=np.int64)
    return -complete_through(backwards, backwards, -first)
