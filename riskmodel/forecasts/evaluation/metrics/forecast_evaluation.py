"""One forecaster's evaluation: the quantities that metrics are computed from."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Float64, Int32

from riskmodel.counts.distribution import CountDistribution, probability
from riskmodel.counts.row_scores import row_scores
from riskmodel.forecasts.evaluation.metrics.calibration_checks import coverage, widths
from riskmodel.forecasts.evaluation.metrics.precision_curve import PrecisionCurve
from riskmodel.forecasts.evaluation.metrics.rankings import Cuts, Ranking


class ForecastEvaluation:
    """Outcomes and one forecaster's distributions, with shared quantities cached.

    Parameters
    ----------
    y
        Count of each row.
    forecast
        Distribution of each row.
    as_of
        As-of day of each row; rows need not be sorted.
    cuts
        Where rankings are cut; default: one centre with a capacity of 20, and 5 % of the cells.
    """

    def __init__(self, y: Any, forecast: CountDistribution, as_of: Any, cuts: Cuts | None = None) -> None:
        self.y: Int32[np.ndarray, " row"] = np.asarray(y)
        self.forecast = forecast
        self.cuts = cuts if cuts is not None else Cuts.plain(len(self.y))
        self.dates, self.at = np.unique(as_of, return_inverse=True)

    @cached_property
    def scores(self) -> dict[str, Any]:
        """Scores of each row by name."""
        return row_scores(self.y, self.forecast)

    def by_date(self, values: Any) -> Float64[np.ndarray, " date"]:
        """Sum values over the rows of each date."""
        return np.bincount(self.at, values, len(self.dates))

    @cached_property
    def rows(self) -> Float64[np.ndarray, " date"]:
        """Number of rows of each date."""
        return self.by_date(np.ones(len(self.y)))

    @cached_property
    def events(self) -> Float64[np.ndarray, " date"]:
        """Number of events of each date."""
        return self.by_date(self.y)

    @cached_property
    def hits(self) -> Float64[np.ndarray, " date"]:
        """Number of rows of each date with at least one event."""
        return self.by_date(self.y > 0)

    @cached_property
    def error(self) -> Float64[np.ndarray, " row"]:
        """Absolute error of the mean."""
        return np.abs(self.y - self.forecast.mean)

    @cached_property
    def covered(self) -> dict[int, Any]:
        """Whether the central intervals hold the count, by level."""
        return coverage(self.y, self.forecast)

    @cached_property
    def widths(self) -> dict[int, Any]:
        """Widths of the central intervals, by level."""
        return widths(self.forecast)

    @cached_property
    def at_capacity(self) -> dict[str, Any]:
        """Sums over the best rows within each centre's capacity, per date.

        Rows, rows with an event, and events.
        """
        centres = len(self.cuts.capacity)
        block = np.where(self.cuts.centre >= 0, self.at * centres + self.cuts.centre, -1)
        ranking = Ranking.of(block, centres * len(self.dates), self.forecast.mean, np.ones(len(self.y)))
        budget = np.tile(self.cuts.capacity, len(self.dates))
        found = ranking.within_budget(budget, np.ones(len(self.y)), self.y > 0, self.y)
        return _named(tuple(values.reshape(-1, centres).sum(axis=1) for values in found))

    @cached_property
    def at_area(self) -> dict[str, Any]:
        """Sums over the best rows within the stated area, per date.

        Rows, rows with an event, events and area. The stated area is the stated number of cells or share of the area of the whole county.
        """
        return _named(self._within_area(self.forecast.mean))

    @cached_property
    def at_best(self) -> dict[str, Any]:
        """The same for a ranking by the counts themselves."""
        return _named(self._within_area(self.y.astype(np.float64)))

    def _within_area(self, worth: Any) -> tuple[Any, ...]:
        cuts, ones = self.cuts, np.ones(len(self.y))
        if cuts.cells is not None:
            ranking = Ranking.of(self.at, len(self.dates), worth, ones)
            budget = np.full(len(self.dates), float(cuts.cells))
        else:
            ranking = Ranking.of(self.at, len(self.dates), worth / cuts.area, cuts.area)
            budget = cuts.share * self.by_date(cuts.area)
        return ranking.within_budget(budget, ones, self.y > 0, self.y, cuts.area)

    @cached_property
    def precision(self) -> PrecisionCurve:
        """Precision along all rows, ranked by probability of an event."""
        return PrecisionCurve(probability(self.forecast.mean, self.forecast.dispersion), self.y > 0)


def _named(found: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip(("rows", "hits", "events", "area"), found, strict=False))
