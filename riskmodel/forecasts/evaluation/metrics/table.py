"""The table of metrics: each is a figure of sums over dates, so that totals, folds, ages and draws come from one array."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from jaxtyping import Float64, Int32

from riskmodel.counts.distribution import CountDistribution, probability, quantile
from riskmodel.forecasts.evaluation.metrics.ranking import Cuts, Precision, Ranked, top_decile_parts
from riskmodel.forecasts.evaluation.metrics.scores import row_scores
from riskmodel.forecasts.evaluation.metrics.spread import LEVELS, coverage, widths

Parts = tuple[Float64[np.ndarray, " date"], ...]


class Judged:
    """Rows with their counts and one forecaster's distributions; what metrics share is computed once."""

    def __init__(
        self,
        y: Any,
        forecast: CountDistribution,
        as_of: Any,
        cuts: Cuts | None = None,
        scores: dict[str, Any] | None = None,
    ) -> None:
        self.y: Int32[np.ndarray, " row"] = np.asarray(y)
        self.forecast = forecast
        self.cuts = cuts if cuts is not None else Cuts.plain(len(self.y))
        self.dates, self.at = np.unique(as_of, return_inverse=True)
        if scores is not None:
            self.scores = scores

    @cached_property
    def scores(self) -> dict[str, Any]:
        """The scores of each row."""
        return row_scores(self.y, self.forecast)

    def by_date(self, values: Any) -> Float64[np.ndarray, " date"]:
        """Sums over the rows of each date."""
        return np.bincount(self.at, values, len(self.dates))

    @cached_property
    def rows(self) -> Float64[np.ndarray, " date"]:
        """Rows of each date."""
        return self.by_date(np.ones(len(self.y)))

    @cached_property
    def events(self) -> Float64[np.ndarray, " date"]:
        """Events of each date."""
        return self.by_date(self.y)

    @cached_property
    def hits(self) -> Float64[np.ndarray, " date"]:
        """Rows of each date with at least one event."""
        return self.by_date(self.y > 0)

    @cached_property
    def error(self) -> Float64[np.ndarray, " row"]:
        """Absolute error of the mean."""
        return np.abs(self.y - self.forecast.mean)

    @cached_property
    def covered(self) -> dict[int, Any]:
        """Whether intervals hold the count, by level."""
        return coverage(self.y, self.forecast)

    @cached_property
    def widths(self) -> dict[int, Any]:
        """Widths of intervals, by level."""
        return widths(self.forecast)

    @cached_property
    def at_capacity(self) -> dict[str, Any]:
        """What the top places of every centre catch on each date: rows, rows with an event, events."""
        centres = len(self.cuts.capacity)
        block = np.where(self.cuts.centre >= 0, self.at * centres + self.cuts.centre, -1)
        blocks = centres * len(self.dates)
        ranked = Ranked.of(block, blocks, self.forecast.mean, np.ones(len(self.y)))
        found = ranked.caught(np.tile(self.cuts.capacity, len(self.dates)), np.ones(len(self.y)), self.y > 0, self.y)
        return self._named(tuple(values.reshape(-1, centres).sum(axis=1) for values in found))

    @cached_property
    def at_area(self) -> dict[str, Any]:
        """The same for the top places of the county within the stated cells or share of the area, and the area chosen."""
        return self._named(self._within_area(self.forecast.mean))

    @cached_property
    def at_best(self) -> dict[str, Any]:
        """The same had one known the counts."""
        return self._named(self._within_area(self.y.astype(np.float64)))

    def _within_area(self, worth: Any) -> tuple[Any, ...]:
        cuts, ones = self.cuts, np.ones(len(self.y))
        if cuts.cells is not None:
            ranked = Ranked.of(self.at, len(self.dates), worth, ones)
            budget = np.full(len(self.dates), float(cuts.cells))
        else:
            ranked = Ranked.of(self.at, len(self.dates), worth / cuts.area, cuts.area)
            budget = cuts.share * self.by_date(cuts.area)
        return ranked.caught(budget, ones, self.y > 0, self.y, cuts.area)

    @staticmethod
    def _named(found: tuple[Any, ...]) -> dict[str, Any]:
        return dict(zip(("rows", "hits", "events", "area"), found, strict=False))

    @cached_property
    def ranked(self) -> Precision:
        """All rows, ranked by the probability of at least one event."""
        return Precision(probability(self.forecast.mean, self.forecast.dispersion), self.y > 0)

    def parts(self, metric: Metric) -> Float64[np.ndarray, "date part"]:
        """The sums of which a metric is made."""
        assert metric.parts is not None
        return np.stack(metric.parts(self), axis=1)

    def figure(self, metric: Metric) -> float:
        """The metric over all rows."""
        if metric.parts is None:
            assert metric.pooled is not None
            return metric.pooled(self, None)
        return float(metric.value(self.parts(metric).sum(axis=0)))


def quotient(sums: Any) -> Any:
    """First over second, NaN where there is nothing to divide by."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(sums[..., 1] > 0, sums[..., 0] / np.where(sums[..., 1] > 0, sums[..., 1], 1.0), np.nan)


def _root(sums: Any) -> Any:
    return np.sqrt(quotient(sums))


def _double_quotient(sums: Any) -> Any:
    return quotient(sums[..., :2]) / quotient(sums[..., 2:])


@dataclass(frozen=True)
class Metric:
    """A figure: its name, which way is better, what it means in words, and how it is made.

    ``parts`` gives sums a date and ``value`` the figure from their totals; a metric that no sums over dates make has ``pooled``,
    from rows and a weight a row, instead.
    """

    name: str
    better: Literal["lower", "higher", "stated"]
    meaning: str
    parts: Callable[[Judged], Parts] | None = None
    value: Callable[[Any], Any] = quotient
    pooled: Callable[[Judged, Any], float] | None = None


def _score(name: str, meaning: str) -> Metric:
    return Metric(name, "lower", meaning, lambda j: (j.by_date(j.scores[name]), j.rows))


def _covered(level: int) -> Metric:
    return Metric(
        f"coverage_{level}",
        "stated",
        f"share of counts inside the central {level} % interval; for counts it lies at or above {level} %",
        lambda j: (j.by_date(j.covered[level]), j.rows),
    )


def _width(level: int) -> Metric:
    return Metric(
        f"width_{level}",
        "lower",
        f"mean width of the central {level} % interval, events",
        lambda j: (j.by_date(j.widths[level]), j.rows),
    )


_METRICS = (
    Metric("rmse", "lower", "root mean squared error of the mean", lambda j: (j.by_date(j.error**2), j.rows), _root),
    Metric("wmae", "lower", "absolute error of the mean, weighted by the count", lambda j: (j.by_date(j.error * j.y), j.events)),
    Metric(
        "mae_median",
        "lower",
        "mean absolute error of the median",
        lambda j: (j.by_date(np.abs(j.y - quantile(0.5, j.forecast.mean, j.forecast.dispersion))), j.rows),
    ),
    Metric("mae_mean", "lower", "mean absolute error of the mean", lambda j: (j.by_date(j.error), j.rows)),
    _score("log_score", "negative log probability of what happened, nats"),
    _score("crps", "continuous ranked probability score, for counts the same as the ranked probability score (RPS), events"),
    _score("dss", "Dawid-Sebastiani score: squared error over variance, plus the log of the variance"),
    _score("ses", "squared error score: mean squared error of the mean"),
    _score("brier", "squared error of the probability of at least one event"),
    _score("deviance", "Poisson deviance of the mean"),
    _score("nb_deviance", "negative binomial deviance of the mean, at the forecast's own dispersion; it falls as that grows"),
    Metric(
        "top_decile",
        "higher",
        "share of the true top tenth of cells that stands in the predicted one",
        lambda j: top_decile_parts(j.y, j.forecast.mean, j.at),
    ),
    *(_covered(level) for level in LEVELS),
    *(_width(level) for level in LEVELS),
    Metric(
        "average_precision",
        "higher",
        "mean precision over the rows with an event, ranked by probability, all dates together",
        pooled=lambda j, weight: j.ranked.average(weight),
    ),
    Metric(
        "precision_at_recall",
        "higher",
        "share of rows with an event in the shortest list that finds the stated share of them",
        pooled=lambda j, weight: j.ranked.at_recall(j.cuts.recall, weight),
    ),
    Metric(
        "precision_at_capacity",
        "higher",
        "share of the places that centres can visit which have an event",
        lambda j: (j.at_capacity["hits"], j.at_capacity["rows"]),
    ),
    Metric(
        "recall_at_capacity",
        "higher",
        "share of the places with an event that centres can visit",
        lambda j: (j.at_capacity["hits"], j.hits),
    ),
    Metric(
        "hit_rate_at_capacity",
        "higher",
        "share of events in the places that centres can visit",
        lambda j: (j.at_capacity["events"], j.events),
    ),
    Metric(
        "precision_at_area",
        "higher",
        "share of the chosen places, within the stated area, which have an event",
        lambda j: (j.at_area["hits"], j.at_area["rows"]),
    ),
    Metric(
        "recall_at_area",
        "higher",
        "share of the places with an event that are chosen within the stated area",
        lambda j: (j.at_area["hits"], j.hits),
    ),
    Metric(
        "hit_rate_at_area",
        "higher",
        "share of events in the chosen places within the stated area",
        lambda j: (j.at_area["events"], j.events),
    ),
    Metric(
        "pai",
        "higher",
        "predictive accuracy index: share of events over share of area in the chosen places",
        lambda j: (j.at_area["events"], j.events, j.at_area["area"], j.by_date(j.cuts.area)),
        _double_quotient,
    ),
    Metric(
        "pei",
        "higher",
        "predictive efficiency index: events in the chosen places over the most that as many could hold",
        lambda j: (j.at_area["events"], j.at_best["events"]),
    ),
)

TABLE = {metric.name: metric for metric in _METRICS}
"""Name to metric."""

METRICS = tuple(TABLE)
"""Names of all metrics, in the order in which they are shown."""


def summarise(
    y: Any, forecast: CountDistribution, as_of: Any, scores: dict[str, Any] | None = None, cuts: Cuts | None = None
) -> dict[str, float]:
    """All of :data:`METRICS` over the rows; ``scores`` are the :func:`row_scores` if they are there already."""
    judged = Judged(y, forecast, as_of, cuts, scores)
    return {name: judged.figure(metric) for name, metric in TABLE.items()}
