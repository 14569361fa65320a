"""Backtests: identical rows, nothing from the future, labels as known at each origin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from riskmodel.asof.design import Design
from riskmodel.base.days import NEVER, to_day
from riskmodel.base.errors import UsageError
from riskmodel.forecasts.backtesting import BacktestResult, backtest
from riskmodel.forecasts.backtesting.fold_metrics import fold_metrics
from riskmodel.forecasts.backtesting.learning_rows import LearningRows, needed_features
from riskmodel.forecasts.backtesting.rolling_origin import RollingOrigin
from riskmodel.forecasts.evaluation import METRICS
from riskmodel.forecasts.evaluation.metrics import ForecastEvaluation, metric_values
from riskmodel.forecasts.experiment import Experiment
from riskmodel.forecasts.fold import Fold
from riskmodel.records.history import History
from tests.worlds.other_future import with_another_future
from tests.worlds.quick_forecasters import make_experiment
from tests.worlds.two_towns import DELAY, FEATURES, TARGET


@pytest.fixture(scope="module")
def result(town: History, experiment: Experiment) -> BacktestResult:
    return backtest(experiment, town, FEATURES)


def test_all_forecasters_have_identical_rows(result: BacktestResult, experiment: Experiment) -> None:
    rows = len(experiment.dates.test()) * len(result.places)
    assert len(result) == rows
    assert len({*zip(result.cell.tolist(), result.as_of.tolist(), strict=True)}) == rows
    assert set(result.forecasts) == {"persistence", "decayed", "harmonic", "boosted"}
    assert all(len(forecast) == rows for forecast in result.forecasts.values())
    summary = result.summary()
    assert set(summary) == {"rows", "events", "forecasters", "bands", "notes"}
    assert (summary["rows"], summary["events"]) == (rows, int(result.y.sum()))
    for name, metrics in summary["forecasters"].items():
        assert tuple(metrics) == METRICS
        assert metrics == metric_values(
            ForecastEvaluation(result.y, result.forecasts[name], result.as_of, result.evaluation.cuts)
        )


def test_labels_equal_a_plain_loop(result: BacktestResult, town: History) -> None:
    for row in range(0, len(result), 7):
        assert result.y[row] == slow_label(town, int(result.cell[row]), int(result.as_of[row]))


def slow_label(history: History, cell: int, as_of: int) -> int:
    believed = (history.kind == 0) & (history.cell == cell) & (history.until == NEVER)
    inside = (history.occurred >= as_of) & (history.occurred < as_of + TARGET.horizon)
    return int(history.amount[believed & inside].sum())


def test_folds_cover_the_test_window_once(result: BacktestResult, experiment: Experiment) -> None:
    assert result.origins == (to_day("2022-08-02"), to_day("2022-08-30"))
    for fold, first in enumerate(result.origins):
        of = result.as_of[result.fold == fold]
        assert of.min() == first
        assert of.max() < first + experiment.dates.refit_every
    folds = fold_metrics(result)
    assert len(folds) == 2 * 4
    assert {row["forecaster"] for row in folds} == set(result.forecasts)
    assert {(row["first"], row["last"]) for row in folds} == {("2022-08-02", "2022-08-23"), ("2022-08-30", "2022-09-20")}


def test_a_frame_and_a_repr_for_the_notebook(result: BacktestResult) -> None:
    frame = result.frame()
    assert list(frame.columns) == list(METRICS)
    assert frame["log_score"].is_monotonic_increasing
    assert repr(result).startswith("<Backtest 'town-theft': 192 rows")
    assert "boosted" in repr(result)
    predictions = result.predictions()
    assert len(predictions) == len(result) * 23 // 24, "the first cell has too few households to be shown alone"
    assert "c00" not in set(predictions["cell"])
    assert list(predictions.columns[:3]) == ["cell", "as_of", "y"]
    assert {"decayed_mean", "boosted_dispersion"} <= set(predictions.columns)


@pytest.mark.parametrize("at", [0, 3, 4])
def test_no_forecast_depends_on_the_future(at: int, town: History, experiment: Experiment, result: BacktestResult) -> None:
    """Dates 0 to 3 are forecast by the first fit, date 4 by the second, which learns from what was known then."""
    day = int(experiment.dates.test()[at])
    other = backtest(experiment, with_another_future(town, day), FEATURES, threads=1)
    here, there = result.as_of == day, other.as_of == day
    assert not np.array_equal(result.y[here], other.y[there])
    for name in result.forecasts:
        for part in ("mean", "dispersion"):
            before, after = (getattr(r.forecasts[name], part)[rows] for r, rows in ((result, here), (other, there)))
            assert before.tobytes() == after.tobytes(), (name, part)
    until, past = result.as_of < day, other.as_of < day
    for name in result.forecasts:
        assert result.forecasts[name].mean[until].tobytes() == other.forecasts[name].mean[past].tobytes(), name


def test_the_leak_test_would_detect_a_leak(town: History, experiment: Experiment, result: BacktestResult) -> None:
    """With one day less in common, the forecasts differ."""
    day = int(experiment.dates.test()[0])
    other = backtest(experiment, with_another_future(town, day - 1), FEATURES, threads=1)
    for name in result.forecasts:
        assert not np.array_equal(
            result.forecasts[name].mean[result.as_of == day], other.forecasts[name].mean[other.as_of == day]
        ), name


def test_models_learn_from_labels_as_known_at_the_origin(
    town: History, experiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    module = sys.modules[RollingOrigin.__module__]
    seen: list[Design] = []
    real: Callable[..., Any] = module.fit_calibrated

    def watch(forecaster: Any, fold: Fold, *others: Any) -> Any:
        seen.append(fold.design)
        return real(forecaster, fold, *others)

    monkeypatch.setattr(module, "fit_calibrated", watch)
    backtest(experiment, town, FEATURES, threads=1)
    assert len(seen) == 2 * 4
    origins = np.repeat([to_day("2022-08-02"), to_day("2022-08-30")], 4)
    for origin, rows in zip(origins, seen, strict=True):
        assert rows.as_of.min() == to_day(experiment.dates.first)
        assert rows.as_of.max() + TARGET.horizon - 1 <= origin - 1 - DELAY
        assert rows.as_of.max() + TARGET.horizon - 1 + 7 > origin - 1 - DELAY
        known = town.known_by(int(origin))
        assert len({*rows.as_of.tolist()}) * len(town.places) == len(rows)
        for row in range(0, len(rows), 97):
            assert rows.y[row] == slow_label(known, int(rows.cell[row]), int(rows.as_of[row]))


def test_labels_known_later_differ_from_those_known_at_the_origin(town: History, learned: Design) -> None:
    """Otherwise the test above would prove nothing."""
    day = to_day("2022-04-01")
    then = LearningRows(learned, town, 0).on(day)
    rows = np.flatnonzero(np.isin(learned.as_of, np.unique(then.as_of)))
    assert not np.array_equal(then.y, learned.y[rows])


def test_only_cells_at_risk_count(town: History, experiment: Experiment) -> None:
    places = town.places
    closed = replace(places, valid_to=np.where(places.cell == 5, to_day("2022-08-20"), places.valid_to).astype(np.int32))
    found = backtest(experiment, replace(town, places=closed), FEATURES, threads=1)
    assert found.as_of[found.cell == 5].max() < to_day("2022-08-20")
    assert len(found) == 8 * 24 - 5


def test_too_little_history_names_what_is_needed_and_available(town: History, experiment: Experiment) -> None:
    def dated(**dates: object) -> Experiment:
        return make_experiment(dates=experiment.dates.model_dump() | dates)

    with pytest.raises(
        UsageError, match=r"needs records from 2019-06-04 on, but the history holds records from 2021-01-0.*Ingest"
    ):
        backtest(dated(first="2019-06-04"), town, FEATURES)
    needs = r"settled labels for every test date up to 2023-02-28 \(the first without ends 2023-01-.*mature by 2023-01-02"
    with pytest.raises(UsageError, match=needs):
        backtest(dated(test_to="2023-03-07"), town, FEATURES)
    with pytest.raises(UsageError, match="needs records, but the history holds none"):
        backtest(experiment, town.between(0, 1), FEATURES)
    with pytest.raises(UsageError, match="Persistence has no row to learn from"):
        backtest(dated(test_from="2021-06-08", test_to="2021-06-22"), town, FEATURES)


def test_an_unknown_kind_or_feature_is_named(town: History, experiment: Experiment) -> None:
    wrong = make_experiment(target={"kinds": ["teft"], "horizon": 14})
    with pytest.raises(UsageError, match=r"no kind .*named 'teft'.*did you mean 'theft'"):
        backtest(wrong, town, FEATURES)


def test_a_design_holds_what_any_forecaster_needs_once(experiment: Experiment) -> None:
    found = needed_features([experiment], FEATURES, ["decayed", "boosted", "persistence"])
    names = [feature.name for feature in found]
    assert len(names) == len(set(names))
    assert {feature.name for feature in FEATURES} <= set(names)
    assert "theft_count_14d" in names
    only = [feature.name for feature in needed_features([experiment], FEATURES, ["persistence"])]
    assert only == ["theft_count_14d"]


def test_results_do_not_depend_on_threads(town: History, experiment: Experiment, result: BacktestResult) -> None:
    said: list[tuple[str, float]] = []
    again = backtest(experiment, town, FEATURES, threads=1, progress=lambda label, share: said.append((label, share)))
    for name in result.forecasts:
        assert again.forecasts[name].mean.tobytes() == result.forecasts[name].mean.tobytes(), name
        assert again.forecasts[name].dispersion.tobytes() == result.forecasts[name].dispersion.tobytes(), name
    assert said[0] == ("features", 0.0)
    assert said[-1] == ("done", 1.0)
    assert ("boosted, from 2022-08-30", 7 / 8) in said
