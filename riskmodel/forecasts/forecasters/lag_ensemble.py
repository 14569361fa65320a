"""Weighted means of the last periods: a published reference for weekly counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from riskmodel.asof.design import Design
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import Count, DecayedDays, Feature
from riskmodel.counts.distribution import Rows, fit_dispersion
from riskmodel.forecasts.forecasters.contributions import Contributions, log_slope
from riskmodel.forecasts.forecasters.forecaster import FittedForecaster, FittedToTarget, Forecaster
from riskmodel.forecasts.forecasters.training_rows import check_rows

AGES = 1e9
"""Half-life, days, so long that the decayed days are the days observed, up to rounding."""

WEIGHTS: Mapping[str, float] = {"m8": 0.70, "m4": 0.15, "y1": 0.10, "y52": 0.05}
"""Weight of each lag in the published formula, multiplied out."""


@dataclass(frozen=True, repr=False)
class LagEnsemble(Forecaster):
    """Weighted mean of the counts of the last periods, as published.

    ``mean = m8 + 0.25 (m4 - m8) + 0.10 (y1 - m4) + 0.05 (y52 - m8) + least``. A period is as long as the horizon. ``m_k`` is the mean of the last ``k`` periods since the cell's first appearance (fewer if
    there were fewer, 0 if none), ``y1`` the last period's count, ``y52`` that of 52 periods before the forecast one, or ``m8`` where
    the cell has not existed so long. Multiplied out, all weights are positive, and so is the mean; ``least`` is added to it, so that
    the log score is finite. A count hidden by a gap of its source is replaced by that of the next shorter window, at last by the mean
    of the training rows.

    It is a reference for comparison, not a forecaster to deploy: the weights are the published ones for weekly complaints of New
    York, and calibration leaves the mean unchanged.

    Parameters
    ----------
    least
        Events added to every mean.

    Examples
    --------
    >>> from riskmodel.asof.target import Target
    >>> from riskmodel.forecasts.forecasters import LagEnsemble
    >>> target = Target(("theft",), horizon=14)
    >>> [feature.name for feature in LagEnsemble().needs(target)]
    ['theft_count_14d', 'theft_count_56d', 'theft_count_112d', 'theft_count_14d_lag714d', 'theft_days_1e09d']
    """

    least: float = 5e-5
    mean_stands: bool = field(default=True, kw_only=True, metadata={"setting": False})

    def features(self, target: Target) -> dict[str, Feature]:
        """Feature behind each lag, and the cell's age."""
        kinds, period = target.kinds, target.horizon
        return {
            "y1": Count(kinds, period),
            "m4": Count(kinds, 4 * period),
            "m8": Count(kinds, 8 * period),
            "y52": Count(kinds, period, lag=51 * period),
            "age": DecayedDays(kinds, AGES),
        }

    def needs(self, target: Target) -> tuple[Feature, ...]:
        return tuple(self.features(target).values())

    def fit(
        self,
        design: Design,
        validation: Design | None = None,
        threads: int = 2,
        earlier: FittedForecaster | None = None,
    ) -> FittedLagEnsemble:
        target = check_rows(design, "LagEnsemble")
        fitted = FittedLagEnsemble(
            settings=self,
            dispersion=0.0,
            kinds=target.kinds,
            horizon=target.horizon,
            usual_count=float(design.y.mean()),
            usual={},
        )
        fitted = replace(fitted, usual={name: float(values.mean()) for name, values in fitted.lags(design).items()})
        return replace(fitted, dispersion=fit_dispersion(design.y, fitted.mean(design)))


@dataclass(frozen=True, repr=False, eq=False)
class FittedLagEnsemble(FittedToTarget, of=LagEnsemble):
    """Fitted :class:`LagEnsemble`.

    Parameters
    ----------
    usual_count
        Mean count of the training rows.
    usual
        Mean of each lag over the training rows.
    """

    settings: LagEnsemble
    usual_count: float
    usual: Mapping[str, float]

    def lags(self, design: Design) -> dict[str, Rows]:
        """Return ``y1``, ``m4``, ``m8`` and ``y52`` of each row."""
        features = self.settings.features(self.target)
        values = {name: design.column(feature.name).astype(np.float64) for name, feature in features.items()}
        periods = np.rint(np.rint(values["age"]) / self.horizon)
        found = {"y1": np.where(np.isnan(values["y1"]), self.usual_count, values["y1"])}
        for name, shorter, k in (("m4", "y1", 4), ("m8", "m4", 8)):
            mean = values[name] / np.clip(periods, 1, k)
            found[name] = np.where(np.isnan(mean), found[shorter], mean)
        found["y52"] = np.where((periods >= 52) & ~np.isnan(values["y52"]), values["y52"], found["m8"])
        return found

    def mean(self, design: Design) -> Rows:
        found = self.lags(design)
        mean = np.full(len(design), self.settings.least)
        for name, weight in WEIGHTS.items():
            mean += weight * found[name]
        return mean

    def explain(self, design: Design) -> Contributions:
        """Each lag's share in the change from the usual mean.

        Shares are exact, by :func:`~riskmodel.forecasts.forecasters.contributions.log_slope`.
        """
        usual = self.settings.least + sum(weight * self.usual[name] for name, weight in WEIGHTS.items())
        slope = log_slope(self.mean(design), usual)
        found, features = self.lags(design), self.settings.features(self.target)
        names = tuple(features[name].name for name in WEIGHTS)
        values = [weight * (found[name] - self.usual[name]) * slope for name, weight in WEIGHTS.items()]
        return Contributions(float(np.log(usual)), names, np.stack(values, axis=1))
