"""Pictures and one offline page of a backtest, and a map of scores."""

from riskmodel.forecasts.reports.page import write_report
from riskmodel.forecasts.reports.plots import (
    plot_ageing,
    plot_hits,
    plot_map,
    plot_over_time,
    plot_pit,
    plot_reliability,
    plot_residuals,
)
from riskmodel.forecasts.reports.terminal import terminal

__all__ = [
    "plot_ageing", "plot_hits", "plot_map", "plot_over_time", "plot_pit", "plot_reliability", "plot_residuals", "terminal",
    "write_report",
]  # fmt: skip
