"""Tables of the coverage and width of a backtest's conformal intervals.

They are computed for the places that may be shown: disclosure control merges cells with too few households first.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from riskmodel.forecasts.backtesting.result import BacktestResult
from riskmodel.forecasts.evaluation.interval_coverage import central_coverage, interval_coverage


def interval_table(result: BacktestResult) -> list[dict[str, Any]]:
    """Compute coverage and width of every forecaster's intervals.

    Returns
    -------
    list of dict
        One row per forecaster that has intervals: coverage with a 95 % interval, width, and coverage and width of the distribution's
        own central interval on the same rows (``own_coverage``, ``own_width``).
    """
    found, result = [], result.published()
    block = result.experiment.evaluation.block
    for name, forecast in result.forecasts.items():
        intervals = result.intervals(name)
        rows = np.flatnonzero(intervals.present)
        if not len(rows):
            continue
        covered = interval_coverage(result.y, result.as_of, intervals, rows, block)
        own, width = central_coverage(result.y, forecast, intervals.level, rows)
        found.append({"forecaster": name, "level": intervals.level} | covered | {"own_coverage": own, "own_width": width})
    return found


def interval_table_by_group(result: BacktestResult, name: str) -> list[dict[str, Any]]:
    """Compute coverage and width of a forecaster's intervals in each group.

    Returns
    -------
    list of dict
        One row per group: coverage with a 95 % interval, width, the central share of the distribution that the last fit's intervals
        span (``own``), and whether that was learned from the group's own rows (``alone``).
    """
    result = result.published()
    intervals = result.intervals(name)
    last = [one for one in result.conformal.get(name, ()) if one is not None][-1:]
    block = result.experiment.evaluation.block
    return [
        {"group": str(label), "alone": label in one.reaches, "own": 2 * one.reaches.get(label, one.every)}
        | interval_coverage(
            result.y, result.as_of, intervals, np.flatnonzero(intervals.present & (intervals.group == label)), block
        )
        for one in last
        for label in sorted(set(intervals.group[intervals.present]))
    ]
