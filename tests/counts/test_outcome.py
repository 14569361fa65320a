"""Both outcomes keep what learning relies on: slopes are derivatives, levels make sums agree, scores are of labels."""

from __future__ import annotations

import numpy as np
import pytest

from riskmodel.asof.target import Target
from riskmodel.counts.distribution import BERNOULLI, CountDistribution, log_pmf, probability
from riskmodel.counts.outcome import ANY_EVENT, COUNTS, AnyEvent, Counts, Outcome, outcome_of

both = pytest.mark.parametrize("outcome", [COUNTS, ANY_EVENT], ids=["counts", "any event"])


def rows(outcome: Outcome) -> tuple[np.ndarray, np.ndarray]:
    """Labels and log means of many rows."""
    rng = np.random.default_rng(7)
    eta = rng.normal(-0.5, 1.0, 4_000)
    return outcome.observed(rng.poisson(np.exp(eta))), eta


def test_a_target_states_its_outcome() -> None:
    assert Target(("theft",), 7).outcome == outcome_of(False) == Counts()
    assert Target(("theft",), 7, at_least_one=True).outcome == outcome_of(True) == AnyEvent()
    assert (COUNTS.binary, ANY_EVENT.binary) == (False, True)


@both
def test_the_slope_is_the_derivative_of_the_log_likelihood(outcome: Outcome) -> None:
    y, eta = rows(outcome)
    for dispersion in (0.0, 0.4):
        up, down = (outcome.log_likelihood(y, eta + step, dispersion) for step in (1e-6, -1e-6))
        np.testing.assert_allclose(outcome.slope(y, eta, dispersion), (up - down) / 2e-6, rtol=1e-5, atol=1e-7)


@both
def test_the_loss_is_minus_the_log_likelihood_up_to_a_constant(outcome: Outcome) -> None:
    y, eta = rows(outcome)
    other = 0.7 * eta + 0.2
    wanted = outcome.log_likelihood(y, eta).sum() - outcome.log_likelihood(y, other).sum()
    assert outcome.loss(y, other) - outcome.loss(y, eta) == pytest.approx(wanted, rel=1e-9)


@both
def test_the_curvature_is_the_mean_square_of_the_slope(outcome: Outcome) -> None:
    eta = np.full(200_000, 0.3)
    y = outcome.observed(np.random.default_rng(3).poisson(np.exp(eta)))
    assert (outcome.slope(y, eta) ** 2).mean() == pytest.approx(outcome.curvature(eta[:1])[0], rel=0.02)


@both
def test_the_level_makes_forecasts_sum_to_labels(outcome: Outcome) -> None:
    y, eta = rows(outcome)
    mean = np.exp(eta + outcome.level(y, 3 * np.exp(eta)) + np.log(3))
    forecast = outcome.distribution(CountDistribution.of(mean))
    assert forecast.mean.sum() == pytest.approx(y.sum(), rel=1e-6)


def test_a_binary_outcome_has_no_dispersion_and_is_scored_by_its_probability() -> None:
    forecast = CountDistribution.of(np.array([0.2, 1.5]), 0.3)
    assert ANY_EVENT.dispersion(np.array([0, 1]), forecast.mean) == 0.0
    scored = ANY_EVENT.distribution(forecast)
    assert (scored.dispersion == BERNOULLI).all()
    np.testing.assert_array_equal(scored.mean, probability(forecast.mean, forecast.dispersion))
    assert COUNTS.distribution(forecast) is forecast


def test_merged_cells_add_up() -> None:
    unit = np.array([0, 1, 0])
    counts = COUNTS.merged(CountDistribution.of(np.array([1.0, 2.0, 3.0]), 0.5), unit, 2)
    np.testing.assert_allclose(counts.mean, [4.0, 2.0])
    variance = counts.mean + counts.dispersion * counts.mean**2
    np.testing.assert_allclose(variance, [1 + 0.5 + 3 + 4.5, 2 + 2])
    scored = ANY_EVENT.distribution(CountDistribution.of(np.array([1.0, 2.0, 3.0])))
    np.testing.assert_allclose(ANY_EVENT.merged(scored, unit, 2).mean, 1 - np.exp([-4.0, -2.0]))


def test_the_log_likelihood_of_counts_is_that_of_their_distribution() -> None:
    y, eta = rows(COUNTS)
    np.testing.assert_array_equal(COUNTS.log_likelihood(y, eta, 0.3), log_pmf(y, np.exp(eta), np.full(len(y), 0.3)))
