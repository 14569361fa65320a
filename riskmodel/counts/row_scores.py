"""Scores of each row, proper for the distribution or its mean.

Lower is better for all of them. ``y`` are the observed counts, shape ``[row]``; scores have the same shape.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from riskmodel.counts.distribution import (
    BERNOULLI,
    POISSON_BELOW,
    CountDistribution,
    Rows,
    log_pmf,
    probability,
    size_and_probability,
)

LARGE_SIZE = 10.0
"""Smallest size at which scipy's hypergeometric series loses digits or overflows, so that an integral replaces it."""


def log_score(y: Any, forecast: CountDistribution) -> Rows:
    """Negative log probability of the count, in nats.

    Examples
    --------
    >>> log_score(np.array([0, 2]), CountDistribution.of([1.5, 1.5]))
    array([1.5       , 1.38221696])
    """
    return -log_pmf(y, forecast.mean, forecast.dispersion)


def ranked_probability(y: Any, forecast: CountDistribution) -> Rows:
    """Ranked probability score, in events; for counts it equals the CRPS.

    It is ``sum over k of (P(Y <= k) - [y <= k])**2``, computed in closed form: the sum over k is the integral of the CRPS, whose
    integrand is constant between whole numbers (Czado, Gneiting and Held, 2009, "Predictive model assessment for count data").
    """
    return crps(y, forecast.mean, forecast.dispersion)


def squared_error(y: Any, forecast: CountDistribution) -> Rows:
    """Squared error of the mean (SES), in events squared."""
    return (y - forecast.mean) ** 2


def dawid_sebastiani(y: Any, forecast: CountDistribution) -> Rows:
    """Dawid-Sebastiani score, proper for mean and variance alone.

    It is ``(y - mean)**2 / variance + log(variance)`` (Dawid and Sebastiani, 1999).
    """
    variance = forecast.mean + forecast.dispersion * forecast.mean**2
    return (y - forecast.mean) ** 2 / variance + np.log(variance)


def brier(y: Any, forecast: CountDistribution) -> Rows:
    """Squared error of the probability of at least one event (Brier, 1950)."""
    return (probability(forecast.mean, forecast.dispersion) - (np.asarray(y) > 0)) ** 2


def poisson_deviance(y: Any, forecast: CountDistribution) -> Rows:
    """Poisson deviance of the mean.

    ``2 (y log(y / mean) - (y - mean))`` is twice the difference between the largest possible Poisson log likelihood and that of the mean.
    """
    from scipy.special import xlogy

    return 2 * (xlogy(y, y / forecast.mean) - (y - forecast.mean))


def negative_binomial_deviance(y: Any, forecast: CountDistribution) -> Rows:
    """Negative binomial deviance of the mean at the row's own dispersion psi.

    ``2 (y log(y / mean) - (y + 1 / psi) log((1 + psi y) / (1 + psi mean)))`` (McCullagh and Nelder, 1989, table 11.1); the Poisson
    deviance where psi is 0.
    """
    from scipy.special import xlogy

    found = poisson_deviance(y, forecast)
    nb = forecast.dispersion > POISSON_BELOW
    count, mean, psi = np.asarray(y, dtype=np.float64)[nb], forecast.mean[nb], forecast.dispersion[nb]
    ratio = np.log1p(psi * (count - mean) / (1 + psi * mean))
    found[nb] = 2 * (xlogy(count, count / mean) - (count + 1 / psi) * ratio)
    return found


SCORES = {
    "log_score": log_score,
    "crps": ranked_probability,
    "dss": dawid_sebastiani,
    "ses": squared_error,
    "brier": brier,
    "deviance": poisson_deviance,
    "nb_deviance": negative_binomial_deviance,
}
"""Score of each row by name; the metric of the same name is its mean over rows."""


def row_scores(y: Any, forecast: CountDistribution) -> dict[str, Rows]:
    """Compute all of :data:`SCORES`, one value per row.

    Examples
    --------
    >>> found = row_scores(np.array([0, 3]), CountDistribution.of([0.5, 2.0], 0.1))
    >>> {name: round(float(score.mean()), 3) for name, score in found.items()}
    {'log_score': 1.146, 'crps': 0.43, 'dss': 0.562, 'ses': 0.625, 'brier': 0.088, 'deviance': 0.716, 'nb_deviance': 0.664}
    """
    return {name: score(y, forecast) for name, score in SCORES.items()}


def excess_of_mean(forecast: CountDistribution, truth: CountDistribution) -> Rows:
    """Compute the expected excess of the Poisson log score of each mean.

    It is ``true * log(true / mean) - true + mean``. This score is linear in the count, so its expectation depends on the true mean alone,
    whatever the distribution of counts. For binary outcomes it is the expected excess of the log score of the probability.

    Examples
    --------
    >>> excess_of_mean(CountDistribution.of([1.0, 2.0]), CountDistribution.of([1.0, 1.0]))
    array([0.        , 0.30685282])
    """
    from scipy.special import kl_div, rel_entr

    if (truth.dispersion == BERNOULLI).all():
        return rel_entr(truth.mean, forecast.mean) + rel_entr(1 - truth.mean, 1 - forecast.mean)
    return kl_div(truth.mean, forecast.mean)


def crps(y: Rows, mean: Rows, dispersion: Rows) -> Rows:
    """Continuous ranked probability score, in events.

    Closed forms of Wei and Held (2014) and Jordan, Krüger and Lerch (2019, "Evaluating probabilistic forecasts with
    scoringRules"), in Bessel functions (Poisson) and the hypergeometric function (negative binomial).

    Examples
    --------
    >>> crps(np.array([0.0, 3.0]), np.array([1.0, 1.0]), np.array([0.0, 0.5]))
    array([0.47622239, 1.53877315])
    """
    from scipy.special import betainc, ive, pdtr

    y, mean, dispersion = np.broadcast_arrays(np.asarray(y, np.float64), mean, dispersion)
    k = np.floor(y)
    pmf = np.exp(log_pmf(k, mean, np.zeros_like(mean)))
    result = (y - mean) * (2 * pdtr(k, mean) - 1) + mean * (2 * pmf - ive(0, 2 * mean) - ive(1, 2 * mean))
    nb = (dispersion > POISSON_BELOW) & (dispersion * mean > 1e-9)
    if nb.any():
        m, psi, count = mean[nb], dispersion[nb], k[nb]
        size, p = size_and_probability(m, psi)
        below = np.where(count > 0, betainc(size + 1, np.maximum(count, 1), p), 0.0)
        odds = psi * m  # (1 - p) / p
        tail = _spread(size, 4 * odds * (1 + odds))
        result = result.copy()
        result[nb] = count * (2 * betainc(size, count + 1, p) - 1) - m * ((2 * below - 1) + (1 + odds) * tail)
    single = dispersion == BERNOULLI
    if single.any():
        m, count = mean[single], k[single]
        result = result.copy()
        result[single] = np.where(count == 0, m**2, (1 - m) ** 2 + count - 1)
    return result


def _spread(size: Rows, width: Rows) -> Rows:
    """Compute the hypergeometric function ``2F1(size + 1, 1/2; 2; -width)``.

    For large sizes it is Euler's integral: ``4 / pi`` times the integral of ``cos(a)**2 * (1 + width * sin(a)**2)**-(size + 1)`` over
    the quarter circle, up to the angle where the integrand falls below ``exp(-40)``.
    """
    from scipy.special import hyp2f1

    large = size >= LARGE_SIZE
    found = np.empty(len(size))
    found[~large] = hyp2f1(size[~large] + 1, 0.5, 2.0, -width[~large])
    power, w = size[large] + 1, width[large]
    limit = np.arcsin(np.sqrt(np.minimum(1.0, np.expm1(40.0 / power) / w)))
    total = np.zeros(len(w))
    for node, weight in zip(*np.polynomial.legendre.leggauss(32), strict=True):
        square = np.sin(limit * (0.5 * (node + 1))) ** 2
        total += 0.5 * weight * (1 - square) * np.exp(-power * np.log1p(w * square))
    found[large] = 4 / np.pi * limit * total
    return found
