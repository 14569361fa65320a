"""The summary of a group: frozen values that JSON preserves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

from pydantic import TypeAdapter

from riskmodel.base.files import canonical_json, sha256
from riskmodel.base.policy import Grade
from riskmodel.base.texts import Text
from riskmodel.detection.notice import Day
from riskmodel.warning.warn.list_entries import Status, Timing


@dataclass(frozen=True)
class TargetFigures:
    """One target in one group.

    ``expected`` events and ``with_event`` expected places with at least one, unrounded (None: the target cannot be scored);
    ``warnings`` by grade, of which ``new`` were not on the list before.
    """

    target: str
    places: int
    expected: float | None
    with_event: float | None
    warnings: Mapping[Grade, int]
    new: int


@dataclass(frozen=True)
class SummaryRow:
    """One group of a summary, with figures in the targets' order.

    ``follow_ups`` are open. Of the ``promised`` warnings of the last lists, ``answered`` were answered and ``overdue`` were not (None:
    lists of other groups, which are not divided).
    """

    group: str
    figures: tuple[TargetFigures, ...]
    follow_ups: int
    promised: int | None = None
    answered: int | None = None
    overdue: int | None = None


@dataclass(frozen=True)
class SummaryTarget:
    """A target of a summary and its forecast period."""

    target: str
    title: Text
    first_day: Day
    last_day: Day
    labels: Mapping[Grade, Text]
    cannot_score: Text | None = None


@dataclass(frozen=True)
class FirstPlace:
    """A place of the most urgent grade, named as on its list."""

    centre: str
    target: str
    place: str
    place_name: str
    grade: Grade
    deadline: Day
    warning: str


@dataclass(frozen=True)
class Summary:
    """A night's summary of one group, one row per smaller group.

    It is computed from the lists of the night whose digests ``lists`` holds, and is approved once all of them are. ``journal`` is the
    short form of the head of the ledger's journal that the lists print. ``first`` are at most a few of ``first_count`` places. ``kept`` says
    how many places of higher grades rest (None: none).
    """

    id: str
    grouping: str
    group: Text
    rows_of: str
    as_of: Day
    status: Status
    timing: Timing
    targets: tuple[SummaryTarget, ...]
    rows: tuple[SummaryRow, ...]
    total: SummaryRow
    first: tuple[FirstPlace, ...]
    first_count: int
    notes: tuple[Text, ...]
    lists: Mapping[str, str]
    journal: str = ""
    kept: Text | None = None

    @cached_property
    def digest(self) -> str:
        """The sha256 of the summary's canonical JSON as a draft."""
        return sha256(canonical_json(replace(self, status="draft").to_json()))

    def to_json(self) -> dict[str, Any]:
        """Return plain values; days are ISO dates."""
        found = _adapter().dump_python(self, mode="json")
        return {key: value for key, value in found.items() if key != "kept" or value is not None}


@cache
def _adapter() -> TypeAdapter[Summary]:
    return TypeAdapter(Summary)
