"""Past nights as they would have been scored, and what came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Int32, Int64

from riskmodel.asof.design import design
from riskmodel.asof.engines import Threads
from riskmodel.asof.target import labels, last_knowledge, mature
from riskmodel.asof.vocabulary import Count
from riskmodel.base.argument_types import checked
from riskmodel.base.days import to_iso
from riskmodel.base.html_cards import HtmlCard
from riskmodel.base.plurals import counted
from riskmodel.detection.joint import Surge, can_be_judged, surge
from riskmodel.forecasts.experiment import Experiment
from riskmodel.forecasts.scores import Scores
from riskmodel.records.history import History, without_days
from riskmodel.warning.evidence import Freshness
from riskmodel.warning.silent_places import SilentPlace

RECENT = 30
"""Days of the counts by which the comparison ranks."""


class WalkedNight(NamedTuple):
    """One night: its scores, or why there are none.

    ``trained`` is the day on which its model was fitted, ``silent`` the places of which its list would have said that they fell silent.
    """

    as_of: int
    trained: int
    scores: Scores | None
    gap: str
    freshness: tuple[Freshness, ...]
    silent: tuple[SilentPlace, ...] = ()


class WalkFit(NamedTuple):
    """A fit of the walk: its day, version, and notes of failure."""

    as_of: int
    version: str
    failures: tuple[str, ...]


@checked(experiment="Experiment", history="History")
@dataclass(frozen=True, eq=False)
class WalkedNights(HtmlCard):
    """Scores of past nights, each from what was known then.

    Policies are tried on it with :func:`riskmodel.simulate_policies`; scoring is done once.

    Parameters
    ----------
    experiment
        The target; its own policy is the one that others are compared with.
    history
        The records, as last known.
    nights
        The nights, in order.
    fits
        The models, in order.
    every
        Days between nights.

    Examples
    --------
    >>> walked = rm.walk_nights(experiment, history, features, nights=10, every=7)
    >>> int(walked.dates[-1] - walked.dates[0]), walked.events.shape[0]
    (63, 10)
    """

    experiment: Experiment
    history: History
    nights: tuple[WalkedNight, ...]
    fits: tuple[WalkFit, ...]
    every: int

    def __repr__(self) -> str:
        first, last = to_iso(self.nights[0].as_of), to_iso(self.nights[-1].as_of)
        missing = len(self.nights) - int(self.scored.sum())
        return (
            f"<WalkedNights {self.experiment.name!r}: {counted(len(self.nights), 'night')} from {first} to {last}, "
            f"{counted(len(self.fits), 'fit')}, {int(self.final.sum())} with a final outcome, {missing} not scored>"
        )

    @cached_property
    def dates(self) -> Int32[np.ndarray, " night"]:
        """The as-of dates."""
        return np.array([night.as_of for night in self.nights], dtype=np.int32)

    @cached_property
    def scored(self) -> Bool[np.ndarray, " night"]:
        """Whether a night could be scored."""
        return np.array([night.scores is not None for night in self.nights], dtype=bool)

    @cached_property
    def known(self) -> int:
        """The day by whose knowledge outcomes are judged."""
        return last_knowledge(self.history)

    @cached_property
    def _observed(self) -> History:
        return without_days(self.history, self.experiment.ignored_days())

    @cached_property
    def final(self) -> Bool[np.ndarray, " night"]:
        """Whether the events of a night's horizon are all known.

        Nights that were not scored have no outcome.
        """
        return mature(self._observed, self.experiment.goal(), self.dates, self.known) & self.scored

    @cached_property
    def events(self) -> Int64[np.ndarray, "night place"]:
        """Events in the horizon of each night, by shown place."""
        return self._by_place(labels(self._observed, self.experiment.goal(), self.dates))

    @cached_property
    def news(self) -> Int64[np.ndarray, "night place"]:
        """Events of the target that became known since the night before."""
        history, dates = self._observed, self.dates
        record, cell, after, through = history.pieces()
        mine = np.isin(history.kind, history.numbers(self.experiment.target.kinds))[record]
        record, cell, after, through = record[mine], cell[mine], after[mine], through[mine]
        day = np.maximum(history.occurred[record], history.known[record])
        # known before the night, and not before the night before it
        night = np.searchsorted(dates, day, side="right")
        there = (night > 0) & (night < len(dates))
        there &= (dates[night % len(dates)] > after) & (dates[night % len(dates)] <= through)
        found = np.zeros((len(history.places), len(dates)), dtype=np.int64)
        np.add.at(found, (cell[there], night[there]), 1)
        return self._by_place(found)

    @cached_property
    def recent(self) -> Int64[np.ndarray, "night place"]:
        """Events of the last :data:`RECENT` days, as known on each night."""
        rows = design(self._observed, self.dates, [Count(self.experiment.target.kinds, RECENT)], engine=Threads.in_memory(1))
        found = np.zeros((len(self.history.places), len(self.dates)))
        at = np.searchsorted(self.dates, rows.as_of)
        found[rows.cell, at] = np.nan_to_num(rows.X[:, 0])
        return self._by_place(found.astype(np.int64))

    def _by_place(self, counts: Any) -> Int64[np.ndarray, "night place"]:
        """Add up the cells that a place stands for, night by night."""
        found = np.zeros((len(self.dates), len(self.history.places)), dtype=np.int64)
        for night, date in enumerate(self.dates.tolist()):
            unit = self.history.places.shown_as(date)
            shown = unit >= 0
            np.add.at(found[night], unit[shown], counts[shown, night])
        return found

    def surges(self, groups: Mapping[str, Any]) -> tuple[tuple[Surge, ...], ...]:
        """Return the surges of each night, judged over all families.

        They matter only to a policy with ``surge_raises``. A project without counted kinds has none.
        """
        if not can_be_judged(self.history.kinds):
            return ((),) * len(self.nights)
        found: list[tuple[Surge, ...]] = []
        for night in self.nights:
            found.append(surge(self._observed, night.as_of, groups=groups, previous=found[-1] if found else ()).surges)
        return tuple(found)
