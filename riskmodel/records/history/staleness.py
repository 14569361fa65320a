"""Sources that are stale: nothing was heard of them for too long."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from riskmodel.base.days import ALWAYS
from riskmodel.records.history.coverage import Coverage, known_days, latest


def last_heard(
    sources: Mapping[str, Coverage], kind_number: Mapping[str, int], records: Mapping[str, Any], day: int, source: str
) -> int | None:
    """Return the last day on which a source was heard of.

    That is the day, before ``day``, on which a record of its kinds became known. A record that occurred before the first day of the source is another's.

    Parameters
    ----------
    sources
        What holds of each source at every as-of date.
    records
        The arrays of a history.
    """
    one = sources[source]
    numbers = [kind_number[kind] for kind in one.kinds if kind in kind_number]
    known = records["known"]
    mine = np.isin(records["kind"], numbers) & (known < day) & (records["occurred"] >= one.since)
    return int(known[mine].max()) if mine.any() else None


def stale(coverage: Sequence[Coverage], day: int, heard: Callable[[str], int | None]) -> dict[str, int | None]:
    """Return the sources that are stale, with their last complete days.

    Parameters
    ----------
    heard
        Returns the last day on which a source was heard of, before ``day``. It counts where no statement was known yet.

    Returns
    -------
    dict
        The day is None where nothing was known of a source: it is stale, since unknown is never normal.
    """
    found: dict[str, int | None] = {}
    for c in latest(coverage):
        known, throughs = known_days(coverage, c.source)
        last = int(throughs[known < day].max(initial=int(ALWAYS)))
        through = last if last > ALWAYS else heard(c.source)
        if through is None:
            found[c.source] = None
        elif day - 1 - through > c.stale_after:
            found[c.source] = through
    return found
