"""The likelihood of counts whose mean is a sum of log-linear parts: pure functions on arrays, which know no design."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64

Rows = Float64[np.ndarray, " row"]

LIMIT = 20.0
"""No part's linear predictor counts beyond this, so that a trial step cannot overflow."""

COEFFICIENT_WALL, THETA_WALL = 15.0, 9.0
"""Beyond these a quadratic penalty sets in: where the likelihood rises for ever (no epidemic part, no overdispersion), the
search ends there. Coefficients of columns scaled to at most 1, and ``theta``."""


@dataclass(frozen=True, eq=False)
class Part:
    """One additive part of the mean: ``offset * exp(X @ coefficients)``.

    ``offset`` is not negative, shape ``[row]``; ``columns`` are the columns of ``X``, each ``[row]``.
    """

    offset: Rows
    columns: tuple[Rows, ...]

    def mean(self, coefficients: Any) -> Rows:
        """The part's share of the mean, added up column by column."""
        eta = np.zeros(len(self.offset))
        for coefficient, column in zip(coefficients, self.columns, strict=True):
            eta += coefficient * column
        return self.offset * np.exp(np.clip(eta, -2 * LIMIT, LIMIT))


@dataclass(frozen=True, eq=False)
class Fit:
    """Where the likelihood is highest: coefficients of each part in turn, and ``theta = -log(dispersion)``.

    ``errors`` are standard errors of the coefficients and, last, of ``theta``, from the observed information; NaN where it is
    singular.
    """

    coefficients: Float64[np.ndarray, " coefficient"]
    theta: float
    log_likelihood: float
    errors: Float64[np.ndarray, " parameter"]

    @property
    def dispersion(self) -> float:
        """``psi`` in ``variance = mean + psi * mean**2``; 0 (Poisson) where ``theta`` stands at its wall."""
        return float(np.exp(-self.theta)) if self.theta < THETA_WALL else 0.0


def means(parts: tuple[Part, ...], coefficients: Any) -> list[Rows]:
    """The mean of each part, ``coefficients`` being those of all parts in turn."""
    found, at = [], 0
    for part in parts:
        found.append(part.mean(coefficients[at : at + len(part.columns)]))
        at += len(part.columns)
    return found


def log_likelihood(y: Rows, parts: tuple[Part, ...], parameters: Any) -> tuple[float, Any, Any]:
    """Negative binomial log-likelihood of the counts ``y``, its gradient and its Hessian.

    ``parameters`` are the coefficients of the parts in turn and, last, ``theta = -log(psi)``, where the variance is
    ``mean + psi * mean**2`` and the mean is the sum of the parts (Held, Höhle and Hofmann, 2005; Paul and Held, 2011, whose
    R implementation ``hhh4`` has the same parameters).
    """
    from scipy.special import digamma, gammaln, polygamma

    size = np.exp(parameters[-1])
    each = means(parts, parameters[:-1])
    mean = np.sum(each, axis=0)
    total = mean + size
    ratio = (y + size) / total
    with np.errstate(divide="ignore", invalid="ignore"):
        log_mean = np.where(y > 0, y * np.log(mean), 0.0)
        first = np.where(y > 0, y / mean, 0.0) - ratio
        second = np.where(y > 0, -y / mean**2, 0.0) + ratio / total
    # counts are few and repeat: the gamma functions are looked up
    counts, at = np.unique(y, return_inverse=True)
    value = (gammaln(counts + size) - gammaln(size) - gammaln(counts + 1))[at] + log_mean
    value += size * np.log(size / total) - y * np.log(total)
    by_size = (digamma(counts + size) - digamma(size))[at] + np.log(size / total) + 1 - ratio
    by_size2 = (polygamma(1, counts + size) - polygamma(1, size))[at] + 1 / size - 1 / total - (mean - y) / total**2
    across = -(mean - y) / total**2

    X = np.stack([column for part in parts for column in part.columns], axis=1)
    part_of = np.repeat(np.arange(len(parts)), [len(part.columns) for part in parts])
    slopes = X * np.stack(each, axis=1)[:, part_of]
    p = X.shape[1]
    gradient = np.empty(p + 1)
    hessian = np.empty((p + 1, p + 1))
    # einsum, not BLAS: the bits of a fit must not depend on the number of threads
    gradient[:p] = np.einsum("ij,i->j", slopes, first)
    gradient[p] = size * by_size.sum()
    hessian[:p, :p] = np.einsum("ij,ik->jk", slopes * second[:, None], slopes)
    same = part_of[:, None] == part_of[None, :]
    hessian[:p, :p] += same * np.einsum("ij,ik->jk", slopes * first[:, None], X)
    hessian[p, :p] = hessian[:p, p] = size * np.einsum("ij,i->j", slopes, across)
    hessian[p, p] = size * by_size.sum() + size**2 * by_size2.sum()
    return float(value.sum()), gradient, hessian


def maximise(y: Rows, parts: tuple[Part, ...], start: Any | None = None) -> Fit:
    """The parameters of the highest likelihood, by Newton's method in a trust region.

    ``start`` are coefficients and ``theta`` of an earlier fit; without, the search begins with the last part alone at the
    mean count, and with a tenth of each other part's offset.
    """
    from scipy.optimize import minimize

    scale = np.array([max(float(np.abs(column).max(initial=0.0)), 1e-300) for part in parts for column in part.columns])
    scaled, at = [], 0
    for part in parts:
        scaled.append(Part(part.offset, tuple(column / scale[at + j] for j, column in enumerate(part.columns))))
        at += len(part.columns)
    unit = np.append(scale, 1.0)
    begin = _start(y, parts) if start is None else np.asarray(start, dtype=np.float64)
    wall = np.append(np.full(len(scale), COEFFICIENT_WALL), THETA_WALL)
    last: dict[str, Any] = {}

    def at_point(x: Any) -> tuple[float, Any, Any]:
        if "x" not in last or not np.array_equal(last["x"], x):
            value, gradient, hessian = log_likelihood(y, tuple(scaled), x)
            over = np.sign(x) * np.maximum(np.abs(x) - wall, 0.0)
            penalised = -value + 0.5 * float((over**2).sum()), -gradient + over, -hessian + np.diag((over != 0).astype(float))
            last.update(x=x.copy(), result=penalised)
        return last["result"]

    best = minimize(
        lambda x: at_point(x)[0], np.clip(begin * unit, -wall, wall), jac=lambda x: at_point(x)[1], hess=lambda x: at_point(x)[2],
        method="trust-exact", options={"gtol": 1e-6 * (1 + np.sqrt(len(y))), "maxiter": 200},
    )  # fmt: skip
    found = best.x / unit
    value, _, hessian = log_likelihood(y, parts, found)
    try:
        variances = np.diag(np.linalg.inv(-hessian))
    except np.linalg.LinAlgError:
        variances = np.full(len(found), np.nan)
    errors = np.sqrt(np.where(variances > 0, variances, np.nan))
    return Fit(found[:-1], float(found[-1]), value, errors)


def _start(y: Rows, parts: tuple[Part, ...]) -> Any:
    begin = []
    for k, part in enumerate(parts):
        level = float(np.log(max(y.mean(), 1e-6) / max(part.offset.mean(), 1e-12))) if k == len(parts) - 1 else np.log(0.1)
        begin += [level, *np.zeros(len(part.columns) - 1)]
    return np.array([*begin, 0.0])


def waves(time: Rows, period: float, harmonics: int) -> tuple[Rows, ...]:
    """Sine and cosine of 1 to ``harmonics`` turns in ``period`` steps of ``time``."""
    turns = [2 * np.pi * order * time / period for order in range(1, harmonics + 1)]
    return tuple(wave(turn) for turn in turns for wave in (np.sin, np.cos))


def parameter_count(parts: tuple[Part, ...]) -> int:
    """Number of parameters: all coefficients and ``theta``."""
    return 1 + sum(len(part.columns) for part in parts)
