"""Targets of which only matters whether there is any event: the likelihood of a mean by the probability that it gives.

A mean stays the mean of a Poisson count, of which no more is seen than whether it is above 0: the probability of that is
``1 - exp(-mean)`` (the complementary log-log link; Fisher, 1922, "On the mathematical foundations of theoretical statistics",
section 12.3). So means of joined cells add up, explanations add up on the log mean, and calibration and blends work on the log
mean, as for counts. Functions take ``seen`` (above 0 where there is any event) and ``eta``, the log mean, both ``[row]``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float64

from riskmodel.counts.distribution import BERNOULLI, CountDistribution, probability

Rows = Float64[np.ndarray, " row"]

LARGEST = 15.0
"""Log means are kept below this."""

CERTAIN = 500.0
"""A larger mean gives a probability of 1 to the last digit, and counts as this where there is an event."""


def _mean(eta: Any) -> Any:
    return np.exp(np.minimum(eta, LARGEST))


def log_likelihood(seen: Any, eta: Rows) -> Rows:
    """``log(1 - exp(-mean))`` where there is any event, else ``-mean``, in nats."""
    mean = _mean(eta)
    with np.errstate(divide="ignore"):
        return np.where(np.asarray(seen) > 0, np.log(-np.expm1(-mean)), -mean)


def slope(seen: Any, eta: Rows) -> Rows:
    """Derivative of :func:`log_likelihood` by ``eta``: ``mean / (exp(mean) - 1)`` where there is any event, else ``-mean``."""
    mean = _mean(eta)
    capped = np.minimum(mean, CERTAIN)
    return np.where(np.asarray(seen) > 0, capped / np.expm1(capped), -mean)


def curvature(eta: Rows) -> Rows:
    """Minus the expected second derivative of :func:`log_likelihood` by ``eta``: ``mean**2 / (exp(mean) - 1)``.

    The expectation is over what may be seen (Fisher's information), so that a row weighs alike whether it had an event or not. With
    the second derivative itself, trees forecast held-out rows a little worse: the rows with an event have next to none.
    """
    capped = np.minimum(_mean(eta), CERTAIN)
    return capped**2 / np.expm1(capped)


def level(seen: Any, eta: Rows) -> float:
    """What must be added to ``eta`` so that the probabilities add up to the rows with an event; 0 where none or every row has one."""
    from scipy.optimize import brentq

    hits = float(np.count_nonzero(np.asarray(seen) > 0))
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


def judged(forecast: CountDistribution) -> CountDistribution:
    """The distribution of what is seen, 1 with the forecast's probability and else 0, by which such a forecast is scored."""
    seen = np.minimum(probability(forecast.mean, forecast.dispersion), 1 - 1e-10)
    return CountDistribution.of(seen, BERNOULLI)


def joined(probabilities: Rows, unit: Any, units: int) -> CountDistribution:
    """The distribution of whether there is any event in each unit, from those of its rows (``unit[row]`` numbers them)."""
    return judged(CountDistribution.of(np.bincount(unit, -np.log1p(-probabilities), units)))


def objective(eta: Rows, data: Any) -> tuple[Rows, Rows]:
    """Gradient and expected Hessian of minus the :func:`log_likelihood` for LightGBM, weighted like the rows of ``data``."""
    weight = data.get_weight()
    gradient, hessian = -slope(data.get_label(), eta), curvature(eta)
    return (gradient, hessian) if weight is None else (gradient * weight, hessian * weight)


def log_score(eta: Rows, data: Any) -> tuple[str, float, bool]:
    """Minus the mean :func:`log_likelihood`, as a metric for LightGBM to stop by: name, value, and that higher is not better."""
    return "log_score", -float(log_likelihood(data.get_label(), eta).mean()), False
