"""Likelihood of a binary outcome against slow sums."""

from __future__ import annotations

import numpy as np
import pytest

from riskmodel.counts import any_event
from riskmodel.counts.distribution import BERNOULLI, CountDistribution, log_pmf
from tests.oracles import slow_log_probability

ETAS = np.array([-12.0, -3.0, -0.5, 0.0, 0.8, 2.0, 3.5])


@pytest.mark.parametrize("y", [0, 1])
def test_likelihood_and_slope_are_those_of_the_slow_sum(y: int) -> None:
    seen = np.full(len(ETAS), y)
    slow = [slow_log_probability(y, eta) for eta in ETAS]
    np.testing.assert_allclose(any_event.log_likelihood(seen, ETAS), slow, rtol=1e-12, atol=1e-15)
    step = 1e-5
    rise = [(slow_log_probability(y, eta + step) - slow_log_probability(y, eta - step)) / (2 * step) for eta in ETAS]
    np.testing.assert_allclose(any_event.slope(seen, ETAS), rise, rtol=1e-6, atol=1e-9)


def test_the_curvature_is_the_variance_of_the_slope() -> None:
    none = np.exp(-np.exp(ETAS))
    with_one, without = (any_event.slope(np.full(len(ETAS), y), ETAS) for y in (1, 0))
    np.testing.assert_allclose((1 - none) * with_one + none * without, 0.0, atol=1e-12)
    np.testing.assert_allclose(any_event.curvature(ETAS), (1 - none) * with_one**2 + none * without**2, rtol=1e-9)


def test_extreme_means_stay_finite() -> None:
    eta = np.array([-40.0, 40.0])
    for y in (0, 1):
        found = [any_event.log_likelihood(np.full(2, y), eta), any_event.slope(np.full(2, y), eta)]
        assert np.isfinite(found).all()
    assert np.isfinite(any_event.curvature(eta)).all()


def test_the_level_makes_probabilities_add_up() -> None:
    rng = np.random.default_rng(1)
    eta = rng.normal(0.5, 1.5, 2_000)
    y = (rng.random(2_000) < 0.2).astype(int)
    shift = any_event.level(y, eta)
    assert -np.expm1(-np.exp(eta + shift)).sum() == pytest.approx(y.sum(), rel=1e-9)
    assert shift < -0.5
    assert any_event.level(np.zeros(2_000), eta) == 0.0
    assert any_event.level(np.ones(2_000), eta) == 0.0


def test_what_is_seen_of_joined_cells_is_any_of_them() -> None:
    probabilities = np.array([0.2, 0.5, 0.9])
    found = any_event.merged_binary(probabilities, np.array([0, 1, 0]), 2)
    np.testing.assert_allclose(found.mean, [1 - 0.8 * 0.1, 0.5])
    assert (found.dispersion == BERNOULLI).all()


def test_what_is_nearly_certain_has_a_finite_score_where_it_does_not_occur() -> None:
    seen = any_event.as_binary(CountDistribution.of(np.array([60.0]), 0.0))
    assert seen.mean.tolist() == [1 - 1e-10]
    np.testing.assert_allclose(log_pmf(np.zeros(1), seen.mean, seen.dispersion), np.log(1e-10), rtol=1e-6)


def test_one_or_none_against_slow_sums() -> None:
    p = np.array([0.1, 0.5, 0.999])
    dispersion = np.full(3, BERNOULLI)
    assert log_pmf(np.zeros(3), p, dispersion) == pytest.approx(np.log(1 - p))
    assert log_pmf(np.full(3, 2.0), p, dispersion).tolist() == [-np.inf] * 3
