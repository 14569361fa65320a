"""Metrics: scores of a row, errors of a point, spread, rankings, and how surely two forecasters differ."""

from riskmodel.counts.bootstrap import (
    Interval,
    multiplicities,
    paired_difference,
    paired_statistics,
)
from riskmodel.forecasts.evaluation.metrics.ranking import Cuts, caught, hit_curve, top_decile
from riskmodel.forecasts.evaluation.metrics.rows import check_same_rows
from riskmodel.forecasts.evaluation.metrics.scores import row_scores
from riskmodel.forecasts.evaluation.metrics.spread import LEVELS, coverage, pit, reliability, widths
from riskmodel.forecasts.evaluation.metrics.table import METRICS, TABLE, Judged, Metric, summarise

__all__ = [
    "LEVELS", "METRICS", "TABLE", "Cuts", "Interval", "Judged", "Metric", "caught", "check_same_rows", "coverage", "hit_curve",
    "multiplicities", "paired_difference", "paired_statistics", "pit", "reliability", "row_scores", "summarise", "top_decile", "widths",
]  # fmt: skip
