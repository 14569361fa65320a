"""How certain a gain is, where rows depend on each other."""

from __future__ import annotations

from typing import Any

import numpy as np

from riskmodel.counts.distribution import Rows


def variance_of_sum(values: Rows, unit: Any) -> float:
    """Compute the variance of a sum whose terms depend within a unit.

    Examples
    --------
    >>> variance_of_sum(np.array([1.0, 1.0, -1.0, -1.0]), np.array([0, 0, 1, 1]))
    16.0
    """
    at = np.unique(unit, return_inverse=True)[1]
    sums = np.bincount(at, values - values.mean())
    return float((sums**2).sum()) * len(sums) / max(len(sums) - 1, 1)


def standard_errors(gain: Rows, unit: Any) -> float:
    """Return how many standard errors a total gain is above zero.

    It is 0 where nothing is gained or all units are the same.

    Examples
    --------
    >>> standard_errors(np.array([3.0, 1.0, 2.0]), np.array([0, 1, 2])).__round__(2)
    3.46
    """
    total = float(gain.sum())
    noise = variance_of_sum(gain, unit)
    return total / noise**0.5 if total > 0 and noise > 0 else 0.0
