"""Metrics of count forecasts: row scores, point errors, coverage and rankings."""

from riskmodel.counts.row_scores import row_scores
from riskmodel.forecasts.evaluation.metrics.calibration_checks import LEVELS, coverage, pit, reliability, widths
from riskmodel.forecasts.evaluation.metrics.forecast_evaluation import ForecastEvaluation
from riskmodel.forecasts.evaluation.metrics.metric_table import METRIC_TABLE, METRICS, Metric, metric_values
from riskmodel.forecasts.evaluation.metrics.rankings import Cuts, hit_curve
from riskmodel.forecasts.evaluation.metrics.same_rows import check_same_rows

__all__ = [
    "LEVELS",
    "METRICS",
    "METRIC_TABLE",
    "Cuts",
    "ForecastEvaluation",
    "Metric",
    "check_same_rows",
    "coverage",
    "hit_curve",
    "metric_values",
    "pit",
    "reliability",
    "row_scores",
    "widths",
]
