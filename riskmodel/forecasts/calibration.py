"""Calibration of a forecaster on a hold-out later than its training rows.

The last dates are held out. A first fit on the earlier dates forecasts them, which gives the calibration and the conformal
intervals; a second fit on all rows is what is used (decision 0004), once its level on the last dates is checked (decision 0021).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from riskmodel.asof.design import Design
from riskmodel.counts.blas import one_blas_thread
from riskmodel.counts.distribution import CountDistribution
from riskmodel.counts.outcome import COUNTS, Outcome
from riskmodel.counts.variance import Variance
from riskmodel.forecasts.conformal import Conformal, IntervalRule
from riskmodel.forecasts.fitted_intervals import fit_intervals
from riskmodel.forecasts.fold import Fold
from riskmodel.forecasts.forecasters.fit_notes import UNCHECKED, FitNote, fixed_note
from riskmodel.forecasts.forecasters.forecaster import FittedForecaster, Forecaster
from riskmodel.forecasts.forecasters.training_rows import target_of
from riskmodel.forecasts.level_ratio import level_variance, separate_blocks
from riskmodel.forecasts.refit_check import LastDates, check_refit, most_seen

LEAST_EVENTS = 50
"""With fewer events in the hold-out only the level is calibrated; with none, nothing is."""

LEAST_SEPARATE = 30
"""With fewer separate rows, cells times horizons side by side, the slope is 1: three cells on overlapping dates say which slope fits these rows."""

SLOPES = (0.5, 1.5)
"""Limits of the slope of a calibration."""


@dataclass(frozen=True)
class Calibration:
    """Linear map of the log mean, and a variance by level.

    The calibrated log mean is ``intercept + slope * log mean``, the variance ``mean + linear * mean + dispersion * mean**2``
    (:mod:`riskmodel.counts.variance`). A ``dispersion`` of None keeps the forecaster's.
    """

    intercept: float = 0.0
    slope: float = 1.0
    dispersion: float | None = None
    linear: float = 0.0

    @classmethod
    def fit(cls, forecast: CountDistribution, y: np.ndarray, outcome: Outcome = COUNTS, *, sloped: bool = True) -> Calibration:
        """Fit by maximum likelihood (Cox, 1958, on the log mean).

        The slope is kept within :data:`SLOPES`; the variance is fitted afterwards. With fewer than :data:`LEAST_EVENTS` events
        only the intercept is fitted, as where it is not ``sloped``, and with none the calibration is neutral.

        Parameters
        ----------
        forecast
            Forecasts of rows from which the forecaster did not learn.
        y
            Their labels ``[row]``.
        outcome
            Of the target; it gives the likelihood.
        sloped
            Whether the rows can tell a slope.
        """
        events = float(y.sum())
        if events == 0:
            return cls()
        x = np.log(forecast.mean)
        centre = float(np.average(x, weights=forecast.mean))
        intercept, slope = outcome.level(y, forecast.mean), 1.0
        if sloped and events >= LEAST_EVENTS:
            intercept, slope = _newton(outcome, x - centre, y, intercept + centre, slope)
            intercept -= centre
            if not SLOPES[0] <= slope <= SLOPES[1]:
                slope = float(np.clip(slope, *SLOPES))
                intercept = outcome.level(y, np.exp(centre + slope * (x - centre)))
        found = cls(float(intercept + centre - slope * centre), float(slope))
        return found.with_variance(forecast, y, outcome)

    def with_variance(self, forecast: CountDistribution, y: np.ndarray, outcome: Outcome = COUNTS) -> Calibration:
        """Return the same map of the mean with the fitted variance."""
        found = outcome.variance(y, self.apply(forecast).mean)
        return Calibration(self.intercept, self.slope, found.dispersion, found.linear)

    def keeping_level(self, forecast: CountDistribution, outcome: Outcome = COUNTS) -> Calibration:
        """Return the calibration that keeps the sum of these forecasts."""
        stated = outcome.distribution(CountDistribution.of(forecast.mean)).mean
        return self.shifted(outcome.level(stated, self.apply(forecast).mean))

    def widened(self, variance: float) -> Calibration:
        """Return the calibration with a further variance of the log mean."""
        return self if self.dispersion is None else replace(self, dispersion=self.dispersion + variance)

    def shifted(self, shift: float) -> Calibration:
        """Return the calibration with another level of the log mean."""
        return replace(self, intercept=self.intercept + shift) if shift else self

    def apply(self, forecast: CountDistribution) -> CountDistribution:
        """Return the calibrated forecast.

        Its dispersion is at least the spread that the forecast states.
        """
        mean = np.exp(self.intercept + self.slope * np.log(forecast.mean))
        if self.dispersion is None:
            return CountDistribution.of(mean, forecast.dispersion)
        dispersion = Variance(self.linear, self.dispersion).rows(mean)
        if forecast.spread is not None:
            dispersion = np.maximum(dispersion, self.slope**2 * forecast.spread)
        return CountDistribution.of(mean, dispersion)


class CalibratedForecaster(NamedTuple):
    """Fitted forecaster with its calibration and intervals.

    ``conformal`` is None where there were too few rows to learn from, and for a binary outcome, which its probability describes
    completely. ``notes`` are those of the fit and of its check on the last dates.
    """

    forecaster: FittedForecaster
    calibration: Calibration
    conformal: Conformal | None
    notes: tuple[FitNote, ...] = ()


@one_blas_thread
def fit_calibrated(forecaster: Forecaster, fold: Fold, rule: IntervalRule | None = None) -> CalibratedForecaster:
    """Fit on all rows, calibrated on the hold-out by an earlier fit.

    The second fit continues from the first. Slope and variance are those of the earlier fit on the hold-out; the level is that of the second
    fit on the same dates, as far as dates agree on it (:func:`~riskmodel.forecasts.refit_check.check_refit`): a drift that the earlier fit had
    missed is known to the second one. Where the forecaster's ``mean_stands`` only the variance is calibrated. For a binary outcome the
    probability is calibrated and not the mean as a count.

    Parameters
    ----------
    forecaster
        Settings to fit.
    fold
        Training rows.
    rule
        Level and groups of the conformal intervals; None for the default rule.
    """
    design, fits = fold.design, fold.fits
    if fold.split is None:
        only = fits.fit(forecaster, design)
        unchecked = (*only.notes, fixed_note(UNCHECKED, type(forecaster).__name__))
        return CalibratedForecaster(only, _unchecked(only, design), None, unchecked)
    early, later = fold.split
    first = fits.fit(forecaster, early, later)
    outcome = target_of(design).outcome
    fit = partial(Calibration.fit, outcome=outcome, sloped=_sloped(later))
    if forecaster.mean_stands:
        fit = partial(Calibration().with_variance, outcome=outcome)
    forecast = first.predict(later)
    calibration = fit(forecast, later.y)
    conformal = None
    if not outcome.binary:
        conformal = fit_intervals(rule or IntervalRule(), later, cross_calibrated(fit, forecast, later))
    last = fits.fit(forecaster, design, earlier=first)
    if not forecaster.mean_stands:
        calibration = calibration.keeping_level(last.predict(later), outcome)
        calibration = _widened(calibration, forecast, later)
    shift, notes = check_refit(_last_dates(last, calibration, fold, stands=forecaster.mean_stands))
    return CalibratedForecaster(last, calibration.shifted(shift), conformal, (*last.notes, *notes))


def _last_dates(fitted: FittedForecaster, calibration: Calibration, fold: Fold, *, stands: bool) -> LastDates:
    """Forecast last, unripe and newest rows by the calibrated refit.

    ``stands`` is not that of the fit's settings, since equal forecasters share a fit.
    """
    assert fold.split is not None
    later = fold.split[1]
    newest = fold.newest if fold.newest is not None and len(fold.newest) else None
    unripe = fold.unripe
    return LastDates(
        forecaster=type(fitted.settings).__name__,
        later=later,
        forecast=calibration.apply(fitted.predict(later)),
        unripe=None if unripe is None else (unripe, calibration.apply(fitted.predict(unripe.design))),
        newest=None if newest is None else (newest, calibration.apply(fitted.predict(newest))),
        seen=float(fold.design.y.max()),
        most=most_seen(fold.design),
        stands=stands,
    )


def _sloped(design: Design) -> bool:
    """Return whether there are enough separate rows to tell a slope."""
    blocks = separate_blocks(design.as_of, target_of(design).horizon)
    return len(np.unique(design.cell)) * blocks >= LEAST_SEPARATE


def _unchecked(only: FittedForecaster, design: Design) -> Calibration:
    """Return the calibration of a fit that no later date can check.

    Mean and dispersion stay. What its level is off by where it learned is not less certain ahead.
    """
    if not design.y.any():
        return Calibration()
    plain = Calibration(dispersion=only.dispersion)
    found = _widened(plain, only.predict(design), design)
    return Calibration() if found == plain else found


def _widened(found: Calibration, forecast: CountDistribution, design: Design) -> Calibration:
    """Return the calibration with the variance that its level hides."""
    target = target_of(design)
    if target.outcome.binary or found.dispersion is None:
        return found
    shift = target.outcome.level(design.y, forecast.mean)
    return found.widened(level_variance(shift, design.as_of, found.apply(forecast), target.horizon))


@one_blas_thread
def cross_calibrated(
    fit: Callable[[CountDistribution, Any], Calibration], forecast: CountDistribution, design: Design
) -> CountDistribution:
    """Calibrate each half of the dates by the other half.

    With one date, its rows calibrate themselves. What all rows of a date have in common, such as a cold week, is in a level learned
    on that date. Intervals learned from rows that calibrated themselves take it for known and cover too little (cross-fitting:
    Chernozhukov et al., 2018).
    """
    dates = np.unique(design.as_of)
    late = design.as_of >= dates[len(dates) // 2]
    if late.all():
        return fit(forecast, design.y).apply(forecast)
    mean, dispersion = np.empty(len(forecast)), np.empty(len(forecast))
    for rows, others in ((late, ~late), (~late, late)):
        found = fit(forecast.take(others), design.y[others]).apply(forecast.take(rows))
        mean[rows], dispersion[rows] = found.mean, found.dispersion
    return CountDistribution(mean, dispersion)


def _newton(outcome: Outcome, x: np.ndarray, y: np.ndarray, level: float, slope: float) -> tuple[float, float]:
    """Level and slope of highest likelihood, by Newton's method.

    The model is ``log mean = level + slope * x``. A step that would raise the loss is halved, since from a poor forecast a full
    step may overflow.
    """

    def loss_at(at: np.ndarray) -> float:
        return outcome.loss(y, at[0] + at[1] * x)

    found = np.array([level, slope])
    loss = loss_at(found)
    for _ in range(25):
        eta = found[0] + found[1] * x
        rise, bend = outcome.slope(y, eta), outcome.curvature(eta)
        gradient = np.array([rise.sum(), (rise * x).sum()])
        a, b, c = bend.sum(), (bend * x).sum(), (bend * x**2).sum()
        det = a * c - b * b
        if det <= 1e-12 * a * c:
            break
        step = np.array([c * gradient[0] - b * gradient[1], a * gradient[1] - b * gradient[0]]) / det
        while np.abs(step).max() >= 1e-10 and loss_at(found + step) > loss:
            step /= 2
        found, loss = found + step, loss_at(found + step)
        if np.abs(step).max() < 1e-10:
            break
    return float(found[0]), float(found[1])
