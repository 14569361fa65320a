"""Calibration: means, dispersion and intervals put right on later rows than those that were learned from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from riskmodel.asof.design import Design
from riskmodel.forecasts.conformal import Conformal, IntervalRule
from riskmodel.forecasts.distribution import Forecast, fit_dispersion
from riskmodel.forecasts.forecasters.base import Forecaster
from riskmodel.forecasts.scores import added, groups_of, shown_units

LATER_SHARE = 0.2
"""Share of the as-of dates, the last ones, on which calibration is learned."""

LEAST_EVENTS = 50
"""With fewer events on the later rows, only the level is put right; with none, nothing is."""


INTERVAL_ROWS = 200_000
"""Rows from which intervals are learned, about: of more, whole dates are left out evenly."""


@dataclass(frozen=True)
class Calibration:
    """``log mean -> intercept + slope * log mean``, and one dispersion (None keeps the forecaster's)."""

    intercept: float = 0.0
    slope: float = 1.0
    dispersion: float | None = None

    @classmethod
    def fit(cls, forecast: Forecast, y: np.ndarray) -> Calibration:
        """By maximum Poisson likelihood (Cox, 1958, on the log mean), slope kept in [0.5, 1.5]; then the dispersion."""
        events = float(y.sum())
        if events == 0:
            return cls()
        x = np.log(forecast.mean)
        centre = float(np.average(x, weights=forecast.mean))
        intercept, slope = float(np.log(events / forecast.mean.sum())), 1.0
        if events >= LEAST_EVENTS:
            intercept, slope = _newton(x - centre, y, intercept + centre, slope)
            intercept -= centre
            if not 0.5 <= slope <= 1.5:
                slope = float(np.clip(slope, 0.5, 1.5))
                intercept = float(np.log(events / np.exp(centre + slope * (x - centre)).sum()))
        found = cls(float(intercept + centre - slope * centre), float(slope))
        return found.spread(forecast, y)

    def spread(self, forecast: Forecast, y: np.ndarray) -> Calibration:
        """The same map of the mean, with the dispersion of maximum likelihood."""
        return Calibration(self.intercept, self.slope, fit_dispersion(y, self.apply(forecast).mean))

    def apply(self, forecast: Forecast) -> Forecast:
        """The calibrated forecast."""
        mean = np.exp(self.intercept + self.slope * np.log(forecast.mean))
        return Forecast.of(mean, forecast.dispersion if self.dispersion is None else self.dispersion)


class Fitted(NamedTuple):
    """A fitted forecaster, what puts its forecasts right, and their intervals (None where there was too little to learn from)."""

    forecaster: Forecaster
    calibration: Calibration
    conformal: Conformal | None


def fit_calibrated(make: Callable[[], Forecaster], design: Design, threads: int = 2, rule: IntervalRule | None = None) -> Fitted:
    """A forecaster fitted on all rows, its calibration and intervals learned on the last dates from a fit on those before.

    Rows must be at risk and mature. Labels of the earlier fit that reach into the later dates are left out of it. Where the
    forecaster's mean stands, only the dispersion is calibrated.
    """
    forecaster = make()
    dates = np.unique(design.as_of)
    if len(dates) == 0:
        return Fitted(forecaster.fit(design, threads=threads), Calibration(), None)  # it says that there is nothing to learn from
    later_from = int(dates[-max(1, round(LATER_SHARE * len(dates)))])
    horizon = design.target.horizon if design.target else 0
    early, late = design.as_of + horizon <= later_from, design.as_of >= later_from
    if not (early.any() and design.y[early].any() and design.y[late].any()):
        return Fitted(forecaster.fit(design, threads=threads), Calibration(), None)
    validation = design.take(late)
    forecaster.fit(design.take(early), validation, threads)
    fit = Calibration().spread if forecaster.mean_stands else Calibration.fit
    forecast = forecaster.predict(validation)
    calibration = fit(forecast, validation.y)
    conformal = fit_intervals(rule or IntervalRule(), validation, calibration.apply(forecast))
    return Fitted(forecaster.fit(design, threads=threads), calibration, conformal)


def fit_intervals(rule: IntervalRule, design: Design, forecast: Forecast) -> Conformal | None:
    """Intervals from the forecasts of a design's rows and their labels, in the places under which rows are shown."""
    at = np.unique(design.as_of, return_inverse=True)[1]
    rows = np.flatnonzero(at % -(-len(design) // INTERVAL_ROWS) == 0)
    shown, unit, cell, as_of = shown_units(design.places, design.cell[rows], design.as_of[rows])
    rows = rows[shown]
    mean, dispersion = added(forecast.mean[rows], forecast.dispersion[rows], unit, len(cell))
    y = np.bincount(unit, design.y[rows], len(cell))
    return Conformal.fit(rule, Forecast(mean, dispersion), y, groups_of(design.places, rule.grouping, cell, as_of))


def _newton(x: np.ndarray, y: np.ndarray, level: float, slope: float) -> tuple[float, float]:
    """Level and slope of the highest Poisson likelihood of ``log mean = level + slope * x``, by Newton's method from a start.

    A step that would lower the likelihood is halved: from a poor forecast a whole one may lead beyond all numbers.
    """

    def lost(at: np.ndarray) -> float:
        eta = at[0] + at[1] * x
        return float(np.exp(np.minimum(eta, 500.0)).sum() - (y * eta).sum())

    found = np.array([level, slope])
    loss = lost(found)
    for _ in range(25):
        mean = np.exp(np.minimum(found[0] + found[1] * x, 500.0))
        gradient = np.array([(y - mean).sum(), ((y - mean) * x).sum()])
        a, b, c = mean.sum(), (mean * x).sum(), (mean * x**2).sum()
        det = a * c - b * b
        if det <= 1e-12 * a * c:
            break
        step = np.array([c * gradient[0] - b * gradient[1], a * gradient[1] - b * gradient[0]]) / det
        while np.abs(step).max() >= 1e-10 and lost(found + step) > loss:
            step /= 2
        found, loss = found + step, lost(found + step)
        if np.abs(step).max() < 1e-10:
            break
    return float(found[0]), float(found[1])
