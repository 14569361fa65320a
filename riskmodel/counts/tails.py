"""Tail probabilities and p-values of count distributions.

A p-value of a high count is ``P(X >= y)`` under what is usual. It is conservative, because counts are discrete; the mid-p-value takes
half of ``P(X = y)`` and is uniform on average (Lancaster, 1961, "Significance tests in discrete distributions").
"""

from __future__ import annotations

from typing import Any

import numpy as np

from riskmodel.counts.distribution import BERNOULLI, POISSON_BELOW, Rows, cdf, log_pmf


def dispersion_of(mean: Any, variance: Any) -> Any:
    """Return the dispersion of counts with this mean and variance.

    It is 0 where the variance is at most the mean (Poisson).

    Examples
    --------
    >>> dispersion_of(np.array([2.0, 2.0]), np.array([4.0, 1.0]))
    array([0.5, 0. ])
    """
    return np.maximum(variance - mean, 0.0) / mean**2


def probability_of_none(mean: Any, dispersion: Any = 0.0) -> Any:
    """Probability of no event.

    Examples
    --------
    >>> probability_of_none(np.array([1.0, 20.0]), np.array([0.0, 0.5]))
    array([0.36787944, 0.00826446])
    """
    mean, dispersion = np.broadcast_arrays(mean, dispersion)
    return np.exp(log_pmf(np.zeros(mean.shape), np.asarray(mean, dtype=np.float64), dispersion))


def at_least(y: Any, mean: Any, dispersion: Any = 0.0) -> Any:
    """Probability of ``y`` events or more: the p-value of a high count.

    Parameters
    ----------
    y
        Counts of at least 0, whole numbers.
    mean
        Usual means, above 0.
    dispersion
        Dispersions; the default is Poisson.

    Examples
    --------
    >>> at_least([1, 3, 3], 1.0, [0.0, 0.0, 0.5])
    array([0.63212056, 0.0803014 , 0.11111111])
    """
    from scipy.special import betainc, gammainc

    if np.ndim(dispersion) == 0 and 0 <= dispersion <= POISSON_BELOW:
        return gammainc(y, mean)
    y, mean, dispersion = np.broadcast_arrays(np.asarray(y, dtype=np.float64), mean, dispersion)
    result = np.where(y > 0, gammainc(y, mean), 1.0)
    nb = (dispersion > POISSON_BELOW) & (y > 0)
    size = 1.0 / dispersion[nb]
    result[nb] = betainc(y[nb], size, mean[nb] / (mean[nb] + size))
    single = (dispersion == BERNOULLI) & (y > 0)
    result[single] = np.where(y[single] > 1, 0.0, mean[single])
    return result


def below_and_at_most(y: Any, mean: Rows, dispersion: Rows) -> tuple[Rows, Rows]:
    """Return ``P(X < y)`` and ``P(X <= y)`` of each row.

    A count occupies this part of the unit interval in its distribution; the PIT and conformal intervals are built on it.

    Examples
    --------
    >>> below_and_at_most(np.array([0, 1]), 1.0, 0.0)
    (array([0.        , 0.36787944]), array([0.36787944, 0.73575888]))
    """
    y = np.asarray(y)
    return cdf(y - 1, mean, dispersion), cdf(y, mean, dispersion)
