"""Results of a backtest: lifts with intervals, folds, comparisons, and joins on the same rows."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from riskmodel.base.errors import UsageError
from riskmodel.counts.bootstrap import paired_difference
from riskmodel.counts.distribution import CountDistribution
from riskmodel.forecasts.backtesting import BacktestResult
from riskmodel.forecasts.backtesting.fold_metrics import fold_metrics
from riskmodel.forecasts.evaluation.metrics import METRIC_TABLE, METRICS, ForecastEvaluation, metric_values
from tests.worlds.made_results import made
from tests.worlds.quick_forecasters import make_experiment
from tests.worlds.two_towns import make_places


@pytest.fixture(scope="module")
def result() -> BacktestResult:
    return made()


def test_a_lift_is_a_paired_difference(result: BacktestResult) -> None:
    base, other = (result.row_scores(name)["log_score"] for name in ("decayed", "boosted"))
    found = result.lift("decayed")
    assert found["boosted"] == pytest.approx(paired_difference(base, other, result.as_of))
    assert list(found) == ["boosted", "harmonic", "persistence"]
    assert found == result.lift()
    assert found["boosted"].low > 0 > found["harmonic"].high


@pytest.mark.parametrize("score", ["rmse", "pai", "average_precision", "hit_rate_at_capacity", "mae_median"])
def test_above_zero_is_better_for_every_metric(result: BacktestResult, score: str) -> None:
    found, share = result.lift(score=score, draws=50), result.relative_lift(score=score, draws=50)
    base = result.summary()["forecasters"]["decayed"][score]
    for name, (value, low, high) in found.items():
        sign = 1 if METRIC_TABLE[score].better == "higher" else -1
        assert value == pytest.approx(sign * (result.summary()["forecasters"][name][score] - base))
        assert low <= high
        assert share[name].value == pytest.approx(value / base)
    assert found["harmonic"].value < 0
    assert found["boosted"].value >= 0


def test_fold_metrics_are_computed_from_their_rows(result: BacktestResult) -> None:
    folds = fold_metrics(result)
    assert len(folds) == 2 * 4
    for fold in folds:
        rows = result.fold == fold["fold"]
        forecast = result.forecasts[fold["forecaster"]]
        part = CountDistribution(forecast.mean[rows], forecast.dispersion[rows])
        slow = metric_values(ForecastEvaluation(result.y[rows], part, result.as_of[rows], result.evaluation.cuts.take(rows)))
        assert {name: fold[name] for name in METRICS} == pytest.approx(slow, nan_ok=True)


def test_a_comparison_is_a_table(result: BacktestResult) -> None:
    found = result.compare(metrics=["log_score", "pai"])
    assert len(found) == 2 * 3
    assert list(found.columns)[:4] == ["metric", "forecaster", "figure", "decayed"]
    row = found[(found["metric"] == "pai") & (found["forecaster"] == "boosted")].iloc[0]
    assert row["better_by"] == pytest.approx(row["figure"] - row["decayed"])
    assert row["low"] <= row["better_by"] <= row["high"]
    assert row["share"] == pytest.approx(row["better_by"] / row["decayed"])


def test_cuts_follow_the_experiment_and_the_places() -> None:
    plain = made()
    assert plain.evaluation.cuts.capacity.tolist() == [20.0]
    assert (plain.evaluation.cuts.area == 1).all()
    stated = {"grouping": "town", "area": "households", "cells": 3, "recall": 0.8}
    policy = {"capacity": 4, "capacity_by_centre": {"west": 2}}
    chosen = made(experiment=make_experiment(evaluation=stated, policy=policy))
    assert chosen.evaluation.cuts.capacity.tolist() == [4.0, 2.0]
    assert chosen.evaluation.cuts.cells == 3
    assert chosen.evaluation.cuts.recall == 0.8
    assert np.array_equal(chosen.evaluation.cuts.centre, chosen.cell % 2)
    assert np.array_equal(chosen.evaluation.cuts.area, chosen.places.exposures["households"][chosen.cell])
    assert sum(1 for _ in chosen.evaluation.of("boosted").at_capacity["rows"]) == 10
    assert chosen.evaluation.of("boosted").at_capacity["rows"].tolist() == pytest.approx([6.0] * 10)


def test_missing_groupings_and_areas_are_named() -> None:
    with pytest.raises(UsageError, match=r"no grouping named 'centr'"):
        _ = made(experiment=make_experiment(evaluation={"grouping": "centr"})).evaluation.cuts
    places = make_places()
    empty = replace(places, exposures={"households": places.exposures["households"], "area": np.zeros(24)})
    with pytest.raises(UsageError, match="'area' is to be the area of cells, but 24 cells, such as 'c00', have none above 0"):
        _ = made(experiment=make_experiment(evaluation={"area": "area"}), places=empty).evaluation.cuts
    with pytest.raises(UsageError, match=r"evaluation\.baseline: 'decay' is not one of the forecasters"):
        make_experiment(evaluation={"baseline": "decay"})


def test_the_baseline_is_the_one_stated_or_the_decayed_rate() -> None:
    assert make_experiment().baseline == "decayed"
    assert make_experiment(evaluation={"baseline": "harmonic"}).baseline == "harmonic"
    only = make_experiment(champion="p", forecasters=[{"type": "Persistence", "name": "p"}])
    assert only.baseline == "p"


def test_only_results_on_the_same_rows_can_be_joined(result: BacktestResult) -> None:
    both = result.joined(made())
    assert list(both.forecasts)[4:] == [f"{name} (2)" for name in result.forecasts]
    assert both.lift("decayed")["decayed (2)"] == (0.0, 0.0, 0.0)
    other = made(y=result.y + 1)
    with pytest.raises(UsageError, match="the counts of the other one, 'town-theft', differ: cell 'c00' as of 2022-01-08"):
        result.joined(other)


def test_an_unknown_metric_or_forecaster_gets_the_nearest_match(result: BacktestResult) -> None:
    with pytest.raises(UsageError, match=r"no metric named 'rmsee'.*did you mean 'rmse'"):
        result.lift(score="rmsee")
    with pytest.raises(UsageError, match=r"no forecaster in the backtest named 'boost'.*did you mean 'boosted'"):
        result.lift("boost")
    with pytest.raises(UsageError, match=r"no forecaster in the backtest named 'x'"):
        result.evaluation.of("x")


def test_one_date_gives_no_interval() -> None:
    result = made()
    first = result.as_of == result.as_of[0]
    one = made(
        cell=result.cell[first],
        as_of=result.as_of[first],
        y=result.y[first],
        fold=result.fold[first],
        forecasts={n: CountDistribution(f.mean[first], f.dispersion[first]) for n, f in result.forecasts.items()},
    )
    for score in ("log_score", "average_precision"):
        value, low, high = one.lift(score=score, draws=20)["boosted"]
        assert not math.isnan(value)
        assert math.isnan(low)
        assert math.isnan(high)
