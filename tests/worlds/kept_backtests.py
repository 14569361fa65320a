"""Backtests that several processes share: what one has forecast, the next reads, as a backtest that is called again does."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import riskmodel as rm
from riskmodel.forecasts.backtesting import BacktestResult


def keep_backtests(kept: Path) -> None:
    """Let this process read forecasts that stand in a folder, and leave there what it forecasts itself.

    The backtests of a process are numbered. A forecast is found by all that it depends on, so another order costs time and changes nothing.
    """
    whole, numbers = rm.backtest, count()

    def backtest(*arguments: Any, **options: Any) -> BacktestResult:
        return whole(*arguments, keep=kept / str(next(numbers)), **options)

    rm.backtest = backtest
