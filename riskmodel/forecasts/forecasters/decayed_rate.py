"""Exponentially decayed counts, shrunken to the rate of a group: the baseline that must be beaten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from riskmodel.asof.design import Design
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import COUNTY, Decay, DecayedDays, Feature, PlaceFigure
from riskmodel.counts.distribution import CountDistribution, fit_dispersion
from riskmodel.forecasts.forecasters.base import Contributions, Forecaster, check_rows, thinned

STRENGTHS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
SELECTION_ROWS = 300_000


class DecayedRate(Forecaster):
    """Gamma-Poisson shrinkage of a decayed daily rate toward the rate of the cell's group.

    With the decayed count ``S`` and decayed days ``E`` of a cell, the rate is ``(strength + S) / (strength / prior + E)``,
    the posterior mean under a gamma prior of mean ``prior`` and shape ``strength``; the prior is the group's decayed rate
    per cell, or per unit of ``exposure`` times the cell's exposure. Half-life and strength are those of the highest
    likelihood on the training rows, each of which is itself a forecast.

    Parameters
    ----------
    half_lives
        Candidates, days.
    over
        ``county`` or a grouping.
    exposure
        Name of an exposure, or None.
    """

    def __init__(
        self, half_lives: tuple[float, ...] = (30, 91, 182, 365, 730), over: str = COUNTY, exposure: str | None = None
    ) -> None:
        self.half_lives = half_lives
        self.over = over
        self.exposure = exposure

    def needs(self, target: Target) -> tuple[Feature, ...]:
        found: list[Feature] = [PlaceFigure(self.exposure)] if self.exposure else []
        for half_life in self.half_lives:
            found += self._columns(target, half_life)
        return tuple(found)

    def _columns(self, target: Target, half_life: float) -> tuple[Feature, ...]:
        return (
            Decay(target.kinds, half_life),
            DecayedDays(target.kinds, half_life),
            Decay(target.kinds, half_life, self.over),
            DecayedDays(target.kinds, half_life, self.exposure, self.over),
        )

    def rates(self, design: Design, target: Target, half_life: float, strength: float) -> tuple[Any, Any, Any]:
        """Daily rate of each row, the prior it is shrunken to, and the cell's exposure over the usual one (or 1)."""
        own, days, group, group_days = (
            np.nan_to_num(design.column(f.name).astype(np.float64)) for f in self._columns(target, half_life)
        )
        relative = np.ones(len(design))
        if self.exposure:
            figure = design.column(PlaceFigure(self.exposure).name).astype(np.float64)
            usual = self.usual_exposure_
            relative = np.where(figure > 0, figure, np.where(np.isnan(figure), usual, 0.05 * usual)) / usual
            group_days = group_days / usual
        prior = (group + 0.5) / np.maximum(group_days, 1.0) * relative
        return (strength + own) / (strength / prior + days), prior, relative

    def measure_exposure(self, design: Design) -> None:
        """Learn the usual exposure: the mean over the rows, 1 where there is none."""
        self.usual_exposure_ = 1.0
        if self.exposure:
            figure = design.column(PlaceFigure(self.exposure).name).astype(np.float64)
            known = figure[~np.isnan(figure)]
            usual = float(known.mean()) if len(known) else 0.0
            self.usual_exposure_ = usual if usual > 0 else 1.0

    def fit(self, design: Design, validation: Design | None = None, threads: int = 2) -> DecayedRate:
        target = check_rows(design, "DecayedRate")
        self.measure_exposure(design)
        rows = thinned(design, SELECTION_ROWS)
        best = -np.inf
        for half_life in self.half_lives:
            for strength in STRENGTHS:
                mean = target.horizon * self.rates(rows, target, half_life, strength)[0]
                mean *= rows.y.sum() / mean.sum()
                likelihood = float((rows.y * np.log(mean) - mean).sum())
                if likelihood > best:
                    best, self.half_life_, self.strength_ = likelihood, float(half_life), float(strength)
        self.target_ = target
        rate, prior, relative = self.rates(design, target, self.half_life_, self.strength_)
        self.scale_ = float(design.y.sum() / (target.horizon * rate).sum())
        self.usual_prior_ = float(np.log(prior / relative).mean())
        self.dispersion_ = fit_dispersion(rows.y, self._mean(rows))
        return self

    def _mean(self, design: Design) -> Any:
        rate = self.rates(design, self.target_, self.half_life_, self.strength_)[0]
        return self.scale_ * self.target_.horizon * rate

    def predict(self, design: Design) -> CountDistribution:
        return CountDistribution.of(self._mean(design), self.dispersion_)

    def explain(self, design: Design) -> Contributions:
        rate, prior, relative = self.rates(design, self.target_, self.half_life_, self.strength_)
        own = Decay(self.target_.kinds, self.half_life_)
        group = Decay(self.target_.kinds, self.half_life_, self.over)
        names = [group.name, own.name]
        values = [np.log(prior / relative) - self.usual_prior_, np.log(rate / prior)]
        if self.exposure:
            names.append(PlaceFigure(self.exposure).name)
            values.append(np.log(relative))
        base = float(np.log(self.scale_ * self.target_.horizon)) + self.usual_prior_
        return Contributions(base, tuple(names), np.stack(values, axis=1))

    def state(self) -> dict[str, Any]:
        return {
            "kinds": list(self.target_.kinds),
            "horizon": self.target_.horizon,
            "half_life": self.half_life_,
            "strength": self.strength_,
            "scale": self.scale_,
            "dispersion": self.dispersion_,
            "usual_prior": self.usual_prior_,
            "usual_exposure": self.usual_exposure_,
        }

    def restore(self, state: Mapping[str, Any]) -> DecayedRate:
        self.target_ = Target(tuple(state["kinds"]), state["horizon"])
        self.half_life_, self.strength_ = state["half_life"], state["strength"]
        self.scale_, self.dispersion_ = state["scale"], state["dispersion"]
        self.usual_exposure_, self.usual_prior_ = state["usual_exposure"], state["usual_prior"]
        return self
