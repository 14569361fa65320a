"""The paired block bootstrap: repeatable blocks of dates, metrics recomputed per draw, and intervals that cover."""

from __future__ import annotations

import numpy as np
import pytest

from riskmodel.base.errors import UsageError
from riskmodel.counts.bootstrap import interval, multiplicities, paired_difference, paired_statistics, widening
from riskmodel.forecasts.evaluation.metrics.metric_table import METRIC_TABLE


def test_a_paired_difference_is_repeatable_and_covers_the_truth() -> None:
    rng = np.random.default_rng(11)
    as_of = np.repeat(np.arange(60), 20)
    noise = rng.normal(0, 1, len(as_of))
    found = paired_difference(noise + 0.3, noise, as_of)
    assert found == paired_difference(noise + 0.3, noise, as_of)
    assert found == pytest.approx((0.3, 0.3, 0.3))
    mean, low, high = paired_difference(rng.normal(0, 1, len(as_of)), rng.normal(0, 1, len(as_of)), as_of)
    assert low < 0 < high
    assert low < mean < high
    assert high - low == pytest.approx(2 * 1.96 * np.sqrt(2 / len(as_of)), rel=0.35)


def test_rows_of_a_date_stay_together_in_the_bootstrap() -> None:
    """With one effect per date, more rows per date do not narrow the interval; blocks widen it where dates are alike."""
    rng = np.random.default_rng(2)
    effect = rng.normal(0, 1, 80)
    one = paired_difference(effect, 0 * effect, np.arange(80))
    many = paired_difference(np.repeat(effect, 50), np.zeros(4_000), np.repeat(np.arange(80), 50))
    assert many == pytest.approx(one)
    runs = np.repeat(rng.normal(0, 1, 20), 4)
    single = paired_difference(runs, 0 * runs, np.arange(80), block=1)
    blocks = paired_difference(runs, 0 * runs, np.arange(80), block=8)
    assert blocks[2] - blocks[1] > 1.3 * (single[2] - single[1])


def test_draws_are_blocks_of_consecutive_dates() -> None:
    found = multiplicities(12, draws=200, block=4)
    assert found.shape == (200, 12)
    assert (found.sum(axis=1) == 12).all()
    # three blocks around a circle: a count changes at no more than their six ends
    assert (np.count_nonzero(np.diff(np.concatenate([found, found[:, :1]], axis=1), axis=1), axis=1) <= 6).all()
    assert np.array_equal(found, multiplicities(12, draws=200, block=4))
    assert not np.array_equal(found, multiplicities(12, draws=200, block=4, seed=2))
    assert abs(found.mean(axis=0) - 1).max() < 0.2
    with pytest.raises(UsageError, match="'block' parameter of the bootstrap must be a whole number"):
        multiplicities(12, block=0)


@pytest.mark.parametrize("name", ["rmse", "wmae", "pai", "log_score", "precision_at_capacity"])
def test_a_quotient_is_recomputed_from_each_draw(name: str) -> None:
    """The drawn value is that of the repeated dates, not a mean over dates."""
    rng = np.random.default_rng(3)
    metric = METRIC_TABLE[name]
    columns = 4 if name == "pai" else 2
    parts = rng.gamma(2.0, 3.0, (3, 9, columns))
    value, drawn = paired_statistics(parts, metric.value, draws=40, block=2)
    weights = multiplicities(9, 40, 2)
    for draw in range(40):
        again = np.repeat(parts, weights[draw], axis=1).sum(axis=1)
        np.testing.assert_allclose(drawn[draw], metric.value(again), rtol=1e-12)
    np.testing.assert_allclose(value, metric.value(parts.sum(axis=1)))


def test_all_models_are_evaluated_on_the_same_draw() -> None:
    parts = np.random.default_rng(4).gamma(2.0, 1.0, (1, 20, 2))
    value, drawn = paired_statistics(np.concatenate([parts, parts]), METRIC_TABLE["rmse"].value)
    assert np.array_equal(drawn[:, 0], drawn[:, 1])
    assert value[0] == value[1]


def test_few_dates_shorten_the_blocks_and_fewer_have_no_interval() -> None:
    """A block as long as the dates would always draw all of them: an interval of zero width that looks certain."""
    effect = np.random.default_rng(3).normal(0, 1, 6)
    value, low, high = paired_difference(effect, 0 * effect, np.arange(6), block=6)
    assert low < value < high
    assert (low, high) == paired_difference(effect, 0 * effect, np.arange(6), block=2)[1:]
    value, low, high = paired_difference(effect[:2], 0 * effect[:2], np.arange(2))
    assert value == pytest.approx(effect[:2].mean())
    assert np.isnan(low)
    assert np.isnan(high)
    parts = np.random.default_rng(4).gamma(2.0, 1.0, (2, 2, 2))
    assert np.isnan(paired_statistics(parts, METRIC_TABLE["rmse"].value)[1]).all()


def test_draws_without_a_value_are_left_out() -> None:
    found = interval(0.4, np.array([np.nan, 0.1, 0.5, np.nan]), wider=1.0)
    assert found.value == 0.4
    assert found.low == pytest.approx(0.11)
    assert np.isnan(interval(0.4, np.array([np.nan]), wider=1.0).low)


def test_an_interval_of_few_blocks_is_wider_than_its_draws() -> None:
    """The factor is the quantile of Student's t, from its table, over that of the normal distribution."""
    assert widening(12, 4) == pytest.approx(4.30265 / 1.95996, rel=1e-5)
    assert widening(40, 8) == pytest.approx(2.77645 / 1.95996, rel=1e-5)
    assert widening(12, 12) == widening(12, 4)
    assert 1 < widening(4_000, 4) < 1.002
    assert widening(2, 4) == 1.0
    assert interval(1.0, np.array([0.0, 2.0]), wider=3.0) == pytest.approx((1.0, -1.85, 3.85))
    assert interval(1.0, np.array([0.0, 2.0]), wider=3.0).within(0.0, np.inf) == pytest.approx((1.0, 0.0, 3.85))
    assert np.isnan(interval(1.0, np.array([np.nan]), wider=3.0).within(0.0, 1.0).high)


@pytest.mark.parametrize(("dates", "block"), [(12, 4), (24, 4), (9, 3)])
def test_an_interval_of_few_blocks_holds_the_truth(dates: int, block: int) -> None:
    """The draws alone would hold it in 81 to 88 of 100 cases."""
    noise = np.random.default_rng(8).normal(0, 1, (600, dates))
    found = [paired_difference(one, 0 * one, np.arange(dates), draws=200, block=block) for one in noise]
    assert 0.93 <= np.mean([one.low < 0 < one.high for one in found]) <= 0.99


def test_the_interval_covers_about_as_often_as_stated() -> None:
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(200):
        noise = rng.normal(0, 1, 82)
        dates = 0.2 + (noise[:-2] + noise[1:-1] + noise[2:]) / np.sqrt(3)
        _, low, high = paired_difference(dates, 0 * dates, np.arange(80), draws=200, block=6)
        held += low < 0.2 < high
    assert 0.82 < held / 200 < 0.99
