"""Quantiles against scipy."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from riskmodel.counts.distribution import cdf
from riskmodel.counts.quantiles import quantile, quantiles
from tests.counts.scipy_laws import dispersions, means, one


@settings(max_examples=150, deadline=None)
@given(st.floats(0.001, 0.999), means, dispersions)
def test_a_quantile_is_the_least_count_that_reaches_it(q: float, mean: float, dispersion: float) -> None:
    args = one(mean), one(dispersion)
    found = quantile(q, *args)
    assert found[0] == int(found[0]) >= 0
    assert cdf(found, *args)[0] >= q
    assert cdf(found - 1, *args)[0] < q


def test_several_quantiles_are_those_of_scipy_for_small_and_large_means() -> None:
    rng = np.random.default_rng(14)
    mean = np.concatenate([rng.gamma(0.5, 2.0, 60) + 1e-6, [29.9, 30.0, 45.0, 400.0, 29.0]])
    psi = np.where(np.arange(len(mean)) % 2, 0.9, 0.0)
    psi[-1] = 40.0  # a heavy tail: more counts than are tried one by one
    qs = (0.025, 0.5, 0.9, 0.975)
    found = quantiles(qs, mean, psi)
    for at, q in enumerate(qs):
        for row, (m, p) in enumerate(zip(mean, psi, strict=True)):
            law = stats.poisson(m) if p == 0 else stats.nbinom(1 / p, 1 / (1 + p * m))
            assert found[at, row] == law.ppf(q), (q, m, p)
        assert np.array_equal(quantile(q, mean, psi), found[at])
