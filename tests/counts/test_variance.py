"""A variance by level is recovered where counts have it, and left at one dispersion where they have not."""

from __future__ import annotations

import numpy as np
import pytest

from riskmodel.counts import variance
from riskmodel.counts.distribution import fit_dispersion, log_pmf
from riskmodel.counts.variance import Variance, fit_variance


def drawn(linear: float, dispersion: float, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Counts at means from 0.05 to 60, with this variance."""
    rng = np.random.default_rng(seed)
    mean = np.repeat(np.geomspace(0.05, 60.0, 40), 300)
    size = 1 / Variance(linear, dispersion).rows(mean)
    return rng.negative_binomial(size, size / (size + mean)), mean


@pytest.mark.parametrize(("linear", "dispersion"), [(0.5, 0.02), (1.5, 0.0001), (0.15, 0.2)])
def test_a_variance_by_level_is_recovered(linear: float, dispersion: float) -> None:
    y, mean = drawn(linear, dispersion)
    found = fit_variance(y, mean)
    assert found.linear == pytest.approx(linear, rel=0.25)
    assert found.dispersion == pytest.approx(dispersion, rel=0.3, abs=0.01)


def test_one_dispersion_stays_where_it_is_enough() -> None:
    y, mean = drawn(0.0, 0.3)
    assert fit_variance(y, mean) == Variance(0.0, fit_dispersion(y, mean))
    poisson = np.random.default_rng(3).poisson(mean)
    assert fit_variance(poisson, mean).linear < 0.02
    assert fit_variance(np.zeros(5), np.full(5, 1e-6)).linear == 0.0


@pytest.mark.parametrize(("seed", "gain", "linear"), [(41, 2.058, 0.5809), (144, 1.940, 0.0)])
def test_a_second_parameter_is_taken_where_it_gains_two_nats(
    seed: int, gain: float, linear: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    mean = np.repeat(np.geomspace(0.2, 40.0, 10), 8)
    size = 1 / Variance(0.5, 0.02).rows(mean)
    y = np.random.default_rng(seed).negative_binomial(size, size / (size + mean)).astype(float)
    assert fit_variance(y, mean).linear == pytest.approx(linear, rel=1e-3)
    monkeypatch.setattr(variance, "WORTH", -np.inf)
    both, one = fit_variance(y, mean).rows(mean), np.full(len(mean), fit_dispersion(y, mean))
    assert log_pmf(y, mean, both).sum() - log_pmf(y, mean, one).sum() == pytest.approx(gain, abs=1e-3)


def test_it_is_never_less_likely_than_one_dispersion() -> None:
    for seed, (linear, dispersion) in enumerate([(0.3, 0.05), (0.0, 0.1), (2.0, 0.0001)]):
        y, mean = drawn(linear, dispersion, seed)
        found = fit_variance(y, mean)
        alone = log_pmf(y, mean, np.full(len(mean), fit_dispersion(y, mean))).sum()
        assert log_pmf(y, mean, found.rows(mean)).sum() >= alone - 1e-9


def test_variances_follow_the_formula() -> None:
    mean = np.array([0.5, 4.0])
    np.testing.assert_allclose(mean + Variance(0.4, 0.1).rows(mean) * mean**2, 1.4 * mean + 0.1 * mean**2)
    assert np.isfinite(Variance(0.4, 0.1).rows(np.zeros(1))).all()
