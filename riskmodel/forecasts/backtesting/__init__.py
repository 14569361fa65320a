"""Backtests with a rolling origin: fits, forecasts, choices and what they show."""

from riskmodel.forecasts.backtesting.backtest import backtest
from riskmodel.forecasts.backtesting.compared_results import compare
from riskmodel.forecasts.backtesting.result import BacktestResult

__all__ = ["BacktestResult", "backtest", "compare"]
