"""Distributions against scipy, slow sums and scoringrules."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmodel.base.errors import UsageError
from riskmodel.counts.distribution import BERNOULLI, SMALLEST_MEAN, CountDistribution, cdf, fit_dispersion, log_pmf, probability
from riskmodel.counts.quantiles import quantile
from riskmodel.counts.row_scores import crps
from tests.counts.scipy_laws import counts, dispersions, means, one, reference


@settings(max_examples=150, deadline=None)
@given(counts, means, dispersions)
def test_probabilities_are_those_of_scipy(y: int, mean: float, dispersion: float) -> None:
    oracle = reference(mean, dispersion)
    args = one(mean), one(dispersion)
    assert log_pmf(one(y), *args)[0] == pytest.approx(oracle.logpmf(y), rel=1e-8, abs=1e-8)
    assert cdf(one(y), *args)[0] == pytest.approx(oracle.cdf(y), rel=1e-9, abs=1e-12)
    assert probability(*args)[0] == pytest.approx(oracle.sf(0), rel=1e-9)
    assert cdf(one(-1), *args)[0] == 0


@pytest.mark.parametrize("dispersion", [0.0, 1e-12, 1e-8, 1e-6, 1e-4, 0.1, 10.0, 54.0])
@pytest.mark.parametrize("mean", [SMALLEST_MEAN, 1e-6, 1e-3, 1.0, 50.0, 5_000.0])
def test_extremes_stay_finite_and_join_up_with_poisson(mean: float, dispersion: float) -> None:
    y = np.array([0.0, 1.0, 7.0, 300.0, 10_000.0])
    m, psi = np.full(5, mean), np.full(5, dispersion)
    score = crps(y, m, psi)
    assert np.isfinite(log_pmf(y, m, psi)).all()
    assert np.isfinite(score).all()
    assert (score >= -1e-9 * (1 + y + mean)).all()
    assert ((probability(m, psi) > 0) & (probability(m, psi) <= 1)).all()
    assert (np.diff(cdf(y, m, psi)) >= 0).all()
    assert (quantile(0.1, m, psi) <= quantile(0.9, m, psi)).all()
    if dispersion <= 1e-8:
        near = np.abs(y - mean) <= 10 * np.sqrt(mean) + 1
        np.testing.assert_allclose(crps(y, m, psi), crps(y, m, 0 * psi), rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(log_pmf(y, m, psi)[near], log_pmf(y, m, 0 * psi)[near], rtol=1e-3, atol=1e-4)


def test_the_dispersion_that_made_the_counts_is_found_again() -> None:
    rng = np.random.default_rng(3)
    mean = rng.gamma(2.0, 1.0, 20_000)
    size = 1 / 0.7
    y = rng.negative_binomial(size, size / (size + mean)).astype(float)
    assert fit_dispersion(y, mean) == pytest.approx(0.7, rel=0.08)
    assert fit_dispersion(rng.poisson(mean).astype(float), mean) < 0.02
    assert fit_dispersion(np.round(mean), mean) == 0.0


def test_a_forecast_refuses_what_is_no_distribution() -> None:
    with pytest.raises(UsageError, match="of one length"):
        CountDistribution(np.ones(2), np.ones(3))
    with pytest.raises(UsageError, match=r"mean of a forecast must be finite.*Row 1 holds"):
        CountDistribution(np.array([1.0, np.nan]), np.zeros(2))
    with pytest.raises(UsageError, match="dispersion of a forecast must be"):
        CountDistribution(np.ones(2), np.array([0.1, -0.1]))
    assert CountDistribution.of(np.zeros(3)).mean.min() == SMALLEST_MEAN
    assert len(CountDistribution.of(np.ones(3), 0.2)) == 3


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 3), st.floats(1e-6, 1 - 1e-6), st.floats(0.001, 0.999))
def test_one_or_none_is_bernoullis(y: int, mean: float, q: float) -> None:
    oracle, args = reference(mean, BERNOULLI), (one(mean), one(BERNOULLI))
    assert log_pmf(one(y), *args)[0] == pytest.approx(oracle.logpmf(y))
    assert [cdf(one(k), *args)[0] for k in (-1, y)] == pytest.approx([0.0, oracle.cdf(y)])
    assert probability(*args)[0] == mean
    found = quantile(q, *args)[0]
    assert found in (0, 1)
    assert oracle.cdf(found) >= q - 1e-12
    slow = sum((oracle.cdf(k) - (y <= k)) ** 2 for k in range(5))
    assert crps(one(y), *args)[0] == pytest.approx(slow)


def test_a_chance_is_below_one() -> None:
    with pytest.raises(UsageError, match="The dispersion of a forecast must be finite and not negative. Row 0 holds"):
        CountDistribution(one(1.0), one(BERNOULLI))
