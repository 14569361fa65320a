"""Weights of a blend, from the log score of given forecasts.

They are shrunken toward equal weights by their own evidence (decisions 0025 and 0030), and then toward the simplest member unless it is plainly worse
(decision 0032). A member in reserve has weight only by evidence (decision 0038).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float64

from riskmodel.counts.distribution import Rows
from riskmodel.counts.outcome import COUNTS, Outcome
from riskmodel.forecasts.forecasters.gain_errors import variance_of_sum
from riskmodel.forecasts.forecasters.pooled_means import LOG, pooled, weight_slopes

LEAST_WEIGHT = 1e-3
"""A member with less weight is left out."""

SMALLEST_SHARE = 0.02
"""A member whose shrunken weight is smaller is left out."""

CONVINCING = 3.0
"""Standard errors of a gain at which weights go half of the way from equal ones to the best."""

EVIDENT = 2.0
"""Standard errors of a gain over the simplest member at which three quarters of the way from it are gone; without any, it is half."""

LEAST_PERIODS = 3
"""Periods from which their agreement is measured; with fewer, only that of cells is."""

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
    cell, period
        Number of each row's cell and period; rows of one have much in common. None: every row is its own.
    """

    y: Rows
    logs: list[Rows]
    pooling: str = LOG
    outcome: Outcome = COUNTS
    cell: Any = None
    period: Any = None

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


def chosen_pool(rows: PoolRows, simplest: int | None = None, reserve: int | None = None) -> PoolFit:
    """Choose weights of best log score, shrunken by their evidence.

    Their gain in log score over equal weights is ``z`` standard errors, and they keep the share ``z**4 / (3**4 + z**4)`` (:data:`CONVINCING`): equal weights
    are hard to beat on later rows unless the evidence is plain (Smith and Wallis, 2009), and then the best ones are close to what they should be. The standard error
    is the larger one of two: over cells, and over periods where there are at least :data:`LEAST_PERIODS`, since rows of a cell or of a period have much in common.

    These weights then go toward the simplest member alone. Of their gain over it ``z`` is found in the same way, and they keep half plus half the share
    ``z**4 / (2**4 + z**4)`` (:data:`EVIDENT`). The log score is concave in the weights of a geometric mean: half of the way keeps at least half of a gain,
    and loses less than half of what the others cost where all that they add is noise.

    A member in reserve is left out of all this. Its weight beside the others together is the best one, times the share that its own gain supports
    (:data:`CONVINCING`): without evidence it has none, and the others are as if it did not exist.

    A member whose weight is below :data:`SMALLEST_SHARE` is left out.

    Parameters
    ----------
    rows
        Forecasts of later rows, with their labels.
    simplest
        Number of the simplest member; None if there is none.
    reserve
        Number of the member that has weight only by evidence; None if there is none.
    """
    members = len(rows.logs)
    others = [k for k in range(members) if k != reserve] or [0]
    weights = np.zeros(members)
    weights[others] = _shrunken(
        replace(rows, logs=[rows.logs[k] for k in others]), None if simplest is None else others.index(simplest)
    )
    if reserve is not None and len(others) < members:
        weights = weights + _evident_share(rows, weights, reserve) * (np.eye(members)[reserve] - weights)
    kept = np.flatnonzero(weights > SMALLEST_SHARE)
    found = fit_pool(replace(rows, logs=[rows.logs[k] for k in kept]), tuple(weights[kept]))
    chosen = np.zeros(members)
    chosen[kept] = found.weights
    return PoolFit(chosen, found.level, found.dispersion)


def _shrunken(rows: PoolRows, simplest: int | None) -> Float64[np.ndarray, " member"]:
    """Return the best weights, toward equal ones and the simplest member."""
    members = len(rows.logs)
    weights = np.full(members, 1 / members)
    if members == 1 or not rows.y.any():
        return weights
    best = fit_pool(rows).weights
    weights = weights + _share_gained(rows, weights, best, CONVINCING) * (best - weights)
    if simplest is not None:
        alone = np.eye(members)[simplest]
        weights = alone + (0.5 + 0.5 * _share_gained(rows, alone, weights, EVIDENT)) * (weights - alone)
    return weights


def _evident_share(rows: PoolRows, weights: Any, reserve: int) -> float:
    """Return the weight that a member in reserve has by its evidence."""
    if not rows.y.any():
        return 0.0
    kept = np.flatnonzero(weights > 0)
    together = pooled(rows.pooling, weights[kept], [rows.logs[k] for k in kept])
    pair = replace(rows, logs=[together, rows.logs[reserve]])
    best = fit_pool(pair).weights
    share = float(best[1]) * _share_gained(pair, np.array([1.0, 0.0]), best, CONVINCING)
    return share if share > SMALLEST_SHARE else 0.0


def _scores(rows: PoolRows, weights: Any) -> Rows:
    """Log score of each row at the pool's own level and dispersion."""
    kept = [k for k in range(len(rows.logs)) if weights[k] > 0]
    eta = pooled(rows.pooling, np.asarray(weights)[kept], [rows.logs[k] for k in kept])
    eta = eta + rows.outcome.level(rows.y, np.exp(eta))
    return -rows.outcome.log_likelihood(rows.y, eta, rows.outcome.dispersion(rows.y, np.exp(eta)))


def _share_gained(rows: PoolRows, base: Any, other: Any, half: float) -> float:
    """Share of the way to other weights that their gain supports.

    The gain is that in log score over the base; the share is half at ``half`` standard errors.
    """
    gain = _scores(rows, base) - _scores(rows, other)
    total = float(gain.sum())
    if total <= 0:
        return 0.0
    units = [rows.cell if rows.cell is not None else np.arange(len(gain))]
    if rows.period is not None and len(np.unique(rows.period)) >= LEAST_PERIODS:
        units.append(rows.period)
    noise = max(variance_of_sum(gain, unit) for unit in units)
    return total**4 / (total**4 + half**4 * noise**2)


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
