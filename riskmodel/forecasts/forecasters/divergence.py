"""Divergence of forecasts from what was seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from riskmodel.base.texts import Text
from riskmodel.counts.distribution import CountDistribution, Rows
from riskmodel.counts.outcome import Outcome
from riskmodel.forecasts.forecasters.fit_notes import MEMBER_DROPPED, FitNote

MOST_RATIO = 3.0
"""Largest factor between forecasts and events of the last dates, either way.

Real levels shift by half or double within the months of a hold-out. A member that is further off cannot be weighed by log score: it
would still get some weight where it happens to be right."""

SEEN_MULTIPLE = 5.0
"""A mean above this multiple of the largest count seen in training has diverged."""

LEAST_SEEN = 3.0
"""Largest count that is assumed to have been seen where counts are smaller."""

LEAST_EVENTS = 20
"""With fewer events on the last dates, observed and expected, their level is not checked: a factor of three may be chance."""


@dataclass(frozen=True)
class Divergence:
    """How a forecaster diverged.

    Parameters
    ----------
    forecaster
        Its class.
    ratio
        Its forecasts over the events of the last dates; NaN where it left what was seen.
    mean, seen
        Its largest mean, and the largest count in training.
    """

    forecaster: str
    ratio: float
    mean: float
    seen: float

    @property
    def note(self) -> FitNote:
        """The note that a blend leaves it out."""
        if self.ratio == self.ratio:
            return FitNote(
                MEMBER_DROPPED,
                self.forecaster,
                Text(
                    zh=f"在最近日期上的预测总数是实际事件数的{self.ratio:.3g}倍，已从组合中剔除。",
                    en=f"left out of the blend, since it forecast {self.ratio:.3g} times the events of the last dates.",
                ),
            )
        return FitNote(
            MEMBER_DROPPED,
            self.forecaster,
            Text(
                zh=f"某一地点的预测均值达{self.mean:.3g}起，而训练期最多只有{self.seen:g}起，已从组合中剔除。",
                en=f"left out of the blend, since it forecast a mean of {self.mean:.3g} where at most {self.seen:g} were seen.",
            ),
        )


def scored_total(outcome: Outcome, mean: Rows) -> float:
    """Return the labels that the means expect in all."""
    return float(outcome.distribution(CountDistribution.of(mean)).mean.sum())


def largest_allowed(seen: float) -> float:
    """Return the largest mean after ``seen`` as the largest count."""
    return SEEN_MULTIPLE * max(seen, LEAST_SEEN)


def divergence(forecaster: str, outcome: Outcome, rows: tuple[Any, Rows], seen: float) -> Divergence | None:
    """Return how forecasts diverge, None if they do not.

    Parameters
    ----------
    rows
        Labels and means ``[row]``.
    seen
        Largest count in training.
    """
    y, mean = rows
    found = leaves_seen(forecaster, outcome, mean, seen)
    events = float(y.sum())
    expected = scored_total(outcome, mean)
    if found is not None or max(events, expected) < LEAST_EVENTS:
        return found
    ratio = expected / max(events, 1.0)
    return None if 1 / MOST_RATIO <= ratio <= MOST_RATIO else Divergence(forecaster, ratio, float(mean.max()), seen)


def leaves_seen(forecaster: str, outcome: Outcome, mean: Rows, seen: float) -> Divergence | None:
    """Return how means leave what was seen, None if they do not.

    A binary outcome has no counts to compare with.
    """
    top = float(mean.max(initial=0.0))
    if outcome.binary or top <= largest_allowed(seen):
        return None
    return Divergence(forecaster, float("nan"), top, seen)
