"""Variance of counts as a function of their mean.

It is learned on a hold-out (decision 0025).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from riskmodel.counts.distribution import SMALLEST_MEAN, Rows, fit_dispersion, log_pmf

WORTH = 2.0
"""Nats of log likelihood by which a second parameter must be better: Akaike's criterion with one more for rows that are alike."""

LOG_LIMITS = (-12.0, 6.0)
"""Limits of the logarithm of either parameter."""

MOST_EVALUATIONS = 150
"""Largest number of evaluations of the search."""


class Variance(NamedTuple):
    """Variance by level: ``mean + linear * mean + dispersion * mean**2``.

    With ``linear`` of 0 it is the usual negative binomial (NB2), with ``dispersion`` of 0 the one whose variance is proportional to its mean (NB1).
    One dispersion for all levels makes intervals too wide where means are large and too narrow where they are small, or the reverse.
    """

    linear: float
    dispersion: float

    def rows(self, mean: Rows) -> Rows:
        """Dispersion of each row at its mean.

        Examples
        --------
        >>> Variance(0.5, 0.1).rows(np.array([1.0, 10.0]))
        array([0.6 , 0.15])
        """
        return self.dispersion + self.linear / np.maximum(mean, SMALLEST_MEAN)


def fit_variance(y: Any, mean: Rows) -> Variance:
    """Fit a variance to counts at given means by maximum likelihood.

    ``linear`` is 0 unless the log likelihood gains :data:`WORTH` by it.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> mean = np.repeat([0.5, 5.0, 50.0], 2_000)
    >>> found = fit_variance(rng.negative_binomial(mean / 0.4, 1 / 1.4), mean)  # variance is 1.4 times the mean
    >>> round(found.linear, 1), round(found.dispersion, 2)
    (0.4, 0.0)
    """
    from scipy.optimize import minimize

    y, mean = np.asarray(y, dtype=np.float64), np.maximum(mean, SMALLEST_MEAN)
    alone = fit_dispersion(y, mean)
    plain = float(log_pmf(y, mean, np.full_like(mean, alone)).sum())

    def loss(logs: Any) -> float:
        linear, dispersion = np.exp(np.clip(logs, *LOG_LIMITS))
        return -float(log_pmf(y, mean, dispersion + linear / mean).sum())

    begin = max(alone, 1e-4)
    usual = float(np.average(mean, weights=mean))
    start = np.log([max(begin * usual / 2, 0.02), begin / 2])
    simplex = np.array([start, start + [1.0, 0.0], start + [0.0, -2.0]])
    best = minimize(
        loss,
        start,
        method="Nelder-Mead",
        options={"initial_simplex": simplex, "maxfev": MOST_EVALUATIONS, "xatol": 1e-2, "fatol": 1e-2},
    )
    if -best.fun < plain + WORTH:
        return Variance(0.0, alone)
    linear, dispersion = (float(value) for value in np.exp(np.clip(best.x, *LOG_LIMITS)))
    return Variance(linear, dispersion)
