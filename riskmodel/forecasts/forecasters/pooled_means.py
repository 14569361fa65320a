"""Pooling of several means into one, and its explanation.

``"log"`` is the weighted geometric mean (a weighted sum of logs), ``"mean"`` the weighted arithmetic mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from riskmodel.counts.distribution import Rows

LOG, MEAN = "log", "mean"
POOLINGS = (LOG, MEAN)
"""Names of the two poolings."""


def pooled(pooling: str, weights: Any, logs: Sequence[Any]) -> Any:
    """Log of the pooled mean.

    ``logs`` are the logs of the members' means, one array or number per member.
    """
    total: Any = 0.0
    for weight, column in zip(weights, logs, strict=True):
        total = total + weight * (column if pooling == LOG else np.exp(column))
    return total if pooling == LOG else np.log(total)


def spread(pooling: str, weights: Any, logs: Sequence[Rows]) -> Rows:
    """Variance between the members, relative to the pooled mean.

    It is the weighted variance of their logs for the geometric mean, and of their means over the squared pooled one for the arithmetic mean.

    Examples
    --------
    >>> logs = [np.log([2.0, 1.0]), np.log([2.0, 3.0])]
    >>> spread("log", [0.5, 0.5], logs).round(3), spread("mean", [0.5, 0.5], logs).round(3)
    (array([0.   , 0.302]), array([0.  , 0.25]))
    """
    level = pooled(pooling, weights, logs)
    total = np.zeros(np.shape(level))
    for weight, column in zip(weights, logs, strict=True):
        total += weight * (column - level if pooling == LOG else np.expm1(column - level)) ** 2
    return total


def weight_slopes(pooling: str, weights: Any, logs: Sequence[Rows]) -> list[Rows]:
    """Derivative of :func:`pooled` by each weight."""
    if pooling == LOG:
        return list(logs)
    level = pooled(pooling, weights, logs)
    return [np.exp(column - level) for column in logs]


def member_factors(pooling: str, weights: Any, logs: Sequence[Rows], bases: Sequence[float]) -> list[Any]:
    """Factors of the members' log changes that sum to the pooled one.

    For the geometric mean they are the weights. For the arithmetic one they are ``weight * L(mean, base mean)`` over the same of
    the pooled means, with the logarithmic mean ``L(a, b) = (a - b) / log(a / b)``: ``pooled - pooled base`` is the weighted sum of
    ``mean - base mean``, and ``L`` turns each difference into one of logs. This is exact, and gives the weights again where all
    members agree (Ang, 2004, "Decomposition analysis for policymaking in energy: which is the preferred method?"; decision 0008).

    Parameters
    ----------
    pooling
        ``"log"`` or ``"mean"``.
    weights
        One per member.
    logs
        Logs of the members' means, ``[row]`` each.
    bases
        Logs of their base means.

    Returns
    -------
    list
        One factor per member, a number or ``[row]``, for ``log mean - base``.
    """
    if pooling == LOG:
        return list(weights)
    whole = _log_logarithmic_mean(pooled(pooling, weights, logs), pooled(pooling, weights, bases))
    return [
        weight * np.exp(_log_logarithmic_mean(column, base) - whole)
        for weight, column, base in zip(weights, logs, bases, strict=True)
    ]


def _log_logarithmic_mean(u: Any, v: Any) -> Any:
    """Log of the logarithmic mean of ``exp(u)`` and ``exp(v)``.

    It loses no digits where they are close.
    """
    half = np.abs(np.asarray(u - v)) / 2
    ratio = np.where(half < 1e-4, 1 + half**2 / 6, np.sinh(half) / np.maximum(half, 1e-4))
    return (u + v) / 2 + np.log(ratio)
