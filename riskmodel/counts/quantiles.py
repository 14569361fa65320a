"""Exact quantiles of count distributions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float64

from riskmodel.counts.distribution import Rows, cdf

LARGE_MEAN = 30.0
"""Smallest mean whose quantiles are found by bisection; those of smaller means by counting up from 0."""

MOST_COUNTED = 100
"""Largest count that is tried one by one."""


def quantile(q: float, mean: Rows, dispersion: Rows) -> Rows:
    """Return the least count whose cumulative probability reaches ``q``.

    ``q`` is above 0 and below 1.

    Examples
    --------
    >>> quantile(0.95, np.array([0.01, 2.0, 50.0]), np.array([0.0, 0.5, 0.0]))
    array([ 0.,  6., 62.])
    """
    return quantiles((q,), mean, dispersion)[0]


def quantiles(qs: Sequence[float], mean: Rows, dispersion: Rows) -> Float64[np.ndarray, "q row"]:
    """Return several quantiles of each row, shape ``[q, row]``.

    Small means are counted up from 0, once for all ``qs``; the others are found by bisection.

    Examples
    --------
    >>> quantiles((0.25, 0.75), np.array([2.0, 50.0]), np.zeros(2))
    array([[ 1., 45.],
           [ 3., 55.]])
    """
    mean, dispersion = np.broadcast_arrays(np.asarray(mean, np.float64), dispersion)
    found = np.zeros((len(qs), *mean.shape))
    open_rows = np.flatnonzero(mean < LARGE_MEAN)
    count, last = 0, max(qs)
    while len(open_rows) and count <= MOST_COUNTED:
        reached = cdf(np.full(len(open_rows), float(count)), mean[open_rows], dispersion[open_rows])
        for at, q in enumerate(qs):
            found[at, open_rows[reached < q]] += 1
        open_rows = open_rows[reached < last]
        count += 1
    rest = np.union1d(open_rows, np.flatnonzero(mean >= LARGE_MEAN))
    for at, q in enumerate(qs):
        found[at, rest] = _bisected(q, mean[rest], dispersion[rest])
    return found


def _bisected(q: float, mean: Rows, dispersion: Rows) -> Rows:
    """Return a quantile by bisection between -1 and a count above it."""
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
