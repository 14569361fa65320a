"""Excess of the last periods over a robust seasonal regression."""

from __future__ import annotations

import numpy as np
import pytest

import riskmodel as rm
from riskmodel.base.errors import UsageError
from riskmodel.detection import Verdict
from riskmodel.detection.recent_excess import RecentExcess
from riskmodel.detection.seasonal_trend import recent_means, seasonal_trend

WEEKS = 400


@pytest.fixture(scope="module")
def usual() -> np.ndarray:
    """Negative binomial counts with season and trend, and no outbreak."""
    rng = np.random.default_rng(4)
    week = np.arange(WEEKS)
    mean = np.exp(rng.uniform(-1, 3, (300, 1)) + 0.001 * week + 0.5 * np.cos(2 * np.pi * week / 52))
    return rng.negative_binomial(mean / 0.7, 1 / 1.7).astype(np.float64)


def penalised_fit(y: np.ndarray, distance: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and information of the regression, by plain Newton steps on its definition."""
    angle = 2 * np.pi * distance / 52
    x = np.column_stack(
        [np.ones(len(y)), np.cos(angle), np.sin(angle), np.cos(2 * angle), np.sin(2 * angle), -distance / (5 * 52)]
    )
    beta = np.zeros(6)
    beta[0] = np.log(y.mean())
    prior = np.diag([0, 1, 1, 1, 1, 1.0])
    information = prior
    for _ in range(50):
        mu = np.exp(x @ beta)
        information = x.T @ (weight[:, None] * mu[:, None] * x) + prior
        beta = beta + np.linalg.solve(information, x.T @ (weight * (y - mu)) - prior @ beta + 0.5 * np.eye(6)[0])
    return beta, information


def test_the_regression_is_the_penalised_likelihood_of_its_definition(usual):
    model = seasonal_trend(52, 7, 2, 26, 5.0, 1e9)
    found = recent_means(usual[:3], WEEKS - 1, model, 2, 1)
    distance = np.arange(27, 364)
    for s in range(3):
        y = usual[s, WEEKS - 1 - distance]
        beta, information = penalised_fit(y, distance, 0.5 ** (distance / 260))
        rows = np.column_stack([np.ones(2), np.ones(2), np.zeros(2), np.ones(2), np.zeros(2), np.zeros(2)])
        angle = 2 * np.pi / 52
        rows[1] = [1, np.cos(angle), np.sin(angle), np.cos(2 * angle), np.sin(2 * angle), -1 / 260]
        means = np.exp(rows @ beta)
        np.testing.assert_allclose(found.mean[s, 0], np.cumsum(means), rtol=1e-6)
        gradient = means @ rows / means.sum()
        error2 = gradient @ np.linalg.solve(information, gradient) * found.phi[s, 0]
        np.testing.assert_allclose(found.error2[s, 0, 1], error2, rtol=1e-5)


@pytest.mark.parametrize("combined", [False, True])
def test_an_alarm_is_a_small_p_value_and_a_count_above_the_usual(usual, combined):
    detector = RecentExcess(alpha=0.05, combined=combined)
    found = rm.detect(usual, detector, first=WEEKS - 12)
    np.testing.assert_array_equal(found.alarm, (found.p_value < 0.05) & (found.observed > np.floor(found.expected)))
    assert 0.03 < found.alarm.mean() < 0.065
    for change in (0, 1):
        at_bound = usual[:, : WEEKS - 11].copy()
        at_bound[:, -1] = found.upper[:, 0] + change
        assert (rm.detect(at_bound, detector, first=WEEKS - 12).alarm == bool(change)).all()


def test_past_outbreaks_hardly_raise_the_bound(usual):
    with_outbreaks = usual.copy()
    with_outbreaks[:, [100, 101, 230, 231, 300]] += 6 * np.sqrt(1.7 * usual.mean(axis=1, keepdims=True)).round()
    clean = rm.detect(usual, RecentExcess(), first=WEEKS - 1).upper
    robust = rm.detect(with_outbreaks, RecentExcess(), first=WEEKS - 1).upper
    naive = rm.detect(with_outbreaks, RecentExcess(outlier=1e9), first=WEEKS - 1).upper
    assert (robust - clean).mean() < 0.4 * (naive - clean).mean()


def test_two_weeks_show_what_one_does_not(usual):
    spread = np.sqrt(1.7 * usual.mean(axis=1)).round()
    usual = usual.copy()
    usual[:, -2:] += (1.5 * spread).round()[:, None]
    found = {spans: rm.detect(usual, RecentExcess(spans), first=WEEKS - 1).alarm.mean() for spans in (1, 2)}
    assert found[2] > 1.2 * found[1]


def test_a_first_event_after_years_without_any_is_unusual():
    counts = np.zeros((1, 320))
    counts[0, 310] = 1
    found = rm.detect(counts, "recent_excess_2w", first=308)
    assert found.alarm[0].tolist() == [period == 2 for period in range(12)]
    assert 0 < found.expected[0, 2] < 0.005


def test_a_gap_just_before_and_one_year_of_history_are_the_limits():
    counts = np.full((2, 90), 3.0)
    counts[0, 84] = np.nan
    found = rm.detect(counts, "recent_excess_2w", first=52)
    assert (found.reason[:, :8] == Verdict.TOO_SHORT).all()
    assert (found.reason[1, 9:] == Verdict.JUDGED).all()
    assert found.reason[0, 32:35].tolist() == [Verdict.MISSING, Verdict.GAP, Verdict.JUDGED]


@pytest.mark.parametrize(
    ("settings", "message"),
    [({"spans": 0}, "spans"), ({"alpha": 1.0}, "alpha"), ({"years": 1}, "years"), ({"half_life": 0.0}, "half_life")],
)
def test_settings_that_no_fit_can_have_are_refused(settings, message):
    with pytest.raises(UsageError, match=f"'{message}' parameter of RecentExcess"):
        RecentExcess(**settings)
