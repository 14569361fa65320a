"""The table of metrics: equal to plain loops, and the same from totals, folds and draws."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmodel.counts.distribution import CountDistribution
from riskmodel.forecasts.evaluation.metrics import METRIC_TABLE, METRICS, ForecastEvaluation, metric_values
from tests.forecasts.evaluation import oracles

rows = st.lists(st.tuples(st.integers(0, 4), st.sampled_from([0.1, 0.5, 1.0, 2.5]), st.integers(0, 3)), min_size=1, max_size=60)


@settings(max_examples=60, deadline=None)
@given(rows)
def test_metrics_equal_plain_loops(found: list[tuple[int, float, int]]) -> None:
    y, mean, as_of = (list(column) for column in zip(*found, strict=True))
    psi = [0.3 * (i % 2) for i in range(len(y))]
    got = metric_values(ForecastEvaluation(np.array(y), CountDistribution.of(np.array(mean), np.array(psi)), np.array(as_of)))
    assert tuple(got) == METRICS
    n = len(y)
    errors = [abs(a - b) for a, b in zip(y, mean, strict=True)]
    events = sum(y)
    assert got["rmse"] == pytest.approx(math.sqrt(sum(e * e for e in errors) / n))
    assert got["mae_mean"] == pytest.approx(sum(errors) / n)
    expected = sum(e * a for e, a in zip(errors, y, strict=True)) / events if events else float("nan")
    assert got["wmae"] == pytest.approx(expected, nan_ok=True)
    laws = [oracles.law(m, p) for m, p in zip(mean, psi, strict=True)]
    assert got["mae_median"] == pytest.approx(sum(abs(c - made.ppf(0.5)) for c, made in zip(y, laws, strict=True)) / n)
    assert got["log_score"] == pytest.approx(-sum(made.logpmf(c) for c, made in zip(y, laws, strict=True)) / n, abs=1e-12)
    briers = sum((made.sf(0) - (c > 0)) ** 2 for c, made in zip(y, laws, strict=True))
    assert got["brier"] == pytest.approx(briers / n, abs=1e-12)


def test_every_metric_has_a_meaning_and_a_direction() -> None:
    for name, metric in METRIC_TABLE.items():
        assert metric.name == name
        assert len(metric.meaning) > 20
        assert (metric.parts is None) != (metric.pooled is None)
    assert {name for name, metric in METRIC_TABLE.items() if metric.better == "stated"} == {
        "ratio",
        *(f"coverage_{k}" for k in (50, 80, 90, 95)),
    }


def test_better_forecasts_are_better_by_every_metric() -> None:
    """The true distribution against the same with its places shuffled: every metric prefers the true one."""
    rng = np.random.default_rng(12)
    mean = rng.gamma(0.4, 3.0, 6_000)
    y, as_of = rng.poisson(mean), np.repeat(np.arange(20), 300)
    right = metric_values(ForecastEvaluation(y, CountDistribution.of(mean), as_of))
    wrong = metric_values(ForecastEvaluation(y, CountDistribution.of(rng.permutation(mean)), as_of))
    for name, metric in METRIC_TABLE.items():
        if metric.better != "stated" and not name.startswith("width"):
            assert (right[name] < wrong[name]) == (metric.better == "lower"), name


def test_metrics_of_some_dates_come_from_the_same_sums() -> None:
    rng = np.random.default_rng(13)
    mean = rng.gamma(0.4, 3.0, 600)
    y, as_of = rng.poisson(mean), np.repeat(np.arange(6), 100)
    whole = ForecastEvaluation(y, CountDistribution.of(mean), as_of)
    half = as_of < 3
    part = ForecastEvaluation(y[half], CountDistribution.of(mean[half]), as_of[half])
    for name, metric in METRIC_TABLE.items():
        if metric.parts is not None:
            assert metric.value(metric.sums(whole)[:3].sum(axis=0)) == pytest.approx(metric.compute(part)), name
        else:
            assert metric.pooled is not None
            assert metric.pooled(whole, half.astype(float)) == pytest.approx(metric.compute(part)), name


def test_without_an_event_undefined_metrics_are_nan() -> None:
    found = metric_values(ForecastEvaluation(np.zeros(5, dtype=int), CountDistribution.of(np.full(5, 0.2)), np.zeros(5)))
    none = {"wmae", "top_decile", "average_precision", "precision_at_recall", "recall_at_capacity", "hit_rate_at_capacity"}
    none |= {"recall_at_area", "hit_rate_at_area", "pai", "pei", "wmae_median", "ratio"}
    assert {name for name, value in found.items() if math.isnan(value)} == none
