"""Figures of simulated lists: warnings, hits, flapping."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from riskmodel.counts.bootstrap import Interval
from riskmodel.warning.policy_simulation.hit_intervals import precision_of_lines, quotient_interval
from riskmodel.warning.policy_simulation.listed_lines import ALL_GRADES, ListedLines


@dataclass(frozen=True)
class GradeFigures:
    """The warnings of one grade, in all centres or in one.

    ``warnings`` is their number per scored night. ``stated`` is the mean stated probability over the nights with a final outcome, ``realised`` the share of these warnings with an event. ``final`` is the number of these warnings.
    """

    policy: str
    centre: str
    grade: str
    warnings: float
    final: int
    stated: float
    realised: Interval

    @property
    def agrees(self) -> bool | None:
        """Whether the stated rate lies in the interval (None: unknown)."""
        low, high = self.realised.low, self.realised.high
        return None if np.isnan(low + high + self.stated) else bool(low <= self.stated <= high)


@dataclass(frozen=True)
class PolicyFigures:
    """What one policy gives, over all centres.

    Parameters
    ----------
    policy
        Name of the policy.
    capacity, exploration
        Of the policy, per centre.
    warnings
        Ranked lines per scored night.
    hits
        Ranked lines with an event in the horizon, per final night.
    precision
        Hits over ranked lines.
    stated
        Mean stated probability of these lines.
    caught
        Share of all events of the horizons that happened at ranked lines.
    against_counts
        Events at ranked lines, over those at as many places with the highest counts of the last days.
    against_first
        The same over those of the first policy of the simulation.
    spot_checks, spot_hits
        Spot checks per scored night; spot checks with an event per final night.
    new
        Median share of ranked lines whose place was not on the last list.
    flapping
        Median share of ranked lines that are new and explained by neither an event nor an answer.
    flapping_high
        The share that one night in ten exceeds.
    regraded
        Median share of ranked lines that stayed with another grade.
    resting
        Mean number of places that rest.
    """

    policy: str
    capacity: int
    exploration: int
    warnings: float
    hits: Interval
    precision: Interval
    stated: float
    caught: Interval
    against_counts: Interval
    against_first: Interval
    spot_checks: float
    spot_hits: Interval
    new: float
    flapping: float
    flapping_high: float
    regraded: float
    resting: float


def grade_figures(lines: ListedLines, centre: str = "") -> tuple[GradeFigures, ...]:
    """Return the figures of each grade, in one centre or all."""
    columns = lines.columns
    here = np.ones(len(lines.lines), dtype=bool) if not centre else columns["centre"] == centre
    nights = max(1, int(lines.walked.scored.sum()))
    found = []
    for grade in ALL_GRADES:
        mine = here & (columns["grade"] == grade)
        final = mine & np.isfinite(columns["events"])
        stated = float(columns["probability"][final].mean()) if final.any() else float("nan")
        found.append(
            GradeFigures(
                lines.name, centre, grade, int(mine.sum()) / nights, int(final.sum()), stated, precision_of_lines(lines, mine)
            )
        )
    return tuple(found)


def policy_figures(lines: ListedLines, counts: ListedLines | None, first: ListedLines) -> PolicyFigures:
    """Return the figures of one policy.

    Parameters
    ----------
    counts
        Lines of ranking by the last counts; None: not compared.
    first
        Lines of the policy that others are compared with.
    """
    walked, columns, ranked = lines.walked, lines.columns, lines.ranked
    final = np.isfinite(columns["events"])
    nights, caught = walked.scored.astype(np.float64), events_by_night(lines)
    hit = columns["events"] > 0
    scored = max(1, int(walked.scored.sum()))
    nothing = Interval(float("nan"), float("nan"), float("nan"))
    return PolicyFigures(
        policy=lines.name,
        capacity=lines.policy.capacity,
        exploration=lines.policy.exploration,
        warnings=int(ranked.sum()) / scored,
        hits=quotient_interval(walked, lines.by_night(ranked & final, hit), nights),
        precision=precision_of_lines(lines, ranked),
        stated=float(columns["probability"][ranked & final].mean()) if (ranked & final).any() else float("nan"),
        caught=quotient_interval(walked, caught, walked.events.sum(axis=1)),
        against_counts=nothing if counts is None else quotient_interval(walked, caught, events_by_night(counts)),
        against_first=quotient_interval(walked, caught, events_by_night(first)),
        spot_checks=int((~ranked).sum()) / scored,
        spot_hits=quotient_interval(walked, lines.by_night(~ranked & final, hit), nights),
        resting=float(np.mean(np.array(lines.resting)[walked.scored])) if walked.scored.any() else float("nan"),
        **_changes(lines),
    )


def events_by_night(lines: ListedLines) -> Any:
    """Return the events at the ranked lines of each final night."""
    return lines.by_night(lines.ranked & np.isfinite(lines.columns["events"]), np.nan_to_num(lines.columns["events"]))


def _changes(lines: ListedLines) -> dict[str, float]:
    """Return how much lists differ from the lists before."""
    cause, ranked = lines.columns["cause"], lines.ranked
    followed = ranked & (cause != "first")
    size = lines.by_night(followed)
    there = size > 0

    def shares(which: Any) -> Any:
        return lines.by_night(followed & which)[there] / size[there]

    flapping = shares(cause == "flap")
    if not there.any():
        return dict.fromkeys(("new", "flapping", "flapping_high", "regraded"), float("nan"))
    return {
        "new": float(np.median(shares(cause != "stayed"))),
        "flapping": float(np.median(flapping)),
        "flapping_high": float(np.quantile(flapping, 0.9)),
        "regraded": float(np.median(shares(lines.columns["regraded"]))),
    }
