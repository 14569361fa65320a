"""The last horizon again: the naive floor. Or the mean of the last days."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from riskmodel.asof.design import Design
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import Count, Feature
from riskmodel.base.errors import bad_argument
from riskmodel.counts.distribution import CountDistribution, fit_dispersion
from riskmodel.forecasts.forecasters.base import Contributions, Forecaster, check_rows


class Persistence(Forecaster):
    """Forecasts the count of the horizon's length before the as-of date, at least ``floor`` times the mean count.

    With ``window`` it is the trailing mean: the count of the last ``window`` days, times horizon over window.

    Parameters
    ----------
    floor
        Share of the training mean below which no forecast falls, so that the log score is finite.
    window
        Days before the as-of date, or None: as many as the horizon has.
    """

    def __init__(self, floor: float = 0.25, window: int | None = None) -> None:
        if window is not None and window < 1:
            raise bad_argument("window", "Persistence", "a whole number of days, at least 1, or none", window)
        self.floor = floor
        self.window = window

    def needs(self, target: Target) -> tuple[Feature, ...]:
        return (Count(target.kinds, self.window or target.horizon),)

    def fit(self, design: Design, validation: Design | None = None, threads: int = 2) -> Persistence:
        target = check_rows(design, "Persistence")
        self.name_ = self.needs(target)[0].name
        self.share_ = target.horizon / (self.window or target.horizon)
        self.least_ = self.floor * float(design.y.mean())
        self.dispersion_ = fit_dispersion(design.y, self._mean(design))
        return self

    def _mean(self, design: Design) -> Any:
        return np.maximum(self.share_ * np.nan_to_num(design.column(self.name_).astype(np.float64)), self.least_)

    def predict(self, design: Design) -> CountDistribution:
        return CountDistribution.of(self._mean(design), self.dispersion_)

    def explain(self, design: Design) -> Contributions:
        base = float(np.log(self.least_))
        return Contributions(base, (self.name_,), (np.log(self._mean(design)) - base)[:, None])

    def state(self) -> dict[str, Any]:
        return {"name": self.name_, "share": self.share_, "least": self.least_, "dispersion": self.dispersion_}

    def restore(self, state: Mapping[str, Any]) -> Persistence:
        self.name_, self.share_ = state["name"], state["share"]
        self.least_, self.dispersion_ = state["least"], state["dispersion"]
        return self
