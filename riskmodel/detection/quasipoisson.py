"""Quasi-Poisson regression of a window: levels by season and a trend.

Iteratively reweighted least squares as R's ``glm.fit``: from ``y + 0.1``, at most 25 iterations, relative change of deviance below 1e-8,
means of at least 2.2e-16. Leverages and standard errors take the weights that entered the last iteration, residuals the final means. With
one level per part and one slope the normal equations have the shape of an arrow and are solved in closed form.

The outliers of a first fit are given less weight in a second one (Farrington et al., 1996; Noufaily et al., 2013): where the standardised
Anscombe residual ``s`` exceeds a threshold, the weight is proportional to ``s**-2``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Float64, Int64

from riskmodel.detection.compiled import kernel

ITERATIONS = 25
TOLERANCE = 1e-8
LEAST_MEAN = 2.220446049250313e-16
LOG_LEAST = float(np.log(LEAST_MEAN))

DONE, SHORT, MISSING_LEVEL, DIVERGED = range(4)
"""Outcomes of a fit."""


class WindowShape(NamedTuple):
    """Periods of a window relative to the judged one, and their levels."""

    offset: Int64[np.ndarray, " n"]
    level: Int64[np.ndarray, " n"]
    levels: int
    shorten: bool


class FitRules(NamedTuple):
    """Rules of reweighting and trend.

    ``critical[df]`` is the t value from which the trend is significant; ``prior_scale`` chooses the weights of the standard error: prior
    weights (flexible) or those of the last iteration, at least 1 (original).
    """

    reweight: bool
    weights_threshold: float
    trend: bool
    critical: Float64[np.ndarray, " df"]
    prior_scale: bool


class WindowRows(NamedTuple):
    """Known counts of one window, with time and level of each."""

    y: Float64[np.ndarray, " row"]
    t: Float64[np.ndarray, " row"]
    level: Int64[np.ndarray, " row"]


class WindowFit(NamedTuple):
    """Arrays in which a window is fitted, written in place.

    ``weight`` holds those of the last iteration, ``prior`` those that outliers leave. ``levels`` has a row each for the weight, mean time,
    log mean (at the mean time) and mean of the levels; ``line`` holds Sxx and the slope, ``phi`` the Pearson dispersion and that by
    the weights of the standard error.
    """

    eta: Float64[np.ndarray, " row"]
    mu: Float64[np.ndarray, " row"]
    weight: Float64[np.ndarray, " row"]
    prior: Float64[np.ndarray, " row"]
    levels: Float64[np.ndarray, "figure level"]
    line: Float64[np.ndarray, " 2"]
    phi: Float64[np.ndarray, " 2"]


class FitResults(NamedTuple):
    """Log mean, its standard error, dispersion and outcome of each period."""

    eta: Float64[np.ndarray, "series period"]
    error: Float64[np.ndarray, "series period"]
    phi: Float64[np.ndarray, "series period"]
    outcome: Int64[np.ndarray, "series period"]


@kernel
def _start(rows, fit):  # pragma: no cover - compiled
    """Write the starting means.

    Returns the part of the deviance that does not depend on the means, and the deviance.
    """
    y, eta, mu, prior = rows.y, fit.eta, fit.mu, fit.prior
    constant, deviance = 0.0, 0.0
    for i in range(y.shape[0]):
        mu[i] = y[i] + 0.1
        eta[i] = np.log(mu[i])
        if y[i] > 0:
            logarithm = np.log(y[i])
            constant += prior[i] * (y[i] * logarithm - y[i])
            deviance += prior[i] * (y[i] * (logarithm - eta[i]) + 0.1)
        else:
            deviance += prior[i] * 0.1
    return constant, 2 * deviance


@kernel
def _levels(rows, fit):  # pragma: no cover - compiled
    """Write weights, and weight, mean time and mean response of each level."""
    y, eta, mu, levels = rows.y, fit.eta, fit.mu, fit.levels
    levels[:] = 0.0
    for i in range(y.shape[0]):
        w, part = fit.prior[i] * mu[i], rows.level[i]
        fit.weight[i] = w
        levels[0, part] += w
        levels[1, part] += w * rows.t[i]
        levels[2, part] += w * (eta[i] + (y[i] - mu[i]) / mu[i])
    for part in range(levels.shape[1]):
        if levels[0, part] > 0:
            levels[1, part] /= levels[0, part]
            levels[2, part] /= levels[0, part]


@kernel
def _slope(rows, fit):  # pragma: no cover - compiled
    """Return Sxx and Sxz of time and response within the levels."""
    y, t, eta, mu = rows.y, rows.t, fit.eta, fit.mu
    sxx, sxz = 0.0, 0.0
    for i in range(y.shape[0]):
        part = rows.level[i]
        from_mean = fit.weight[i] * (t[i] - fit.levels[1, part])
        sxx += from_mean * (t[i] - fit.levels[1, part])
        sxz += from_mean * (eta[i] + (y[i] - mu[i]) / mu[i] - fit.levels[2, part])
    return sxx, sxz


@kernel
def _means(rows, fit, trend):  # pragma: no cover - compiled
    """Write new means; return the part of the deviance they change."""
    y, eta, mu, levels, slope = rows.y, fit.eta, fit.mu, fit.levels, fit.line[1]
    changed = 0.0
    for part in range(levels.shape[1]):
        levels[3, part] = max(np.exp(levels[2, part]), LEAST_MEAN)
    for i in range(y.shape[0]):
        part = rows.level[i]
        if trend:
            eta[i] = levels[2, part] + slope * (rows.t[i] - levels[1, part])
            mu[i] = max(np.exp(eta[i]), LEAST_MEAN)
        else:
            eta[i] = levels[2, part]
            mu[i] = levels[3, part]
        changed += fit.prior[i] * (mu[i] - y[i] * (eta[i] if mu[i] > LEAST_MEAN else LOG_LEAST))
    return changed


@kernel
def _iterate(rows, fit, trend):  # pragma: no cover - compiled
    """Fit until the deviance settles; False if it does not."""
    constant, previous = _start(rows, fit)
    for _ in range(ITERATIONS):
        _levels(rows, fit)
        fit.line[1] = 0.0
        if trend:
            fit.line[0], sxz = _slope(rows, fit)
            fit.line[1] = sxz / fit.line[0]
        deviance = 2 * (constant + _means(rows, fit, trend))
        if not np.isfinite(deviance):
            return False
        if abs(deviance - previous) / (abs(deviance) + 0.1) < TOLERANCE:
            return True
        previous = deviance
    return False


@kernel
def _squares(y, mu, weight):  # pragma: no cover - compiled
    """Sum of weighted squared working residuals."""
    total = 0.0
    for i in range(y.shape[0]):
        residual = (y[i] - mu[i]) / mu[i]
        total += weight[i] * residual * residual
    return total


@kernel
def _reweight(rows, fit, trend, threshold):  # pragma: no cover - compiled
    """Write the prior weights of the second fit; their mean is 1."""
    y, mu, prior, levels = rows.y, fit.mu, fit.prior, fit.levels
    n, phi, total = y.shape[0], max(fit.phi[0], 1.0), 0.0
    for i in range(n):
        part = rows.level[i]
        leverage = 1 / levels[0, part]
        if trend:
            leverage += (rows.t[i] - levels[1, part]) ** 2 / fit.line[0]
        leverage *= fit.weight[i]
        raw = 1.5 * (np.cbrt(y[i]) ** 2 * mu[i] ** (-1 / 6) - np.sqrt(mu[i]))
        s = raw / np.sqrt(phi * (1 - leverage)) if leverage < 1 else 0.0
        prior[i] = 1 / (s * s) if s > threshold else 1.0
        total += prior[i]
    for i in range(n):
        prior[i] *= n / total


@kernel
def _levels_used(level, levels):  # pragma: no cover - compiled
    """Return how many levels have a count."""
    used = 0
    for part in range(levels):
        for i in range(level.shape[0]):
            if level[i] == part:
                used += 1
                break
    return used


@kernel
def _two_fits(rows, fit, rules, trend):  # pragma: no cover - compiled
    """Fit, reweight and fit again.

    Returns the outcome, whether a trend was fitted, and the degrees of freedom.
    """
    fit.prior[:] = 1.0
    df = rows.y.shape[0] - _levels_used(rows.level, fit.levels.shape[1]) - (1 if trend else 0)
    if df < 1:
        return SHORT, trend, df
    converged = _iterate(rows, fit, trend)
    if not converged and trend:
        trend = not trend
        df += 1
        converged = _iterate(rows, fit, trend)
    if not converged and rules.prior_scale:
        return DIVERGED, trend, df
    fit.phi[:] = _squares(rows.y, fit.mu, fit.weight) / df
    if rules.reweight:
        _reweight(rows, fit, trend, rules.weights_threshold)
        _iterate(rows, fit, trend)
        fit.phi[0] = _squares(rows.y, fit.mu, fit.weight) / df
        fit.phi[1] = _squares(rows.y, fit.mu, fit.prior) / df if rules.prior_scale else fit.phi[0]
    return DONE, trend, df


@kernel
def _load(series, k, shape, y, t, level):  # pragma: no cover - compiled
    """Write the known counts of a window; return their number."""
    n = np.int64(0)
    for i in range(shape.offset.shape[0]):
        at = k + shape.offset[i]
        if at >= 0 and not np.isnan(series[at]):
            y[n], t[n], level[n] = series[at], shape.offset[i], shape.level[i]
            n += 1
    return n


@kernel
def _without_needless_trend(rows, fit, rules):  # pragma: no cover - compiled
    """Fit, and again without a trend that is not plausible.

    A trend stays if it is significant and the mean that it gives is at most the largest count.
    """
    last = fit.levels.shape[1] - 1
    outcome, trend, df = _two_fits(rows, fit, rules, rules.trend)
    if outcome == DONE and trend:
        spread = np.sqrt((fit.phi[1] if rules.prior_scale else fit.phi[0]) / fit.line[0])
        significant = abs(fit.line[1] / spread) > rules.critical[df]
        ahead = max(np.exp(fit.levels[2, last] - fit.line[1] * fit.levels[1, last]), LEAST_MEAN)
        if not (significant and ahead <= rows.y.max()):
            outcome, trend, df = _two_fits(rows, fit, rules, not trend)
    return outcome, trend


@kernel
def fit_windows(counts, low, high, first, shape, rules, results):  # pragma: no cover - compiled
    """Fit the window of each judged period of the series ``low:high``."""
    size, last = shape.offset.shape[0], shape.levels - 1
    y, t, level = np.empty(size), np.empty(size), np.empty(size, dtype=np.int64)
    arrays, levels, line, phi = np.empty((4, size)), np.empty((4, shape.levels)), np.empty(2), np.empty(2)
    for s in range(low, high):
        for k in range(first, counts.shape[1]):
            out, n = k - first, _load(counts[s], k, shape, y, t, level)
            rows = WindowRows(y[:n], t[:n], level[:n])
            fit = WindowFit(arrays[0, :n], arrays[1, :n], arrays[2, :n], arrays[3, :n], levels, line, phi)
            if (k + shape.offset[0] < 0 and not shape.shorten) or n == 0:
                results.outcome[s, out] = SHORT
            elif not (rows.level == last).any():
                results.outcome[s, out] = MISSING_LEVEL
            else:
                results.outcome[s, out], trend = _without_needless_trend(rows, fit, rules)
                if results.outcome[s, out] == DONE:
                    scale = phi[1] if rules.prior_scale else max(phi[0], 1.0)
                    variance = 1 / levels[0, last] + (levels[1, last] ** 2 / line[0] if trend else 0.0)
                    results.eta[s, out] = levels[2, last] - (line[1] * levels[1, last] if trend else 0.0)
                    results.error[s, out] = np.sqrt(variance * scale)
                    results.phi[s, out] = max(phi[0], 1.0)
