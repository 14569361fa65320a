"""Surges: neighbouring unusual places as one cluster, with what each family shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from riskmodel.base.argument_types import checked
from riskmodel.base.texts import Text
from riskmodel.detection.notice import Day

SurgeState = Literal["new", "growing", "lasting", "fading", "closed", "unknown"]
"""How a surge stands since the night before; ``unknown``: it cannot be judged tonight, which does not close it."""

FamilyState = Literal["unusual", "usual", "late", "short"]
"""What a family shows; ``late``: a source is stale; ``short``: its history is too short. Neither counts as usual."""


@dataclass(frozen=True)
class SurgeFamily:
    """What one family shows in a surge.

    Parameters
    ----------
    family
        Name of the family.
    state
        Whether it is unusual, or why it cannot be judged.
    count, expected
        Events of its last week and the usual number; None where it cannot be judged.
    p
        Probability of such a count or more by chance.
    since
        First day of the stretch that stands out most; None unless it is unusual.
    through
        Last day that its sources are known to cover.
    weeks
        Counts of the last twelve weeks, the oldest first, each as it was known then.
    """

    family: str
    state: FamilyState
    count: int | None
    expected: float | None
    p: float | None
    since: Day | None
    through: Day | None
    weeks: tuple[int, ...]


@dataclass(frozen=True)
class EarlySign:
    """An unusual family that usually moves before another one.

    The other one is still usual.

    ``days`` with its interval from ``low`` to ``high`` is learned from history.
    """

    leader: str
    follower: str
    days: int
    low: int
    high: int


@dataclass(frozen=True)
class UnjudgedFamily:
    """A family that cannot be judged tonight.

    ``through`` is the last day that its sources are known to cover; None if nothing is known.
    """

    family: str
    through: Day | None


@dataclass(frozen=True)
class JudgedFamily:
    """A family that took part in the joint judgement of tonight.

    ``through`` is the last day that its sources are known to cover.
    """

    family: str
    through: Day | None


@checked(id="str", topic="str")
@dataclass(frozen=True)
class Surge:
    """Neighbouring places that are unusual together.

    Parameters
    ----------
    id
        The same over all nights of the surge.
    topic, title
        Group of kinds.
    level, label
        Where it is clearest: a cell, or a group of a grouping.
    called
        The place as people call it: a cell's village and name, or the label.
    cells
        Ids of its cells, sorted.
    state
        How it stands since the night before.
    first_seen
        As-of date of the first night that reported it.
    p
        Combined p-value, valid under any dependence between families.
    nights
        About once in how many nights a place of this level shows as much.
    excess
        Events of the last week above the usual number, over all judged families.
    families
        What each family shows.
    early
        Signs that precede another family.

    Examples
    --------
    >>> (found,) = report.surges
    >>> found.called, found.agreeing, found.cells, found.state
    ('v1 c07', ('police', 'online'), ('c07',), 'new')
    """

    id: str
    topic: str
    title: Text
    level: str
    label: str
    called: str
    cells: tuple[str, ...]
    state: SurgeState
    first_seen: Day
    p: float | None
    nights: int | None
    excess: float | None
    families: tuple[SurgeFamily, ...]
    early: tuple[EarlySign, ...] = ()

    @property
    def agreeing(self) -> tuple[str, ...]:
        """The families that are unusual."""
        return tuple(one.family for one in self.families if one.state == "unusual")

    @property
    def open(self) -> bool:
        """Whether it is unusual tonight."""
        return self.state not in ("closed", "unknown")
