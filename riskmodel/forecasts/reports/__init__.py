"""Reports of a backtest: plots, maps, text and an HTML page."""

from riskmodel.forecasts.reports.html_report import write_report
from riskmodel.forecasts.reports.maps import plot_map, plot_residuals
from riskmodel.forecasts.reports.result_plots import plot_ageing, plot_hits, plot_over_time, plot_pit, plot_reliability
from riskmodel.forecasts.reports.text_report import text_report

__all__ = [
    "plot_ageing",
    "plot_hits",
    "plot_map",
    "plot_over_time",
    "plot_pit",
    "plot_reliability",
    "plot_residuals",
    "text_report",
    "write_report",
]
