"""Calibration: means, dispersion and intervals put right on later rows than those that were learned from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, NamedTuple

import numpy as np

from riskmodel.asof.design import Design
from riskmodel.counts import any_event
from riskmodel.counts.distribution import CountDistribution, fit_dispersion
from riskmodel.forecasts.conformal import Conformal, IntervalRule
from riskmodel.forecasts.forecasters.base import Forecaster
from riskmodel.forecasts.forecasters.fits import Fits
from riskmodel.forecasts.scores import added, groups_of, shown_units

LATER_SHARE = 0.2
"""Share of the as-of dates, the last ones, on which calibration is learned."""

LEAST_EVENTS = 50
"""With fewer events on the later rows, only the level is put right; with none, nothing is."""


class Likelihood(NamedTuple):
    """What log means lose against ``y``, the log likelihood's derivative by each, minus the expected second one, and what must be
    added to the logs of means so that they add up to ``y``.
    """

    lost: Callable[[Any, Any], float]
    slope: Callable[[Any, Any], Any]
    curvature: Callable[[Any], Any]
    level: Callable[[Any, Any], float]


def _mean(eta: Any) -> Any:
    return np.exp(np.minimum(eta, 500.0))


COUNTS = Likelihood(
    lost=lambda y, eta: float(_mean(eta).sum() - (y * eta).sum()),
    slope=lambda y, eta: y - _mean(eta),
    curvature=_mean,
    level=lambda y, mean: float(np.log(y.sum() / mean.sum())),
)
ANY = Likelihood(
    lost=lambda y, eta: -float(any_event.log_likelihood(y, eta).sum()),
    slope=any_event.slope,
    curvature=any_event.curvature,
    level=lambda y, mean: any_event.level(y, np.log(mean)),
)

INTERVAL_ROWS = 200_000
"""Rows from which intervals are learned, about: of more, whole dates are left out evenly."""


@dataclass(frozen=True)
class Calibration:
    """``log mean -> intercept + slope * log mean``, and one dispersion (None keeps the forecaster's)."""

    intercept: float = 0.0
    slope: float = 1.0
    dispersion: float | None = None

    @classmethod
    def fit(cls, forecast: CountDistribution, y: np.ndarray, only_any: bool = False) -> Calibration:
        """By maximum likelihood (Cox, 1958, on the log mean), slope kept in [0.5, 1.5]; then the dispersion.

        The likelihood is Poisson's, or, where ``y`` says no more than whether there is any event, that of the probabilities
        (:mod:`riskmodel.counts.any_event`).
        """
        events = float(y.sum())
        if events == 0:
            return cls()
        likelihood = ANY if only_any else COUNTS
        x = np.log(forecast.mean)
        centre = float(np.average(x, weights=forecast.mean))
        intercept, slope = likelihood.level(y, forecast.mean), 1.0
        if events >= LEAST_EVENTS:
            intercept, slope = _newton(likelihood, x - centre, y, intercept + centre, slope)
            intercept -= centre
            if not 0.5 <= slope <= 1.5:
                slope = float(np.clip(slope, 0.5, 1.5))
                intercept = likelihood.level(y, np.exp(centre + slope * (x - centre)))
        found = cls(float(intercept + centre - slope * centre), float(slope))
        return found.spread(forecast, y, only_any)

    def spread(self, forecast: CountDistribution, y: np.ndarray, only_any: bool = False) -> Calibration:
        """The same map of the mean, with the dispersion of maximum likelihood; 0 where no counts are seen."""
        return Calibration(self.intercept, self.slope, 0.0 if only_any else fit_dispersion(y, self.apply(forecast).mean))

    def apply(self, forecast: CountDistribution) -> CountDistribution:
        """The calibrated forecast."""
        mean = np.exp(self.intercept + self.slope * np.log(forecast.mean))
        return CountDistribution.of(mean, forecast.dispersion if self.dispersion is None else self.dispersion)


class Fitted(NamedTuple):
    """A fitted forecaster, what puts its forecasts right, and their intervals (None where there was too
    little to learn from, or where the target is whether there is any event, of which the probability says all).
    """

    forecaster: Forecaster
    calibration: Calibration
    conformal: Conformal | None


class Fold:
    """What is learned from at one time: the rows, cut once for all who learn from them, and what was fitted on them.

    Parameters
    ----------
    design
        Rows that are at risk and mature.
    threads
        With which forecasters are fitted.
    """

    def __init__(self, design: Design, threads: int = 2) -> None:
        self.design = design
        self.fits = Fits(threads)

    @cached_property
    def parts(self) -> tuple[Design, Design] | None:
        """Earlier rows, and those of the last dates, on which calibration is learned; None where one of them has no event.

        Labels of the earlier ones that reach into the later dates are left out.
        """
        design, dates = self.design, np.unique(self.design.as_of)
        if len(dates) == 0:
            return None
        later_from = int(dates[-max(1, round(LATER_SHARE * len(dates)))])
        horizon = design.target.horizon if design.target else 0
        early, late = design.as_of + horizon <= later_from, design.as_of >= later_from
        if not (early.any() and design.y[early].any() and design.y[late].any()):
            return None
        return design.take(early), design.take(late)


def fit_calibrated(forecaster: Forecaster, fold: Fold, rule: IntervalRule | None = None) -> Fitted:
    """The forecaster fitted on all rows, its calibration and intervals learned on the last dates from a fit on those before.

    What is given stays as it was. Where the forecaster's mean stands, only the dispersion is calibrated. Where the target is whether there is any event, the
    probabilities are put right, and not the mean as a count.
    """
    design, fits = fold.design, fold.fits
    if fold.parts is None:
        return Fitted(fits.fit(forecaster, design), Calibration(), None)
    early, later = fold.parts
    forecaster = fits.fit(forecaster, early, later)
    only_any = design.target is not None and design.target.at_least_one
    fit = partial(Calibration().spread if forecaster.mean_stands else Calibration.fit, only_any=only_any)
    forecast = forecaster.predict(later)
    calibration = fit(forecast, later.y)
    conformal = None if only_any else fit_intervals(rule or IntervalRule(), later, crossed(fit, forecast, later))
    return Fitted(fits.fit(forecaster, design), calibration, conformal)


def crossed(
    fit: Callable[[CountDistribution, Any], Calibration], forecast: CountDistribution, design: Design
) -> CountDistribution:
    """The forecast of a design's rows, in each half of the dates put right by what the other half says; on one date by itself.

    What all rows of a date have in common, a cold week, is in the level that was learned on it. Intervals learned from rows that
    were put right by themselves take it for known, and hold too seldom where it is not (a cross-fit: Chernozhukov et al., 2018).
    """
    dates = np.unique(design.as_of)
    late = design.as_of >= dates[len(dates) // 2]
    if late.all():
        return fit(forecast, design.y).apply(forecast)
    mean, dispersion = np.empty(len(forecast)), np.empty(len(forecast))
    for rows, others in ((late, ~late), (~late, late)):
        learned = fit(CountDistribution(forecast.mean[others], forecast.dispersion[others]), design.y[others])
        found = learned.apply(CountDistribution(forecast.mean[rows], forecast.dispersion[rows]))
        mean[rows], dispersion[rows] = found.mean, found.dispersion
    return CountDistribution(mean, dispersion)


def fit_intervals(rule: IntervalRule, design: Design, forecast: CountDistribution) -> Conformal | None:
    """Intervals from the forecasts of a design's rows and their labels, in the places under which rows are shown."""
    at = np.unique(design.as_of, return_inverse=True)[1]
    rows = np.flatnonzero(at % -(-len(design) // INTERVAL_ROWS) == 0)
    shown, unit, cell, as_of = shown_units(design.places, design.cell[rows], design.as_of[rows])
    rows = rows[shown]
    mean, dispersion = added(forecast.mean[rows], forecast.dispersion[rows], unit, len(cell))
    y = np.bincount(unit, design.y[rows], len(cell))
    return Conformal.fit(rule, CountDistribution(mean, dispersion), y, groups_of(design.places, rule.grouping, cell, as_of))


def _newton(likelihood: Likelihood, x: np.ndarray, y: np.ndarray, level: float, slope: float) -> tuple[float, float]:
    """Level and slope of the highest likelihood of ``log mean = level + slope * x``, by Newton's method from a start.

    A step that would lower the likelihood is halved: from a poor forecast a whole one may lead beyond all numbers.
    """

    def lost(at: np.ndarray) -> float:
        return likelihood.lost(y, at[0] + at[1] * x)

    found = np.array([level, slope])
    loss = lost(found)
    for _ in range(25):
        eta = found[0] + found[1] * x
        rise, bend = likelihood.slope(y, eta), likelihood.curvature(eta)
        gradient = np.array([rise.sum(), (rise * x).sum()])
        a, b, c = bend.sum(), (bend * x).sum(), (bend * x**2).sum()
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
