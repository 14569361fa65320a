"""The one evaluator: training, backtests and reports share it."""

from riskmodel.forecasts.evaluation.backtest import BacktestResult, backtest
from riskmodel.forecasts.evaluation.metrics import METRICS

__all__ = ["METRICS", "BacktestResult", "backtest"]
