"""Plots of a backtest's forecasts, one a file."""

from riskmodel.forecasts.reports.result_plots.ageing_plot import plot_ageing
from riskmodel.forecasts.reports.result_plots.hits_plot import plot_hits
from riskmodel.forecasts.reports.result_plots.over_time_plot import plot_over_time
from riskmodel.forecasts.reports.result_plots.pit_plot import plot_pit
from riskmodel.forecasts.reports.result_plots.reliability_plot import plot_reliability

__all__ = ["plot_ageing", "plot_hits", "plot_over_time", "plot_pit", "plot_reliability"]
