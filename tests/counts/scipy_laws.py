"""Count distributions by scipy, and strategies for their arguments."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from scipy import stats

from riskmodel.counts.distribution import BERNOULLI

means = st.floats(1e-3, 60)
dispersions = st.one_of(st.just(0.0), st.floats(1e-4, 5))
counts = st.integers(0, 200)


def one(value: float) -> np.ndarray:
    return np.array([value], dtype=np.float64)


def reference(mean: float, dispersion: float) -> Any:
    """The same distribution by scipy, which has no types."""
    if dispersion == BERNOULLI:
        return stats.bernoulli(mean)
    if dispersion == 0:
        return stats.poisson(mean)
    size = 1 / dispersion
    return stats.nbinom(size, size / (size + mean))
