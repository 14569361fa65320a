"""Decayed daily rate of a cell, shrunken toward its group's rate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from riskmodel.asof.design import Design
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import Decay, DecayedDays, Feature, PlaceFigure
from riskmodel.counts.distribution import Rows

STRENGTHS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Candidates for the strength of a prior, in events."""

ZERO_SHARE = 0.05
"""Share of the usual exposure that a cell without any is given."""


class RateOfRows(NamedTuple):
    """Daily rate of each row, its prior and its relative exposure.

    ``relative`` is the cell's exposure over the usual one, or 1.
    """

    rate: Rows
    prior: Rows
    relative: Rows


@dataclass(frozen=True)
class PosteriorRate:
    """Posterior mean of a decayed daily rate under a gamma prior.

    With the decayed count ``S`` and the decayed days ``E`` of a cell the rate is ``(strength + S) / (strength / prior + E)``. The
    prior is the group's decayed rate per cell, or per unit of exposure times the cell's exposure.

    Parameters
    ----------
    over
        ``county`` or a grouping, whose rate is the prior.
    exposure
        Name of an exposure, or None.
    usual_exposure
        Mean exposure of a row; 1 without an exposure.
    """

    over: str
    exposure: str | None
    usual_exposure: float = 1.0

    def needs(self, target: Target, half_lives: tuple[float, ...]) -> tuple[Feature, ...]:
        """Features of the rates at all half-lives."""
        found: list[Feature] = [PlaceFigure(self.exposure)] if self.exposure else []
        for half_life in half_lives:
            found += self.columns(target, half_life)
        return tuple(found)

    def columns(self, target: Target, half_life: float) -> tuple[Feature, ...]:
        """Count and days of the cell, then of its group, all decayed."""
        return (
            Decay(target.kinds, half_life),
            DecayedDays(target.kinds, half_life),
            Decay(target.kinds, half_life, self.over),
            DecayedDays(target.kinds, half_life, self.exposure, self.over),
        )

    def measured(self, design: Design) -> PosteriorRate:
        """Return it with the usual exposure of a design's rows."""
        if not self.exposure:
            return replace(self, usual_exposure=1.0)
        usual = usual_value(design.column(PlaceFigure(self.exposure).name).astype(np.float64))
        return replace(self, usual_exposure=usual)

    def rates(self, design: Design, target: Target, half_life: float, strength: float) -> RateOfRows:
        """Compute the rate of each row, events per day."""
        own, days, group, group_days = (
            np.nan_to_num(design.column(f.name).astype(np.float64)) for f in self.columns(target, half_life)
        )
        relative = np.ones(len(design))
        if self.exposure:
            figure = design.column(PlaceFigure(self.exposure).name).astype(np.float64)
            relative = filled_exposure(figure, self.usual_exposure) / self.usual_exposure
            group_days = group_days / self.usual_exposure
        prior = (group + 0.5) / np.maximum(group_days, 1.0) * relative
        return RateOfRows((strength + own) / (strength / prior + days), prior, relative)


def usual_value(values: Rows) -> float:
    """Mean of the known values, or 1 if none is positive."""
    known = values[~np.isnan(values)]
    usual = float(known.mean()) if len(known) else 0.0
    return usual if usual > 0 else 1.0


def filled_exposure(figure: Rows, usual: float) -> Rows:
    """Replace missing exposures by the usual one, zeros by its share."""
    return np.where(figure > 0, figure, np.where(np.isnan(figure), usual, ZERO_SHARE * usual))


def scaled_likelihood(y: Rows, mean: Rows) -> float:
    """Poisson log likelihood of a mean scaled to the number of events.

    Terms without the mean are left out.
    """
    mean = mean * (y.sum() / mean.sum())
    return float((y * np.log(mean) - mean).sum())
