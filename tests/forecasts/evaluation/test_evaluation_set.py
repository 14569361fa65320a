"""The evaluation set: stored scores of past nights are evaluated like a backtest."""

from __future__ import annotations

import numpy as np

from riskmodel.counts.distribution import CountDistribution
from riskmodel.forecasts.backtesting import backtest
from riskmodel.forecasts.evaluation import METRICS, EvaluationSet
from riskmodel.forecasts.evaluation.comparison import differences
from riskmodel.forecasts.evaluation.interval_coverage import PredictionIntervals, interval_coverage
from riskmodel.forecasts.evaluation.metrics import Cuts
from riskmodel.forecasts.training import train
from riskmodel.records.history import History
from tests.worlds.made_results import made
from tests.worlds.quick_forecasters import make_experiment
from tests.worlds.two_towns import FEATURES

TABLES = [{"type": "Persistence", "name": "persistence"}, {"type": "DecayedRate", "name": "decayed"}]


def test_stored_scores_are_evaluated_like_a_backtest(town: History) -> None:
    """Scores of bundles that were trained on the first test day, night by night, against a backtest of the same days."""
    dates = {"first": "2021-06-01", "step": 7, "test_from": "2022-08-02", "test_to": "2022-09-27", "refit_every": 56}
    experiments = {name: make_experiment(forecasters=TABLES, champion=name, dates=dates) for name in ("persistence", "decayed")}
    result = backtest(experiments["decayed"], town, FEATURES, threads=1)
    bundles = {name: train(one, town, FEATURES, as_of="2022-08-02", threads=1) for name, one in experiments.items()}
    nights = {name: [bundle.score(town, int(day)) for day in np.unique(result.as_of)] for name, bundle in bundles.items()}
    stored = {name: np.concatenate([night.mean for night in scores]) for name, scores in nights.items()}
    spread = {name: np.concatenate([night.dispersion for night in scores]) for name, scores in nights.items()}
    evaluation = EvaluationSet(
        cell=np.concatenate([night.cell for night in nights["decayed"]]),
        as_of=np.concatenate([night.as_of for night in nights["decayed"]]),
        y=result.y,
        forecasts={name: CountDistribution(stored[name], spread[name]) for name in stored},
        cuts=result.evaluation.cuts,
        baseline="persistence",
    )
    assert np.array_equal(evaluation.cell, result.cell)
    assert np.array_equal(evaluation.as_of, result.as_of)
    assert evaluation.metrics == result.evaluation.metrics
    (difference,) = differences(evaluation)
    assert difference.better_by == result.lift("persistence")["decayed"]
    ends = [np.concatenate(end) for end in zip(*(night.interval() for night in nights["decayed"]), strict=True)]
    intervals = PredictionIntervals(90, ends[0], ends[1], np.full(len(evaluation), ""))
    rows = np.flatnonzero(intervals.present)
    found = interval_coverage(evaluation.y, evaluation.as_of, intervals, rows)
    assert found == interval_coverage(result.y, result.as_of, result.intervals("decayed"), rows)
    assert found["rows"] == len(evaluation)


def test_a_plain_set_needs_no_experiment() -> None:
    rng = np.random.default_rng(1)
    mean = rng.gamma(1.0, 1.0, 60)
    evaluation = EvaluationSet(
        cell=np.tile(np.arange(10, dtype=np.int32), 6),
        as_of=np.repeat(np.arange(6, dtype=np.int32), 10),
        y=rng.poisson(mean).astype(np.int32),
        forecasts={"flat": CountDistribution.of(np.full(60, mean.mean())), "true": CountDistribution.of(mean)},
        cuts=Cuts.plain(60, capacity=3),
        baseline="flat",
    )
    assert len(evaluation) == 60
    assert evaluation.by_log_score == ["true", "flat"]
    assert list(evaluation.frame().columns) == list(METRICS)
    assert differences(evaluation)[0].verdict in ("better", "open")


def test_draws_are_computed_once_for_all_comparisons() -> None:
    evaluation = made().evaluation
    assert evaluation.draws("log_score")[1] is evaluation.draws("log_score")[1]
    assert evaluation.draws("log_score", draws=20)[1].shape == (20, 4)
