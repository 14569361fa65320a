"""Whose intervals a plot of many forecasters draws."""

from __future__ import annotations

from riskmodel.forecasts.backtesting import BacktestResult
from riskmodel.forecasts.evaluation.comparison import best_single

FEW = 5
"""With at most this many forecasters, each has its intervals drawn."""


def emphasised(result: BacktestResult) -> set[str]:
    """Return the forecasters whose intervals are drawn.

    With more than :data:`FEW` forecasters, these are the champion, the baseline and the best single one.
    """
    if len(result.forecasts) <= FEW:
        return set(result.forecasts)
    return {result.experiment.champion, result.experiment.baseline, best_single(result.evaluation) or ""}
