"""Kernel density of past events: the usual map of hot spots, as a baseline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float64

from riskmodel.asof.design import Design
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import Count, Feature, Smoothed
from riskmodel.base.errors import bad_argument
from riskmodel.counts.distribution import CountDistribution, fit_dispersion
from riskmodel.forecasts.forecasters.base import Contributions, Forecaster, check_rows, thinned

Rows = Float64[np.ndarray, " row"]

FLAT_SHARES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9)
SELECTION_ROWS = 300_000


class KernelDensity(Forecaster):
    """The events of the last ``window`` days, smoothed over the cells' centres by a quartic kernel.

    The density is :class:`~riskmodel.asof.vocabulary.Smoothed`, a weighted mean over the cells nearer than ``bandwidth``, so no
    mass is lost at the edge of the map. A density alone leaves no probability where nothing happened; the mean is therefore
    ``scale * ((1 - flat) * density + flat * usual)``, with the share ``flat`` of the highest likelihood and ``usual`` the mean
    density of the training rows. The order of cells is that of the density. Where it is missing, the usual one stands in.

    Parameters
    ----------
    bandwidth
        In the units of the coordinates of the cells' shapes.
    window
        Days of events that are smoothed.
    """

    def __init__(self, bandwidth: float = 1000.0, window: int = 365) -> None:
        for name, value in (("bandwidth", bandwidth), ("window", window)):
            if not value > 0:
                raise bad_argument(name, "KernelDensity", "above 0", value)
        self.bandwidth = bandwidth
        self.window = window

    def needs(self, target: Target) -> tuple[Feature, ...]:
        return (Smoothed(Count(target.kinds, self.window), self.bandwidth),)

    def fit(self, design: Design, validation: Design | None = None, threads: int = 2) -> KernelDensity:
        target = check_rows(design, "KernelDensity")
        self.name_ = self.needs(target)[0].name
        density = design.column(self.name_).astype(np.float64)
        known = density[~np.isnan(density)]
        usual = float(known.mean()) if len(known) else 0.0
        self.usual_ = usual if usual > 0 else 1.0
        rows = thinned(design, SELECTION_ROWS)
        best = -np.inf
        for flat in FLAT_SHARES:
            mean = self._mixed(rows, flat)
            mean *= rows.y.sum() / mean.sum()
            likelihood = float((rows.y * np.log(mean) - mean).sum())
            if likelihood > best:
                best, self.flat_ = likelihood, flat
        self.scale_ = float(design.y.sum() / self._mixed(design, self.flat_).sum())
        self.dispersion_ = fit_dispersion(rows.y, self._mean(rows))
        return self

    def _mixed(self, design: Design, flat: float) -> Rows:
        density = design.column(self.name_).astype(np.float64)
        return (1 - flat) * np.where(np.isnan(density), self.usual_, density) + flat * self.usual_

    def _mean(self, design: Design) -> Rows:
        return self.scale_ * self._mixed(design, self.flat_)

    def predict(self, design: Design) -> CountDistribution:
        return CountDistribution.of(self._mean(design), self.dispersion_)

    def explain(self, design: Design) -> Contributions:
        base = float(np.log(self.scale_ * self.usual_))
        return Contributions(base, (self.name_,), (np.log(self._mean(design)) - base)[:, None])

    def state(self) -> dict[str, Any]:
        return {
            "name": self.name_,
            "usual": self.usual_,
            "flat": self.flat_,
            "scale": self.scale_,
            "dispersion": self.dispersion_,
        }

    def restore(self, state: Mapping[str, Any]) -> KernelDensity:
        self.name_, self.usual_, self.flat_ = state["name"], state["usual"], state["flat"]
        self.scale_, self.dispersion_ = state["scale"], state["dispersion"]
        return self
