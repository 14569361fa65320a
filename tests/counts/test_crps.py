"""The CRPS against slow sums and scoringrules."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmodel.counts.row_scores import crps
from tests.counts.closed_scores import scoringrules
from tests.counts.scipy_laws import one, reference


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 60), st.floats(1e-6, 30), st.one_of(st.just(0.0), st.floats(-6, 0.6).map(lambda e: 10**e)))
def test_crps_is_the_sum_over_the_squared_steps(y: int, mean: float, dispersion: float) -> None:
    oracle = reference(mean, dispersion)
    steps = np.arange(0, max(y, int(oracle.ppf(1 - 1e-13))) + 2)
    slow = float(((oracle.cdf(steps) - (steps >= y)) ** 2).sum())
    assert crps(one(y), one(mean), one(dispersion))[0] == pytest.approx(slow, rel=1e-7, abs=1e-9)


@pytest.mark.parametrize(("mean", "dispersion"), [(5_000.0, 1e-2), (1_000.0, 1e-3), (2_000.0, 1e-4), (100.0, 1e-5), (50.0, 1e-6)])
def test_crps_of_many_events_with_little_dispersion(mean: float, dispersion: float) -> None:
    """Where the hypergeometric series overflows."""
    oracle = reference(mean, dispersion)
    steps = np.arange(max(int(oracle.isf(1e-14)), int(1.3 * mean)) + 2)
    y = np.array([0.0, mean, 1.3 * mean // 1])
    slow = [float(((oracle.cdf(steps) - (steps >= k)) ** 2).sum()) for k in y]
    np.testing.assert_allclose(crps(y, np.full(3, mean), np.full(3, dispersion)), slow, rtol=1e-9)


def test_crps_is_that_of_scoringrules() -> None:
    y, mean, psi = (a.ravel().astype(float) for a in np.meshgrid([0, 1, 3, 17, 80], [0.01, 0.4, 3, 40], [0.05, 0.5, 2]))
    size = 1 / psi
    expected = scoringrules.crps_negbinom(y, size, size / (size + mean), backend="numpy")
    np.testing.assert_allclose(crps(y, mean, psi), expected, rtol=1e-8, atol=1e-10)
    expected = scoringrules.crps_poisson(y, mean, backend="numpy")
    np.testing.assert_allclose(crps(y, mean, np.zeros_like(mean)), expected, rtol=1e-8, atol=1e-10)
