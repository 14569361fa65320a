"""The gap to the truth: none for the truth itself, and no forecaster sees it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from riskmodel.base.errors import UsageError
from riskmodel.counts import any_event
from riskmodel.counts.distribution import CountDistribution, log_pmf
from riskmodel.counts.row_scores import excess_of_mean
from riskmodel.forecasts.backtesting import backtest
from riskmodel.records.history import History
from riskmodel.records.truth import Truth
from tests.worlds.made_results import made
from tests.worlds.quick_forecasters import make_experiment
from tests.worlds.two_towns import FEATURES


def test_forecasters_close_nothing_part_or_all_of_the_gap() -> None:
    rng = np.random.default_rng(8)
    rows = 240
    expected = np.tile(rng.gamma(0.7, 1.5, 24) + 0.02, 10)
    blurred = CountDistribution.of(np.full(rows, expected.mean()))
    halfway = CountDistribution.of(np.sqrt(expected * expected.mean()))
    forecasts = {"decayed": blurred, "boosted": CountDistribution.of(expected), "harmonic": halfway}
    result = made(y=rng.poisson(expected).astype(np.int32), forecasts=forecasts, expected=expected)
    score, found = result.truth_gaps()
    assert score == pytest.approx(result.row_scores("boosted")["log_score"].mean())
    assert found["boosted"].excess == pytest.approx((0, 0, 0))
    assert found["boosted"].closed == pytest.approx((1, 1, 1))
    assert math.isnan(found["decayed"].closed.value)
    assert found["decayed"].excess.low > 0
    assert 0 < found["harmonic"].closed.low < found["harmonic"].closed.value < found["harmonic"].closed.high < 1
    gap = result.row_scores("decayed")["log_score"].mean() - score
    assert found["harmonic"].closed.value == pytest.approx(result.lift()["harmonic"].value / gap)
    fair = found["harmonic"].closed_mean
    assert 0 < fair.low <= fair.value <= fair.high < 1
    assert fair.high - fair.low < found["harmonic"].closed.high - found["harmonic"].closed.low
    assert found["boosted"].closed_mean == pytest.approx((1, 1, 1))
    assert math.isnan(found["decayed"].closed_mean.value)
    summary = result.summary()["truth"]
    assert summary["log_score"] == score
    assert summary["forecasters"]["harmonic"]["closed"] == found["harmonic"].closed


def test_the_expected_excess_of_a_mean_holds_for_any_distribution_of_counts() -> None:
    rng = np.random.default_rng(3)
    expected, wrong = np.array([0.01, 0.4, 3.0, 25.0]), np.array([0.02, 0.3, 4.0, 20.0])
    fair = excess_of_mean(CountDistribution.of(wrong, 0.5), CountDistribution.of(expected))
    for row, (true, mean) in enumerate(zip(expected, wrong, strict=True)):
        for counts in (rng.poisson(true, 300_000), rng.negative_binomial(2, 2 / (2 + true), 300_000)):
            drawn = log_pmf(counts, true, np.zeros(1)) - log_pmf(counts, mean, np.zeros(1))
            assert fair[row] == pytest.approx(drawn.mean(), abs=4 * drawn.std() / math.sqrt(len(drawn)))


def test_for_binary_outcomes_it_is_the_excess_of_the_probability() -> None:
    truth = any_event.as_binary(CountDistribution.of(np.array([0.5])))
    forecast = any_event.as_binary(CountDistribution.of(np.array([0.2])))
    p, q = truth.mean[0], forecast.mean[0]
    assert excess_of_mean(forecast, truth)[0] == pytest.approx(p * math.log(p / q) + (1 - p) * math.log((1 - p) / (1 - q)))


def test_without_a_truth_there_is_no_gap() -> None:
    with pytest.raises(UsageError, match="This backtest has no truth"):
        made().truth_gaps()
    assert "truth" not in made().summary()


def test_a_backtest_uses_the_truth_of_its_rows_and_no_forecaster_sees_it(town: History) -> None:
    one = make_experiment(champion="decayed", forecasters=[{"type": "DecayedRate", "name": "decayed"}])
    dates = one.dates.test()
    figures = np.random.default_rng(2).gamma(1.0, 1.0, (len(town.places), len(dates))) + 0.1
    found = backtest(one, town, FEATURES, truth=Truth("theft", 14, dates, figures), threads=1)
    assert found.expected is not None
    for row in range(0, len(found), 5):
        assert found.expected[row] == figures[found.cell[row], list(dates).index(found.as_of[row])]
    other = backtest(one, town, FEATURES, truth=Truth("theft", 14, dates, figures + 3), threads=1)
    assert other.forecasts["decayed"].mean.tobytes() == found.forecasts["decayed"].mean.tobytes()
    with pytest.raises(UsageError, match="The truth of 'theft' is about 7 days and the target about 14"):
        backtest(one, town, FEATURES, truth=Truth("theft", 7, dates, figures), threads=1)
