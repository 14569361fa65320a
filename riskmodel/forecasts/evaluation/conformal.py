"""Conformal intervals: widths learned from errors of earlier forecasts, whatever the distribution says; a separate column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Float64

from riskmodel.base.errors import bad_argument
from riskmodel.forecasts.distribution import Forecast, quantile
from riskmodel.forecasts.evaluation.metrics.spread import coverage, widths

if TYPE_CHECKING:
    from riskmodel.forecasts.evaluation.result import BacktestResult

SIZES = 4
"""Mondrian groups by size of the forecast: each covers by itself."""

LEAST_ROWS = 200
"""Rows of a group that are learned from; with fewer, all groups are one."""


@dataclass(frozen=True, eq=False)
class Conformal:
    """Central intervals of a forecaster: ``low`` and ``high`` hold whole counts, NaN where ``there`` is False.

    There is none for the first fold, whose models have no earlier forecasts to learn widths from.
    """

    level: int
    low: Float64[np.ndarray, " row"]
    high: Float64[np.ndarray, " row"]
    there: Bool[np.ndarray, " row"]


def intervals(past: Forecast, y: Any, ahead: Forecast, level: int) -> tuple[Any, Any]:
    """Split conformal intervals of the rows ahead, from forecasts of the past and what happened then.

    Absolute errors of the median are divided by the forecast's own standard deviation (normalised), in groups of the forecast's
    size (Mondrian; Vovk, Gammerman and Shafer, 2005), by ``crepes.ConformalRegressor``. The median is a whole count, so an interval
    around it holds at least that, where one around a mean of 0.1 might hold none; ends are drawn in to whole counts.
    """
    from crepes import ConformalRegressor

    if not 50 <= level <= 99:
        raise bad_argument("level", "conformal intervals", "between 50 and 99 percent", level)
    edges = np.unique(np.quantile(past.mean, np.arange(1, SIZES) / SIZES))
    groups, those = np.searchsorted(edges, past.mean), np.searchsorted(edges, ahead.mean)
    if np.bincount(groups, minlength=len(edges) + 1).min() < LEAST_ROWS:
        groups, those = np.zeros_like(groups), np.zeros_like(those)
    middle, there = (quantile(0.5, one.mean, one.dispersion) for one in (past, ahead))
    made = ConformalRegressor().fit(np.asarray(y) - middle, sigmas=_deviation(past), bins=groups)
    found = made.predict_int(there, sigmas=_deviation(ahead), bins=those, confidence=level / 100, y_min=0)
    return np.ceil(found[:, 0] - 1e-9), np.floor(found[:, 1] + 1e-9)


def _deviation(forecast: Forecast) -> Any:
    return np.sqrt(forecast.mean + forecast.dispersion * forecast.mean**2)


def conformal(result: BacktestResult, name: str, level: int = 90) -> Conformal:
    """The conformal intervals of a forecaster over the test window, fold by fold.

    Those of a fold are learned from the same forecaster's forecasts in earlier folds, whose labels were mature at the fold's first
    date: later rows than the ones its models were fitted on, and nothing that was not known.
    """
    forecast = result.forecasts[name]
    low, high = np.full(len(result), np.nan), np.full(len(result), np.nan)
    for fold, origin in enumerate(result.first):
        rows = np.flatnonzero(result.fold == fold)
        past = np.flatnonzero((result.fold < fold) & (result.as_of + result.experiment.horizon + result.delay <= origin))
        if not len(rows) or len(past) < LEAST_ROWS:
            continue
        there, ahead = (Forecast(forecast.mean[at], forecast.dispersion[at]) for at in (past, rows))
        low[rows], high[rows] = intervals(there, result.y[past], ahead, level)
    return Conformal(level, low, high, ~np.isnan(low))


def conformal_table(result: BacktestResult, levels: tuple[int, ...] = (80, 90)) -> list[dict[str, Any]]:
    """A row a forecaster and level: coverage and width of the conformal and of the model's own intervals, on the same rows.

    Empty where there is only one fold.
    """
    found = []
    for name, forecast in result.forecasts.items():
        for level in levels:
            made = conformal(result, name, level)
            rows = made.there
            if not rows.any():
                continue
            own = Forecast(forecast.mean[rows], forecast.dispersion[rows])
            y = result.y[rows]
            held = (made.low[rows] <= y) & (y <= made.high[rows])
            found.append(
                {
                    "forecaster": name,
                    "level": level,
                    "rows": int(rows.sum()),
                    "coverage": float(held.mean()),
                    "width": float((made.high[rows] - made.low[rows]).mean()),
                    "own_coverage": float(coverage(y, own)[level].mean()),
                    "own_width": float(widths(own)[level].mean()),
                }
            )
    return found
