"""Every forecaster beside others, on the same draws of dates: the baseline, the best single one, and whoever is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from riskmodel.base.errors import UsageError, unknown_name
from riskmodel.forecasts.evaluation.metrics import TABLE, Interval, Metric
from riskmodel.forecasts.experiment import Experiment

if TYPE_CHECKING:
    from riskmodel.forecasts.evaluation.result import BacktestResult

BLEND = "Blend"
"""The class of forecasters that combine others; all others are single."""

SCORE = "log_score"
"""The metric by which the best single forecaster is found, and in which all are compared whatever else is asked."""


@dataclass(frozen=True)
class Question:
    """What is asked of a backtest beside what it always says: further metrics, and forecasters to compare all others with."""

    against: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.against or self.metrics)

    def check(self, experiment: Experiment) -> None:
        """Check it before anything is fitted.

        Raises
        ------
        UsageError
            If there is no such forecaster or metric, or the metric has no better and worse.
        """
        labels = [table.label for table in experiment.forecasters]
        for name in self.against:
            if name not in labels:
                raise unknown_name("forecaster in the experiment", name, labels)
        for name in self.metrics:
            comparable(name)


NOTHING = Question()


@dataclass(frozen=True)
class Difference:
    """How much better ``forecaster`` is than ``against``, above 0 for better, with 95 % intervals.

    ``better_by`` is in the metric's own unit, ``share`` the same over the figure of ``against``.
    """

    metric: str
    forecaster: str
    against: str
    better_by: Interval
    share: Interval

    @property
    def verdict(self) -> str:
        """Whether the interval lies above 0 (better), below it (worse) or holds it (open)."""
        return "better" if self.better_by.low > 0 else "worse" if self.better_by.high < 0 else "open"

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
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
    """The metric of that name.

    Raises
    ------
    UsageError
        If there is none, or none of its values is better than another, as with the coverage of an interval.
    """
    if name not in TABLE:
        raise unknown_name("metric", name, TABLE)
    if TABLE[name].better == "stated":
        raise UsageError(
            f"{name!r} should meet its stated level, so more of it is neither better nor worse. Compare a width or a score."
        )
    return TABLE[name]


def blends(result: BacktestResult) -> tuple[str, ...]:
    """The forecasters that combine others."""
    types = {table.label: table.type for table in result.experiment.forecasters}
    return tuple(name for name in result.forecasts if types.get(name) == BLEND)


def best_single(result: BacktestResult) -> str | None:
    """The forecaster of the best log score among those that are no blend; None if all are."""
    combined = blends(result)
    scores = {name: result.judged(name).figure(TABLE[SCORE]) for name in result.forecasts if name not in combined}
    return min(scores, key=scores.__getitem__) if scores else None


def references(result: BacktestResult, question: Question = NOTHING) -> tuple[str, ...]:
    """Whom all others are compared with: the baseline, where there is a blend the best single one, and those asked for."""
    best = best_single(result) if blends(result) else None
    return tuple(dict.fromkeys((result.experiment.baseline, *([best] if best else []), *question.against)))


def differences(
    result: BacktestResult, question: Question = NOTHING, metrics: Iterable[str] = (SCORE,)
) -> tuple[Difference, ...]:
    """Every other forecaster beside each of :func:`references`, in ``metrics`` and those asked for; the best log score first."""
    order = sorted(result.forecasts, key=lambda name: result.judged(name).figure(TABLE[SCORE]))
    wanted = dict.fromkeys((*metrics, *question.metrics))
    found = []
    for against in references(result, question):
        for metric in wanted:
            lifts = result.lifts(against, metric)
            found += [Difference(metric, name, against, *lifts[name]) for name in order if name != against]
    return tuple(found)


def comparison(result: BacktestResult, question: Question = NOTHING) -> dict[str, Any]:
    """All differences in the log score and the metrics asked for, as plain values."""
    return {
        "baseline": result.experiment.baseline,
        "best_single": best_single(result),
        "differences": [one.to_json() for one in differences(result, question)],
    }
