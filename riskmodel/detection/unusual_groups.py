"""Groups of cells in which a signal family is unusually busy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float64, Int64

from riskmodel.base.argument_types import checked
from riskmodel.base.days import NEVER, DateLike, to_day
from riskmodel.base.errors import bad_argument
from riskmodel.detection.ears import baseline_moments
from riskmodel.detection.false_discoveries import finding_level
from riskmodel.detection.notice import Notice
from riskmodel.records.history import History

WEEK = 7
"""Days of a week."""

BASELINE, LAG = 7, 2
"""Weeks of the baseline, and weeks between it and the last week (EARS C2)."""

WEEKS = BASELINE + LAG + 1
"""Weeks that are counted."""


@checked(history="History")
def unusual(
    history: History, as_of: DateLike, grouping: str, *, alpha: float = 0.05, limit: int = 12, smallest: int = 3
) -> tuple[Notice, ...]:
    """Find the families that were unusually busy in a group last week.

    Weekly counts are compared with their baseline by EARS C2 (seven weeks of baseline, two weeks left out). The last week of a family
    ends on the last day through which all its sources are known to be complete. Three rules keep notices few: Benjamini and
    Yekutieli's procedure bounds the false discovery rate over all series by ``alpha``, the standard deviation is at least that of a Poisson count, and at least 1, and at most
    ``limit`` notices are returned.

    A family is left out if one of its sources is stale at ``as_of`` or did not exist over the ten weeks. Records that police effort
    produces (``discretionary``) and states are not counted: they follow patrols and registers. Groups with fewer households than the
    minimum of the places are left out.

    Parameters
    ----------
    history
        Records and places.
    as_of
        Day; only what was known before it is used.
    grouping
        Grouping of the places, such as ``"town"``.
    alpha
        False discovery rate of a night over all series, in the normal approximation.
    limit
        Largest number of notices.
    smallest
        Smallest count that gives a notice.

    Returns
    -------
    tuple of Notice
        The most striking first.

    Raises
    ------
    UsageError
        If there is no such grouping, or an argument is out of range.

    Examples
    --------
    >>> (notice,) = rm.unusual(signals, "2024-01-01", "village")
    >>> notice.group, notice.family, notice.count
    ('v1', 'online', 8)
    """
    if not 0 < alpha < 1:
        raise bad_argument("alpha", "unusual", "between 0 and 1", alpha)
    if limit < 0 or smallest < 1:
        raise bad_argument("limit", "unusual", "at least 0, with smallest at least 1", (limit, smallest))
    day = to_day(as_of)
    groups = _Groups(history, day, grouping)
    series = list(_family_series(history, day, groups))
    shown = np.flatnonzero(groups.shown)
    if not series or not len(shown):
        return ()
    p = np.array([_p_values(counts)[shown] for _, _, counts in series]).ravel()
    level = finding_level(p, alpha)
    found: list[tuple[float, Notice]] = []
    for family, stop, counts in series:
        mean, spread, upper = (values[:, -1] for values in bounds(counts, level))
        last = counts[:, -1]
        for group in shown[(last[shown] > upper[shown]) & (last[shown] >= smallest)]:
            strength = (float(last[group]) - float(mean[group])) / float(spread[group])
            label = groups.labels[group]
            notice = Notice(label, family, int(last[group]), float(mean[group]), float(upper[group]), stop - WEEK, stop - 1)
            found.append((strength, notice))
    found.sort(key=lambda item: (-item[0], item[1].group, item[1].family))
    return tuple(notice for _, notice in found[:limit])


class WeeklyBounds(NamedTuple):
    """Expected count, spread and upper bound of each group and week."""

    expected: Float64[np.ndarray, "group week"]
    spread: Float64[np.ndarray, "group week"]
    upper: Float64[np.ndarray, "group week"]


def bounds(counts: Int64[np.ndarray, "group week"], alpha: float) -> WeeklyBounds:
    """Compute the bounds of EARS C2 with a smallest spread.

    The spread is at least that of a Poisson count, and at least 1.
    """
    mean, deviation = baseline_moments(counts, BASELINE, LAG)
    spread = np.maximum(deviation, np.sqrt(np.maximum(mean, 1.0)))
    return WeeklyBounds(mean, spread, mean + NormalDist().inv_cdf(1 - alpha) * spread)


def _p_values(counts: Int64[np.ndarray, "group week"]) -> Float64[np.ndarray, " group"]:
    """Return the nominal p-value of the last week of each group."""
    from scipy.special import ndtr

    mean, spread, _ = (values[:, -1] for values in bounds(counts, 0.5))
    return ndtr(-(counts[:, -1] - mean) / spread)


class _Series(NamedTuple):
    """Weekly counts of a family, and the day after its last week."""

    family: str
    stop: int
    counts: Int64[np.ndarray, "group week"]


class _Groups:
    """Groups of the cells at one as-of date."""

    def __init__(self, history: History, day: int, grouping: str) -> None:
        places = history.places
        self.day = day
        self.labels = places.grouping(grouping).labels
        version = places.version_at(np.array([day], dtype=np.int32))
        self.of_cell = places.group(grouping, version)[:, 0]
        there = np.flatnonzero(self.of_cell >= 0)
        self.shown: Bool[np.ndarray, " group"] = np.bincount(self.of_cell[there], minlength=len(self.labels)) > 0
        self.shown &= np.array([label != "" for label in self.labels], dtype=bool)
        if places.households is not None:
            homes = np.nan_to_num(places.exposure(places.households, version)[:, 0])
            self.shown &= np.bincount(self.of_cell[there], homes[there], len(self.labels)) >= places.minimum_households

    def weekly(self, history: History, kinds: list[str], stop: int) -> Int64[np.ndarray, "group week"]:
        """Count the events of ``kinds`` in the :data:`WEEKS` weeks before ``stop``.

        Only records known at the as-of date count.
        """
        history = history.relocated
        group = self.of_cell[history.cell]
        age = stop - 1 - history.occurred.astype(np.int64)
        keep = np.isin(history.kind, history.numbers(kinds)) & (group >= 0) & (age >= 0) & (age < WEEKS * WEEK)
        keep &= (history.known < self.day) & (history.until >= self.day)
        counts = np.zeros((len(self.labels), WEEKS), dtype=np.int64)
        np.add.at(counts, (group[keep], WEEKS - 1 - age[keep] // WEEK), history.amount[keep])
        return counts


def _family_series(history: History, day: int, groups: _Groups) -> Iterator[_Series]:
    """Weekly counts of each family whose sources cover all weeks."""
    for family in dict.fromkeys(kind.family for kind in history.kinds.values()):
        kinds = [name for name, k in history.kinds.items() if k.family == family and not (k.discretionary or k.state)]
        stop = complete_stop(history, history.sources_of(kinds), day)
        if kinds and not history.missing(kinds, day - stop + WEEKS * WEEK, np.array([day], dtype=np.int32))[0]:
            yield _Series(family, stop, groups.weekly(history, kinds, stop))


def complete_stop(history: History, sources: Iterable[str], day: int) -> int:
    """Return the day after the last one that all sources cover.

    It is at most ``day``.
    """
    at = np.array([day], dtype=np.int32)
    through = [int(history.through_at(source, at)[0]) for source in sources]
    return min([day, *(last + 1 for last in through if last != NEVER)])
