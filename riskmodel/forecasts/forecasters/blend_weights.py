"""Weights of a blend, from the log score of given forecasts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float64

from riskmodel.counts.distribution import Rows
from riskmodel.counts.outcome import COUNTS, Outcome
from riskmodel.forecasts.forecasters.pooled_means import LOG, pooled, weight_slopes
from riskmodel.forecasts.forecasters.training_rows import spaced

LEAST_WEIGHT = 1e-3
"""A member with less weight is left out."""

SMALLEST_SHARE = 0.02
"""Weights are averaged over halves of the dates; a member with a smaller mean weight is left out."""

HALF_SAMPLES = 4
"""Random halves of the dates; each is paired with the other half."""

SEED = 1
"""Seed of the halves."""

HALF_ROWS = 100_000
"""Approximate largest number of rows of all dates from which halves are taken."""

CLEAR = 2.0
"""Standard errors by which one member alone must be better than a blend to be used instead."""

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
    period
        Number of each row's period; rows of one period have much in common. None: every row is its own.
    """

    y: Rows
    logs: list[Rows]
    pooling: str = LOG
    outcome: Outcome = COUNTS
    period: Any = None

    def take(self, rows: Any) -> PoolRows:
        """Return some of the rows."""
        period = None if self.period is None else self.period[rows]
        return PoolRows(self.y[rows], [column[rows] for column in self.logs], self.pooling, self.outcome, period)

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


def chosen_pool(rows: PoolRows) -> PoolFit:
    """Choose weights that few periods do not mislead.

    Candidates are equal weights; the mean of the weights of best log score on random halves of the periods (the less periods agree, the closer
    it is to equal); and each member alone. Each is scored on the halves that its weights were not found on. Averaged weights are used where they
    score better than equal ones, and one member alone where it scores better than both by more than :data:`CLEAR` standard errors.
    With one period weights are equal.
    """
    halves, members = _halves(rows), len(rows.logs)
    equal = np.full(members, 1 / members)
    if members == 1 or not halves:
        return fit_pool(rows, tuple(equal))
    found = [fit_pool(rows.take(half)).weights for half, _ in halves]
    mean = np.where(np.mean(found, axis=0) > SMALLEST_SHARE, np.mean(found, axis=0), 0.0)
    mean /= mean.sum()
    # what is averaged over all halves is compared with what each half would have given
    scores = {"mean": [_score(rows.take(other), weights) for weights, (_, other) in zip(found, halves, strict=True)]}
    others = [rows.take(other) for _, other in halves]
    scores["equal"] = [_score(one, equal) for one in others]
    best = mean if np.mean(scores["mean"]) < np.mean(scores["equal"]) else equal
    base = np.array(scores["mean"] if best is mean else scores["equal"])
    alone = [np.array([_score(one, unit) for one in others]) for unit in np.eye(members)]
    single = int(np.argmin([one.mean() for one in alone]))
    gain = base - alone[single]
    if gain.mean() > CLEAR * gain.std(ddof=1) / np.sqrt(2):  # all halves overlap, but for the two of a pair
        best = np.eye(members)[single]
    kept = [k for k in range(members) if best[k] > 0]
    pooled_fit = fit_pool(PoolRows(rows.y, [rows.logs[k] for k in kept], rows.pooling, rows.outcome), tuple(best[kept]))
    weights = np.zeros(members)
    weights[kept] = pooled_fit.weights
    return PoolFit(weights, pooled_fit.level, pooled_fit.dispersion)


def _score(rows: PoolRows, weights: Any) -> float:
    """Log score of a pool at its own level and dispersion."""
    kept = [k for k in range(len(rows.logs)) if weights[k] > 0]
    eta = pooled(rows.pooling, np.asarray(weights)[kept], [rows.logs[k] for k in kept])
    if rows.y.any():
        eta = eta + rows.outcome.level(rows.y, np.exp(eta))
    dispersion = rows.outcome.dispersion(rows.y, np.exp(eta))
    return -float(rows.outcome.log_likelihood(rows.y, eta, dispersion).mean())


def _halves(rows: PoolRows) -> list[tuple[Any, Any]]:
    """Rows of random halves of the periods, in pairs with events."""
    if rows.period is None:
        return []
    few = spaced(len(rows.y), HALF_ROWS)
    period = rows.period[few]
    numbers, rng = np.unique(period), np.random.default_rng(SEED)
    found: dict[tuple[int, ...], tuple[Any, Any]] = {}
    for _ in range(HALF_SAMPLES if len(numbers) > 1 else 0):
        first = np.sort(rng.permutation(numbers)[: len(numbers) // 2])
        inside = np.isin(period, first)
        if rows.y[few[inside]].any() and rows.y[few[~inside]].any():
            found[tuple(first)] = (few[inside], few[~inside])
    return [pair for one, other in found.values() for pair in ((one, other), (other, one))]


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
