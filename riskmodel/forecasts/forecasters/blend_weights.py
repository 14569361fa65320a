"""Weights of a blend: those of best log score on given forecasts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float64

from riskmodel.counts.distribution import Rows
from riskmodel.counts.outcome import COUNTS, Outcome
from riskmodel.forecasts.forecasters.pooled_means import LOG, pooled, weight_slopes

LEAST_WEIGHT = 1e-3
"""A member with less weight is left out."""

ROUNDS = 3
"""Weights and dispersion are found in turn this many times."""


class PoolFit(NamedTuple):
    """Weights on the simplex, level of the log mean, and dispersion."""

    weights: Float64[np.ndarray, " member"]
    level: float
    dispersion: float


@dataclass(frozen=True, eq=False)
class PoolRows:
    """Forecasts to pool, with their labels.

    Parameters
    ----------
    y
        Labels ``[row]``.
    logs
        Log means of each member, ``[row]``.
    pooling
        ``"log"`` or ``"mean"``.
    outcome
        Of the target.
    """

    y: Rows
    logs: list[Rows]
    pooling: str = LOG
    outcome: Outcome = COUNTS

    def pooled(self, weights: Any) -> Rows:
        """Log of the pooled mean of each row."""
        return pooled(self.pooling, weights, self.logs)


def fit_pool(rows: PoolRows, given: tuple[float, ...] = ()) -> PoolFit:
    """Find weights, level and dispersion of best log score.

    The forecast is ``level`` plus the log of the pooled mean. Dispersion and the rest are found in turn, the latter by sequential
    quadratic programming; at a given dispersion the score of a geometric mean is concave in them. Weights below
    :data:`LEAST_WEIGHT` become 0. Weights that are ``given`` are only scaled to sum to 1.
    """
    y, outcome = rows.y, rows.outcome
    if given:
        stated = np.array(given, dtype=np.float64) / sum(given)
        eta = rows.pooled(stated)
        level = outcome.level(y, np.exp(eta)) if y.any() else 0.0
        return PoolFit(stated, level, outcome.dispersion(y, np.exp(level + eta)))
    members = len(rows.logs)
    weights, level, active = np.full(members, 1 / members), 0.0, np.arange(members)
    dispersion = outcome.dispersion(y, np.exp(rows.pooled(weights)))
    for _ in range(ROUNDS):
        weights, level = _maximised(rows, active, weights, level, dispersion)
        active = np.flatnonzero(weights > LEAST_WEIGHT)
        weights = np.where(weights > LEAST_WEIGHT, weights, 0.0)
        weights /= weights.sum()
        dispersion = outcome.dispersion(y, np.exp(level + rows.pooled(weights)))
    return PoolFit(weights, float(level), dispersion)


def _maximised(rows: PoolRows, active: Any, weights: Any, level: float, dispersion: float) -> tuple[Any, float]:
    """Weights of the active members and level, at a given dispersion.

    ``weights`` and ``level`` are where the search starts. Other members get weight 0.
    """
    from scipy.optimize import LinearConstraint, minimize

    columns, pooling, outcome, y = [rows.logs[k] for k in active], rows.pooling, rows.outcome, rows.y
    begin = np.append(weights[active] / weights[active].sum(), level)

    def loss(x: Any) -> tuple[float, Any]:
        eta = np.minimum(x[-1] + pooled(pooling, x[:-1], columns), 20.0)
        slope, likelihood = outcome.slope(y, eta, dispersion), outcome.log_likelihood(y, eta, dispersion)
        gradient = [-(slope * column).mean() for column in weight_slopes(pooling, x[:-1], columns)]
        return -float(likelihood.mean()), np.array([*gradient, -slope.mean()])

    best = minimize(
        loss, begin, jac=True, method="SLSQP", bounds=[(0.0, 1.0)] * len(active) + [(-3.0, 3.0)],
        constraints=LinearConstraint(np.append(np.ones(len(active)), 0.0)[None, :], 1.0, 1.0), options={"ftol": 1e-10, "maxiter": 200},
    )  # fmt: skip
    x = best.x if best.fun <= loss(begin)[0] else begin
    found = np.zeros(len(rows.logs))
    found[active] = np.clip(x[:-1], 0.0, None)
    return found / found.sum(), float(x[-1])
