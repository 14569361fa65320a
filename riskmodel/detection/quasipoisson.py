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


class FitResults(NamedTuple):
    """Log mean, its standard error, dispersion and outcome of each period."""

    eta: Float64[np.ndarray, "series period"]
    error: Float64[np.ndarray, "series period"]
    phi: Float64[np.ndarray, "series period"]
    outcome: Int64[np.ndarray, "series period"]


@kernel
def _start(y, n, prior, eta, mu):  # pragma: no cover - compiled
    """Write the starting means.

    Returns the part of the deviance that does not depend on the means, and the deviance.
    """
    constant, deviance = 0.0, 0.0
    for i in range(n):
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
def _levels(y, t, level, n, prior, eta, mu, weight, sums):  # pragma: no cover - compiled
    """Write weights, and weight, mean time and mean response of each level."""
    sums[:] = 0.0
    for i in range(n):
        w = prior[i] * mu[i]
        weight[i] = w
        sums[0, level[i]] += w
        sums[1, level[i]] += w * t[i]
        sums[2, level[i]] += w * (eta[i] + (y[i] - mu[i]) / mu[i])
    for part in range(sums.shape[1]):
        if sums[0, part] > 0:
            sums[1, part] /= sums[0, part]
            sums[2, part] /= sums[0, part]


@kernel
def _slope(y, t, level, n, eta, mu, weight, sums):  # pragma: no cover - compiled
    """Return Sxx and Sxz of time and response within the levels."""
    sxx, sxz = 0.0, 0.0
    for i in range(n):
        from_mean = weight[i] * (t[i] - sums[1, level[i]])
        sxx += from_mean * (t[i] - sums[1, level[i]])
        sxz += from_mean * (eta[i] + (y[i] - mu[i]) / mu[i] - sums[2, level[i]])
    return sxx, sxz


@kernel
def _means(y, t, level, n, prior, trend, slope, eta, mu, sums):  # pragma: no cover - compiled
    """Write new means; return the part of the deviance they change."""
    part = 0.0
    for at in range(sums.shape[1]):
        sums[3, at] = max(np.exp(sums[2, at]), LEAST_MEAN)
    for i in range(n):
        if trend:
            eta[i] = sums[2, level[i]] + slope * (t[i] - sums[1, level[i]])
            mu[i] = max(np.exp(eta[i]), LEAST_MEAN)
        else:
            eta[i] = sums[2, level[i]]
            mu[i] = sums[3, level[i]]
        part += prior[i] * (mu[i] - y[i] * (eta[i] if mu[i] > LEAST_MEAN else LOG_LEAST))
    return part


@kernel
def _iterate(y, t, level, n, prior, trend, eta, mu, weight, sums, fit):  # pragma: no cover - compiled
    """Fit until the deviance settles; False if it does not.

    ``sums[0, level]`` ends as weight, ``sums[1, level]`` as mean time and ``sums[2, level]`` as log mean there; ``fit`` as Sxx and slope.
    """
    constant, previous = _start(y, n, prior, eta, mu)
    for _ in range(ITERATIONS):
        _levels(y, t, level, n, prior, eta, mu, weight, sums)
        slope = 0.0
        if trend:
            fit[0], sxz = _slope(y, t, level, n, eta, mu, weight, sums)
            slope = sxz / fit[0]
        fit[1] = slope
        deviance = 2 * (constant + _means(y, t, level, n, prior, trend, slope, eta, mu, sums))
        if not np.isfinite(deviance):
            return False
        if abs(deviance - previous) / (abs(deviance) + 0.1) < TOLERANCE:
            return True
        previous = deviance
    return False


@kernel
def _squares(y, mu, weight, n):  # pragma: no cover - compiled
    """Sum of weighted squared working residuals."""
    total = 0.0
    for i in range(n):
        residual = (y[i] - mu[i]) / mu[i]
        total += weight[i] * residual * residual
    return total


@kernel
def _reweight(y, t, level, n, mu, weight, sums, sxx, trend, phi, threshold, prior):  # pragma: no cover - compiled
    """Write the prior weights of the second fit, of sum ``n``."""
    total = 0.0
    for i in range(n):
        leverage = 1 / sums[0, level[i]]
        if trend:
            leverage += (t[i] - sums[1, level[i]]) ** 2 / sxx
        leverage *= weight[i]
        raw = 1.5 * (np.cbrt(y[i]) ** 2 * mu[i] ** (-1 / 6) - np.sqrt(mu[i]))
        s = raw / np.sqrt(phi * (1 - leverage)) if leverage < 1 else 0.0
        prior[i] = 1 / (s * s) if s > threshold else 1.0
        total += prior[i]
    for i in range(n):
        prior[i] *= n / total


@kernel
def _two_fits(y, t, level, n, rules, trend, arrays, sums, fit):  # pragma: no cover - compiled
    """Fit, reweight and fit again.

    Returns the outcome, whether a trend was fitted, and the degrees of freedom. ``fit`` ends as Sxx, slope, Pearson dispersion, squares by prior weights per degree of freedom.
    """
    eta, mu, weight, prior = arrays[0], arrays[1], arrays[2], arrays[3]
    used = 0
    for part in range(sums.shape[1]):
        for i in range(n):
            if level[i] == part:
                used += 1
                break
    prior[:n] = 1.0
    df = n - used - (1 if trend else 0)
    if df < 1:
        return SHORT, trend, df
    converged = _iterate(y, t, level, n, prior, trend, eta, mu, weight, sums, fit)
    if not converged and trend:
        trend = not trend
        df += 1
        converged = _iterate(y, t, level, n, prior, trend, eta, mu, weight, sums, fit)
    if not converged and rules.prior_scale:
        return DIVERGED, trend, df
    pearson = _squares(y, mu, weight, n) / df
    fit[2], fit[3] = pearson, pearson
    if rules.reweight:
        _reweight(y, t, level, n, mu, weight, sums, fit[0], trend, max(pearson, 1.0), rules.weights_threshold, prior)
        _iterate(y, t, level, n, prior, trend, eta, mu, weight, sums, fit)
        fit[2] = _squares(y, mu, weight, n) / df
        fit[3] = _squares(y, mu, prior, n) / df if rules.prior_scale else fit[2]
    return DONE, trend, df


@kernel
def fit_windows(counts, low, high, first, shape, rules, results):  # pragma: no cover - compiled
    """Fit the window of each judged period of the series ``low:high``."""
    size, periods = shape.offset.shape[0], counts.shape[1]
    y, t, level = np.empty(size), np.empty(size), np.empty(size, dtype=np.int64)
    arrays, sums, fit = np.empty((4, size)), np.empty((4, shape.levels)), np.empty(4)
    last = shape.levels - 1
    for s in range(low, high):
        for k in range(first, periods):
            n, largest, here, out = np.int64(0), 0.0, 0, k - first
            for i in range(size):
                at = k + shape.offset[i]
                if at >= 0 and not np.isnan(counts[s, at]):
                    y[n], t[n], level[n] = counts[s, at], shape.offset[i], shape.level[i]
                    largest = max(largest, y[n])
                    here += level[n] == last
                    n += 1
            if (k + shape.offset[0] < 0 and not shape.shorten) or n == 0:
                results.outcome[s, out] = SHORT
                continue
            if here == 0:
                results.outcome[s, out] = MISSING_LEVEL
                continue
            outcome, trend, df = _two_fits(y, t, level, n, rules, rules.trend, arrays, sums, fit)
            if outcome == DONE and trend:
                spread = np.sqrt((fit[3] if rules.prior_scale else fit[2]) / fit[0])
                significant = abs(fit[1] / spread) > rules.critical[df]
                ahead = max(np.exp(sums[2, last] - fit[1] * sums[1, last]), LEAST_MEAN)
                if not (significant and ahead <= largest):
                    outcome, trend, df = _two_fits(y, t, level, n, rules, not trend, arrays, sums, fit)
            results.outcome[s, out] = outcome
            if outcome == DONE:
                scale = fit[3] if rules.prior_scale else max(fit[2], 1.0)
                variance = 1 / sums[0, last] + (sums[1, last] ** 2 / fit[0] if trend else 0.0)
                results.eta[s, out] = sums[2, last] - (fit[1] * sums[1, last] if trend else 0.0)
                results.error[s, out] = np.sqrt(variance * scale)
                results.phi[s, out] = max(fit[2], 1.0)
