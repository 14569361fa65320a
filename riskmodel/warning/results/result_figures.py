"""Figures of stays: visits, what they found, forecast beside events."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from riskmodel.base.policy import GRADES
from riskmodel.counts.bootstrap import Interval, interval, paired_statistics, widening
from riskmodel.counts.exact_shares import equal_trials, exact_share
from riskmodel.warning.results.warned_stays import SPOT, WarnedStay

NONE = Interval(math.nan, math.nan, math.nan)


@dataclass(frozen=True)
class ResultFigures:
    """The stays of one target, centre and grade, or of all.

    Parameters
    ----------
    target, centre, grade
        Which stays; an empty centre stands for all centres, an empty grade for all warnings without spot checks.
    warned
        Their number.
    visited, late
        Those that somebody visited, and those of them that were visited after the deadline only.
    needs_followup, nothing_found, not_stated
        The visited by what was found; ``not_stated``: the answer says only that somebody was there.
    not_done, unanswered, waiting
        Answered that nobody went; not answered although the deadline is over; not answered yet.
    found
        The share that needs follow-up, of the visits that say what they found.
    over, not_over, unknown
        Those whose horizon is over and known, is not, or cannot be known.
    forecast, happened
        Of those whose horizon is over: the mean probability of at least one event, and the share with one.
    expected, events
        Of the same: the expected number of events, and the number that is known (None: of no stay).
    """

    target: str
    centre: str
    grade: str
    warned: int
    visited: int
    late: int
    needs_followup: int
    nothing_found: int
    not_stated: int
    not_done: int
    unanswered: int
    waiting: int
    found: Interval
    over: int
    not_over: int
    unknown: int
    forecast: float
    happened: Interval
    expected: float
    events: int | None

    @property
    def agrees(self) -> bool | None:
        """Whether the forecast lies in the interval (None: unknown)."""
        low, high = self.happened.low, self.happened.high
        return None if math.isnan(low + high + self.forecast) else bool(low <= self.forecast <= high)

    def flat(self) -> dict[str, Any]:
        """Return plain values; an interval is three, and unknown is None."""
        found: dict[str, Any] = {}
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            if isinstance(value, Interval):
                found |= {name: value.value, f"{name}_low": value.low, f"{name}_high": value.high}
            else:
                found[name] = value
        found["agrees"] = self.agrees
        return {name: None if isinstance(value, float) and math.isnan(value) else value for name, value in found.items()}


def result_figures(stays: Sequence[WarnedStay], by_centre: bool = False) -> tuple[ResultFigures, ...]:
    """Return the figures of each target and grade, then of all grades.

    Spot checks come last: they are no warnings, and count in no sum. Grades without a stay are left out.

    Parameters
    ----------
    by_centre
        Whether they are of each centre; else of all centres together.
    """
    centres = sorted({one.centre for one in stays}) if by_centre else [""]
    found = []
    for target in sorted({one.target for one in stays}):
        for centre in centres:
            here = [one for one in stays if one.target == target and centre in ("", one.centre)]
            warned = [one for one in here if one.grade is not None]
            parts = [(grade, [one for one in warned if one.grade == grade]) for grade in GRADES]
            parts += [("", warned), (SPOT, [one for one in here if one.grade is None])]
            found += [_figures(target, centre, grade, part) for grade, part in parts if part]
    return tuple(found)


def _figures(target: str, centre: str, grade: str, stays: Sequence[WarnedStay]) -> ResultFigures:
    follow, nothing = sum(one.needs_followup for one in stays), sum(one.nothing_found for one in stays)
    over = [one for one in stays if one.period == "over"]
    return ResultFigures(
        target=target,
        centre=centre,
        grade=grade,
        warned=len(stays),
        visited=sum(one.visited for one in stays),
        late=sum(one.late for one in stays),
        needs_followup=follow,
        nothing_found=nothing,
        not_stated=sum(one.not_stated for one in stays),
        not_done=sum(one.not_done for one in stays),
        unanswered=sum(one.unanswered for one in stays),
        waiting=sum(one.waiting for one in stays),
        found=_share(follow, follow + nothing),
        over=len(over),
        not_over=sum(one.period == "not over" for one in stays),
        unknown=sum(one.period == "unknown" for one in stays),
        forecast=math.fsum(one.probability for one in over) / len(over) if over else math.nan,
        happened=_happened(over),
        expected=math.fsum(one.expected for one in over) if over else math.nan,
        events=sum(one.events or 0 for one in over) if over else None,
    )


def _share(some: int, of: int) -> Interval:
    return Interval(some / of, *exact_share(some / of, of)) if of else NONE


def _happened(stays: Sequence[WarnedStay]) -> Interval:
    """Return the share of stays with an event, with its interval.

    Horizons of neighbouring nights overlap, so the bootstrap draws blocks of as many nights as overlap. It has no width where all or none have
    an event, so the interval is at least the exact binomial one, in which a place is one trial within a horizon.
    """
    if not stays:
        return NONE
    day = np.array([one.first_listed for one in stays])
    hit = np.array([bool(one.events) for one in stays], dtype=np.float64)
    horizon = max(one.horizon for one in stays)
    share = float(hit.mean())
    low, high = exact_share(share, equal_trials(day // horizon, np.array([one.place for one in stays])))
    dates, at = np.unique(day, return_inverse=True)
    parts = np.stack([np.bincount(at, hit), np.bincount(at)], axis=-1)[None].astype(np.float64)
    gap = float(np.diff(dates).mean()) if len(dates) > 1 else 1.0
    block = max(1, math.ceil(horizon / gap))
    _, drawn = paired_statistics(parts, _divided, block=block)
    drawn = interval(share, drawn[:, 0], widening(len(dates), block))
    return Interval(share, float(np.fmin(drawn.low, low)), float(np.fmax(drawn.high, high))).within(0, 1)


def _divided(sums: Any) -> Any:
    below = sums[..., 1]
    return np.divide(sums[..., 0], below, out=np.full(below.shape, np.nan), where=below > 0)
