"""The story of a place: forecast, evidence and every rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import TypeAdapter

from riskmodel.base.policy import Grade
from riskmodel.base.texts import Text
from riskmodel.detection.joint import Surge
from riskmodel.detection.notice import Day, Notice
from riskmodel.warning.evidence import Freshness
from riskmodel.warning.reasons import Reason
from riskmodel.warning.warn import FollowUp, Membership, ModelAge, Rule, Section, Status, Timing, Withheld
from riskmodel.warning.warn.list_entries import Range
from riskmodel.warning.warn.target_night import TargetNight

if TYPE_CHECKING:
    from riskmodel.warning.warn import Warning

Standing = Literal[
    "listed", "spot check", "follow-up", "withheld", "no candidate", "cannot score", "not scored", "no model", "damaged model"
]
"""What became of a place on the list of a target."""


@dataclass(frozen=True)
class PlaceForecast:
    """The forecast of a place, and where it stands in its centre.

    ``position`` counts from 1, the highest expected number first, among ``places`` places, whose median is ``median``.
    """

    expected: float
    probability: float
    interval: Range | None
    position: int
    places: int
    median: float


@dataclass(frozen=True)
class AnswerGiven:
    """An answer to an earlier warning of the place.

    ``replaced``: whether a correction replaced it.
    """

    day: Day
    outcome: str
    warning: str
    replaced: bool = False


@dataclass(frozen=True)
class TargetStory:
    """What one target's list says of a place, and why.

    ``reasons`` are the parts of the forecast that mattered most, ``rules`` those that touched the place, ``withheld`` the one that kept it
    off the list. ``minimum`` is the probability below which no grade is given.
    """

    target: str
    title: Text
    model: str
    age: ModelAge | None
    horizon: int
    capacity: int
    standing: Standing
    rank: int | None = None
    grade: Grade | None = None
    label: Text | None = None
    warning: str | None = None
    propensity: float | None = None
    previous_as_of: Day | None = None
    previous_rank: int | None = None
    previous_grade: Grade | None = None
    previous_label: Text | None = None
    minimum: float = 0.0
    forecast: PlaceForecast | None = None
    reasons: tuple[Reason, ...] = ()
    agreeing: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    withheld: Withheld | None = None
    cannot_score: Text | None = None
    answers: tuple[AnswerGiven, ...] = ()


@dataclass(frozen=True)
class KindCount:
    """Records of a kind at a place, as known on the night.

    ``counts`` are by window in days; ``open`` is the number of states that hold. None: not known, since a source does not cover the window.
    """

    kind: str
    name: Text
    family: str
    counts: Mapping[str, int | None]
    open: int | None = None


@dataclass(frozen=True)
class PlaceStory:
    """The whole story of a place on a night, listed or not.

    ``shown_as`` is the place that stands for it (None: it is not shown at all). ``digest`` is that of its centre's list.
    """

    place: str
    shown_as: str | None
    exists: bool
    groups: tuple[Membership, ...]
    as_of: Day
    centre: str | None
    status: Status | None
    timing: Timing
    digest: str
    targets: tuple[TargetStory, ...]
    counts: tuple[KindCount, ...] = ()
    notices: tuple[Notice, ...] = ()
    surges: tuple[Surge, ...] = ()
    stale: tuple[Freshness, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain values; days are ISO dates."""
        return _adapter().dump_python(self, mode="json")


def standing_of(section: Section, place: str) -> dict[str, Any]:
    """Return what a section says of a shown place.

    They are fields of :class:`TargetStory`.
    """
    if section.cannot_score is not None:
        return {"standing": "cannot score", "cannot_score": section.cannot_score}
    found: dict[str, Any] = {"rules": section.rules_of(place), "previous_as_of": section.previous_as_of}
    warning = next((w for w in (*section.warnings, *section.spot_checks) if w.place == place), None)
    gone = next((one for one in section.dropped if one.place == place), None)
    if gone is not None:
        found |= _previous(section, gone.previous_rank, gone.previous_grade)
    withheld = next((one.reason for one in section.withheld if one.place == place), None)
    rules = [rule for rule in ("over capacity", "below the minimum probability", "cool-down") if rule in found["rules"]]
    if warning is not None:
        return found | _listed(section, warning)
    if "follow-up" in found["rules"]:
        return found | {"standing": "follow-up"}
    if withheld is not None or rules:
        return found | {"standing": "withheld", "withheld": withheld or rules[0]}
    return found | {"standing": "no candidate"}


def _listed(section: Section, warning: Warning) -> dict[str, Any]:
    return {
        "standing": "listed" if warning.grade else "spot check",
        "rank": warning.rank,
        "grade": warning.grade,
        "label": section.labels[warning.grade] if warning.grade else None,
        "warning": warning.id,
        "propensity": warning.propensity,
        **_previous(section, warning.change.previous_rank, warning.change.previous_grade),
    }


def _previous(section: Section, rank: int | None, grade: Grade | None) -> dict[str, Any]:
    label = None if grade is None else section.labels[grade]
    return {"previous_rank": rank, "previous_grade": grade, "previous_label": label}


def forecast_of(night: TargetNight, centre: str, place: str) -> PlaceForecast | None:
    """Return the forecast of a shown place.

    None if it was not scored.
    """
    rows = night.rows_of(centre)
    row = next((row for row in rows if night.place(row) == place), None)
    if row is None:
        return None
    means = night.shown.mean[rows]
    expected = float(night.shown.mean[row])
    position = 1 + int((means > expected).sum())
    return PlaceForecast(
        expected, float(night.probability[row]), night.interval(row), position, len(rows), float(np.median(means))
    )


def best_cell(night: TargetNight, cells: Sequence[int]) -> int | None:
    """Return the scored cell with the highest mean, if any."""
    rows = [row for row, cell in enumerate(night.rows.cell.tolist()) if cell in set(cells)]
    return int(night.rows.cell[max(rows, key=lambda row: (night.rows.mean[row], -row))]) if rows else None


@cache
def _adapter() -> TypeAdapter[PlaceStory]:
    return TypeAdapter(PlaceStory)
