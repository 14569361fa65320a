"""Kernel density of past events: the usual hot-spot map, for comparison."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from riskmodel.asof.design import Design
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import Count, Feature, Smoothed
from riskmodel.base.errors import bad_argument
from riskmodel.counts.distribution import Rows, fit_dispersion
from riskmodel.forecasts.forecasters.contributions import Contributions
from riskmodel.forecasts.forecasters.forecaster import FittedForecaster, Forecaster
from riskmodel.forecasts.forecasters.posterior_rate import scaled_likelihood, usual_value
from riskmodel.forecasts.forecasters.training_rows import SELECTION_ROWS, check_rows, thinned

FLAT_SHARES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9)
"""Candidates for the share of the forecast that is the same everywhere."""


@dataclass(frozen=True, repr=False)
class KernelDensity(Forecaster):
    """Events of the last days, smoothed by a quartic kernel.

    The density is :class:`~riskmodel.asof.vocabulary.Smoothed`, a weighted mean over the cells nearer than ``bandwidth``, so no
    mass is lost at the edge of the map. A density alone leaves no probability where nothing happened; the mean is therefore
    ``scale * ((1 - flat) * density + flat * usual)``, with the share ``flat`` of highest likelihood and ``usual`` the mean density
    of the training rows. Cells rank as by the density alone. A missing density is replaced by the usual one.

    Parameters
    ----------
    bandwidth
        In the unit of the coordinates of the cells' shapes.
    window
        Days of events that are smoothed.

    Examples
    --------
    >>> from riskmodel.asof.target import Target
    >>> from riskmodel.forecasts.forecasters import KernelDensity
    >>> target = Target(("theft",), horizon=14)
    >>> [feature.name for feature in KernelDensity(bandwidth=500, window=365).needs(target)]
    ['theft_count_365d_smoothed_500']
    """

    bandwidth: float = 1000.0
    window: int = 365

    def __post_init__(self) -> None:
        for name, value in (("bandwidth", self.bandwidth), ("window", self.window)):
            if not value > 0:
                raise bad_argument(name, "KernelDensity", "above 0", value)

    def needs(self, target: Target) -> tuple[Feature, ...]:
        return (Smoothed(Count(target.kinds, self.window), self.bandwidth),)

    def fit(
        self,
        design: Design,
        validation: Design | None = None,
        threads: int = 2,
        earlier: FittedForecaster | None = None,
    ) -> FittedKernelDensity:
        target = check_rows(design, "KernelDensity")
        name = self.needs(target)[0].name
        usual = usual_value(design.column(name).astype(np.float64))
        rows = thinned(design, SELECTION_ROWS)
        fitted = FittedKernelDensity(settings=self, dispersion=0.0, name=name, usual=usual, flat=FLAT_SHARES[0], scale=1.0)
        best = -np.inf
        for flat in FLAT_SHARES:
            candidate = replace(fitted, flat=flat)
            likelihood = scaled_likelihood(rows.y, candidate.mixed(rows))
            if likelihood > best:
                best, fitted = likelihood, candidate
        fitted = replace(fitted, scale=float(design.y.sum() / fitted.mixed(design).sum()))
        return replace(fitted, dispersion=fit_dispersion(rows.y, fitted.mean(rows)))


@dataclass(frozen=True, repr=False, eq=False)
class FittedKernelDensity(FittedForecaster, of=KernelDensity):
    """Fitted :class:`KernelDensity`.

    Parameters
    ----------
    name
        Feature with the density.
    usual
        Mean density of the training rows.
    flat
        Share of the forecast that is the same everywhere.
    scale
        Factor that makes forecasts sum to the training events.
    """

    name: str
    usual: float
    flat: float
    scale: float

    def mixed(self, design: Design) -> Rows:
        """Density of each row, mixed with the usual one."""
        density = design.column(self.name).astype(np.float64)
        return (1 - self.flat) * np.where(np.isnan(density), self.usual, density) + self.flat * self.usual

    def mean(self, design: Design) -> Rows:
        return self.scale * self.mixed(design)

    def explain(self, design: Design) -> Contributions:
        base = float(np.log(self.scale * self.usual))
        return Contributions(base, (self.name,), (np.log(self.mean(design)) - base)[:, None])
