"""Tails against scipy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import gammainc, pdtrc

from riskmodel.counts.distribution import BERNOULLI, cdf, probability
from riskmodel.counts.tails import at_least, below_and_at_most, dispersion_of, probability_of_none
from tests.counts.scipy_laws import counts, dispersions, means, one, reference


@settings(max_examples=150, deadline=None)
@given(counts, means, dispersions)
def test_tails_are_those_of_scipy(y: int, mean: float, dispersion: float) -> None:
    law, args = reference(mean, dispersion), (one(mean), one(dispersion))
    assert at_least(one(y), *args)[0] == pytest.approx(law.sf(y - 1), rel=1e-6, abs=1e-300)
    assert probability_of_none(*args)[0] == pytest.approx(law.pmf(0), rel=1e-9)
    below, at_most = below_and_at_most(one(y), *args)
    assert (below[0], at_most[0]) == (cdf(one(y - 1), *args)[0], cdf(one(y), *args)[0])


def test_tails_of_a_binary_count_and_of_scalars() -> None:
    y = np.array([0, 1, 2])
    assert at_least(y, 0.3, BERNOULLI).tolist() == [1.0, 0.3, 0.0]
    assert probability_of_none(np.array([0.3]), BERNOULLI)[0] == pytest.approx(0.7)
    assert float(at_least(3, 1.0, 0.5)) == pytest.approx(stats.nbinom(2, 2 / 3).sf(2))
    assert float(probability_of_none(2.0)) == pytest.approx(math.exp(-2))


@given(means, dispersions)
def test_none_and_any_add_up_to_one(mean: float, dispersion: float) -> None:
    args = one(mean), one(dispersion)
    assert probability_of_none(*args)[0] + probability(*args)[0] == pytest.approx(1.0, rel=1e-12)


def test_a_poisson_tail_has_the_bits_of_the_incomplete_gamma_function() -> None:
    """Whoever computed it by either function before has the same bits now."""
    rng = np.random.default_rng(7)
    mean = rng.gamma(0.7, 8.0, 20_000) + 1e-6
    y = rng.poisson(2 * mean) + 1.0
    np.testing.assert_array_equal(at_least(y, mean), gammainc(y, mean))
    np.testing.assert_array_equal(at_least(y, mean), pdtrc(y - 1, mean))


@settings(max_examples=100)
@given(st.floats(0.01, 100), st.floats(0, 400))
def test_the_dispersion_gives_the_variance_back(mean: float, extra: float) -> None:
    psi = float(dispersion_of(mean, mean + extra))
    assert mean + psi * mean**2 == pytest.approx(mean + extra, rel=1e-9)
    assert float(dispersion_of(mean, mean / 2)) == 0.0
