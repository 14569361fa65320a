"""Gaps: days without any record of a source."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

LEAST_DAYS = 7
"""Fewest days of a gap."""

LEAST_MISSING = 50
"""Fewest events that as many usual days have."""

LEAST_DATES = 20
"""Dates with records from which the usual distance between dates is known."""

UPPER = 0.98
"""Quantile of the distances between dates that stands for a usual long one."""

MULTIPLE = 3
"""A gap is longer than this multiple of a usual long distance."""

EDGE, BESIDE = 7, 91
"""Days with records, next to a gap and beside it, whose rates are compared."""

FADED = 1 / 3
"""Records that are at both edges fewer than this share of those beside fade away and come again: a quiet time, and no gap."""

SEASON_SHARE = 0.1
"""A gap is a season if the same days a year before or after had less than this share of the usual records."""

YEARS = (354, 365, 384)
"""Days of a year, and of the shorter and the longer year of lunar calendars."""

MARGIN = 2
"""Days at both ends by which a season of a week or more may lie elsewhere in the next year."""


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
    amounts: Any = None,
    least_days: int = LEAST_DAYS,
    least_missing: float = LEAST_MISSING,
) -> tuple[Gap, ...]:
    """Return the gaps between the days of records, the earliest first.

    A gap has at least ``least_days`` days, is longer than records ever were apart but for a few times, and would usually have had
    ``least_missing`` events, also at the rate of the days next to it. Days that recur without records every year are a season, and records that fade
    away and come again are a quiet time.

    Parameters
    ----------
    occurred
        Day of each record, in any order.
    ignored
        Spans of days, first and last included, that are known not to be observed.
    amounts
        Events of each record, where they are not one: a record of many says as much as many records.

    Examples
    --------
    >>> days = np.arange(400)
    >>> find_gaps(np.repeat(days[(days < 200) | (days >= 290)], 3))
    (Gap(first=200, last=289, missing=270.0),)
    """
    days, of, counts = np.unique(np.asarray(occurred, dtype=np.int64), return_inverse=True, return_counts=True)
    events = counts if amounts is None else np.maximum(counts, np.bincount(of, np.nan_to_num(amounts), len(days)))
    if len(days) < LEAST_DATES:
        return ()
    apart = np.diff(days)
    usual = MULTIPLE * float(np.quantile(apart, UPPER))
    at = np.flatnonzero(apart > max(least_days, usual))
    steps = np.where(apart > max(least_days, usual), 1, apart)
    beside = _Beside(np.concatenate([[0], np.cumsum(steps)]), np.concatenate([[0], np.cumsum(events)]), max(EDGE, int(usual)))
    left_out = tuple(ignored)
    found = []
    for before, first, last in zip(at.tolist(), (days[at] + 1).tolist(), (days[at + 1] - 1).tolist(), strict=True):
        length = last - first + 1
        known = any(begin <= last and first <= end for begin, end in left_out)
        stops = length * min(beside.rate, beside.stopping(before)) >= least_missing
        if not known and stops and not _recurs(days, events, (first, last), beside.rate * length):
            found.append(Gap(first, last, float(counts.sum()) / beside.observed * length))
    return tuple(found)


class _Beside(NamedTuple):
    """Days with records, without those of gaps, and events until each.

    ``edge`` are the days next to a gap.
    """

    days: Any
    total: Any
    edge: int

    @property
    def observed(self) -> float:
        """Days without those of gaps."""
        return float(self.days[-1] + 1)

    @property
    def rate(self) -> float:
        """Events a day."""
        return float(self.total[-1]) / self.observed

    def stopping(self, before: int) -> float:
        """Return events a day next to a gap; 0 if they fade."""
        reach = max(BESIDE, MULTIPLE * self.edge)
        last, first = int(self.days[before]), int(self.days[before + 1])
        edges = self._between(last - self.edge + 1, last), self._between(first, first + self.edge - 1)
        wide = self._between(last - reach + 1, last), self._between(first, first + reach - 1)
        faded = all(near < FADED * far for near, far in zip(edges, wide, strict=True))
        return 0.0 if faded else min(edges)

    def _between(self, first: int, last: int) -> float:
        first, last = max(first, int(self.days[0])), min(last, int(self.days[-1]))
        low, high = np.searchsorted(self.days, first), np.searchsorted(self.days, last, side="right")
        return float(self.total[high] - self.total[low]) / (last - first + 1)


def _recurs(days: Any, counts: Any, span: tuple[int, int], missing: float) -> bool:
    """Return whether another year lacks the same days, too."""
    length = span[1] - span[0] + 1
    margin = MARGIN if length >= 3 * MARGIN + 1 else 0
    usual = missing * (length - 2 * margin) / length
    for shift in [sign * year for year in YEARS for sign in (-1, 1)]:
        first, last = span[0] + shift + margin, span[1] + shift - margin
        if days[0] <= first and last <= days[-1]:
            there = float(counts[(days >= first) & (days <= last)].sum())
            if there < SEASON_SHARE * usual:
                return True
    return False
