"""The list of a centre: frozen values that JSON preserves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from riskmodel.base.errors import faults
from riskmodel.base.files import canonical_json, sha256
from riskmodel.base.policy import GRADES, Grade
from riskmodel.base.texts import Text
from riskmodel.detection.notice import Day, Notice
from riskmodel.warning.evidence import Freshness
from riskmodel.warning.reasons import Reason
from riskmodel.warning.sudden_kinds import SuddenKind
from riskmodel.warning.warn.older_lists import with_present_names

Status = Literal["draft", "approved"]
Timing = Literal["night", "replay", "preview"]
"""When a list was decided.

``replay``: a model was trained after the list's date and has seen what happened then. ``preview``: the list was made before its date, from
incomplete data. Neither is ever approved or sent.
"""
Withheld = Literal["over capacity", "below the minimum probability", "cool-down"]
Rule = Literal[
    "cool-down", "expired", "exploration", "follow-up", "freed capacity", "hysteresis", "merged", "over capacity",
    "below the minimum probability", "risen",
]  # fmt: skip
"""Rules that touch a place.

``merged``: it stands for cells with too few households. ``hysteresis``: without the previous list its grade would be another.
``expired``: it held a grade whose warning has ended. ``cool-down``: it rests after an answer. ``risen``: it was answered, but its
forecast rose. ``follow-up``: it is pinned. ``freed capacity``: it has the lowest grade because places above it are absent.
``exploration``: it was drawn at random. The others say why a candidate is withheld.
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
    rank nor grade. ``interval`` is the conformal interval of the model (None: there was too little data for one).
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


@dataclass(frozen=True)
class Candidate:
    """A withheld place: one that might have been listed, with the rule."""

    place: str
    groups: tuple[Membership, ...]
    expected: float
    probability: float
    reason: Withheld


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


@dataclass(frozen=True)
class ModelAge:
    """The day on which a model was trained, and its tested age.

    ``tested`` is the number of days after which the backtest refitted it.
    """

    trained: Day
    tested: int


@dataclass(frozen=True)
class Section:
    """The warnings of one target in one centre.

    ``first_day`` to ``last_day`` is the horizon. ``withheld`` holds the first candidates of each rule and
    ``withheld_counts`` how many there are. Where ``cannot_score`` is set, a needed source was stale and there are no warnings:
    that is a gap, not an all-clear. ``rules`` names every place that a rule touched.
    """

    target: str
    title: Text
    model: str
    horizon: int
    first_day: Day
    last_day: Day
    capacity: int
    scored: int
    expected: float
    labels: Mapping[Grade, Text]
    warnings: tuple[Warning, ...] = ()
    spot_checks: tuple[Warning, ...] = ()
    withheld: tuple[Candidate, ...] = ()
    withheld_counts: Mapping[Withheld, int] | None = None
    dropped: tuple[Dropped, ...] = ()
    previous_as_of: Day | None = None
    cannot_score: Text | None = None
    rules: Mapping[Rule, tuple[str, ...]] = field(default_factory=dict)
    age: ModelAge | None = None

    @property
    def hindsight(self) -> bool:
        """Whether the model was trained after the date that it scores."""
        return self.age is not None and self.age.trained > self.first_day

    @property
    def outdated(self) -> bool:
        """Whether the model is older than the backtest tested it."""
        return self.age is not None and self.first_day - self.age.trained > self.age.tested

    def rules_of(self, place: str) -> tuple[Rule, ...]:
        """Return the rules that touched a place, sorted."""
        return tuple(sorted(rule for rule, places in self.rules.items() if place in places))

    def counts(self) -> dict[Grade, int]:
        """Return the number of warnings of each grade, the most urgent first."""
        return {grade: sum(w.grade == grade for w in self.warnings) for grade in GRADES}


@dataclass(frozen=True)
class Untrained:
    """A target that shares the capacity but has no champion."""

    target: str
    title: Text


@dataclass(frozen=True)
class WarningList:
    """The list of one centre and night, with one section per target.

    Different targets are never ranked against each other. ``sudden`` are kinds of record that disappeared, appeared or jumped
    in the whole county; ``untrained`` targets share the capacity but have no model and no section. ``follow_ups`` stay until an answer
    closes them, whatever the forecast, the oldest first.
    """

    id: str
    centre: str
    grouping: str
    as_of: Day
    status: Status
    sections: tuple[Section, ...]
    notices: tuple[Notice, ...] = ()
    freshness: tuple[Freshness, ...] = ()
    sudden: tuple[SuddenKind, ...] = ()
    untrained: tuple[Untrained, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    timing: Timing = "night"

    def __repr__(self) -> str:
        from riskmodel.base.days import to_iso

        parts = ", ".join(
            f"{s.target}: {'cannot score' if s.cannot_score else f'{len(s.warnings)} warnings'}" for s in self.sections
        )
        return f"<WarningList {self.centre!r} as of {to_iso(self.as_of)} ({self.status}): {parts}>"

    def __iter__(self) -> Iterator[Warning]:
        return (warning for section in self.sections for warning in section.warnings)

    def section(self, target: str) -> Section | None:
        """Return the section of a target; None if there is none."""
        return next((section for section in self.sections if section.target == target), None)

    def stale(self) -> tuple[Freshness, ...]:
        """Return the stale sources."""
        return tuple(row for row in self.freshness if row.stale)

    def nothing_known(self) -> bool:
        """Return whether nothing was scored because nothing, or too little, was known."""
        if any(section.cannot_score is None for section in self.sections):
            return False
        shortest = min((section.horizon for section in self.sections), default=0)
        young = any(row.since is not None and row.since > self.as_of - shortest for row in self.freshness)
        return young or any(row.through is None for row in self.stale())

    def approved(self) -> WarningList:
        """Return this list with the status ``approved``."""
        return replace(self, status="approved")

    @property
    def digest(self) -> str:
        """The sha256 of the list's canonical JSON as a draft.

        Approval does not change it. Lists show its first eight digits.
        """
        return sha256(canonical_json(replace(self, status="draft").to_json()))

    def to_json(self) -> dict[str, Any]:
        """Return plain values; days are ISO dates."""
        return _adapter().dump_python(self, mode="json")

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> WarningList:
        """Return the list of plain values, also of an earlier version.

        Raises
        ------
        UsageError
            Naming every key that does not fit.
        """
        try:
            return _adapter().validate_python(with_present_names(content))
        except ValidationError as error:
            lines = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}; correct it." for fault in error.errors()]
            raise faults("A warning list", lines) from None


@cache
def _adapter() -> TypeAdapter[WarningList]:
    return TypeAdapter(WarningList)
