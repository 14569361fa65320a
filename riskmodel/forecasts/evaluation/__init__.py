"""The one evaluator: training, backtests and reports share it."""

from riskmodel.forecasts.evaluation.backtest import backtest
from riskmodel.forecasts.evaluation.metrics import METRICS, TABLE
from riskmodel.forecasts.evaluation.result import BacktestResult

__all__ = ["METRICS", "TABLE", "BacktestResult", "backtest"]
