"""Likelihood of counts whose mean is a sum of log-linear components."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float64

from riskmodel.counts.distribution import Rows

LIMIT = 20.0
"""Upper limit of a linear predictor, so that a trial step cannot overflow."""

COEFFICIENT_WALL, THETA_WALL = 15.0, 9.0
"""Limits of coefficients (of columns scaled to at most 1) and of ``theta``, beyond which a quadratic penalty applies.

Where the likelihood rises without end (no epidemic component, no overdispersion), the search ends there."""


@dataclass(frozen=True, eq=False)
class MeanComponent:
    """Additive component of the mean: ``offset * exp(X @ coefficients)``.

    Parameters
    ----------
    offset
        Not negative, ``[row]``.
    columns
        Columns of ``X``, each ``[row]``.
    """

    offset: Rows
    columns: tuple[Rows, ...]

    def mean(self, coefficients: Any) -> Rows:
        """Mean of each row, with the predictor added up column by column."""
        eta = np.zeros(len(self.offset))
        for coefficient, column in zip(coefficients, self.columns, strict=True):
            eta += coefficient * column
        return self.offset * np.exp(np.clip(eta, -2 * LIMIT, LIMIT))

    def take(self, columns: Sequence[int]) -> MeanComponent:
        """Return the component with some of its columns."""
        return MeanComponent(self.offset, tuple(self.columns[j] for j in columns))


@dataclass(frozen=True, eq=False)
class LikelihoodFit:
    """Parameters of highest likelihood.

    Parameters
    ----------
    coefficients
        Of the components in turn.
    theta
        ``-log(dispersion)``.
    log_likelihood
        At these parameters.
    errors
        Standard errors of the coefficients and, last, of ``theta``, from the observed information; NaN where it is singular.
    converged
        Whether the search reached the optimum.
    """

    coefficients: Float64[np.ndarray, " coefficient"]
    theta: float
    log_likelihood: float
    errors: Float64[np.ndarray, " parameter"]
    converged: bool = True

    @property
    def dispersion(self) -> float:
        """Dispersion in ``variance = mean + dispersion * mean**2``.

        It is 0 (Poisson) where ``theta`` is at its limit.
        """
        return float(np.exp(-self.theta)) if self.theta < THETA_WALL else 0.0


def component_means(components: tuple[MeanComponent, ...], coefficients: Any) -> list[Rows]:
    """Mean of each component; ``coefficients`` are those of all in turn."""
    found, at = [], 0
    for component in components:
        found.append(component.mean(coefficients[at : at + len(component.columns)]))
        at += len(component.columns)
    return found


def components_log_likelihood(y: Rows, components: tuple[MeanComponent, ...], parameters: Any) -> tuple[float, Any, Any]:
    """Negative binomial log likelihood, its gradient and its Hessian.

    The variance is ``mean + psi * mean**2`` and the mean is the sum of the components (Held, Höhle and Hofmann, 2005; Paul and Held,
    2011, whose R implementation ``hhh4`` has the same parameters).

    Parameters
    ----------
    y
        Counts ``[row]``.
    components
        Of the mean.
    parameters
        Coefficients of the components in turn and, last, ``theta = -log(psi)``.
    """
    size = np.exp(parameters[-1])
    each = component_means(components, parameters[:-1])
    value, by_mean, by_size = _row_derivatives(y, np.sum(each, axis=0), size)

    X = np.stack([column for one in components for column in one.columns], axis=1)
    owner = np.repeat(np.arange(len(components)), [len(one.columns) for one in components])
    slopes = X * np.stack(each, axis=1)[:, owner]
    p = X.shape[1]
    gradient = np.empty(p + 1)
    hessian = np.empty((p + 1, p + 1))
    # einsum, not BLAS: the bits of a fit must not depend on the number of threads
    gradient[:p] = np.einsum("ij,i->j", slopes, by_mean.first)
    gradient[p] = size * by_size.first.sum()
    hessian[:p, :p] = np.einsum("ij,ik->jk", slopes * by_mean.second[:, None], slopes)
    same = owner[:, None] == owner[None, :]
    hessian[:p, :p] += same * np.einsum("ij,ik->jk", slopes * by_mean.first[:, None], X)
    hessian[p, :p] = hessian[:p, p] = size * np.einsum("ij,i->j", slopes, by_mean.across)
    hessian[p, p] = size * by_size.first.sum() + size**2 * by_size.second.sum()
    return float(value.sum()), gradient, hessian


class _Derivatives(NamedTuple):
    """Derivatives of each row: first, second, and by mean and size."""

    first: Rows
    second: Rows
    across: Rows


def _row_derivatives(y: Rows, mean: Rows, size: float) -> tuple[Rows, _Derivatives, _Derivatives]:
    """Log likelihood of each row, and its derivatives by mean and size."""
    from scipy.special import digamma, gammaln, polygamma

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
    return value, _Derivatives(first, second, across), _Derivatives(by_size, by_size2, across)


def maximise(y: Rows, components: tuple[MeanComponent, ...], start: Any | None = None) -> LikelihoodFit:
    """Maximise the likelihood by Newton's method in a trust region.

    Parameters
    ----------
    y
        Counts ``[row]``.
    components
        Of the mean.
    start
        Coefficients and ``theta`` of an earlier fit. Without them the search starts with the last component alone at the mean count,
        and with a tenth of each other component's offset.
    """
    from scipy.optimize import minimize

    scale = np.array([max(float(np.abs(column).max(initial=0.0)), 1e-300) for one in components for column in one.columns])
    scaled, at = [], 0
    for one in components:
        scaled.append(MeanComponent(one.offset, tuple(column / scale[at + j] for j, column in enumerate(one.columns))))
        at += len(one.columns)
    unit = np.append(scale, 1.0)
    begin = _start(y, components) if start is None else np.asarray(start, dtype=np.float64)
    wall = np.append(np.full(len(scale), COEFFICIENT_WALL), THETA_WALL)
    last: dict[str, Any] = {}

    def at_point(x: Any) -> tuple[float, Any, Any]:
        if "x" not in last or not np.array_equal(last["x"], x):
            value, gradient, hessian = components_log_likelihood(y, tuple(scaled), x)
            over = np.sign(x) * np.maximum(np.abs(x) - wall, 0.0)
            penalised = -value + 0.5 * float((over**2).sum()), -gradient + over, -hessian + np.diag((over != 0).astype(float))
            last.update(x=x.copy(), result=penalised)
        return last["result"]

    best = minimize(
        lambda x: at_point(x)[0], np.clip(begin * unit, -wall, wall), jac=lambda x: at_point(x)[1], hess=lambda x: at_point(x)[2],
        method="trust-exact", options={"gtol": 1e-6 * (1 + np.sqrt(len(y))), "maxiter": 200},
    )  # fmt: skip
    found = _one_more_step(best.x, at_point) / unit
    value, _, hessian = components_log_likelihood(y, components, found)
    return LikelihoodFit(found[:-1], float(found[-1]), value, _standard_errors(hessian), bool(best.success))


def _one_more_step(x: Any, at_point: Callable[[Any], tuple[float, Any, Any]]) -> Any:
    """Return the point after one more Newton step, if it is flatter.

    The search stops at a slope that leaves errors of about 1e-7 in the coefficients; the step squares them away.
    """
    value, slope, curvature = at_point(x)
    try:
        further = x - np.linalg.solve(curvature, slope)
    except np.linalg.LinAlgError:
        return x
    lower, flatter, _ = at_point(further)
    better = lower <= value + 1e-9 * (1 + abs(value)) and np.abs(flatter).max() < np.abs(slope).max()
    return further if better else x


def _standard_errors(hessian: Any) -> Any:
    """Standard errors from the observed information, NaN where singular."""
    try:
        variances = np.diag(np.linalg.inv(-hessian))
    except np.linalg.LinAlgError:
        variances = np.full(len(hessian), np.nan)
    return np.sqrt(np.where(variances > 0, variances, np.nan))


def _start(y: Rows, components: tuple[MeanComponent, ...]) -> Any:
    """Parameters from which a search without an earlier fit starts."""
    begin = []
    for k, one in enumerate(components):
        level = float(np.log(max(y.mean(), 1e-6) / max(one.offset.mean(), 1e-12))) if k == len(components) - 1 else np.log(0.1)
        begin += [level, *np.zeros(len(one.columns) - 1)]
    return np.array([*begin, 0.0])


def waves(time: Rows, period: float, harmonics: int) -> tuple[Rows, ...]:
    """Sine and cosine of 1 to ``harmonics`` turns in a period."""
    turns = [2 * np.pi * order * time / period for order in range(1, harmonics + 1)]
    return tuple(wave(turn) for turn in turns for wave in (np.sin, np.cos))


def parameter_count(components: tuple[MeanComponent, ...]) -> int:
    """Number of parameters: all coefficients, and ``theta``."""
    return 1 + sum(len(one.columns) for one in components)
