"""Coverage and width of prediction intervals, in all and by group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float64

from riskmodel.base.plurals import counted
from riskmodel.counts.bootstrap import BLOCK, paired_difference
from riskmodel.counts.distribution import CountDistribution
from riskmodel.counts.quantiles import quantiles


@dataclass(frozen=True, eq=False, repr=False)
class PredictionIntervals:
    """Prediction intervals of a stated level, in percent.

    ``low`` and ``high`` hold whole counts, both included, and NaN where a row has no interval. ``group`` is the name of each row's group.
    """

    level: int
    low: Float64[np.ndarray, " row"]
    high: Float64[np.ndarray, " row"]
    group: Any

    def __repr__(self) -> str:
        return f"<PredictionIntervals: {self.level} %, {int(self.present.sum()):,} of {counted(len(self.low), 'row')} with an interval>"

    @property
    def present(self) -> Bool[np.ndarray, " row"]:
        """Whether each row has an interval."""
        return ~np.isnan(self.low)


def interval_coverage(y: Any, as_of: Any, intervals: PredictionIntervals, rows: Any, block: int = BLOCK) -> dict[str, Any]:
    """Compute the coverage and mean width of the intervals of some rows.

    Parameters
    ----------
    rows
        Positions of rows that have an interval.
    block
        As-of dates in a block of the bootstrap.

    Returns
    -------
    dict
        ``rows``, ``coverage`` with its 95 % interval (``coverage_low``, ``coverage_high``) by block bootstrap over as-of dates, and
        ``width``, the mean width in events.
    """
    low, high = intervals.low[rows], intervals.high[rows]
    held = ((low <= y[rows]) & (y[rows] <= high)).astype(np.float64)
    value, least, most = paired_difference(held, np.zeros(len(held)), as_of[rows], block=block).within(0, 1)
    return {
        "rows": len(rows),
        "coverage": value,
        "coverage_low": least,
        "coverage_high": most,
        "width": float((high - low).mean()),
    }


def central_coverage(y: Any, forecast: CountDistribution, level: int, rows: Any) -> tuple[float, float]:
    """Return the coverage and mean width of the distribution's central interval."""
    ends = ((100 - level) / 200, (100 + level) / 200)
    low, high = quantiles(ends, forecast.mean[rows], forecast.dispersion[rows])
    held = (low <= y[rows]) & (y[rows] <= high)
    return float(held.mean()), float((high - low).mean())
