"""Oracles of forecasts: probabilities summed term by term."""

from __future__ import annotations

import math


def slow_log_probability(y: int, eta: float) -> float:
    """Log probability that a Poisson count of mean ``exp(eta)`` is above 0 (``y`` 1) or not, its probabilities summed one by one."""
    mean = math.exp(eta)
    if not y:
        return -mean
    term, total = math.exp(-mean), 0.0
    for count in range(1, int(mean + 20 * math.sqrt(mean) + 60)):
        term *= mean / count
        total += term
    return math.log(total)
