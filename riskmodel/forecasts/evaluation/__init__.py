"""The evaluator: metrics, comparisons, interval coverage and the gap to the truth.

It works on plain arrays (:class:`~riskmodel.forecasts.evaluation.evaluation_set.EvaluationSet`) and knows neither designs, backtests
nor experiments, so stored scores of past nights are evaluated by the same code.
"""

from riskmodel.forecasts.evaluation.comparison import ComparisonRequest
from riskmodel.forecasts.evaluation.evaluation_set import EvaluationSet
from riskmodel.forecasts.evaluation.metrics import METRIC_TABLE, METRICS

__all__ = ["METRICS", "METRIC_TABLE", "ComparisonRequest", "EvaluationSet"]
