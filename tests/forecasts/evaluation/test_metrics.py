"""Metrics against plain loops."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from riskmodel.forecasts.distribution import Forecast
from riskmodel.forecasts.evaluation.metrics import METRICS, paired_difference, reliability, row_scores, summarise, top_decile


def slow_top_decile(y: list[int], mean: list[float], as_of: list[int]) -> float:
    caught = total = 0
    for day in sorted(set(as_of)):
        rows = [i for i in range(len(y)) if as_of[i] == day]
        k = math.ceil(len(rows) / 10)
        true = {i for i in sorted(rows, key=lambda i: (-y[i], i))[:k] if y[i] > 0}
        caught += len(true & set(sorted(rows, key=lambda i: (-mean[i], i))[:k]))
        total += len(true)
    return caught / total if total else float("nan")


rows = st.lists(st.tuples(st.integers(0, 4), st.sampled_from([0.1, 0.5, 1.0, 2.5]), st.integers(0, 3)), min_size=1, max_size=60)


@settings(max_examples=150, deadline=None)
@given(rows)
def test_top_decile_is_that_of_a_plain_loop(found: list[tuple[int, float, int]]) -> None:
    y, mean, as_of = (list(column) for column in zip(*found, strict=True))
    got = top_decile(np.array(y), np.array(mean), np.array(as_of))
    assert got == pytest.approx(slow_top_decile(y, mean, as_of), nan_ok=True)


@settings(max_examples=60, deadline=None)
@given(rows)
def test_summaries_are_those_of_plain_loops(found: list[tuple[int, float, int]]) -> None:
    y, mean, as_of = (list(column) for column in zip(*found, strict=True))
    psi = [0.3 * (i % 2) for i in range(len(y))]
    got = summarise(np.array(y), Forecast.of(np.array(mean), np.array(psi)), np.array(as_of))
    assert tuple(got) == METRICS
    n = len(y)
    errors = [abs(a - b) for a, b in zip(y, mean, strict=True)]
    events = sum(y)
    assert got["rmse"] == pytest.approx(math.sqrt(sum(e * e for e in errors) / n))
    assert got["mae_mean"] == pytest.approx(sum(errors) / n)
    expected = sum(e * a for e, a in zip(errors, y, strict=True)) / events if events else float("nan")
    assert got["wmae"] == pytest.approx(expected, nan_ok=True)
    medians, logs, briers = [], [], []
    for count, m, p in zip(y, mean, psi, strict=True):
        made = stats.poisson(m) if p == 0 else stats.nbinom(1 / p, 1 / (1 + p * m))
        medians.append(abs(count - made.ppf(0.5)))
        logs.append(-made.logpmf(count))
        briers.append((made.sf(0) - (count > 0)) ** 2)
    assert got["mae_median"] == pytest.approx(sum(medians) / n)
    assert got["log_score"] == pytest.approx(sum(logs) / n, abs=1e-12)
    assert got["brier"] == pytest.approx(sum(briers) / n, abs=1e-12)


def test_reliability_holds_every_row_once_in_rising_order() -> None:
    rng = np.random.default_rng(5)
    mean = rng.gamma(1.0, 1.0, 5_000)
    y = rng.poisson(mean)
    found = reliability(y, Forecast.of(mean), bins=7)
    assert sum(found["rows"]) == 5_000
    assert len(found["rows"]) == 7
    assert found["forecast"] == sorted(found["forecast"])
    order = np.argsort(mean, kind="stable")[: int(found["rows"][0])]
    assert found["forecast"][0] == pytest.approx(mean[order].mean())
    assert found["observed"][0] == pytest.approx(y[order].mean())
    for low, high, forecast in zip(found["low"], found["high"], found["forecast"], strict=True):
        assert 0 <= low <= high
        assert low - 0.1 <= forecast <= high + 0.1
    assert len(reliability(y[:3], Forecast.of(mean[:3]), bins=10)["rows"]) == 3


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
    """With one effect a date, more rows a date do not narrow the interval; blocks widen it where dates resemble each other."""
    rng = np.random.default_rng(2)
    effect = rng.normal(0, 1, 80)
    one = paired_difference(effect, 0 * effect, np.arange(80))
    many = paired_difference(np.repeat(effect, 50), np.zeros(4_000), np.repeat(np.arange(80), 50))
    assert many == pytest.approx(one)
    runs = np.repeat(rng.normal(0, 1, 20), 4)
    single = paired_difference(runs, 0 * runs, np.arange(80), block=1)
    blocks = paired_difference(runs, 0 * runs, np.arange(80), block=8)
    assert blocks[2] - blocks[1] > 1.3 * (single[2] - single[1])
    assert paired_difference(effect[:1], 0 * effect[:1], np.array([5])) == pytest.approx((effect[0],) * 3)


def test_row_scores_are_proper_on_average() -> None:
    """The distribution that made the counts scores better than a wrong one."""
    rng = np.random.default_rng(9)
    mean = rng.gamma(1.0, 2.0, 4_000)
    y = rng.poisson(mean)
    right = row_scores(y, Forecast.of(mean))
    for wrong in (Forecast.of(1.5 * mean), Forecast.of(mean, 2.0), Forecast.of(np.full_like(mean, mean.mean()))):
        for name, values in row_scores(y, wrong).items():
            assert values.mean() > right[name].mean(), name
