"""The highest quasi-likelihood of a sum of parts with a season."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float64

Rows = Float64[np.ndarray, " row"]

STEPS = 150
"""Steps of the EM algorithm a round."""

LARGEST_SWING = 3.0
"""The log of a season's factor swings by so much at most, that is 20 times up or down: waves through the dates of a few events would
swing without end."""


def maximise(y: Rows, Z: Float64[np.ndarray, "row part"], season: Rows, weight: Rows, start: Any) -> Float64[np.ndarray, " part"]:
    """Coefficients, not negative, of the highest weighted Poisson likelihood of mean ``season * (Z @ coefficients)``.

    By :data:`STEPS` steps of the EM algorithm from ``start`` (above 0), each of which raises the likelihood: the events of a
    row are shared out to the parts in proportion to what they add. A row without an event counts in the denominator alone.
    """
    hit = np.flatnonzero(y > 0)
    events, whole = Z[hit], np.einsum("ij,i->j", Z, weight * season)
    counts = (weight * y)[hit]
    coefficients = np.asarray(start, dtype=np.float64)
    whole = np.where(whole > 0, whole, np.inf)
    for _ in range(STEPS):
        # einsum, not BLAS: the bits of a fit must not depend on the number of threads
        total = np.einsum("ij,j->i", events, coefficients)
        coefficients = coefficients * np.einsum("ij,i->j", events, counts / total) / whole
    return coefficients


def turn(y: Rows, mean: Rows, waves: list[Rows], as_of: Any) -> list[float]:
    """Coefficients of the waves, which vary by date alone, in ``log(count / mean)``: Poisson regression by Newton's method.

    ``waves`` are sine and cosine of one turn after the other; all are made smaller alike where together they could swing by more
    than :data:`LARGEST_SWING`.
    """
    _, first, at = np.unique(as_of, return_index=True, return_inverse=True)
    X = np.stack([np.ones(len(first)), *(wave[first] for wave in waves)], axis=1)
    if not waves or len(first) <= 2 * X.shape[1]:  # too few dates to tell a season
        return [0.0] * len(waves)
    count, expected = np.bincount(at, y), np.bincount(at, mean)
    found = np.zeros(X.shape[1])
    for _ in range(25):
        mu = expected * np.exp(np.clip(np.einsum("ij,j->i", X, found), -5.0, 5.0))
        hessian = np.einsum("ij,ik->jk", X * mu[:, None], X)
        step = np.linalg.solve(hessian + 1e-9 * np.trace(hessian) * np.eye(len(found)), np.einsum("ij,i->j", X, count - mu))
        found = found + step
        if np.abs(step).max() < 1e-10:
            break
    swing = float(np.hypot(found[1::2], found[2::2]).sum())
    return [float(b) for b in found[1:] * (LARGEST_SWING / max(swing, LARGEST_SWING))]
