"""Persistence: the last count again, or the mean of the last days."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from riskmodel.asof.design import Design
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import Count, Feature
from riskmodel.base.errors import bad_argument
from riskmodel.counts.distribution import Rows, fit_dispersion
from riskmodel.forecasts.forecasters.contributions import Contributions
from riskmodel.forecasts.forecasters.forecaster import FittedForecaster, Forecaster
from riskmodel.forecasts.forecasters.training_rows import check_rows


@dataclass(frozen=True, repr=False)
class Persistence(Forecaster):
    """Naive forecast: the count of the last horizon.

    ``mean = max(count of the last window days * horizon / window, floor * mean count of the training rows)``.

    Parameters
    ----------
    floor
        Share of the training mean below which no forecast falls, so that the log score is finite.
    window
        Days before the as-of date; None for as many as the horizon has.

    Examples
    --------
    >>> from riskmodel.asof.target import Target
    >>> from riskmodel.forecasts.forecasters import Persistence
    >>> target = Target(("theft",), horizon=14)
    >>> [feature.name for feature in Persistence().needs(target)]
    ['theft_count_14d']
    """

    floor: float = 0.25
    window: int | None = None

    def __post_init__(self) -> None:
        if not self.floor > 0:
            raise bad_argument("floor", "Persistence", "a share above 0, so that no forecast is 0", self.floor)
        if self.window is not None and self.window < 1:
            raise bad_argument("window", "Persistence", "a whole number of days, at least 1, or none", self.window)

    def needs(self, target: Target) -> tuple[Feature, ...]:
        return (Count(target.kinds, self.window or target.horizon),)

    def fit(
        self,
        design: Design,
        validation: Design | None = None,
        threads: int = 2,
        earlier: FittedForecaster | None = None,
    ) -> FittedPersistence:
        target = check_rows(design, "Persistence")
        fitted = FittedPersistence(
            settings=self,
            dispersion=0.0,
            name=self.needs(target)[0].name,
            share=target.horizon / (self.window or target.horizon),
            least=self.floor * float(design.y.mean()),
        )
        return replace(fitted, dispersion=fit_dispersion(design.y, fitted.mean(design)))


@dataclass(frozen=True, repr=False, eq=False)
class FittedPersistence(FittedForecaster, of=Persistence):
    """Fitted :class:`Persistence`.

    Parameters
    ----------
    name
        Feature with the count.
    share
        Horizon over window.
    least
        Smallest mean.
    """

    settings: Persistence
    name: str
    share: float
    least: float

    def mean(self, design: Design) -> Rows:
        count = self.share * design.column(self.name).astype(np.float64)
        # where the count is unknown, the mean of the training rows stands for it
        return np.where(np.isnan(count), self.least / self.settings.floor, np.maximum(count, self.least))

    def explain(self, design: Design) -> Contributions:
        base = float(np.log(self.least))
        return Contributions(base, (self.name,), (np.log(self.mean(design)) - base)[:, None])
