"""Comparisons of forecasters, with paired 95 % intervals.

Every forecaster is compared with the baseline, where there is a blend with the best single forecaster, and with any other on request.
All comparisons use the same bootstrap draws of as-of dates.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from riskmodel.base.errors import unknown_name
from riskmodel.counts.bootstrap import Interval
from riskmodel.forecasts.evaluation.evaluation_set import EvaluationSet
from riskmodel.forecasts.evaluation.lifts import SCORE, comparable, lifts


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


@dataclass(frozen=True)
class MetricDifference:
    """The lift of ``forecaster`` over ``against`` in one metric."""

    metric: str
    forecaster: str
    against: str
    better_by: Interval
    share: Interval

    @property
    def verdict(self) -> str:
        """Whether the forecaster is better, worse, or the question open.

        The interval lies above 0 (better), below it (worse), or includes it (open).
        """
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


def best_single(evaluation: EvaluationSet) -> str | None:
    """Return the single forecaster with the best log score.

    Blends are not single forecasters; None if all are blends.
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
        Names of metrics to compare in addition to those requested.

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
    """Return all requested differences as JSON values.

    The log score is always among the metrics.
    """
    return {
        "baseline": evaluation.baseline,
        "best_single": best_single(evaluation),
        "differences": [one.to_json() for one in differences(evaluation, request)],
    }
