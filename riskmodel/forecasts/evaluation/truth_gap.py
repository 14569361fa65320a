"""The gap to the truth: the distance from a simulator's expected counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from riskmodel.counts.bootstrap import DRAWS, Interval, interval, paired_statistics
from riskmodel.counts.distribution import CountDistribution
from riskmodel.counts.row_scores import excess_of_mean
from riskmodel.forecasts.evaluation.evaluation_set import EvaluationSet
from riskmodel.forecasts.evaluation.metrics import METRIC_TABLE, ForecastEvaluation


@dataclass(frozen=True)
class TruthGap:
    """How far a forecaster is from the truth, with 95 % intervals.

    ``excess`` is its log score minus that of the true distribution. ``closed`` is the share of the gap between the baseline and the
    truth that it closes: 0 is the baseline, 1 the truth. ``closed_mean`` is the same share of the expected log scores of the means alone
    (:func:`riskmodel.counts.row_scores.excess_of_mean`), which depends neither on the outcomes nor on the dispersion. Both are NaN for the baseline itself.
    """

    excess: Interval
    closed: Interval
    closed_mean: Interval


def truth_gaps(
    evaluation: EvaluationSet, truth: CountDistribution, over: str = "", draws: int = DRAWS
) -> tuple[float, dict[str, TruthGap]]:
    """Compute the truth's log score and every forecaster's gap to it.

    Parameters
    ----------
    truth
        True distribution of each row.
    over
        Forecaster from which the gap is measured; default: the baseline.
    """
    metric = METRIC_TABLE["log_score"]
    names = list(evaluation.forecasts)
    base = names.index(over or evaluation.baseline)
    known = ForecastEvaluation(evaluation.y, truth, evaluation.as_of, evaluation.cuts)
    sums = np.stack([*(metric.sums(evaluation.of(name)) for name in names), metric.sums(known)])
    value, drawn = paired_statistics(sums, metric.value, draws, evaluation.block)
    means = [known.by_date(excess_of_mean(one, truth)) for one in (*evaluation.forecasts.values(), truth)]
    rows = np.broadcast_to(known.rows, (len(means), len(known.rows)))
    expected, expected_drawn = paired_statistics(np.stack([means, rows], axis=-1), metric.value, draws, evaluation.block)
    found, wider = {}, evaluation.widening
    for at, name in enumerate(names):
        excess = interval(value[at] - value[-1], drawn[:, at] - drawn[:, -1], wider)
        found[name] = TruthGap(excess, _closed(at, base, value, drawn, wider), _closed(at, base, expected, expected_drawn, wider))
    return float(value[-1]), found


def _closed(at: int, base: int, value: Any, drawn: Any, wider: float) -> Interval:
    """Return the share of the gap that one forecaster closes.

    ``at`` and ``base`` are the positions of the forecaster and of the one from which the gap is measured; the truth is last.
    """
    if at == base:
        return interval(np.nan, np.full(len(drawn), np.nan), wider)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = (value[base] - value[at]) / (value[base] - value[-1])
        return interval(share, (drawn[:, base] - drawn[:, at]) / (drawn[:, base] - drawn[:, -1]), wider)
