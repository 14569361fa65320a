"""Distributions of counts: Poisson, negative binomial and Bernoulli.

A distribution is given by its mean and its dispersion psi, with ``variance = mean + psi * mean**2``. A dispersion of 0 means Poisson,
and :data:`BERNOULLI` (-1) a count of 0 or 1. Functions take arrays of one shape ``[row]``, or scalars that broadcast, and return
float64 of shape ``[row]``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64

from riskmodel.base.errors import UsageError

SMALLEST_MEAN = 1e-10
"""Lower limit of a mean, so that the log score of an unexpected event is finite."""

BERNOULLI = -1.0
"""Dispersion of a count that is 1 with probability ``mean``, else 0; its variance is ``mean - mean**2``."""

POISSON_BELOW = 1e-9
"""A smaller dispersion is treated as Poisson."""

Rows = Float64[np.ndarray, " row"]


@dataclass(frozen=True, eq=False)
class CountDistribution:
    """Distribution of the count of each row.

    Parameters
    ----------
    mean
        Expected events over the horizon, above 0, shape ``[row]``.
    dispersion
        At least 0, or :data:`BERNOULLI` where the mean is below 1; shape ``[row]``.
    spread
        What a calibrated dispersion is not below, shape ``[row]``: how much the members of a blend disagree. None if nothing is stated.

    Raises
    ------
    UsageError
        If the shapes differ, or a value is not finite or is out of range.
    """

    mean: Rows
    dispersion: Rows
    spread: Rows | None = None

    def __post_init__(self) -> None:
        if self.mean.shape != self.dispersion.shape or self.mean.ndim != 1:
            raise UsageError(
                f"A forecast needs mean and dispersion of one length. Got {self.mean.shape} and {self.dispersion.shape}."
            )
        single = (self.dispersion == BERNOULLI) & (self.mean < 1)
        for name, values in (("mean", self.mean), ("dispersion", np.where(single, 0.0, self.dispersion))):
            if not np.isfinite(values).all() or (values < 0).any():
                row = int(np.flatnonzero(~np.isfinite(values) | (values < 0))[0])
                raise UsageError(f"The {name} of a forecast must be finite and not negative. Row {row} holds {values[row]!r}.")

    def __len__(self) -> int:
        return len(self.mean)

    def take(self, rows: Any) -> CountDistribution:
        """Return the distributions of some rows, by positions or mask."""
        return CountDistribution(self.mean[rows], self.dispersion[rows], None if self.spread is None else self.spread[rows])

    def with_spread(self, spread: Rows) -> CountDistribution:
        """Return distributions whose dispersion is at least the spread.

        Examples
        --------
        >>> CountDistribution.of([3.0, 3.0], 0.1).with_spread(np.array([0.02, 0.4])).dispersion
        array([0.1, 0.4])
        """
        return CountDistribution(self.mean, np.maximum(self.dispersion, spread), spread)

    @classmethod
    def of(cls, mean: Rows, dispersion: Rows | float = 0.0) -> CountDistribution:
        """Return distributions with means of at least :data:`SMALLEST_MEAN`.

        ``dispersion`` is one value, or one per row.

        Examples
        --------
        >>> CountDistribution.of([0.0, 2.5], 0.1).mean
        array([1.0e-10, 2.5e+00])
        """
        mean = np.maximum(np.asarray(mean, dtype=np.float64), SMALLEST_MEAN)
        return cls(mean, np.broadcast_to(np.asarray(dispersion, dtype=np.float64), mean.shape).copy())


def summed(forecast: CountDistribution, unit: Any, units: int) -> CountDistribution:
    """Distribution of the summed counts of each unit's rows.

    Means add up, and so do variances. ``unit[row]`` numbers the units, from 0 to ``units - 1``.

    Examples
    --------
    >>> found = summed(CountDistribution.of([1.0, 2.0, 5.0], [0.5, 0.0, 0.2]), [0, 0, 1], 2)
    >>> found.mean
    array([3., 5.])
    >>> found.mean + found.dispersion * found.mean**2  # 1.5 + 2 and 10
    array([ 3.5, 10. ])
    """
    total = np.bincount(unit, forecast.mean, units)
    extra = np.bincount(unit, forecast.dispersion * forecast.mean**2, units)
    return CountDistribution(total, extra / np.maximum(total, 1e-150) ** 2)


def size_and_probability(mean: Rows, dispersion: Rows) -> tuple[Rows, Rows]:
    """Return the negative binomial's size and success probability.

    A size of at most 1e12 stands in for Poisson.
    """
    size = 1.0 / np.maximum(dispersion, 1e-12)
    return size, size / (size + mean)


def log_pmf(y: Rows, mean: Rows, dispersion: Rows) -> Rows:
    """Log probability of the counts ``y``, in nats.

    Examples
    --------
    >>> log_pmf([0, 2], 1.5, 0.0)
    array([-1.5       , -1.38221696])
    """
    from scipy.special import gammaln, xlogy

    y, mean, dispersion = np.broadcast_arrays(np.asarray(y, np.float64), mean, dispersion)
    nb = dispersion > POISSON_BELOW
    if nb.all():  # as in a fit, which asks many times
        return _log_negative_binomial(y, mean, dispersion)
    result, some = np.array(-mean), y != 0  # most rows have no event, and need no gamma function
    m, k = mean[some], y[some]
    result[some] = xlogy(k, m) - m - gammaln(k + 1)
    if nb.any():
        result[nb] = _log_negative_binomial(y[nb], mean[nb], dispersion[nb])
    single = dispersion == BERNOULLI
    if single.any():
        m, k = mean[single], y[single]
        result[single] = np.where(k == 0, np.log1p(-m), np.where(k == 1, np.log(m), -np.inf))
    return result


def _log_negative_binomial(y: Rows, mean: Rows, dispersion: Rows) -> Rows:
    """Log probability of counts whose dispersions are all above :data:`POISSON_BELOW`."""
    from scipy.special import gammaln, xlog1py, xlogy

    result, some = np.asarray(-xlog1py(1.0 / dispersion, dispersion * mean)), y != 0
    m, psi, k = mean[some], dispersion[some], y[some]
    size = 1.0 / psi
    result[some] = gammaln(k + size) - gammaln(size) - gammaln(k + 1) + xlogy(k, psi * m) - xlog1py(k + size, psi * m)
    return result


def cdf(y: Rows, mean: Rows, dispersion: Rows) -> Rows:
    """Probability of at most ``y`` events.

    Examples
    --------
    >>> cdf([-1, 0, 2], 1.5, 0.0)
    array([0.        , 0.22313016, 0.80884683])
    """
    from scipy.special import betainc, pdtr

    y, mean, dispersion = np.broadcast_arrays(np.asarray(y, np.float64), mean, dispersion)
    k = np.floor(y)
    result = np.zeros(k.shape)
    nb = (dispersion > POISSON_BELOW) & (k >= 0)
    poisson = ~nb & (k >= 0)
    result[poisson] = pdtr(k[poisson], mean[poisson])
    if nb.any():
        size, p = size_and_probability(mean[nb], dispersion[nb])
        result[nb] = betainc(size, k[nb] + 1, p)
    single = (dispersion == BERNOULLI) & (k >= 0)
    result[single] = np.where(k[single] >= 1, 1.0, 1 - mean[single])
    return result


def probability(mean: Rows, dispersion: Rows) -> Rows:
    """Probability of at least one event.

    Examples
    --------
    >>> probability(np.array([0.1, 0.1, 0.1]), np.array([0.0, 2.0, BERNOULLI]))
    array([0.09516258, 0.08712907, 0.1       ])
    """
    psi = np.maximum(dispersion, 1e-12)
    counted = -np.expm1(-np.where(dispersion > POISSON_BELOW, np.log1p(psi * mean) / psi, mean))
    return np.where(dispersion == BERNOULLI, mean, counted)


def fit_dispersion(y: Rows, mean: Rows) -> float:
    """Fit one dispersion to counts at given means by maximum likelihood.

    It is 0 where Poisson has the highest likelihood, else from exp(-9) to exp(4).

    Examples
    --------
    >>> fit_dispersion(np.array([0.0, 0.0, 1.0, 9.0]), np.full(4, 2.5)) > 1
    True
    >>> fit_dispersion(np.array([2.0, 3.0, 2.0, 3.0]), np.full(4, 2.5))
    0.0
    """
    from scipy.optimize import minimize_scalar

    mean = np.maximum(mean, SMALLEST_MEAN)

    def loss(log_psi: float) -> float:
        return -float(log_pmf(y, mean, np.full_like(mean, np.exp(log_psi))).sum())

    best = minimize_scalar(loss, bounds=(-9.0, 4.0), method="bounded", options={"xatol": 1e-3})
    poisson = -float(log_pmf(y, mean, np.zeros_like(mean)).sum())
    return float(np.exp(best.x)) if best.fun < poisson - 1e-9 * abs(poisson) else 0.0
