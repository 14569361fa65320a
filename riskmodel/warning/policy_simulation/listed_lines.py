"""The lines of simulated lists, one entry per place and night."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from riskmodel.base.days import frame_dates
from riskmodel.base.policy import GRADES, Grade, Policy
from riskmodel.warning.policy_simulation.walked_nights import WalkedNights

if TYPE_CHECKING:
    import pandas as pd

Cause = Literal["first", "stayed", "event", "returned", "room", "flap", "drawn"]
"""Why a line is on a list.

``first``: there was no earlier list. ``stayed``: its place was on the last list. ``event``: an event of the target became known there since.
``returned``: its rest after an answer, or its follow-up, ended. ``room``: it fills the place of one that was answered. ``flap``: none of these. ``drawn``: it is a spot check.
"""
SPOT_CHECK = "spot check"


class Line(NamedTuple):
    """One line of a list.

    ``night`` is the position of its night, ``place`` the number of its place. A spot check has neither ``grade`` nor ``rank``. ``regraded``:
    it stayed with another grade. A line of a ranking by counts states no ``probability`` (NaN).
    """

    night: int
    centre: str
    place: int
    grade: Grade | None
    rank: int | None
    probability: float
    expected: float
    propensity: float | None
    cause: Cause
    regraded: bool


@dataclass(frozen=True, eq=False)
class ListedLines:
    """All lines that one policy gives over the walked nights.

    Parameters
    ----------
    name
        Name of the policy.
    policy
        The policy.
    walked
        The nights.
    lines
        By night, centre and rank; spot checks follow the ranked lines.
    resting
        Number of places that rested on each night.
    """

    name: str
    policy: Policy
    walked: WalkedNights
    lines: Sequence[Line]
    resting: Sequence[int]

    @cached_property
    def columns(self) -> Mapping[str, Any]:
        """The lines as arrays; events are NaN where not final."""
        walked = self.walked
        night = np.array([one.night for one in self.lines], dtype=np.int64)
        place = np.array([one.place for one in self.lines], dtype=np.int64)
        events = walked.events[night, place].astype(np.float64) if len(night) else np.empty(0)
        return {
            "night": night,
            "place": place,
            "centre": np.array([one.centre for one in self.lines], dtype=object),
            "grade": np.array([one.grade or SPOT_CHECK for one in self.lines], dtype=object),
            "rank": np.array([np.nan if one.rank is None else one.rank for one in self.lines], dtype=np.float64),
            "probability": np.array([one.probability for one in self.lines], dtype=np.float64),
            "expected": np.array([one.expected for one in self.lines], dtype=np.float64),
            "propensity": np.array(
                [np.nan if one.propensity is None else one.propensity for one in self.lines], dtype=np.float64
            ),
            "cause": np.array([one.cause for one in self.lines], dtype=object),
            "regraded": np.array([one.regraded for one in self.lines], dtype=bool),
            "events": np.where(walked.final[night], events, np.nan) if len(night) else events,
        }

    @cached_property
    def ranked(self) -> Any:
        """Which lines are warnings, not spot checks."""
        return self.columns["grade"] != SPOT_CHECK

    @property
    def centres(self) -> tuple[str, ...]:
        """The centres that got a line, sorted."""
        return tuple(sorted(set(self.columns["centre"])))

    def by_night(self, keep: Any, values: Any = None) -> Any:
        """Add up values of some lines by night; without values, count them."""
        columns = self.columns
        weights = None if values is None else np.asarray(values, dtype=np.float64)[keep]
        return np.bincount(columns["night"][keep], weights, len(self.walked.nights)).astype(np.float64)

    def frame(self) -> pd.DataFrame:
        """Return the lines as a frame: one row per line."""
        import pandas as pd

        columns, walked = self.columns, self.walked
        ids = np.array(walked.history.places.ids, dtype=object)
        found = {
            "policy": self.name,
            "as_of": frame_dates(walked.dates[columns["night"]]),
            "centre": columns["centre"],
            "place": ids[columns["place"]],
            **{
                name: columns[name]
                for name in ("grade", "rank", "probability", "expected", "propensity", "cause", "regraded", "events")
            },
        }
        return pd.DataFrame(found)


ALL_GRADES: tuple[str, ...] = (*GRADES, SPOT_CHECK)
"""Grades as figures name them, spot checks last."""
