"""Lifts: how much better one forecaster is than another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from riskmodel.base.errors import UsageError, unknown_name
from riskmodel.base.name_arguments import names_argument
from riskmodel.base.number_arguments import whole_number
from riskmodel.counts.bootstrap import DRAWS, Interval, interval
from riskmodel.forecasts.evaluation.evaluation_set import EvaluationSet
from riskmodel.forecasts.evaluation.metrics import METRIC_TABLE, Metric

if TYPE_CHECKING:
    import pandas as pd

SCORE = "log_score"
"""The metric that selects the best single forecaster, and that is always compared."""


class Lift(NamedTuple):
    """How much better one forecaster is than another, in a metric.

    ``better_by`` is in the metric's own unit and above 0 for better; ``share`` is the same as a share of the other's value.
    """

    better_by: Interval
    share: Interval


def comparable(name: str) -> Metric:
    """Return the metric of that name, if its values can be compared.

    Raises
    ------
    UsageError
        If there is none, or none of its values is better than another, as with the coverage of an interval.
    """
    if name not in METRIC_TABLE:
        raise unknown_name("metric", name, METRIC_TABLE)
    if METRIC_TABLE[name].better == "stated":
        raise UsageError(
            f"{name!r} should meet its stated level, so a higher value is neither better nor worse. Compare a width or a score."
        )
    return METRIC_TABLE[name]


def lifts(evaluation: EvaluationSet, over: str = "", score: str = SCORE, draws: int = DRAWS) -> dict[str, Lift]:
    """Compute how much better each other forecaster is than ``over``.

    Better is lower for errors and scores, higher for precision, hit rates, PAI and PEI; a lift above 0 is better in any case.

    Parameters
    ----------
    over
        Forecaster to compare with; default: the baseline.
    score
        Name of a metric.

    Raises
    ------
    UsageError
        If there is no such forecaster or metric, or the metric has no better and worse.
    """
    base = list(evaluation.forecasts).index(_known(evaluation, over))
    sign = 1.0 if comparable(score).better == "higher" else -1.0
    draws = whole_number(draws, "draws", "lift")
    value, drawn = evaluation.draws(score, draws)
    found = {}
    with np.errstate(invalid="ignore", divide="ignore"):
        for at, name in enumerate(evaluation.forecasts):
            if at == base:
                continue
            gain, gains = sign * (value[at] - value[base]), sign * (drawn[:, at] - drawn[:, base])
            share, shares = gain / abs(value[base]), gains / np.abs(drawn[:, base])
            found[name] = Lift(interval(gain, gains, evaluation.widening), interval(share, shares, evaluation.widening))
    return found


def _known(evaluation: EvaluationSet, name: str) -> str:
    """Return the forecaster to compare with, the baseline if none is named."""
    chosen = name or evaluation.baseline
    if chosen not in evaluation.forecasts:
        raise unknown_name("forecaster in the backtest", chosen, evaluation.forecasts)
    return chosen


def lift_table(evaluation: EvaluationSet, over: str, metrics: Iterable[str]) -> pd.DataFrame:
    """Return a table with one row per metric and forecaster.

    Columns are the metric's value for the forecaster and for the one compared with, the lift with its interval, and the lift as a share.
    """
    import pandas as pd

    base, rows = _known(evaluation, over), []
    for metric in names_argument(metrics, "metrics", "compare"):
        for name, (gain, share) in lifts(evaluation, over, metric).items():
            values = {"figure": evaluation.metrics[name][metric], base: evaluation.metrics[base][metric]}
            better = {"better_by": gain.value, "low": gain.low, "high": gain.high}
            shares = {"share": share.value, "share_low": share.low, "share_high": share.high}
            rows.append({"metric": metric, "forecaster": name, **values, **better, **shares})
    return pd.DataFrame(rows)
