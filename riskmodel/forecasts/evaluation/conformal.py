"""How often conformal intervals hold: those that each fit's models would have been served with, over the test window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Float64

from riskmodel.counts.bootstrap import paired_difference
from riskmodel.counts.distribution import CountDistribution, quantiles
from riskmodel.forecasts.experiment import Experiment
from riskmodel.forecasts.scores import groups_of
from riskmodel.records.places import Places

if TYPE_CHECKING:
    from riskmodel.forecasts.evaluation.result import BacktestResult


@dataclass(frozen=True, eq=False)
class Intervals:
    """Intervals of a forecaster: ``low`` and ``high`` hold whole counts, NaN where ``there`` is False; ``group`` names each row's."""

    level: int
    low: Float64[np.ndarray, " row"]
    high: Float64[np.ndarray, " row"]
    there: Bool[np.ndarray, " row"]
    group: Any


def check_groups(experiment: Experiment, places: Places) -> None:
    """Check that the places have the grouping in whose groups intervals are wanted.

    Raises
    ------
    UsageError
        If they do not.
    """
    if experiment.intervals.grouping is not None:
        places.grouping(experiment.intervals.grouping)


def conformal(result: BacktestResult, name: str) -> Intervals:
    """The conformal intervals of a forecaster over the test window, fold by fold.

    Those of a fold are the ones that a bundle trained on its first day would be served with: learned on the dates of calibration,
    from forecasts of a fit on the dates before them. There are none where that was too little.
    """
    forecast, rule = result.forecasts[name], result.experiment.interval_rule()
    low, high = np.full(len(result), np.nan), np.full(len(result), np.nan)
    group = np.full(len(result), "", dtype=object)
    for fold, one in enumerate(result.conformal.get(name, ())):
        rows = np.flatnonzero(result.fold == fold)
        if one is None or not len(rows):
            continue
        ahead = CountDistribution(forecast.mean[rows], forecast.dispersion[rows])
        groups = groups_of(result.places, rule.grouping, result.cell[rows], result.as_of[rows])
        low[rows], high[rows] = one.interval(ahead, groups)
        found = one.groups_of(ahead, groups)
        group[rows] = np.array([*found.labels, ""], dtype=object)[found.code]
    return Intervals(rule.level, low, high, ~np.isnan(low), group)


def conformal_table(result: BacktestResult) -> list[dict[str, Any]]:
    """A row a forecaster: coverage and width of the conformal and of the distribution's own intervals, on the same rows.

    Rows are those that are shown: cells with too few households are joined first. The coverage has a 95 % interval by block bootstrap over as-of dates. A forecaster without intervals is left out.
    """
    found, result = [], result.published()
    for name, forecast in result.forecasts.items():
        made = conformal(result, name)
        rows = np.flatnonzero(made.there)
        if not len(rows):
            continue
        own = CountDistribution(forecast.mean[rows], forecast.dispersion[rows])
        ends = ((100 - made.level) / 200, (100 + made.level) / 200)
        low, high = quantiles(ends, own.mean, own.dispersion)
        held = (low <= result.y[rows]) & (result.y[rows] <= high)
        found.append(
            {"forecaster": name, "level": made.level}
            | _covered(result, made, rows)
            | {"own_coverage": float(held.mean()), "own_width": float((high - low).mean())}
        )
    return found


def coverage_by_group(result: BacktestResult, name: str) -> list[dict[str, Any]]:
    """A row a group of a forecaster's intervals: coverage and width, which central part of the distribution the last fit's intervals
    are (``own``, a share), and whether that was learned from the group's rows ``alone``; of the rows that are shown.
    """
    result = result.published()
    made = conformal(result, name)
    last = [one for one in result.conformal.get(name, ()) if one is not None][-1:]
    return [
        {"group": str(label), "alone": label in one.reaches, "own": 2 * one.reaches.get(label, one.every)}
        | _covered(result, made, np.flatnonzero(made.there & (made.group == label)))
        for one in last
        for label in sorted(set(made.group[made.there]))
    ]


def _covered(result: BacktestResult, made: Intervals, rows: Any) -> dict[str, Any]:
    y = result.y[rows]
    held = ((made.low[rows] <= y) & (y <= made.high[rows])).astype(np.float64)
    block = result.experiment.evaluation.block
    value, low, high = paired_difference(held, np.zeros(len(held)), result.as_of[rows], block=block)
    width = float((made.high[rows] - made.low[rows]).mean())
    return {"rows": len(rows), "coverage": value, "coverage_low": low, "coverage_high": high, "width": width}
