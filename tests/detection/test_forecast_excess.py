"""Counts against the forecasts that were made for them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import riskmodel as rm
from riskmodel.base.errors import UsageError
from riskmodel.counts.distribution import log_pmf
from riskmodel.detection import Verdict
from riskmodel.detection.e_detector import e_chart, log_e_value
from riskmodel.detection.excess_evidence import PredictedSums, excess_p
from riskmodel.detection.forecast_excess import ForecastExcess


def mid_p_value(y: np.ndarray, mean: np.ndarray, dispersion: np.ndarray) -> np.ndarray:
    """The mid-p-value of a high count, by scipy."""
    law = stats.nbinom(1 / dispersion, 1 / (1 + dispersion * mean))
    return (law.sf(y) + law.sf(y - 1)) / 2


@pytest.fixture(scope="module")
def dependent() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Counts whose mean depends on the last one, with that mean as forecast and a dispersion of 0.3."""
    rng = np.random.default_rng(8)
    counts, mean = np.zeros((400, 100)), np.zeros((400, 100))
    for t in range(100):
        mean[:, t] = 1 + 0.6 * counts[:, t - 1] if t else 2.5
        counts[:, t] = rng.negative_binomial(1 / 0.3, 1 / (1 + 0.3 * mean[:, t]))
    return counts, mean, np.full(mean.shape, 0.3)


def test_the_p_value_is_the_tail_of_the_forecast(dependent):
    counts, mean, dispersion = dependent
    found = rm.detect(counts, ForecastExcess(mean, dispersion), first=90)
    np.testing.assert_allclose(found.p_value, mid_p_value(counts, mean, dispersion)[:, 90:])
    np.testing.assert_array_equal(found.alarm, (found.p_value < 0.01) & (counts[:, 90:] > mean[:, 90:]))


def test_the_mid_p_value_is_uniform_on_average() -> None:
    y, mean = np.arange(400.0), np.full((400, 1), 30.0)
    p_value = excess_p(y, PredictedSums(np.zeros((400, 1)), mean, np.zeros((400, 1)), mean[:, 0]))
    assert float((np.exp(log_pmf(y, mean[:, 0], np.zeros(400))) * p_value).sum()) == pytest.approx(0.5, abs=1e-9)


def test_means_and_variances_of_several_periods_add_up(dependent):
    counts, mean, dispersion = dependent
    found = rm.detect(counts, ForecastExcess(mean, dispersion, spans=2), first=90)
    total, extra = mean[:, 90:] + mean[:, 89:-1], 0.3 * (mean[:, 90:] ** 2 + mean[:, 89:-1] ** 2)
    wanted = mid_p_value(counts[:, 90:] + counts[:, 89:-1], total, extra / total**2)
    np.testing.assert_allclose(found.p_value, wanted)


def test_randomised_p_values_are_uniform_and_keep_their_level(dependent):
    counts, mean, dispersion = dependent
    detector = ForecastExcess(mean, dispersion, p_value="randomised", alpha=0.05)
    found = rm.detect(counts, detector, first=75)
    shares = np.histogram(found.p_value, np.linspace(0, 1, 11))[0] / found.p_value.size
    np.testing.assert_allclose(shares, 0.1, atol=0.007)
    assert abs(found.alarm.mean() - 0.05) < 0.005
    again = rm.detect(counts, detector, first=90)
    assert again.p_value.tobytes() == found.p_value[:, 15:].tobytes()


@pytest.mark.parametrize("dispersion", [0.0, 0.8])
def test_an_e_value_has_mean_one_under_the_forecast(dispersion):
    count = np.arange(400.0)
    pmf = np.exp(log_pmf(count, np.full(400, 2.0), np.full(400, dispersion)))
    e_value = np.exp(log_e_value(count, np.full(400, 2.0), np.full(400, dispersion)))
    np.testing.assert_allclose((pmf * e_value).sum(axis=1), 1, rtol=1e-6)


def test_the_chart_sums_products_over_all_starts(dependent):
    counts, mean, dispersion = (values[:5, :12] for values in dependent)
    found = e_chart(counts, mean, dispersion, 4, 1e9)
    e_value = np.exp([log_e_value(counts[:, t], mean[:, t], dispersion[:, t]) for t in range(12)])
    for t in range(12):
        runs = [np.prod(e_value[start : t + 1], axis=0) for start in range(max(t - 3, 0), t + 1)]
        np.testing.assert_allclose(found.chart[:, t], np.sum(runs, axis=0).mean(axis=0))


def test_false_alarms_are_as_rare_as_stated_though_counts_depend_on_each_other(dependent):
    counts, mean, dispersion = dependent
    found = rm.detect(counts, ForecastExcess(mean, dispersion, spans=8, between_alarms=50.0), first=0)
    assert 0 < found.alarm.mean() < 1 / 50
    np.testing.assert_array_equal(found.alarm, found.observed > found.upper)


def test_a_lasting_small_increase_is_found_sooner_by_the_sequential_form():
    rng = np.random.default_rng(2)
    mean = np.full((500, 12), 4.0)
    counts = rng.poisson(1.6 * mean)
    rare = 1 / 200
    single = rm.detect(counts, ForecastExcess(mean, 0 * mean, alpha=rare), first=0).alarm
    sequential = rm.detect(counts, ForecastExcess(mean, 0 * mean, spans=12, between_alarms=1 / rare), first=0).alarm
    assert sequential.any(axis=1).mean() > single.any(axis=1).mean() + 0.1


def test_without_a_forecast_there_is_a_reason():
    mean = np.full((1, 8), 2.0)
    mean[0, [3, 4]] = np.nan
    counts = np.array([[2, 2, 2, 2, 2, 2, np.nan, 9]])
    found = rm.detect(counts, ForecastExcess(mean, np.zeros((1, 8)), spans=2), first=0)
    none, gap = Verdict.NO_FORECAST, Verdict.GAP
    assert found.reason[0].tolist() == [Verdict.TOO_SHORT, 0, 0, none, none, gap, Verdict.MISSING, gap]
    assert found.frame()["reason"][3] == "there is no forecast of this period"
    chart = rm.detect(counts, ForecastExcess(mean, np.zeros((1, 8)), spans=2, between_alarms=20.0), first=0)
    assert chart.reason[0].tolist() == [0, 0, 0, none, none, 0, Verdict.MISSING, 0]
    assert chart.alarm[0].tolist() == [False] * 7 + [True]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"dispersion": np.zeros((2, 3))}, "same shape as the mean"),
        ({"dispersion": np.full((1, 3), -1.0)}, "whether there is any event has no counts"),
        ({"mean": np.full((1, 3), np.inf)}, "numbers from 0 to 1,000,000,000,000"),
        ({"dispersion": np.full((1, 3), 1e5)}, "numbers from 0 to 10,000"),
        ({"spans": 0}, "at least 1"),
        ({"between_alarms": 1.0}, "above 1 period"),
        ({"p_value": "exact"}, "'mid' or 'randomised'"),
    ],
)
def test_forecasts_that_cannot_be_are_refused(settings, message):
    with pytest.raises(UsageError, match=message):
        ForecastExcess(**{"mean": np.ones((1, 3)), "dispersion": np.zeros((1, 3))} | settings)


@pytest.mark.parametrize(
    "settings", [{}, {"alpha": 1e-9}, {"spans": 3}, {"spans": 3, "combined": True}, {"spans": 3, "between_alarms": 50.0}]
)
def test_any_forecast_and_count_have_a_stated_answer(settings):
    values = [(m, psi, y) for m in (0, 1e-9, 0.1, 5, 1e6, 1e12) for psi in (0, 0.3, 50, 1e4) for y in (0, 1, 30, 1e6, 1e12)]
    mean, dispersion, counts = (np.repeat(column[:, None], 4, axis=1) for column in np.array(values, dtype=np.float64).T)
    found = rm.detect(counts, ForecastExcess(mean, dispersion, **settings), first=2)
    assert (found.reason == Verdict.JUDGED).all()
    assert np.isfinite(found.upper).all()
    assert np.isfinite(found.statistic).all()
    assert not found.alarm[counts[:, 0] == 0].any()
    assert found.alarm[(counts[:, 0] >= 1e6) & (mean[:, 0] <= 5) & (dispersion[:, 0] <= 0.3)].any(axis=1).all()


def test_counts_of_another_shape_are_refused():
    with pytest.raises(UsageError, match=r"the shape of the forecasts, \(1, 3\)"):
        rm.detect(np.ones((1, 4)), ForecastExcess(np.ones((1, 3)), np.zeros((1, 3))), first=1)
