"""Gaps: days without any record of a source."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

LEAST_DAYS = 28
"""Fewest days of a gap."""

LEAST_MISSING = 50
"""Fewest records that as many usual days have."""

LEAST_DATES = 20
"""Dates with records from which the usual distance between dates is known."""

UPPER = 0.98
"""Quantile of the distances between dates that stands for a usual long one."""

MULTIPLE = 3
"""A gap is longer than this multiple of a usual long distance."""

SEASON_SHARE = 0.1
"""A gap is a season if the same days a year before or after had less than this share of the usual records."""

YEAR = 365
"""Days of a year."""


class Gap(NamedTuple):
    """First and last day without a record, and what is missing.

    ``missing`` are the records of as many usual days.
    """

    first: int
    last: int
    missing: float


def find_gaps(
    occurred: Any,
    ignored: Iterable[tuple[int, int]] = (),
    *,
    least_days: int = LEAST_DAYS,
    least_missing: float = LEAST_MISSING,
) -> tuple[Gap, ...]:
    """Return the gaps between the days of records, the earliest first.

    A gap has at least ``least_days`` days, is longer than records ever were apart but for a few times, and would usually have had
    ``least_missing`` records. Days that recur without records every year are a season.

    Parameters
    ----------
    occurred
        Day of each record, in any order.
    ignored
        Spans of days, first and last included, that are known not to be observed.

    Examples
    --------
    >>> days = np.arange(400)
    >>> find_gaps(np.repeat(days[(days < 200) | (days >= 290)], 3))
    (Gap(first=200, last=289, missing=270.0),)
    """
    days, counts = np.unique(np.asarray(occurred, dtype=np.int64), return_counts=True)
    if len(days) < LEAST_DATES:
        return ()
    apart = np.diff(days)
    longest = max(least_days, MULTIPLE * float(np.quantile(apart, UPPER)))
    at = np.flatnonzero(apart > longest)
    observed = float(days[-1] - days[0] + 1 - (apart[at] - 1).sum())
    rate, left_out = counts.sum() / observed, tuple(ignored)
    found = []
    for first, last in zip((days[at] + 1).tolist(), (days[at + 1] - 1).tolist(), strict=True):
        missing = float(rate * (last - first + 1))
        known = any(begin <= last and first <= end for begin, end in left_out)
        if not known and missing >= least_missing and not _recurs(days, counts, (first, last), missing):
            found.append(Gap(first, last, missing))
    return tuple(found)


def _recurs(days: Any, counts: Any, span: tuple[int, int], missing: float) -> bool:
    """Return whether another year lacks the same days, too."""
    for shift in (-YEAR, YEAR):
        first, last = span[0] + shift, span[1] + shift
        if days[0] <= first and last <= days[-1]:
            there = float(counts[(days >= first) & (days <= last)].sum())
            if there < SEASON_SHARE * missing:
                return True
    return False
