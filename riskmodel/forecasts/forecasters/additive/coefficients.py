"""Coefficients of a sum of parts and of its season."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float64

from riskmodel.counts.distribution import Rows, fit_dispersion

ROUNDS = 3
"""Coefficients, season and dispersion are found in turn this many times."""

EM_STEPS = 150
"""Steps of the EM algorithm."""

LARGEST_SWING = 3.0
"""Largest swing of the log of the season's factor, 20 times up or down: waves through the dates of a few events have no limit."""

NEWTON_STEPS, SMALL_STEP = 50, 1e-10
"""Most steps of Newton's method for the season, and the step below which it has converged."""

LARGEST_ETA = 20.0
"""Largest log factor of a date in a trial step."""


class SumFit(NamedTuple):
    """Coefficients of the parts and of the season's waves.

    ``factor`` is the season's factor of each row.
    """

    parts: Float64[np.ndarray, " part"]
    season: tuple[float, ...]
    factor: Rows


def fit_sum(y: Rows, Z: Float64[np.ndarray, "row part"], waves: list[Rows], as_of: Any) -> SumFit:
    """Maximise the quasi-likelihood of a sum of parts with a season.

    Coefficients of the parts, the season and the dispersion are found in turn; rows are weighted by ``1 / (1 + dispersion * mean)``.
    Forecasts sum to the events.

    Parameters
    ----------
    y
        Counts ``[row]``.
    Z
        Parts, not negative, each over its usual value.
    waves
        Sine and cosine of one number of turns a year after the other, ``[row]`` each.
    as_of
        As-of day of each row.
    """
    parts, factor, dispersion = np.full(Z.shape[1], y.mean() / Z.shape[1]), np.ones(len(y)), 0.0
    season: tuple[float, ...] = ()
    for _ in range(ROUNDS):
        total = np.einsum("ij,j->i", Z, parts)
        parts = part_coefficients(y, Z, factor, 1.0 / (1.0 + dispersion * factor * total), parts)
        total = np.einsum("ij,j->i", Z, parts)
        season = season_coefficients(y, total, waves, as_of)
        factor = season_factor(season, waves, len(y))
        dispersion = fit_dispersion(y, factor * total)
    parts *= y.sum() / (factor * np.einsum("ij,j->i", Z, parts)).sum()
    return SumFit(parts, season, factor)


def season_factor(coefficients: Sequence[float], waves: Sequence[Rows], rows: int) -> Rows:
    """Factor of the season: the exponential of the weighted waves."""
    eta = np.zeros(rows)
    for coefficient, wave in zip(coefficients, waves, strict=True):
        eta += coefficient * wave
    return np.exp(eta)


def part_coefficients(
    y: Rows, Z: Float64[np.ndarray, "row part"], season: Rows, weight: Rows, start: Any
) -> Float64[np.ndarray, " part"]:
    """Coefficients of highest weighted Poisson likelihood, not negative.

    The mean is ``season * (Z @ coefficients)``. The search is :data:`EM_STEPS` steps of the EM algorithm for Poisson regression with
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
    for _ in range(EM_STEPS):
        # einsum, not BLAS: the bits of a fit must not depend on the number of threads
        total = np.einsum("ij,j->i", events, coefficients)
        coefficients = coefficients * np.einsum("ij,i->j", events, counts / total) / whole
    return coefficients


def season_coefficients(y: Rows, mean: Rows, waves: list[Rows], as_of: Any) -> tuple[float, ...]:
    """Coefficients of the waves in ``log(count / mean)``, by Newton's method.

    This is Poisson regression; the waves vary by date alone. They are sine and cosine of one number of turns after the other. A step
    that would raise the loss is halved. All are scaled down by one factor where together they could swing by more than
    :data:`LARGEST_SWING`. With too few dates for a season, or dates that span less than :data:`~riskmodel.forecasts.forecasters.training_rows.YEAR_DAYS`, they are 0.
    """
    _, first, at = np.unique(as_of, return_index=True, return_inverse=True)
    X = np.stack([np.ones(len(first)), *(wave[first] for wave in waves)], axis=1)
    if not waves or len(first) <= 2 * X.shape[1]:
        return (0.0,) * len(waves)
    count, expected = np.bincount(at, y), np.bincount(at, mean)
    found = _by_newton(X, count, expected)
    swing = float(np.hypot(found[1::2], found[2::2]).sum())
    return tuple(float(b) for b in found[1:] * (LARGEST_SWING / max(swing, LARGEST_SWING)))


def _by_newton(X: Float64[np.ndarray, "date wave"], count: Rows, expected: Rows) -> Float64[np.ndarray, " wave"]:
    """Coefficients of highest Poisson likelihood at ``expected * exp(X @ coefficients)``."""

    def at_point(at: Any) -> tuple[float, Rows]:
        eta = np.einsum("ij,j->i", X, at)
        mu = expected * np.exp(np.clip(eta, -LARGEST_ETA, LARGEST_ETA))
        return float(mu.sum() - (count * eta).sum()), mu

    found = np.zeros(X.shape[1])
    loss, mu = at_point(found)
    for _ in range(NEWTON_STEPS):
        hessian = np.einsum("ij,ik->jk", X * mu[:, None], X)
        step = np.linalg.solve(hessian + 1e-9 * np.trace(hessian) * np.eye(len(found)), np.einsum("ij,i->j", X, count - mu))
        while np.abs(step).max() >= SMALL_STEP and at_point(found + step)[0] > loss:
            step = step / 2
        if np.abs(step).max() < SMALL_STEP:
            break
        found = found + step
        loss, mu = at_point(found)
    return found
