"""The list of a centre: frozen values that JSON preserves."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from riskmodel.base.argument_types import checked
from riskmodel.base.errors import UsageError, faults
from riskmodel.base.files import canonical_json, sha256
from riskmodel.base.html_cards import HtmlCard
from riskmodel.base.plurals import counted
from riskmodel.base.policy import GRADES, Grade
from riskmodel.base.texts import Language, Text
from riskmodel.detection.joint import JudgedFamily, Surge, UnjudgedFamily
from riskmodel.detection.notice import Day, Notice
from riskmodel.warning.evidence import Freshness
from riskmodel.warning.silent_places import SilentPlace
from riskmodel.warning.sudden_kinds import SuddenKind
from riskmodel.warning.warn.list_entries import (
    Candidate,
    Dropped,
    EndedList,
    FollowUp,
    ModelAge,
    PastList,
    Rule,
    Status,
    Subtotal,
    Timing,
    Untrained,
    Warning,
    Withheld,
)
from riskmodel.warning.warn.list_rows import ROW, list_row
from riskmodel.warning.warn.older_lists import has_older_names, with_present_names, without_unstated

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Section:
    """The warnings of one target in one centre.

    ``first_day`` to ``last_day`` is the horizon. ``withheld`` holds the first candidates of each rule and
    ``withheld_counts`` how many there are. Where ``cannot_score`` is set, a needed source was stale and there are no warnings:
    that is a gap, not an all-clear. ``rules`` names every place that a rule touched.
    ``shares`` are the grades' parts of the capacity; ``within`` says in how many days their places are to be visited (0: until the
    warning ends). ``subtotals`` are sums by the groups that have summaries. ``absent`` counts the places that rest or wait for follow-up, by the
    grade that they keep from others; of those above the lowest grade, ``first_back`` is the first day on which one rests no more.
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
    shares: Mapping[Grade, float] = field(default_factory=dict)
    within: Mapping[Grade, int] = field(default_factory=dict)
    subtotals: tuple[Subtotal, ...] = ()
    absent: Mapping[Grade, int] = field(default_factory=dict)
    first_back: Day | None = None

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

    def deadline(self, warning: Warning) -> int:
        """Return the last day on which a place is to be visited.

        It is the first day of the list where an earlier list named a day that is over.
        """
        return max(self.first_day, self.promised(warning))

    def promised(self, warning: Warning) -> int:
        """Return the deadline that was named first; it may be over."""
        days = self.within.get(warning.grade, 0) if warning.grade else 0
        own = min(warning.expires, self.first_day + days - 1) if days else warning.expires
        return own if warning.first_deadline is None else min(own, warning.first_deadline)

    def counts(self) -> dict[Grade, int]:
        """Return the number of warnings of each grade, the most urgent first."""
        return {grade: sum(w.grade == grade for w in self.warnings) for grade in GRADES}


@checked(id="str", centre="str")
@dataclass(frozen=True)
class WarningList(HtmlCard):
    """The list of one centre and night, with one section per target.

    Different targets are never ranked against each other.

    Parameters
    ----------
    id, centre, grouping, as_of, status
        The list: its centre is a group of the grouping, and it is a draft or approved.
    sections
        One for each target.
    notices, sudden, silent_places
        Groups that are unusually busy, kinds of record that disappeared, appeared or jumped in the whole county, and places of the centre from which a source has no record any more.
    surges, judged, unjudged
        Surges with a cell in the centre (None: no joint judgement was made), the families that took part in it, and those that could not.
    freshness, untrained, ended_lists
        How far each source is complete, targets that share the capacity but have no model that can be used, and no section, and centres without a list that had one before.
    follow_ups
        Places that stay until an answer closes them, whatever the forecast, the oldest first.
    timing
        Whether it is the list of a night, a replay, a preview or late.
    journal, zone
        Short form of the head of the ledger's journal when the night was planned, and time zone of its days.
    past
        The record of the last lists, the newest first.

    Examples
    --------
    >>> lists[0]
    <WarningList 'mycity' as of 2023-10-29 (draft): main: 10 warnings>
    >>> first = lists[0].sections[0].warnings[0]
    >>> first.rank, first.grade, first.place
    (1, 'red', 'x89y926')
    """

    id: str
    centre: str
    grouping: str
    as_of: Day
    status: Status
    sections: tuple[Section, ...]
    notices: tuple[Notice, ...] = ()
    surges: tuple[Surge, ...] | None = None
    judged: tuple[JudgedFamily, ...] = ()
    unjudged: tuple[UnjudgedFamily, ...] = ()
    freshness: tuple[Freshness, ...] = ()
    sudden: tuple[SuddenKind, ...] = ()
    silent_places: tuple[SilentPlace, ...] = ()
    untrained: tuple[Untrained, ...] = ()
    ended_lists: tuple[EndedList, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    timing: Timing = "night"
    journal: str = ""
    zone: str = ""
    past: tuple[PastList, ...] = ()

    def __repr__(self) -> str:
        from riskmodel.base.days import to_iso

        said = ("cannot score" if s.cannot_score else counted(len(s.warnings), "warning") for s in self.sections)
        parts = ", ".join(f"{s.target}: {text}" for s, text in zip(self.sections, said, strict=True))
        return f"<WarningList {self.centre!r} as of {to_iso(self.as_of)} ({self.status}): {parts}>"

    def html_frame(self) -> pd.DataFrame:
        """Return the warnings, in the order of the list."""
        return self.frame()[["target", "rank", "grade", "place", "expected", "probability", "reasons"]]

    def frame(self, language: Language = "en") -> pd.DataFrame:
        """Return one row per warning and spot check, in order.

        Columns are target, as_of, rank and grade (missing for a spot check), place, name, expected, probability, low, high and level (of the
        interval, missing without one), change, reasons, expires, propensity and model.
        """
        import pandas as pd

        rows = [list_row(self.as_of, one, language) for part in self.sections for one in (*part.warnings, *part.spot_checks)]
        return pd.DataFrame(rows, columns=list(ROW)).astype(ROW)

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
        if not self.unscored():
            return False
        shortest = min((section.horizon for section in self.sections), default=0)
        young = any(row.since is not None and row.since > self.as_of - shortest for row in self.freshness)
        return young or any(row.through is None for row in self.stale())

    def unscored(self) -> bool:
        """Return whether no target of the list was scored."""
        return all(section.cannot_score is not None for section in self.sections)

    def approved(self) -> WarningList:
        """Return this list with the status ``approved``."""
        return replace(self, status="approved")

    @cached_property
    def digest(self) -> str:
        """The sha256 of the list's canonical JSON as a draft.

        Approval does not change it. Lists show its first eight digits.
        """
        return sha256(canonical_json(replace(self, status="draft").to_json()))

    def to_json(self) -> dict[str, Any]:
        """Return plain values; days are ISO dates.

        What is not stated has no key where earlier versions had none, so the digests of their lists stay the same.
        """
        return without_unstated(_adapter().dump_python(self, mode="json"))

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
            raise _unfit(error) from None

    @classmethod
    def from_text(cls, text: str) -> WarningList:
        """Return the list of a JSON text, also of an earlier version.

        It takes a fraction of the time of :meth:`from_json`.

        Raises
        ------
        UsageError
            Naming every key that does not fit.
        """
        if has_older_names(text):
            return cls.from_json(json.loads(text))
        try:
            return _adapter().validate_json(text)
        except ValidationError as error:
            raise _unfit(error) from None


def _unfit(error: ValidationError) -> UsageError:
    lines = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}; correct it." for fault in error.errors()]
    return faults("A warning list", lines)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of lists as JSON."""
    schema = _adapter().json_schema(mode="serialization")
    kinds = {"digest": {"type": "string"}, "mark": {"type": "string"}}
    optional = {"title": "WarningList", "$schema": "https://json-schema.org/draft/2020-12/schema"}
    whole = {**optional, **schema, "properties": {**schema["properties"], **kinds}}
    for part in (whole, *whole["$defs"].values()):
        if "description" in part:  # a docstring, whose example is of Python
            part["description"] = part["description"].partition("\n\nExamples\n")[0]
    return whole


@cache
def _adapter() -> TypeAdapter[WarningList]:
    return TypeAdapter(WarningList)
