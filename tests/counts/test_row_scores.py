"""Scores against scoringrules, scipy and slow sums."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import mean_poisson_deviance

from riskmodel.counts.distribution import CountDistribution
from riskmodel.counts.row_scores import SCORES, row_scores
from tests.counts.closed_scores import scoringrules as sr
from tests.forecasts.evaluation import oracles

RNG = np.random.default_rng(3)
MEAN = np.concatenate([RNG.gamma(0.5, 2.0, 150) + 1e-3, [1e-6, 0.05, 12.0, 60.0]])
Y = np.concatenate([RNG.poisson(MEAN[:-4]), [1, 0, 30, 55]]).astype(np.int32)
PSI = np.where(np.arange(len(MEAN)) % 3, RNG.gamma(1.0, 0.7, len(MEAN)), 0.0)


@pytest.fixture(scope="module")
def found() -> dict[str, np.ndarray]:
    return row_scores(Y, CountDistribution.of(MEAN, PSI))


def test_poisson_scores_equal_scoringrules() -> None:
    found = row_scores(Y, CountDistribution.of(MEAN))
    np.testing.assert_allclose(found["log_score"], sr.logs_poisson(Y, MEAN), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found["crps"], sr.crps_poisson(Y, MEAN), rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(found["brier"], sr.brier_score((Y > 0).astype(float), 1 - np.exp(-MEAN)), atol=1e-12)
    assert found["deviance"].mean() == pytest.approx(mean_poisson_deviance(Y, MEAN))
    np.testing.assert_array_equal(found["nb_deviance"], found["deviance"])


def test_negative_binomial_scores_equal_scoringrules(found: dict[str, np.ndarray]) -> None:
    """For sizes of at least 1: below, its probability (through a binomial coefficient) is 0. The slow sums cover all sizes."""
    rows = (PSI > 0) & (PSI <= 1)
    assert rows.sum() > 30
    size = 1 / PSI[rows]
    prob = size / (size + MEAN[rows])
    np.testing.assert_allclose(found["log_score"][rows], sr.logs_negbinom(Y[rows], size, prob), rtol=1e-8, atol=1e-11)
    np.testing.assert_allclose(found["crps"][rows], sr.crps_negbinom(Y[rows], size, prob), rtol=1e-6, atol=1e-8)


def test_the_log_score_equals_scipy(found: dict[str, np.ndarray]) -> None:
    slow = [-oracles.law(m, psi).logpmf(y) for y, m, psi in zip(Y, MEAN, PSI, strict=True)]
    np.testing.assert_allclose(found["log_score"], slow, rtol=1e-8, atol=1e-11)


def test_the_crps_of_counts_is_the_ranked_probability_score(found: dict[str, np.ndarray]) -> None:
    slow = [oracles.ranked_probability(int(y), m, psi) for y, m, psi in zip(Y, MEAN, PSI, strict=True)]
    np.testing.assert_allclose(found["crps"], slow, rtol=1e-7, atol=1e-8)


def test_deviances_are_likelihood_ratios(found: dict[str, np.ndarray]) -> None:
    slow = [oracles.deviance(int(y), m, psi) for y, m, psi in zip(Y, MEAN, PSI, strict=True)]
    np.testing.assert_allclose(found["nb_deviance"], slow, rtol=1e-5, atol=1e-8)
    assert (found["deviance"] >= 0).all()
    assert (found["nb_deviance"] >= -1e-12).all()
    same = Y > 0
    exact = row_scores(Y[same], CountDistribution.of(Y[same].astype(float), PSI[same]))
    assert np.abs(exact["deviance"]).max() < 1e-9
    assert np.abs(exact["nb_deviance"]).max() < 1e-9


def test_a_small_dispersion_is_nearly_poisson() -> None:
    """There is no jump where the formula changes."""
    near, at = (row_scores(Y, CountDistribution.of(MEAN, psi)) for psi in (2e-7, 0.0))
    for name in SCORES:
        np.testing.assert_allclose(near[name], at[name], rtol=2e-3, atol=2e-4, err_msg=name)


def test_dss_and_ses_depend_on_moments_alone(found: dict[str, np.ndarray]) -> None:
    for row in range(0, len(Y), 5):
        made = oracles.law(MEAN[row], PSI[row])
        variance = made.var()
        assert found["ses"][row] == pytest.approx((Y[row] - made.mean()) ** 2)
        assert found["dss"][row] == pytest.approx((Y[row] - made.mean()) ** 2 / variance + np.log(variance))
        assert found["brier"][row] == pytest.approx((made.sf(0) - (Y[row] > 0)) ** 2, abs=1e-12)


@pytest.mark.parametrize("name", SCORES)
def test_the_true_distribution_scores_best(name: str) -> None:
    """On average, among distributions that the score distinguishes: squared error and Poisson deviance depend on the mean alone."""
    rng = np.random.default_rng(9)
    mean = rng.gamma(1.0, 2.0, 4_000)
    y = stats.nbinom(2.0, 1 / (1 + 0.5 * mean)).rvs(random_state=rng)
    right = row_scores(y, CountDistribution.of(mean, 0.5))[name].mean()
    wrong = [CountDistribution.of(1.5 * mean, 0.5), CountDistribution.of(np.full_like(mean, mean.mean()), 0.5)]
    if name not in ("ses", "deviance", "nb_deviance"):
        wrong += [CountDistribution.of(mean), CountDistribution.of(mean, 3.0)]
    for forecast in wrong:
        assert row_scores(y, forecast)[name].mean() > right
