"""What labels lack for late reports, and how long they wait."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Float64

from riskmodel.records.history.bulk_entries import OLD, WITHIN, bulk_entry

LABEL_DAYS = 7
"""Days of a label where its horizon is not known yet."""

MISSING = 0.01
"""Share of a label's events by which it may change after the wait."""

WAITS = (28, 91, 182)
"""Most days that a label waits: the shortest of them after which :data:`MOST_LEFT` events are missing."""

MOST_LEFT = 0.1
"""Share of a label's events that is missing after the longest wait from which a limit says so."""

TOO_MANY = 0.05
"""Share of a label's events that a longer wait changes from which a check says so."""

LEAST_ROWS = 100
"""Rows from which delays are known."""

OF_HISTORY = 8
"""A label waits for at most this part of the history."""


class LateReports:
    """What a label lacks, by the days that it waits.

    A label that is taken as soon as its horizon is over lacks what is reported later, and holds what is taken back later. Models that follow the level of the last labels forecast too
    little, or too much. So it waits until it differs by no more than one event in a hundred from what the longest wait would bring.

    Parameters
    ----------
    missing
        Share of the label's events that is missing after a wait of so many days ``[day]``; below 0 where it holds more of them than in the end.

    Examples
    --------
    >>> occurred = np.arange(700) % 350
    >>> found = late_reports({"occurred": occurred, "known": occurred + np.arange(700) % 5}, through=400)
    >>> found.days, round(found.after(0), 3), found.after(4)
    (4, 0.286, 0.0)
    """

    def __init__(self, missing: Float64[np.ndarray, " day"]) -> None:
        self.missing = missing

    @cached_property
    def days(self) -> int:
        """Days that the label waits."""
        most = len(self.missing) - 1
        longest = next((days for days in WAITS if days < most and abs(self.missing[days]) <= MOST_LEFT), most)
        off = np.abs(self.missing[: longest + 1] - self.missing[longest]) > MISSING
        return int(np.flatnonzero(off).max(initial=-1)) + 1

    def after(self, days: int) -> float:
        """Return the share of the events missing after a wait."""
        return float(self.missing[min(days, len(self.missing) - 1)])

    def too_early(self, days: int) -> bool:
        """Return whether a longer wait changes many of the events."""
        return days < self.days and abs(self.after(days) - self.after(self.days)) >= TOO_MANY


def late_reports(columns: Mapping[str, Any], through: int, horizon: int = LABEL_DAYS) -> LateReports:
    """Return what labels lack that are taken too early.

    Fewer than :data:`LEAST_ROWS` rows tell nothing: no wait, and nothing missing. Old rows that were entered in bulk do not count
    (:func:`~riskmodel.records.history.bulk_entries.bulk_entry`).

    Parameters
    ----------
    columns
        Days ``occurred`` and ``known`` ``[row]``, and where a table has them ``until`` (the day on which a row was corrected or withdrawn) and ``amount``.
    through
        Last day of knowledge. The last events are left out where others are enough: only the quick reports of them are there.
    horizon
        Days of the label; 1 for counts of a period, which stand on its last day.

    Examples
    --------
    >>> days = np.arange(700) % 350
    >>> late_reports({"occurred": days, "known": days}, through=400).days
    0
    """
    occurred, known = (np.asarray(columns[name], dtype=np.int64) for name in ("occurred", "known"))
    ordinary = _ordinary(occurred, known, columns.get("until"))
    if ordinary.sum() < LEAST_ROWS:
        return LateReports(np.zeros(1))
    most = min(WAITS[-1], max(through - int(occurred[ordinary].min()), 0) // OF_HISTORY)
    whole = ordinary & (occurred <= through - most)
    chosen = whole if whole.sum() >= LEAST_ROWS else ordinary
    ages = most + horizon + 1
    amount = np.asarray(columns.get("amount", np.ones(len(occurred))))
    # of the events of each age, those that are believed by then; the last age holds all later ones
    changes = _by_age((known - occurred)[chosen], amount[chosen], ages)
    if "until" in columns:
        until = np.asarray(columns["until"], dtype=np.int64)
        gone = chosen & (until <= through)  # what is taken back later is still believed
        changes -= _by_age((until - occurred)[gone], amount[gone], ages)
    believed = np.cumsum(changes)
    if believed[-1] <= 0:
        return LateReports(np.zeros(1))
    sums = np.concatenate([[0], np.cumsum((believed[-1] - believed)[:-1])])
    return LateReports((sums[horizon:] - sums[:-horizon]) / (horizon * believed[-1]))


def _ordinary(occurred: Any, known: Any, until: Any) -> Any:
    """Return which rows say how late reports are.

    After old events were entered in bulk, those that occurred later do; of too few, those that became known at other times.
    """
    entry = bulk_entry(occurred, known, until)
    if entry is None:
        return np.ones(len(occurred), dtype=bool)
    after = occurred > entry.day
    if after.sum() >= LEAST_ROWS:
        return after
    return (known - occurred <= OLD) & ((known > entry.day) | (known <= entry.day - WITHIN))


def _by_age(days: Any, amount: Any, ages: int) -> Any:
    """Return the whole amounts by the age at which they change."""
    return np.bincount(np.clip(days, 0, ages - 1), weights=amount, minlength=ages).astype(np.int64)
