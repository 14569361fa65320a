"""Scores of each row, proper for the distribution or its mean.

Lower is better for all of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float64

from riskmodel.counts.distribution import CountDistribution, crps, log_pmf, probability

Rows = Float64[np.ndarray, " row"]

POISSON_BELOW = 1e-9
"""A smaller dispersion is treated as Poisson, as in :mod:`riskmodel.counts.distribution`."""


def log_score(y: Any, forecast: CountDistribution) -> Rows:
    """Negative log probability of the count, in nats."""
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

    It is ``2 (y log(y / mean) - (y - mean))``, twice the difference between the largest possible Poisson log likelihood and that of the mean.
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
    """Compute all of :data:`SCORES`, one value per row."""
    return {name: score(y, forecast) for name, score in SCORES.items()}
