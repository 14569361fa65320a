"""Penalised Poisson regression by Newton's method with controlled steps."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Float64

from riskmodel.counts.distribution import Rows

PENALTY = 1.0
"""Weight of the squared distance from the prior centre, per standard deviation of a column, in nats.

It is worth one event. It moves a fit to thousands of events by less than its standard error, and keeps the coefficients of columns
that hardly differ from each other within bounds."""

ITERATIONS = 100
"""Most Newton steps."""

HALVINGS = 40
"""Most halvings of a step that would raise the loss."""

SMALL_STEP = 1e-9
"""A fit has converged when its last step changes no standardised coefficient by more."""

SLACK = 1e-13
"""Rounding of a loss, relative: a smaller rise is none."""


class RegressionFit(NamedTuple):
    """Coefficients of the columns, and whether the search converged."""

    coefficients: tuple[float, ...]
    converged: bool


def poisson_regression(
    y: Rows, columns: list[Rows], centre: list[float], penalty: float | list[float] = PENALTY
) -> RegressionFit:
    """Fit ``log(mean) = sum(coefficient * column)`` by penalised likelihood.

    The loss is convex, and a step that would raise it is halved, so the search cannot diverge. With several columns on different
    scales, distances from ``centre`` are measured in standard deviations of a column.

    Parameters
    ----------
    y
        Counts ``[row]``, of which some are above 0.
    columns
        Regressors ``[row]``; the first is the constant and has no penalty.
    centre
        Coefficient of each column toward which the penalty draws; that of the constant is not used.
    penalty
        Weight of half the squared distance, of all columns or of each; 0 gives the maximum of the likelihood.
    """
    X = np.stack(columns, axis=1)
    mean, scale = X.mean(axis=0), X.std(axis=0)
    mean[0], scale[0] = 0.0, 1.0
    scale = np.where(scale > 0, scale, 1.0)
    Z = (X - mean) / scale
    wanted = np.array(centre) * scale
    weight = np.broadcast_to(np.asarray(penalty, dtype=np.float64), len(scale)).copy()
    weight[0] = 0.0
    start = wanted.copy()
    start[0] = 0.0
    start[0] = np.log(y.sum()) - _log_sum(Z @ start)
    found, converged = _minimised(y.astype(np.float64), Z, start, (wanted, weight))
    coefficients = found / scale
    coefficients[0] = found[0] - float((coefficients[1:] * mean[1:]).sum())
    return RegressionFit(tuple(float(b) for b in coefficients), converged)


def _minimised(
    y: Rows, Z: Float64[np.ndarray, "row column"], start: Float64[np.ndarray, " column"], prior: tuple[Rows, Rows]
) -> tuple[Float64[np.ndarray, " column"], bool]:
    """Minimise the penalised loss by damped Newton steps."""
    wanted, weight = prior

    def loss_at(at: Rows) -> tuple[float, Rows]:
        eta = Z @ at
        with np.errstate(over="ignore"):
            mu = np.exp(eta)
        return float(mu.sum() - y @ eta + 0.5 * (weight * (at - wanted) ** 2).sum()), mu

    found, (loss, mu) = start, loss_at(start)
    for _ in range(ITERATIONS):
        gradient = Z.T @ (mu - y) + weight * (found - wanted)
        hessian = (Z * mu[:, None]).T @ Z + np.diag(weight)
        # columns that are equal, or rows without any mean, would leave it singular
        hessian += 1e-12 * np.trace(hessian) * np.eye(len(found))
        step = -np.linalg.solve(hessian, gradient)
        for _ in range(HALVINGS):
            tried, means = loss_at(found + step)
            if tried <= loss + SLACK * (1 + abs(loss)):
                break
            step = step / 2
        else:
            return found, False
        found, loss, mu = found + step, tried, means
        if np.abs(step).max() < SMALL_STEP:
            return found, True
    return found, False


def _log_sum(eta: Rows) -> float:
    """Logarithm of the summed exponentials, which cannot overflow."""
    top = float(eta.max())
    return top + float(np.log(np.exp(eta - top).sum()))
