"""The table of metrics.

Most metrics are functions of sums over dates, so that totals, folds, months and bootstrap draws are computed from one array.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from jaxtyping import Float64

from riskmodel.counts.point_forecasts import count_weighted_median, median
from riskmodel.forecasts.evaluation.metrics.calibration_checks import LEVELS
from riskmodel.forecasts.evaluation.metrics.forecast_evaluation import ForecastEvaluation
from riskmodel.forecasts.evaluation.metrics.rankings import top_decile_parts

Parts = tuple[Float64[np.ndarray, " date"], ...]


def ratio_of_sums(sums: Any) -> Any:
    """Divide the first sum by the second; NaN where that is 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(sums[..., 1] > 0, sums[..., 0] / np.where(sums[..., 1] > 0, sums[..., 1], 1.0), np.nan)


def _root(sums: Any) -> Any:
    return np.sqrt(ratio_of_sums(sums))


def _double_quotient(sums: Any) -> Any:
    return ratio_of_sums(sums[..., :2]) / ratio_of_sums(sums[..., 2:])


@dataclass(frozen=True)
class Metric:
    """A metric: its name, direction, meaning and computation.

    ``better`` says whether lower or higher is better, or that the metric should meet a stated level. ``parts`` gives sums per date, and
    ``value`` the metric from their totals. A metric that is no function of sums over dates has ``pooled`` instead, a function of the
    rows and of a weight per row.
    """

    name: str
    better: Literal["lower", "higher", "stated"]
    meaning: str
    parts: Callable[[ForecastEvaluation], Parts] | None = None
    value: Callable[[Any], Any] = ratio_of_sums
    pooled: Callable[[ForecastEvaluation, Any], float] | None = None

    def sums(self, evaluation: ForecastEvaluation) -> Float64[np.ndarray, "date part"]:
        """Return the sums per date that the metric is computed from."""
        assert self.parts is not None
        return np.stack(self.parts(evaluation), axis=1)

    def compute(self, evaluation: ForecastEvaluation, dates: Any = None) -> float:
        """Compute the metric over all rows, or over some dates.

        Parameters
        ----------
        dates
            Mask over the evaluation's dates, in order.
        """
        if self.parts is None:
            assert self.pooled is not None
            return self.pooled(evaluation, None if dates is None else dates[evaluation.at].astype(np.float64))
        sums = self.sums(evaluation)
        return float(self.value((sums if dates is None else sums[dates]).sum(axis=0)))


def _score(name: str, meaning: str) -> Metric:
    return Metric(name, "lower", meaning, lambda e: (e.by_date(e.scores[name]), e.rows))


def _covered(level: int) -> Metric:
    return Metric(
        f"coverage_{level}",
        "stated",
        f"share of counts inside the central {level} % interval; for counts it lies at or above {level} %",
        lambda e: (e.by_date(e.covered[level]), e.rows),
    )


def _width(level: int) -> Metric:
    return Metric(
        f"width_{level}",
        "lower",
        f"mean width of the central {level} % interval, events",
        lambda e: (e.by_date(e.widths[level]), e.rows),
    )


def _at_capacity(name: str, meaning: str, top: str, bottom: Callable[[ForecastEvaluation], Any]) -> Metric:
    return Metric(f"{name}_at_capacity", "higher", meaning, lambda e: (e.at_capacity[top], bottom(e)))


def _at_area(name: str, meaning: str, top: str, bottom: Callable[[ForecastEvaluation], Any]) -> Metric:
    return Metric(f"{name}_at_area", "higher", meaning, lambda e: (e.at_area[top], bottom(e)))


_POINT_ERRORS = (
    Metric("rmse", "lower", "root mean squared error of the mean", lambda e: (e.by_date(e.error**2), e.rows), _root),
    Metric("wmae", "lower", "absolute error of the mean, weighted by the count", lambda e: (e.by_date(e.error * e.y), e.events)),
    Metric(
        "wmae_median",
        "lower",
        "absolute error of the count-weighted median, weighted by the count",
        lambda e: (e.by_date(np.abs(e.y - count_weighted_median(e.forecast)) * e.y), e.events),
    ),
    Metric(
        "mae_median",
        "lower",
        "mean absolute error of the median",
        lambda e: (e.by_date(np.abs(e.y - median(e.forecast))), e.rows),
    ),
    Metric("mae_mean", "lower", "mean absolute error of the mean", lambda e: (e.by_date(e.error), e.rows)),
    Metric(
        "ratio",
        "stated",
        "expected events over observed ones; 1 is right",
        lambda e: (e.by_date(e.forecast.mean), e.events),
    ),
)
_SCORES = (
    _score("log_score", "negative log probability of the observed count, nats"),
    _score("crps", "continuous ranked probability score, for counts the same as the ranked probability score (RPS), events"),
    _score("dss", "Dawid-Sebastiani score: squared error over variance, plus the log of the variance"),
    _score("ses", "squared error score: mean squared error of the mean"),
    _score("brier", "squared error of the probability of at least one event"),
    _score("deviance", "Poisson deviance of the mean"),
    _score("nb_deviance", "negative binomial deviance of the mean, at the forecast's own dispersion; it falls as that grows"),
)
_TOP_DECILE = Metric(
    "top_decile",
    "higher",
    "share of the true top tenth of cells that is in the predicted one",
    lambda e: top_decile_parts(e.y, e.forecast.mean, e.at),
)
_PRECISION = (
    Metric(
        "average_precision",
        "higher",
        "mean precision over the rows with an event, ranked by probability, all dates together",
        pooled=lambda e, weight: e.precision.average(weight),
    ),
    Metric(
        "precision_at_recall",
        "higher",
        "share of rows with an event in the shortest list that finds the stated share of them",
        pooled=lambda e, weight: e.precision.at_recall(e.cuts.recall, weight),
    ),
)
_AT_CAPACITY = (
    _at_capacity(
        "precision", "share of the places that centres can visit which have an event", "hits", lambda e: e.at_capacity["rows"]
    ),
    _at_capacity("recall", "share of the places with an event that centres can visit", "hits", lambda e: e.hits),
    _at_capacity("hit_rate", "share of events in the places that centres can visit", "events", lambda e: e.events),
)
_AT_AREA = (
    _at_area(
        "precision",
        "share of the chosen places, within the stated area, which have an event",
        "hits",
        lambda e: e.at_area["rows"],
    ),
    _at_area("recall", "share of the places with an event that are chosen within the stated area", "hits", lambda e: e.hits),
    _at_area("hit_rate", "share of events in the chosen places within the stated area", "events", lambda e: e.events),
    Metric(
        "pai",
        "higher",
        "predictive accuracy index: share of events over share of area in the chosen places",
        lambda e: (e.at_area["events"], e.events, e.at_area["area"], e.by_date(e.cuts.area)),
        _double_quotient,
    ),
    Metric(
        "pei",
        "higher",
        "predictive efficiency index: events in the chosen places over the most that as many could hold",
        lambda e: (e.at_area["events"], e.at_best["events"]),
    ),
)

_METRICS = (
    *_POINT_ERRORS,
    *_SCORES,
    _TOP_DECILE,
    *(_covered(level) for level in LEVELS),
    *(_width(level) for level in LEVELS),
    *_PRECISION,
    *_AT_CAPACITY,
    *_AT_AREA,
)

METRIC_TABLE = {metric.name: metric for metric in _METRICS}
"""Metric by name."""

METRICS = tuple(METRIC_TABLE)
"""Names of all metrics, in the order in which they are shown."""


def metric_values(evaluation: ForecastEvaluation, dates: Any = None) -> dict[str, float]:
    """Compute every metric over all rows, or over some dates.

    Parameters
    ----------
    dates
        Mask over the evaluation's dates, in order.
    """
    return {name: metric.compute(evaluation, dates) for name, metric in METRIC_TABLE.items()}
