"""Weighted means of the last periods: a published reference for weekly counts, not a forecaster to deploy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float64

from riskmodel.asof.design import Design
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import Count, DecayedDays, Feature
from riskmodel.counts.distribution import CountDistribution, fit_dispersion
from riskmodel.forecasts.forecasters.base import Contributions, Forecaster, check_rows

Rows = Float64[np.ndarray, " row"]

AGES = 1e9
"""Half-life in days of a day's weight that is so long that the decayed days are the days observed, up to rounding."""


class LagEnsemble(Forecaster):
    """``m8 + 0.25 (m4 - m8) + 0.10 (y1 - m4) + 0.05 (y52 - m8)`` of the last periods, each as long as the horizon.

    ``m_k`` is the mean of the last ``k`` periods since the cell's first appearance (fewer if there were fewer, 0 if none),
    ``y1`` the last period's count, ``y52`` that of 52 periods before the forecast one, or ``m8`` where the cell has not been
    there so long. Multiplied out, all weights are positive, and so is the mean; ``least`` is added to it, so that the log score
    is finite. Counts that a gap of a feed hides give way to those of the next shorter window, at last to the mean of the
    training rows.

    A reference to compare with: the weights are the published ones for weekly complaints of New York, and calibration leaves the
    mean as it is.

    Parameters
    ----------
    least
        Events added to every mean.
    """

    mean_stands = True

    def __init__(self, least: float = 5e-5) -> None:
        self.least = least

    def _features(self, target: Target) -> dict[str, Feature]:
        kinds, period = target.kinds, target.horizon
        return {
            "y1": Count(kinds, period),
            "m4": Count(kinds, 4 * period),
            "m8": Count(kinds, 8 * period),
            "y52": Count(kinds, period, lag=51 * period),
            "age": DecayedDays(kinds, AGES),
        }

    def needs(self, target: Target) -> tuple[Feature, ...]:
        return tuple(self._features(target).values())

    def _lags(self, design: Design) -> dict[str, Rows]:
        """``m8``, ``m4``, ``y1`` and ``y52`` of each row."""
        values = {name: design.column(feature.name).astype(np.float64) for name, feature in self._features(self.target_).items()}
        periods = np.rint(np.rint(values["age"]) / self.target_.horizon)
        found = {"y1": np.where(np.isnan(values["y1"]), self.usual_count_, values["y1"])}
        for name, shorter, k in (("m4", "y1", 4), ("m8", "m4", 8)):
            mean = values[name] / np.clip(periods, 1, k)
            found[name] = np.where(np.isnan(mean), found[shorter], mean)
        found["y52"] = np.where((periods >= 52) & ~np.isnan(values["y52"]), values["y52"], found["m8"])
        return found

    def fit(self, design: Design, validation: Design | None = None, threads: int = 2) -> LagEnsemble:
        self.target_ = check_rows(design, "LagEnsemble")
        self.usual_count_ = float(design.y.mean())
        self.usual_ = {name: float(values.mean()) for name, values in self._lags(design).items()}
        self.dispersion_ = fit_dispersion(design.y, self._mean(design))
        return self

    def _mean(self, design: Design) -> Rows:
        found = self._lags(design)
        mean = np.full(len(design), self.least)
        for name, weight in WEIGHTS.items():
            mean += weight * found[name]
        return mean

    def predict(self, design: Design) -> CountDistribution:
        return CountDistribution.of(self._mean(design), self.dispersion_)

    def explain(self, design: Design) -> Contributions:
        """Each lag's share in the change from the usual mean, by the logarithmic mean of both (Ang, 2004, "LMDI"): exact."""
        usual = self.least + sum(weight * self.usual_[name] for name, weight in WEIGHTS.items())
        mean = self._mean(design)
        change = np.log(mean / usual)
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = np.where(np.abs(mean - usual) > 1e-9 * usual, change / (mean - usual), 1 / usual)
        found = self._lags(design)
        names = tuple(self._features(self.target_)[name].name for name in WEIGHTS)
        values = [weight * (found[name] - self.usual_[name]) * slope for name, weight in WEIGHTS.items()]
        return Contributions(float(np.log(usual)), names, np.stack(values, axis=1))

    def state(self) -> dict[str, Any]:
        return {
            "kinds": list(self.target_.kinds),
            "horizon": self.target_.horizon,
            "usual_count": self.usual_count_,
            "usual": self.usual_,
            "dispersion": self.dispersion_,
        }

    def restore(self, state: Mapping[str, Any]) -> LagEnsemble:
        self.target_ = Target(tuple(state["kinds"]), state["horizon"])
        self.usual_count_, self.usual_ = state["usual_count"], dict(state["usual"])
        self.dispersion_ = state["dispersion"]
        return self


WEIGHTS = {"m8": 0.70, "m4": 0.15, "y1": 0.10, "y52": 0.05}
"""Of each lag in the sum that the formula is."""
