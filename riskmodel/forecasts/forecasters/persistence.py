"""The last horizon again: the naive floor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from riskmodel.asof.design import Design
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import Count, Feature
from riskmodel.forecasts.distribution import Forecast, fit_dispersion
from riskmodel.forecasts.forecasters.base import Contributions, Forecaster, check_rows


class Persistence(Forecaster):
    """Forecasts the count of the horizon's length before the as-of date, at least ``floor`` times the mean count.

    Parameters
    ----------
    floor
        Share of the training mean below which no forecast falls, so that the log score is finite.
    """

    def __init__(self, floor: float = 0.25) -> None:
        self.floor = floor

    def needs(self, target: Target) -> tuple[Feature, ...]:
        return (Count(target.kinds, target.horizon),)

    def fit(self, design: Design, validation: Design | None = None, threads: int = 2) -> Persistence:
        target = check_rows(design, "Persistence")
        self.name_ = self.needs(target)[0].name
        self.least_ = self.floor * float(design.y.mean())
        self.dispersion_ = fit_dispersion(design.y, self._mean(design))
        return self

    def _mean(self, design: Design) -> Any:
        return np.maximum(np.nan_to_num(design.column(self.name_).astype(np.float64)), self.least_)

    def predict(self, design: Design) -> Forecast:
        return Forecast.of(self._mean(design), self.dispersion_)

    def explain(self, design: Design) -> Contributions:
        base = float(np.log(self.least_))
        return Contributions(base, (self.name_,), (np.log(self._mean(design)) - base)[:, None])

    def state(self) -> dict[str, Any]:
        return {"name": self.name_, "least": self.least_, "dispersion": self.dispersion_}

    def restore(self, state: Mapping[str, Any]) -> Persistence:
        self.name_, self.least_, self.dispersion_ = state["name"], state["least"], state["dispersion"]
        return self
