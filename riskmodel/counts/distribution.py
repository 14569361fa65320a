"""Predictive distributions of counts: Poisson and negative binomial by mean and dispersion, and whether there is any.

``dispersion`` is psi in ``variance = mean + psi * mean**2``; 0 means Poisson, and :data:`BERNOULLI` (-1) a count of 0 or 1. All
functions take arrays of one shape ``[row]`` (or scalars that broadcast) and return float64 ``[row]``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64

from riskmodel.base.errors import UsageError

SMALLEST_MEAN = 1e-10
"""Means are kept above this, so that a log score is finite where something happened against all expectation."""

BERNOULLI = -1.0
"""The dispersion of a count that is 1 with a probability of ``mean`` and else 0, since its variance is ``mean - mean**2``."""

Rows = Float64[np.ndarray, " row"]


@dataclass(frozen=True, eq=False)
class CountDistribution:
    """A distribution for each row: ``mean`` above 0 (events over the horizon) and ``dispersion`` at least 0, or, of means below
    1, :data:`BERNOULLI`.
    """

    mean: Rows
    dispersion: Rows

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
        return CountDistribution(self.mean[rows], self.dispersion[rows])

    @classmethod
    def of(cls, mean: Rows, dispersion: Rows | float = 0.0) -> CountDistribution:
        """A forecast with means kept above :data:`SMALLEST_MEAN` and one dispersion or one a row."""
        mean = np.maximum(np.asarray(mean, dtype=np.float64), SMALLEST_MEAN)
        return cls(mean, np.broadcast_to(np.asarray(dispersion, dtype=np.float64), mean.shape).copy())


def summed(forecast: CountDistribution, unit: Any, units: int) -> CountDistribution:
    """Distribution of the summed counts of each unit's rows.

    Means add up, and so do variances. ``unit[row]`` numbers the units, from 0 to ``units - 1``.
    """
    total = np.bincount(unit, forecast.mean, units)
    extra = np.bincount(unit, forecast.dispersion * forecast.mean**2, units)
    return CountDistribution(total, extra / np.maximum(total, 1e-300) ** 2)


def _size(mean: Rows, dispersion: Rows) -> tuple[Rows, Rows]:
    """The negative binomial's size (a large one stands in for Poisson's) and success probability."""
    size = 1.0 / np.maximum(dispersion, 1e-12)
    return size, size / (size + mean)


def log_pmf(y: Rows, mean: Rows, dispersion: Rows) -> Rows:
    """Log probability of the counts ``y``."""
    from scipy.special import gammaln, xlog1py, xlogy

    y, mean, dispersion = np.broadcast_arrays(np.asarray(y, np.float64), mean, dispersion)
    result, some = np.array(-mean), y != 0  # most rows have no event, and need no gamma function
    m, k = mean[some], y[some]
    result[some] = xlogy(k, m) - m - gammaln(k + 1)
    nb = dispersion > 1e-9
    if nb.any():
        result[nb] = -xlog1py(1.0 / dispersion[nb], dispersion[nb] * mean[nb])
        some &= nb
        m, psi, k = mean[some], dispersion[some], y[some]
        size = 1.0 / psi
        result[some] = gammaln(k + size) - gammaln(size) - gammaln(k + 1) + xlogy(k, psi * m) - xlog1py(k + size, psi * m)
    single = dispersion == BERNOULLI
    if single.any():
        m, k = mean[single], y[single]
        result[single] = np.where(k == 0, np.log1p(-m), np.where(k == 1, np.log(m), -np.inf))
    return result


def cdf(y: Rows, mean: Rows, dispersion: Rows) -> Rows:
    """Probability of at most ``y`` events."""
    from scipy.special import betainc, pdtr

    y, mean, dispersion = np.broadcast_arrays(np.asarray(y, np.float64), mean, dispersion)
    k = np.floor(y)
    result = np.zeros(k.shape)
    nb = (dispersion > 1e-9) & (k >= 0)
    poisson = ~nb & (k >= 0)
    result[poisson] = pdtr(k[poisson], mean[poisson])
    if nb.any():
        size, p = _size(mean[nb], dispersion[nb])
        result[nb] = betainc(size, k[nb] + 1, p)
    single = (dispersion == BERNOULLI) & (k >= 0)
    result[single] = np.where(k[single] >= 1, 1.0, 1 - mean[single])
    return result


def probability(mean: Rows, dispersion: Rows) -> Rows:
    """Probability of at least one event."""
    psi = np.maximum(dispersion, 1e-12)
    counted = -np.expm1(-np.where(dispersion > 1e-9, np.log1p(psi * mean) / psi, mean))
    return np.where(dispersion == BERNOULLI, mean, counted)


LARGE_MEAN = 30.0
"""From this mean on, quantiles are found by bisection; below it, by counting up from 0."""


def quantile(q: float, mean: Rows, dispersion: Rows) -> Rows:
    """The least count whose cumulative probability reaches ``q`` (0 < q < 1), exact."""
    return quantiles((q,), mean, dispersion)[0]


def quantiles(qs: Sequence[float], mean: Rows, dispersion: Rows) -> Float64[np.ndarray, "q row"]:
    """Several quantiles of each row, exact: those of small means by counting up from 0, once for all ``qs``, others by bisection."""
    mean, dispersion = np.broadcast_arrays(np.asarray(mean, np.float64), dispersion)
    found = np.zeros((len(qs), *mean.shape))
    left = np.flatnonzero(mean < LARGE_MEAN)
    count, last = 0, max(qs)
    while len(left) and count <= MOST_COUNTED:
        reached = cdf(np.full(len(left), float(count)), mean[left], dispersion[left])
        for at, q in enumerate(qs):
            found[at, left[reached < q]] += 1
        left = left[reached < last]
        count += 1
    rest = np.union1d(left, np.flatnonzero(mean >= LARGE_MEAN))
    for at, q in enumerate(qs):
        found[at, rest] = _bisected(q, mean[rest], dispersion[rest])
    return found


MOST_COUNTED = 100
"""Counts up to this are tried one by one."""


def _bisected(q: float, mean: Rows, dispersion: Rows) -> Rows:
    low = np.full(mean.shape, -1.0)
    high = np.ceil(mean + 10 * np.sqrt(mean + dispersion * mean**2) + 10)
    short = cdf(high, mean, dispersion) < q
    while short.any():
        high = np.where(short, 2 * high, high)
        short = cdf(high, mean, dispersion) < q
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        enough = cdf(middle, mean, dispersion) >= q
        high = np.where(enough, middle, high)
        low = np.where(enough, low, middle)
    return high


def crps(y: Rows, mean: Rows, dispersion: Rows) -> Rows:
    """Continuous ranked probability score, in events; lower is better.

    Closed forms of Wei and Held (2014) and Jordan, Krüger and Lerch (2019, "Evaluating probabilistic forecasts with
    scoringRules"), in Bessel functions (Poisson) and the hypergeometric function (negative binomial).
    """
    from scipy.special import betainc, ive, pdtr

    y, mean, dispersion = np.broadcast_arrays(np.asarray(y, np.float64), mean, dispersion)
    k = np.floor(y)
    pmf = np.exp(log_pmf(k, mean, np.zeros_like(mean)))
    result = (y - mean) * (2 * pdtr(k, mean) - 1) + mean * (2 * pmf - ive(0, 2 * mean) - ive(1, 2 * mean))
    nb = (dispersion > 1e-9) & (dispersion * mean > 1e-9)
    if nb.any():
        m, psi, count = mean[nb], dispersion[nb], k[nb]
        size, p = _size(m, psi)
        below = np.where(count > 0, betainc(size + 1, np.maximum(count, 1), p), 0.0)
        odds = psi * m  # (1 - p) / p
        tail = _spread(size, 4 * odds * (1 + odds))
        result = result.copy()
        result[nb] = count * (2 * betainc(size, count + 1, p) - 1) - m * ((2 * below - 1) + (1 + odds) * tail)
    single = dispersion == BERNOULLI
    if single.any():
        m, count = mean[single], k[single]
        result = result.copy()
        result[single] = np.where(count == 0, m**2, (1 - m) ** 2 + count - 1)
    return result


LARGE_SIZE = 10.0
"""From this size on, scipy's hypergeometric series loses digits or overflows, and an integral takes its place."""


def _spread(size: Rows, width: Rows) -> Rows:
    """``2F1(size + 1, 1/2; 2; -width)``.

    For large sizes by Euler's integral, ``4 / pi`` times that of ``cos(a)**2 * (1 + width * sin(a)**2)**-(size + 1)`` over the
    quarter circle, up to the angle where the integrand falls below ``exp(-40)``.
    """
    from scipy.special import hyp2f1

    large = size >= LARGE_SIZE
    found = np.empty(len(size))
    found[~large] = hyp2f1(size[~large] + 1, 0.5, 2.0, -width[~large])
    power, w = size[large] + 1, width[large]
    limit = np.arcsin(np.sqrt(np.minimum(1.0, np.expm1(40.0 / power) / w)))
    total = np.zeros(len(w))
    for node, weight in zip(*np.polynomial.legendre.leggauss(32), strict=True):
        square = np.sin(limit * (0.5 * (node + 1))) ** 2
        total += 0.5 * weight * (1 - square) * np.exp(-power * np.log1p(w * square))
    found[large] = 4 / np.pi * limit * total
    return found


def fit_dispersion(y: Rows, mean: Rows) -> float:
    """The shared dispersion psi that maximises the likelihood of ``y`` at fixed ``mean``; 0 where Poisson is best."""
    from scipy.optimize import minimize_scalar

    mean = np.maximum(mean, SMALLEST_MEAN)

    def loss(log_psi: float) -> float:
        return -float(log_pmf(y, mean, np.full_like(mean, np.exp(log_psi))).sum())

    best = minimize_scalar(loss, bounds=(-9.0, 4.0), method="bounded", options={"xatol": 1e-3})
    poisson = -float(log_pmf(y, mean, np.zeros_like(mean)).sum())
    return float(np.exp(best.x)) if best.fun < poisson - 1e-9 * abs(poisson) else 0.0
