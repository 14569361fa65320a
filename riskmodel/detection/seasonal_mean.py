"""Seasonal mean of a series: count regression on one harmonic.

The fit is that of R's ``glm`` (Poisson, iteratively reweighted least squares from ``y + 0.1``, at most 25 iterations, relative change of
deviance below 1e-8) and of ``glm.nb`` in MASS (alternating with the maximum-likelihood size of the negative binomial; Venables and
Ripley, 2002). Both stop where R's would, so that detectors built on them meet the same references.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Float64, Int8, Int64

from riskmodel.detection.compiled import in_blocks, kernel
from riskmodel.detection.detector import LARGEST_COUNT, Counts
from riskmodel.detection.judgement import Verdict
from riskmodel.detection.linear_solver import solve_symmetric
from riskmodel.detection.special_functions import digamma, log_gamma, trigamma

ITERATIONS = 25
"""Most iterations of a fit, of a size and of their alternation."""

TOLERANCE = 1e-8
"""Relative change of deviance at which a fit has converged."""

SIZE_TOLERANCE = 2.220446049250313e-16**0.25
"""Change of the size at which it has converged."""

LEAST_MEAN = 10 * 2.220446049250313e-16
"""Below it a mean is numerically 0, as R's ``glm`` warns: the events of a few periods alone have no finite seasonal fit."""

FITTED, EMPTY, FAILED, NO_SIZE, SHORT = range(5)
"""Outcomes of a fit."""

VERDICTS = {EMPTY: Verdict.NO_EVENTS, FAILED: Verdict.NO_FIT, NO_SIZE: Verdict.NO_DISPERSION, SHORT: Verdict.TOO_SHORT}
"""Why a series without a fit is not judged."""


class SeasonalMean(NamedTuple):
    """Mean of each judged period, dispersion and outcome by series."""

    mean: Float64[np.ndarray, "series period"]
    dispersion: Float64[np.ndarray, " series"]
    outcome: Int64[np.ndarray, " series"]

    def reason(self) -> Int8[np.ndarray, "series period"]:
        """Return why there is no mean, as codes of :class:`Verdict`."""
        reason = np.where(np.isnan(self.mean), Verdict.NO_FIT, Verdict.JUDGED).astype(np.int8)
        for outcome, why in VERDICTS.items():
            reason[self.outcome == outcome] = why
        return reason


class MeanFit(NamedTuple):
    """Known counts of a series, and the arrays of their fit."""

    y: Float64[np.ndarray, " row"]
    basis: Float64[np.ndarray, "row 3"]
    eta: Float64[np.ndarray, " row"]
    mu: Float64[np.ndarray, " row"]
    beta: Float64[np.ndarray, " 3"]
    work: Float64[np.ndarray, "4 3"]


def seasonal_mean(counts: Counts, first: int, season: int, overdispersed: bool, threads: int) -> SeasonalMean:
    """Fit the periods before ``first`` and predict those from it on.

    Missing counts are left out of the fit, which needs a whole season: a wave that was seen in part says nothing of the rest. The
    dispersion is 0 for Poisson. A fit with a mean that is numerically 0 has failed; a predicted mean that is, or that leaves every count
    behind, is NaN.
    """
    series, periods = counts.shape
    angle = 2 * np.pi / season * np.arange(1, periods + 1)
    basis = np.column_stack([np.ones(periods), np.cos(angle), np.sin(angle)])
    found = SeasonalMean(np.full((series, periods - first), np.nan), np.zeros(series), np.zeros(series, dtype=np.int64))
    if first < season:
        found.outcome[:] = SHORT
        return found
    in_blocks(lambda low, high: _fit_block(counts, low, high, first, basis, overdispersed, found), series, threads)
    return found


@kernel
def _deviance(y, mu, theta):  # pragma: no cover - compiled
    """Deviance; Poisson if ``theta`` is 0."""
    total = 0.0
    for i in range(y.shape[0]):
        if theta > 0:
            total += y[i] * np.log(max(y[i], 1.0) / mu[i]) - (y[i] + theta) * np.log((y[i] + theta) / (mu[i] + theta))
        else:
            total += (y[i] * np.log(y[i] / mu[i]) if y[i] > 0 else 0.0) - (y[i] - mu[i])
    return 2 * total


@kernel
def _regress(fit, theta):  # pragma: no cover - compiled
    """Iterate from ``mu`` until the deviance settles; False if it fails."""
    y, basis, eta, mu, beta = fit.y, fit.basis, fit.eta, fit.mu, fit.beta
    n, a, b = y.shape[0], fit.work[:3], fit.work[3]
    previous = _deviance(y, mu, theta)
    for _ in range(ITERATIONS):
        a[:] = 0.0
        b[:] = 0.0
        for i in range(n):
            w = mu[i] / (1 + mu[i] / theta) if theta > 0 else mu[i]
            z = eta[i] + (y[i] - mu[i]) / mu[i]
            for j in range(3):
                b[j] += w * z * basis[i, j]
                for k in range(j + 1):
                    a[j, k] += w * basis[i, j] * basis[i, k]
        if not solve_symmetric(a, b, beta):
            return False
        for i in range(n):
            eta[i] = beta[0] + beta[1] * basis[i, 1] + beta[2] * basis[i, 2]
            mu[i] = max(np.exp(eta[i]), 2.220446049250313e-16)
        deviance = _deviance(y, mu, theta)
        if not np.isfinite(deviance):
            return False
        if abs(deviance - previous) / (abs(deviance) + 0.1) < TOLERANCE:
            break
        previous = deviance
    return True


@kernel
def _size(y, mu):  # pragma: no cover - compiled
    """Maximum-likelihood size at given means, by Fisher scoring; at least 0."""
    n, spread = y.shape[0], 0.0
    for i in range(n):
        spread += (y[i] / mu[i] - 1) ** 2
    theta, step, iteration = n / spread, 1.0, 0
    while iteration + 1 < ITERATIONS and abs(step) > SIZE_TOLERANCE:
        iteration += 1
        theta = abs(theta)
        score, information = 0.0, 0.0
        for i in range(n):
            both = mu[i] + theta
            score += digamma(theta + y[i]) - digamma(theta) + np.log(theta) + 1 - np.log(both) - (y[i] + theta) / both
            information += trigamma(theta) - trigamma(theta + y[i]) - 1 / theta + 2 / both - (y[i] + theta) / both**2
        step = score / information
        theta += step
    return max(theta, 0.0) if theta == theta else theta


@kernel
def _log_likelihood(y, mu, theta):  # pragma: no cover - compiled
    """Log-likelihood of the negative binomial."""
    total = 0.0
    for i in range(y.shape[0]):
        total += log_gamma(theta + y[i]) - log_gamma(theta) - log_gamma(y[i] + 1) + theta * np.log(theta)
        total += y[i] * np.log(mu[i] + (1.0 if y[i] == 0 else 0.0)) - (theta + y[i]) * np.log(theta + mu[i])
    return total


@kernel
def _alternate(fit):  # pragma: no cover - compiled
    """Alternate between mean and size; return the size, NaN if it fails."""
    y, mu, n = fit.y, fit.mu, fit.y.shape[0]
    theta = _size(y, mu)
    first, second, change = np.sqrt(2.0 * max(1, n - 3)), 1.0, 1.0
    if not theta > 0:
        return np.nan
    likelihood = _log_likelihood(y, mu, theta)
    previous, iteration = likelihood + 2 * first, 0
    before = np.empty(n)
    while iteration < ITERATIONS and abs(previous - likelihood) / first + abs(change) / second > TOLERANCE:
        iteration += 1
        for i in range(n):
            before[i] = mu[i]
            fit.eta[i] = np.log(mu[i])
        if not _regress(fit, theta):
            return np.nan
        old = theta
        theta = _size(y, before)
        if not theta > 0:
            return np.nan
        change, previous = old - theta, likelihood
        likelihood = _log_likelihood(y, mu, theta)
        if not np.isfinite(likelihood):
            return np.nan
    return theta


@kernel
def _load(series, basis, y, rows, eta, mu):  # pragma: no cover - compiled
    """Write known counts, basis and starting means; return their number."""
    n = np.int64(0)
    for t in range(y.shape[0]):
        if not np.isnan(series[t]):
            y[n], rows[n], mu[n] = series[t], basis[t], series[t] + 0.1
            eta[n] = np.log(mu[n])
            n += 1
    return n


@kernel
def _fit_block(counts, low, high, first, basis, overdispersed, found):  # pragma: no cover - compiled
    """Fit the series ``low:high``."""
    y, eta, mu = np.empty(first), np.empty(first), np.empty(first)
    rows, work, beta = np.empty((first, 3)), np.empty((4, 3)), np.empty(3)
    for s in range(low, high):
        n = _load(counts[s], basis, y, rows, eta, mu)
        fit = MeanFit(y[:n], rows[:n], eta[:n], mu[:n], beta, work)
        if n < 4 or not fit.y.any():
            found.outcome[s] = EMPTY
            continue
        if not _regress(fit, 0.0):
            found.outcome[s] = FAILED
            continue
        if overdispersed:
            theta = _alternate(fit)
            if not theta > 0:
                found.outcome[s] = NO_SIZE
                continue
            found.dispersion[s] = 1 / theta
        if fit.mu.min() < LEAST_MEAN:
            found.outcome[s] = FAILED
            continue
        for t in range(first, basis.shape[0]):
            mean = np.exp(beta[0] + beta[1] * basis[t, 1] + beta[2] * basis[t, 2])
            if LEAST_MEAN <= mean <= LARGEST_COUNT:
                found.mean[s, t - first] = mean
