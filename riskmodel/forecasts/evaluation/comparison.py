"""Comparisons of forecasters, with paired 95 % intervals.

Every forecaster is compared with the baseline, where there is a blend with the best single forecaster, and with any other on request.
All comparisons use the same bootstrap draws of as-of dates.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from riskmodel.base.errors import UsageError, unknown_name
from riskmodel.counts.bootstrap import DRAWS, Interval, interval
from riskmodel.forecasts.evaluation.evaluation_set import EvaluationSet
from riskmodel.forecasts.evaluation.metrics import METRIC_TABLE, Metric

if TYPE_CHECKING:
    import pandas as pd

SCORE = "log_score"
"""The metric that selects the best single forecaster, and that is always compared."""


@dataclass(frozen=True)
class ComparisonRequest:
    """Further metrics to compare, and forecasters to compare all others with."""

    against: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.against or self.metrics)

    def check(self, forecasters: Iterable[str]) -> None:
        """Check the request before anything is fitted.

        Raises
        ------
        UsageError
            If there is no such forecaster or metric, or the metric has no better and worse.
        """
        labels = list(forecasters)
        for name in self.against:
            if name not in labels:
                raise unknown_name("forecaster in the experiment", name, labels)
        for name in self.metrics:
            comparable(name)


STANDARD = ComparisonRequest()
"""The comparisons that are always made, and no more."""


class Lift(NamedTuple):
    """How much better one forecaster is than another, in a metric.

    ``better_by`` is in the metric's own unit and above 0 for better; ``share`` is the same as a share of the other's value.
    """

    better_by: Interval
    share: Interval


@dataclass(frozen=True)
class MetricDifference:
    """The lift of ``forecaster`` over ``against`` in one metric, with 95 % intervals."""

    metric: str
    forecaster: str
    against: str
    better_by: Interval
    share: Interval

    @property
    def verdict(self) -> str:
        """Where the interval lies: above 0 (better), below it (worse) or around it (open)."""
        return "better" if self.better_by.low > 0 else "worse" if self.better_by.high < 0 else "open"

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "metric": self.metric,
            "forecaster": self.forecaster,
            "against": self.against,
            "better_by": self.better_by.value,
            "low": self.better_by.low,
            "high": self.better_by.high,
            "share": self.share.value,
            "share_low": self.share.low,
            "share_high": self.share.high,
        }


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
    value, drawn = evaluation.draws(score, draws)
    found = {}
    with np.errstate(invalid="ignore", divide="ignore"):
        for at, name in enumerate(evaluation.forecasts):
            if at == base:
                continue
            gain, gains = sign * (value[at] - value[base]), sign * (drawn[:, at] - drawn[:, base])
            share, shares = gain / abs(value[base]), gains / np.abs(drawn[:, base])
            found[name] = Lift(interval(gain, gains), interval(share, shares))
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
    for metric in metrics:
        for name, (gain, share) in lifts(evaluation, over, metric).items():
            values = {"figure": evaluation.metrics[name][metric], base: evaluation.metrics[base][metric]}
            better = {"better_by": gain.value, "low": gain.low, "high": gain.high}
            shares = {"share": share.value, "share_low": share.low, "share_high": share.high}
            rows.append({"metric": metric, "forecaster": name, **values, **better, **shares})
    return pd.DataFrame(rows)


def best_single(evaluation: EvaluationSet) -> str | None:
    """Return the single forecaster with the best log score, if there is one.

    A blend is not a single forecaster.
    """
    scores = {name: found[SCORE] for name, found in evaluation.metrics.items() if name not in evaluation.blends}
    return min(scores, key=scores.__getitem__) if scores else None


def references(evaluation: EvaluationSet, request: ComparisonRequest = STANDARD) -> tuple[str, ...]:
    """Return the forecasters that all others are compared with.

    They are the baseline, where there is a blend the best single forecaster, and those requested.
    """
    best = best_single(evaluation) if evaluation.blends else None
    return tuple(dict.fromkeys((evaluation.baseline, *([best] if best else []), *request.against)))


def differences(
    evaluation: EvaluationSet, request: ComparisonRequest = STANDARD, metrics: Iterable[str] = (SCORE,)
) -> tuple[MetricDifference, ...]:
    """Compare every other forecaster with each of the :func:`references`.

    Parameters
    ----------
    metrics
        Names of metrics to compare beside those requested.

    Returns
    -------
    tuple
        By reference, metric and forecaster, the best log score first.
    """
    order, wanted = evaluation.by_log_score, dict.fromkeys((*metrics, *request.metrics))
    found = []
    for against in references(evaluation, request):
        for metric in wanted:
            lifted = lifts(evaluation, against, metric)
            found += [MetricDifference(metric, name, against, *lifted[name]) for name in order if name != against]
    return tuple(found)


def comparison(evaluation: EvaluationSet, request: ComparisonRequest = STANDARD) -> dict[str, Any]:
    """Return all differences in the log score and the requested metrics as JSON values."""
    return {
        "baseline": evaluation.baseline,
        "best_single": best_single(evaluation),
        "differences": [one.to_json() for one in differences(evaluation, request)],
    }
