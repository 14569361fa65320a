"""Which groups of cells are unusually busy: one judgement a family and group, as known at an as-of date."""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float64, Int64

from riskmodel.base.days import NEVER, to_day
from riskmodel.base.errors import bad_argument
from riskmodel.detection.ears import baseline_moments
from riskmodel.detection.notice import Notice

if TYPE_CHECKING:
    from riskmodel.records.history import History

WEEK = 7
BASELINE, LAG = 7, 2
WEEKS = BASELINE + LAG + 1


def unusual(
    history: History, as_of: str | int, grouping: str, *, alpha: float = 0.01, limit: int = 12, smallest: int = 3
) -> tuple[Notice, ...]:
    """The families that were unusually busy in a group in the last complete week, the most striking first.

    Weekly counts are judged by EARS C2 (seven weeks of baseline, two weeks left out). A family's week ends on the last day
    through which all its feeds are known to be complete. Three things keep the notices few: ``alpha`` is shared out evenly
    among all series that are judged (Bonferroni), the standard deviation is taken no smaller than a Poisson count's
    (nor than 1), and at most ``limit`` notices are returned.

    A family is not judged if one of its feeds is stale at ``as_of`` or did not exist over the ten weeks. Records that
    police effort makes (``discretionary``) and states are not counted: they follow patrols and registers. Groups with
    fewer households than the places' minimum are not judged.

    Parameters
    ----------
    as_of
        The judgement uses what was known before this day and nothing else.
    grouping
        The grouping of the places whose groups are judged, such as ``"town"``.
    alpha
        Chance of a false notice a night, all series together, in the normal approximation.
    smallest
        Counts below this give no notice.

    Raises
    ------
    UsageError
        If there is no such grouping, or an argument is out of range.
    """
    if not 0 < alpha < 1:
        raise bad_argument("alpha", "unusual", "between 0 and 1", alpha)
    if limit < 0 or smallest < 1:
        raise bad_argument("limit", "unusual", "at least 0, with smallest at least 1", (limit, smallest))
    day = to_day(as_of)
    groups = _Groups(history, day, grouping)
    judged = {}
    for family in dict.fromkeys(kind.family for kind in history.kinds.values()):
        kinds = [name for name, k in history.kinds.items() if k.family == family and not (k.discretionary or k.state)]
        stop = _complete_stop(history, kinds, day)
        if kinds and not history.missing(kinds, day - stop + WEEKS * WEEK, np.array([day], dtype=np.int32))[0]:
            judged[family] = (stop, groups.weekly(history, kinds, stop))
    shown = np.flatnonzero(groups.shown)
    if not judged or not len(shown):
        return ()
    each = alpha / (len(judged) * len(shown))
    found: list[tuple[float, Notice]] = []
    for family, (stop, counts) in judged.items():
        mean, spread, upper = (values[:, -1] for values in bounds(counts, each))
        last = counts[:, -1]
        for group in shown[(last[shown] > upper[shown]) & (last[shown] >= smallest)]:
            strength = (float(last[group]) - float(mean[group])) / float(spread[group])
            label = groups.labels[group]
            notice = Notice(label, family, int(last[group]), float(mean[group]), float(upper[group]), stop - WEEK, stop - 1)
            found.append((strength, notice))
    found.sort(key=lambda item: (-item[0], item[1].group, item[1].family))
    return tuple(notice for _, notice in found[:limit])


def bounds(
    counts: Int64[np.ndarray, "group week"], alpha: float
) -> tuple[Float64[np.ndarray, "group week"], Float64[np.ndarray, "group week"], Float64[np.ndarray, "group week"]]:
    """Expected count, spread and upper bound of C2, the spread no smaller than a Poisson count's, nor than 1."""
    mean, deviation = baseline_moments(counts, BASELINE, LAG)
    spread = np.maximum(deviation, np.sqrt(np.maximum(mean, 1.0)))
    return mean, spread, mean + NormalDist().inv_cdf(1 - alpha) * spread


class _Groups:
    """The groups of the cells at one as-of date, and the weekly counts in them."""

    def __init__(self, history: History, day: int, grouping: str) -> None:
        places = history.places
        self.day = day
        self.labels = places.grouping(grouping).labels
        version = places.version_at(np.array([day], dtype=np.int32))
        self.of_cell = places.group(grouping, version)[:, 0]
        there = np.flatnonzero(self.of_cell >= 0)
        self.shown = np.bincount(self.of_cell[there], minlength=len(self.labels)) > 0
        self.shown &= np.array([label != "" for label in self.labels], dtype=bool)
        if places.households is not None:
            homes = np.nan_to_num(places.exposure(places.households, version)[:, 0])
            self.shown &= np.bincount(self.of_cell[there], homes[there], len(self.labels)) >= places.minimum_households

    def weekly(self, history: History, kinds: list[str], stop: int) -> Int64[np.ndarray, "group week"]:
        """Events of ``kinds`` known at the as-of date, in the :data:`WEEKS` weeks before day ``stop``."""
        history = history.relocated
        group = self.of_cell[history.cell]
        age = stop - 1 - history.occurred.astype(np.int64)
        keep = np.isin(history.kind, history.numbers(kinds)) & (group >= 0) & (age >= 0) & (age < WEEKS * WEEK)
        keep &= (history.known < self.day) & (history.until >= self.day)
        counts = np.zeros((len(self.labels), WEEKS), dtype=np.int64)
        np.add.at(counts, (group[keep], WEEKS - 1 - age[keep] // WEEK), history.amount[keep])
        return counts


def _complete_stop(history: History, kinds: list[str], day: int) -> int:
    """The day after the last one through which every feed of ``kinds`` was known to be complete; at most ``day``."""
    at = np.array([day], dtype=np.int32)
    through = [int(history.through_at(source, at)[0]) for source in history.sources_of(kinds)]
    return min([day, *(last + 1 for last in through if last != NEVER)])
