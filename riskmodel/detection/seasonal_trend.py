"""Seasonal regression with a trend, fitted before each judged period.

The log mean is a level, harmonics of the year and a trend. Older periods have less weight (a half-life), and so have past outbreaks: after a
first fit, periods whose Anscombe residual exceeds a threshold count in proportion to its inverse square (Noufaily et al., 2013). Coefficients
other than the level have standard normal priors and the level half an event (Firth, 1993), so a fit exists for every series, also one
without events.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Float64, Int64

from riskmodel.detection.compiled import in_blocks, kernel
from riskmodel.detection.detector import Counts
from riskmodel.detection.linear_solver import solve_symmetric

ITERATIONS = 40
"""Most Newton steps of a fit."""

TOLERANCE, ROUGH_TOLERANCE = 1e-5, 1e-2
"""Largest change of a coefficient at which the last fit and the first one, which finds past outbreaks, have converged."""

LONGEST_STEP = 2.0
"""Largest change of a coefficient in one Newton step."""

LARGEST_LOG = 40.0
"""Largest log mean in absolute value, so that nothing overflows."""

TREND_YEARS = 5.0
"""Years over which the trend's coefficient changes the log mean by 1."""

FITTED, SHORT, FAILED = range(3)
"""Outcomes of a fit."""


class SeasonalTrend(NamedTuple):
    """Regression on the periods before the judged one, which is distance 0.

    ``waves[phase]`` holds 1 and the harmonics; ``weight[distance]`` is 0 where a period is not used. A trend is fitted if the oldest count
    is at least ``trend_from`` periods back, and a fit needs ``fewest`` counts. ``kept`` is the share of the dispersion that the weights of
    outliers leave of counts without outbreaks, and ``shift`` how many standard deviations they lower the mean.
    """

    waves: Float64[np.ndarray, "phase column"]
    weight: Float64[np.ndarray, " distance"]
    trend_from: int
    fewest: int
    outlier: float
    kept: float
    shift: float


class TrendFit(NamedTuple):
    """Arrays in which one period is fitted, written in place.

    ``beta`` holds the coefficients of the waves and, with a trend, its own at the end; ``information`` ends as factor of the information matrix.
    """

    y: Float64[np.ndarray, " distance"]
    weight: Float64[np.ndarray, " distance"]
    mu: Float64[np.ndarray, " distance"]
    beta: Float64[np.ndarray, " coefficient"]
    information: Float64[np.ndarray, "coefficient coefficient"]
    work: Float64[np.ndarray, "2 coefficient"]


class RecentMeans(NamedTuple):
    """Usual sums of recent periods, and their uncertainty.

    Number ``k`` of the last axis is the sum of the last ``k + 1`` periods. ``error2`` is the squared standard error of its logarithm, ``phi`` the ratio of variance to mean.
    """

    mean: Float64[np.ndarray, "series period span"]
    error2: Float64[np.ndarray, "series period span"]
    phi: Float64[np.ndarray, "series period"]
    outcome: Int64[np.ndarray, "series period"]


def seasonal_trend(season: int, years: int, harmonics: int, skipped: int, half_life: float, outlier: float) -> SeasonalTrend:
    """Return the regression on the ``years`` before each period.

    The last ``skipped`` periods have no weight; ``half_life`` is in years. A trend needs three years.
    """
    angles = [2 * np.pi * j / season * np.arange(season) for j in range(1, harmonics + 1)]
    waves = np.column_stack([np.ones(season), *(wave(angle) for angle in angles for wave in (np.cos, np.sin))])
    distance = np.arange(years * season)
    weight = np.where(distance > skipped, 0.5 ** (distance / (half_life * season)), 0.0)
    return SeasonalTrend(waves, weight, 3 * season, season, outlier, *_trimmed_moments(outlier))


def _trimmed_moments(outlier: float) -> tuple[float, float]:
    """Return what weights ``s**-2`` above ``outlier`` do to a standard normal residual.

    The first value is the share of its variance that they keep, the second by how many standard deviations they lower its mean.
    """
    from scipy.special import exp1, ndtr

    tail, density = float(ndtr(-outlier)), float(np.exp(-(outlier**2) / 2) / np.sqrt(2 * np.pi))
    inverse = float(exp1(outlier**2 / 2)) / (2 * np.sqrt(2 * np.pi))  # integral of density / s above the outlier
    weight = 1 - tail + (density / outlier - tail)
    return (1 - outlier * density) / weight, (density - inverse) / weight


def recent_means(counts: Counts, first: int, model: SeasonalTrend, spans: int, threads: int) -> RecentMeans:
    """Fit before each judged period and predict its recent sums.

    The sums are those of the last 1, 2, ... ``spans`` periods.
    """
    size = (counts.shape[0], counts.shape[1] - first)
    mean, error2 = np.full((2, *size, spans), np.nan)
    found = RecentMeans(mean, error2, np.full(size, np.nan), np.zeros(size, dtype=np.int64))
    in_blocks(lambda low, high: _fit_block(counts, low, high, first, model, found), size[0], threads)
    return found


@kernel
def _bounded_exp(x):  # pragma: no cover - compiled
    """Exponential of a bounded argument."""
    return np.exp(min(max(x, -LARGEST_LOG), LARGEST_LOG))


@kernel
def _level(waves, beta, phase):  # pragma: no cover - compiled
    """Mean at a distance below one year."""
    season, columns = waves.shape
    eta = -beta[columns] * phase / (TREND_YEARS * season) if beta.shape[0] > columns else 0.0
    for j in range(columns):
        eta += beta[j] * waves[phase, j]
    return _bounded_exp(eta)


@kernel
def _sums(waves, fit, g):  # pragma: no cover - compiled
    """Write means, and add to score ``g`` and information."""
    season, columns = waves.shape
    y, weight, beta, a = fit.y, fit.weight, fit.beta, fit.information
    trend = beta.shape[0] > columns
    unit = -1 / (TREND_YEARS * season)
    yearly = _bounded_exp(-beta[columns] / TREND_YEARS) if trend else 1.0
    for phase in range(season):
        mean = _level(waves, beta, phase)
        w0, w1, w2, r0, r1 = 0.0, 0.0, 0.0, 0.0, 0.0
        for d in range(phase, y.shape[0], season):
            if weight[d] > 0:
                fit.mu[d] = mean
                x = d * unit
                w, r = weight[d] * mean, weight[d] * (y[d] - mean)
                w0 += w
                w1 += w * x
                w2 += w * x * x
                r0 += r
                r1 += r * x
            mean *= yearly
        for j in range(columns):
            wave = waves[phase, j]
            g[j] += r0 * wave
            for k in range(j + 1):
                a[j, k] += w0 * wave * waves[phase, k]
            if trend:
                a[columns, j] += w1 * wave
        if trend:
            g[columns] += r1
            a[columns, columns] += w2


@kernel
def _newton(waves, fit, tolerance):  # pragma: no cover - compiled
    """Fit from ``beta`` until no coefficient changes; False if it does not."""
    beta, a = fit.beta, fit.information
    size = beta.shape[0]
    g, step = fit.work[0, :size], fit.work[1, :size]
    for _ in range(ITERATIONS):
        a[:] = 0.0
        g[0] = 0.5
        for j in range(1, size):
            g[j] = -beta[j]
            a[j, j] = 1.0
        _sums(waves, fit, g)
        if not solve_symmetric(a, g, step):
            return False
        largest = 0.0
        for j in range(size):
            largest = max(largest, abs(step[j]))
        shorten = LONGEST_STEP / max(largest, LONGEST_STEP)
        for j in range(size):
            beta[j] += shorten * step[j]
        if largest < tolerance:
            return True
    return False


@kernel
def _phi(fit, n):  # pragma: no cover - compiled
    """Weighted Pearson dispersion of ``n`` counts, at least 1."""
    y, mu, weight = fit.y, fit.mu, fit.weight
    squares, total = 0.0, 0.0
    for d in range(y.shape[0]):
        if weight[d] > 0:
            squares += weight[d] * (y[d] - mu[d]) ** 2 / mu[d]
            total += weight[d]
    return max(1.0, squares / total * n / max(n - fit.beta.shape[0], 1))


@kernel
def _reweight(fit, phi, outlier):  # pragma: no cover - compiled
    """Give past outbreaks less weight; the sum of weights stays.

    The Anscombe residual of a high count is at most Pearson's, which is cheaper.
    """
    y, mu, weight = fit.y, fit.mu, fit.weight
    before, after = 0.0, 0.0
    for d in range(y.shape[0]):
        before += weight[d]
        if weight[d] > 0 and y[d] > mu[d] and (y[d] - mu[d]) ** 2 > outlier * outlier * phi * mu[d]:
            s = 1.5 * (np.cbrt(y[d]) ** 2 * mu[d] ** (-1 / 6) - np.sqrt(mu[d])) / np.sqrt(phi)
            if s > outlier:
                weight[d] /= s * s
        after += weight[d]
    for d in range(y.shape[0]):
        weight[d] *= before / after


@kernel
def _predict(model, fit, phi, mean, error2):  # pragma: no cover - compiled
    """Write mean and squared log error of recent sums."""
    waves, beta, a = model.waves, fit.beta, fit.information
    (season, columns), total = waves.shape, 0.0
    gradient, left = fit.work[0], fit.work[1]
    gradient[:] = 0.0
    for back in range(mean.shape[0]):
        here = _level(waves, beta, back % season)
        here += model.shift * np.sqrt(phi * here)
        total += here
        squares = 0.0
        for j in range(beta.shape[0]):
            gradient[j] += here * (waves[back % season, j] if j < columns else -back / (TREND_YEARS * season))
            value = gradient[j] / total
            for k in range(j):
                value -= a[j, k] * left[k]
            left[j] = value / a[j, j]
            squares += left[j] * left[j]
        mean[back] = total
        error2[back] = phi * squares


@kernel
def _load(series, t, model, y, weight):  # pragma: no cover - compiled
    """Write counts and weights by distance before ``t``.

    Returns the number of counts, the largest distance, the total weight and the weighted events.
    """
    n, oldest, total, events = 0, 0, 0.0, 0.5
    for d in range(y.shape[0]):
        weight[d], y[d] = 0.0, 0.0
        if d <= t and model.weight[d] > 0 and not np.isnan(series[t - d]):
            y[d], weight[d] = series[t - d], model.weight[d]
            n, oldest = n + 1, d
            total += weight[d]
            events += weight[d] * y[d]
    return n, oldest, total, events


@kernel
def _fit_block(counts, low, high, first, model, found):  # pragma: no cover - compiled
    """Fit before each judged period of the series ``low:high``."""
    columns, distances = model.waves.shape[1], model.weight.shape[0]
    y, mu, weight = np.empty(distances), np.empty(distances), np.empty(distances)
    information, work, coefficients = np.empty((columns + 1, columns + 1)), np.empty((2, columns + 1)), np.empty(columns + 1)
    for s in range(low, high):
        for t in range(first, counts.shape[1]):
            n, oldest, total, events = _load(counts[s], t, model, y, weight)
            if n < model.fewest:
                found.outcome[s, t - first] = SHORT
                continue
            size = columns + (1 if oldest >= model.trend_from else 0)
            fit = TrendFit(y, weight, mu, coefficients[:size], information[:size, :size], work)
            fit.beta[:] = 0.0
            fit.beta[0] = np.log(events / total)
            fitted = _newton(model.waves, fit, ROUGH_TOLERANCE)
            if fitted:
                _reweight(fit, _phi(fit, n), model.outlier)
                fitted = _newton(model.waves, fit, TOLERANCE)
            if not fitted:
                found.outcome[s, t - first] = FAILED
                continue
            phi = max(1.0, _phi(fit, n) / model.kept)
            found.phi[s, t - first] = phi
            _predict(model, fit, phi, found.mean[s, t - first], found.error2[s, t - first])
