"""Entries of a list: warnings, candidates, follow-ups and their parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from riskmodel.base.policy import Grade
from riskmodel.base.texts import Text
from riskmodel.detection.notice import Day
from riskmodel.warning.own_usual import OwnUsual
from riskmodel.warning.reasons import Reason

Status = Literal["draft", "approved"]
Timing = Literal["night", "replay", "preview", "late"]
"""When a list was decided.

``replay``: a model was trained after the list's date and has seen what happened then. ``preview``: the list was made before its date, from
incomplete data. ``late``: its night was missed, and the list was made afterwards for the record. None of these is ever approved or sent.
"""
Withheld = Literal["over capacity", "below the minimum probability", "cool-down"]
Rule = Literal[
    "cool-down", "expired", "exploration", "follow-up", "freed capacity", "hysteresis", "merged", "over capacity",
    "below the minimum probability", "risen", "surge",
]  # fmt: skip
"""Rules that touch a place.

``merged``: it stands for cells with too few households. ``hysteresis``: without the previous list its grade would be another.
``expired``: it held a grade whose warning has ended. ``cool-down``: it rests after an answer. ``risen``: it was answered, but its
forecast rose. ``follow-up``: it is pinned. ``freed capacity``: it has the lowest grade because places above it are absent.
``exploration``: it was drawn at random. ``surge``: a surge raised its grade. The others say why a candidate is withheld.
"""


@dataclass(frozen=True)
class Membership:
    """The group that a place belongs to, such as its village."""

    grouping: str
    label: str


@dataclass(frozen=True)
class Change:
    """What changed since the last list.

    ``risen`` and ``fallen`` refer to the grade.
    """

    kind: Literal["new", "risen", "fallen", "unchanged"]
    previous_rank: int | None = None
    previous_grade: Grade | None = None


@dataclass(frozen=True)
class Range:
    """An interval for the number of events, both ends included.

    Its probability is ``level`` percent.
    """

    level: int
    low: int
    high: int


@dataclass(frozen=True)
class Warning:
    """One place on a list.

    ``expected`` events and the ``probability`` of at least one are for the ``horizon`` days from the list's as-of date;
    ``expires`` is the last day on which the warning holds; ``data_through`` is the last day through which every source is
    complete (None: not stated). A spot check has ``propensity``, the probability with which it was drawn, and neither
    rank nor grade. ``interval`` is the conformal interval of the model (None: there was too little data for one). ``name`` is what
    people call the place within its smallest group. ``listed_since`` is the first night from which it is on every list, unvisited (None: this
    one), and ``first_deadline`` an earlier deadline that those lists named (None: there is none). ``own_usual`` is what the place itself usually has; it is set
    where an event is nearly certain at most places, so that probabilities say nothing.
    """

    id: str
    target: str
    place: str
    groups: tuple[Membership, ...]
    horizon: int
    expected: float
    probability: float
    rank: int | None
    grade: Grade | None
    change: Change
    reasons: tuple[Reason, ...]
    agreeing: tuple[str, ...]
    action: Text
    expires: Day
    model: str
    data_through: Day | None
    propensity: float | None = None
    interval: Range | None = None
    name: str = ""
    listed_since: Day | None = None
    first_deadline: Day | None = None
    own_usual: OwnUsual | None = None


@dataclass(frozen=True)
class Candidate:
    """A withheld place: one that might have been listed, with the rule."""

    place: str
    groups: tuple[Membership, ...]
    expected: float
    probability: float
    reason: Withheld
    name: str = ""


@dataclass(frozen=True)
class Dropped:
    """A place of the last list that is not on this one.

    ``reason`` is None where it ranks lower or is not scored.
    """

    place: str
    groups: tuple[Membership, ...]
    previous_rank: int | None
    previous_grade: Grade | None
    reason: Withheld | Literal["follow-up"] | None
    name: str = ""


@dataclass(frozen=True)
class FollowUp:
    """A place that needs follow-up until an answer closes it.

    ``id`` is that of the answered warning, and ``grade`` its grade (None: a spot check); a new answer refers to it. ``since`` is the
    day of the first such answer, ``answered`` that of the last.
    """

    id: str
    target: str
    title: Text
    place: str
    groups: tuple[Membership, ...]
    grade: Grade | None
    since: Day
    answered: Day
    name: str = ""


@dataclass(frozen=True)
class ModelAge:
    """The day on which a model was trained, and its tested age.

    ``tested`` is the number of days after which the backtest refitted it.
    """

    trained: Day
    tested: int


@dataclass(frozen=True)
class OverduePlace:
    """A place of an earlier list that nobody answered in time.

    ``id`` is that of its warning, to which an answer refers, and ``deadline`` the last day on which it was to be visited.
    """

    id: str
    target: str
    title: Text
    place: str
    groups: tuple[Membership, ...]
    grade: Grade | None
    deadline: Day
    name: str = ""


@dataclass(frozen=True)
class PastList:
    """What an earlier list of a centre promised, and what was found.

    Of its ``warnings``, ``answered`` were answered before this night, or their places were visited under a warning of another list since;
    ``overdue`` were not, although their deadline is over; ``late`` are the most urgent of these. ``expected`` and
    ``found`` are the events at the places of the targets whose period is over and known (None: of none).
    """

    as_of: Day
    warnings: int
    answered: int
    overdue: int
    expected: float | None = None
    found: int | None = None
    late: tuple[OverduePlace, ...] = ()


@dataclass(frozen=True)
class EndedList:
    """A centre with a list on the ``last`` night and none now."""

    centre: str
    last: Day


@dataclass(frozen=True)
class Subtotal:
    """Unrounded sums over a centre's shown places in the same groups.

    ``expected`` events, and ``with_event`` expected places with at least one event (the sum of probabilities), in the horizon; None
    where the target cannot be scored.
    """

    groups: tuple[Membership, ...]
    places: int
    expected: float | None
    with_event: float | None


@dataclass(frozen=True)
class Untrained:
    """A target that shares the capacity without a usable model.

    It has no champion or, if ``damaged``, the champion's files are damaged or missing. ``last_scored`` is the last night whose lists have it
    (None: none, or the target has no champion).
    """

    target: str
    title: Text
    damaged: bool = False
    last_scored: Day | None = None
