"""Two ways to pool means, and how the change in a pooled mean is shared out among those that were pooled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Float64

Rows = Float64[np.ndarray, " row"]

LOG, MEAN = "log", "mean"
POOLINGS = (LOG, MEAN)
"""The weighted geometric mean of means (a weighted sum of their logs), and the weighted arithmetic mean."""


def pooled(pooling: str, weights: Any, logs: Sequence[Any]) -> Any:
    """The log of the pooled mean; ``logs`` are those of the members' means, an array (or a number) a member."""
    total: Any = 0.0
    for weight, column in zip(weights, logs, strict=True):
        total = total + weight * (column if pooling == LOG else np.exp(column))
    return total if pooling == LOG else np.log(total)


def slopes(pooling: str, weights: Any, logs: Sequence[Rows]) -> list[Rows]:
    """The derivative of :func:`pooled` by each weight."""
    if pooling == LOG:
        return list(logs)
    level = pooled(pooling, weights, logs)
    return [np.exp(column - level) for column in logs]


def shares(pooling: str, weights: Any, logs: Sequence[Rows], bases: Sequence[float]) -> list[Any]:
    """What each member's ``log mean - base`` is multiplied by, so that the products add up to the pooled one.

    For the geometric mean these are the weights. For the arithmetic one they are ``weight * L(mean, base mean)`` over the same of
    the pooled means, with ``L(a, b) = (a - b) / log(a / b)`` the logarithmic mean: ``pooled - pooled base`` is the weighted sum of
    ``mean - base mean``, and ``L`` turns each difference into one of logs. Exact, with nothing left over, and the weights again
    where all members agree (Ang, 2004, "Decomposition analysis for policymaking in energy: which is the preferred method?").
    """
    if pooling == LOG:
        return list(weights)
    whole = _log_logarithmic_mean(pooled(pooling, weights, logs), pooled(pooling, weights, bases))
    return [
        weight * np.exp(_log_logarithmic_mean(column, base) - whole)
        for weight, column, base in zip(weights, logs, bases, strict=True)
    ]


def _log_logarithmic_mean(u: Any, v: Any) -> Any:
    """The log of the logarithmic mean of ``exp(u)`` and ``exp(v)``, without loss of digits where they are close."""
    half = np.abs(np.asarray(u - v)) / 2
    ratio = np.where(half < 1e-4, 1 + half**2 / 6, np.sinh(half) / np.maximum(half, 1e-4))
    return (u + v) / 2 + np.log(ratio)
