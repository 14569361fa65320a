"""Likelihood of a binary outcome: whether there is any event.

A mean stays the mean of a Poisson count of which only is observed whether it is above 0. The probability of that is
``1 - exp(-mean)``: the complementary log-log link (Fisher, 1922, "On the mathematical foundations of theoretical statistics",
section 12.3). So the means of merged cells add up, explanations add up on the log mean, and calibration and blends work on the log
mean, as they do for counts.

Functions take ``y`` (above 0 where there is any event) and ``eta``, the log mean, both of shape ``[row]``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from riskmodel.counts.distribution import BERNOULLI, CountDistribution, Rows, probability

LARGEST = 15.0
"""Upper limit of the log mean."""

CERTAIN = 500.0
"""Upper limit of the mean in derivatives; its probability is 1 to the last digit."""


def _mean(eta: Any) -> Any:
    return np.exp(np.minimum(eta, LARGEST))


def log_likelihood(y: Any, eta: Rows) -> Rows:
    """Return ``log(1 - exp(-mean))`` with an event, else ``-mean``, in nats."""
    mean = _mean(eta)
    with np.errstate(divide="ignore"):
        return np.where(np.asarray(y) > 0, np.log(-np.expm1(-mean)), -mean)


def slope(y: Any, eta: Rows) -> Rows:
    """Derivative of :func:`log_likelihood` by ``eta``.

    It is ``mean / (exp(mean) - 1)`` where there is any event, else ``-mean``.
    """
    mean = _mean(eta)
    capped = np.minimum(mean, CERTAIN)
    return np.where(np.asarray(y) > 0, capped / np.expm1(capped), -mean)


def curvature(eta: Rows) -> Rows:
    """Fisher information of ``eta``: ``mean**2 / (exp(mean) - 1)``.

    It is minus the second derivative of :func:`log_likelihood`, averaged over what may be observed, so a row has the same weight
    whether it had an event or not. With the second derivative itself trees forecast held-out rows slightly worse, because the rows
    with an event have almost none.
    """
    capped = np.minimum(_mean(eta), CERTAIN)
    return capped**2 / np.expm1(capped)


def level(y: Any, eta: Rows) -> float:
    """Return the shift of ``eta`` at which probabilities sum to the events.

    It is 0 where no row, or every row, has an event.
    """
    from scipy.optimize import brentq

    hits = float(np.count_nonzero(np.asarray(y) > 0))
    if hits in (0.0, float(len(eta))):
        return 0.0

    def surplus(shift: float) -> float:
        return float(-np.expm1(-_mean(eta + shift)).sum() - hits)

    low, high = -1.0, 1.0
    while surplus(low) > 0:
        low *= 2
    while surplus(high) < 0:
        high *= 2
    found: Any = brentq(surplus, low, high, xtol=1e-13)
    return float(found)


def as_binary(forecast: CountDistribution) -> CountDistribution:
    """Distribution of the observed 0 or 1, by which forecasts are scored."""
    seen = np.minimum(probability(forecast.mean, forecast.dispersion), 1 - 1e-10)
    return CountDistribution.of(seen, BERNOULLI)


def merged_binary(probabilities: Rows, unit: Any, units: int) -> CountDistribution:
    """Distribution of any event in each unit, from its rows' probabilities.

    ``unit[row]`` numbers the units, from 0 to ``units - 1``. Rows are taken as independent.
    """
    return as_binary(CountDistribution.of(np.bincount(unit, -np.log1p(-probabilities), units)))
