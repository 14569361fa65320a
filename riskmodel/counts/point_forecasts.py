"""The one number per row that minimises each error.

A distribution answers every question, and each error has its own best number: the mean minimises the squared error, the median the absolute
error, and the count-weighted median the absolute error weighted by the count (Gneiting, 2011, "Making and evaluating point forecasts").
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from riskmodel.counts.distribution import BERNOULLI, CountDistribution, Rows
from riskmodel.counts.quantiles import quantile


def median(forecast: CountDistribution) -> Rows:
    """Median of each row, the least count with half of the probability."""
    return quantile(0.5, forecast.mean, forecast.dispersion)


def count_weighted_median(forecast: CountDistribution) -> Rows:
    """Median of each row's distribution weighted by the count.

    The weight ``k P(Y = k)`` is the distribution of ``1 + Z``: for a Poisson count ``Z`` is Poisson with the same mean, for a negative binomial one
    it has mean ``(1 + psi) mean`` and dispersion ``psi / (1 + psi)`` (size-biased distributions; Patil and Rao, 1978). It is at least 1,
    since rows without events have no weight.

    Examples
    --------
    >>> count_weighted_median(CountDistribution.of([0.1, 4.0, 4.0], [0.0, 0.0, 1.0]))
    array([1., 5., 8.])
    """
    psi = np.maximum(forecast.dispersion, 0.0)
    mean = np.where(forecast.dispersion == BERNOULLI, 1e-10, (1 + psi) * forecast.mean)
    return 1.0 + quantile(0.5, mean, psi / (1 + psi))


BEST_NUMBERS: dict[str, tuple[str, Callable[[CountDistribution], Rows]]] = {
    "rmse": ("mean", lambda forecast: forecast.mean),
    "mae": ("median", median),
    "wmae": ("count-weighted median", count_weighted_median),
}
"""Name and function of the number that minimises each error."""
