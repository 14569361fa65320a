"""Coefficients of a sum of parts and of its season, by maximum likelihood."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float64

from riskmodel.counts.distribution import Rows

STEPS = 150
"""Steps of the EM algorithm."""

LARGEST_SWING = 3.0
"""Largest swing of the log of the season's factor, 20 times up or down: waves through the dates of a few events have no limit."""


def part_coefficients(
    y: Rows, Z: Float64[np.ndarray, "row part"], season: Rows, weight: Rows, start: Any
) -> Float64[np.ndarray, " part"]:
    """Coefficients of highest weighted Poisson likelihood, not negative.

    The mean is ``season * (Z @ coefficients)``. The search is :data:`STEPS` steps of the EM algorithm for Poisson regression with
    identity link (Marschner, 2010), each of which raises the likelihood: the events of a row are shared out to the parts in
    proportion to what they add. A row without an event counts in the denominator alone.

    Parameters
    ----------
    y
        Counts ``[row]``.
    Z
        Parts, not negative.
    season
        Factor of each row.
    weight
        Weight of each row.
    start
        Coefficients above 0 from which the search starts.
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


def season_coefficients(y: Rows, mean: Rows, waves: list[Rows], as_of: Any) -> tuple[float, ...]:
    """Coefficients of the waves in ``log(count / mean)``, by Newton's method.

    This is Poisson regression; the waves vary by date alone. They are sine and cosine of one number of turns after the other. All
    are scaled down alike where together they could swing by more than :data:`LARGEST_SWING`. With too few dates for a season they
    are 0.
    """
    _, first, at = np.unique(as_of, return_index=True, return_inverse=True)
    X = np.stack([np.ones(len(first)), *(wave[first] for wave in waves)], axis=1)
    if not waves or len(first) <= 2 * X.shape[1]:
        return (0.0,) * len(waves)
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
    return tuple(float(b) for b in found[1:] * (LARGEST_SWING / max(swing, LARGEST_SWING)))
