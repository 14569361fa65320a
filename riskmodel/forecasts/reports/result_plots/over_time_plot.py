"""The log score of each as-of date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from riskmodel.base.argument_types import checked
from riskmodel.forecasts.backtesting import BacktestResult
from riskmodel.forecasts.reports.plot_style import COLOURS, PANELS, drawn_name, legend_below, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@checked(result="BacktestResult")
def plot_over_time(result: BacktestResult) -> Figure:
    """Plot the log score of each as-of date, one line per forecaster.

    Parameters
    ----------
    result
        The backtest.

    Returns
    -------
    Figure
        A new figure of matplotlib.

    Raises
    ------
    UsageError
        If ``result`` is no backtest.

    Examples
    --------
    >>> rm.plot_over_time(result).axes[0].get_ylabel()
    'log score'
    """
    figure, axes = new_figure(11.4, 3.6)
    dates, at = np.unique(result.as_of, return_inverse=True)
    count = np.bincount(at)
    for number, name in enumerate(result.forecasts):
        score = np.bincount(at, result.row_scores(name)["log_score"]) / count
        axes.plot(
            dates.astype("datetime64[D]"), score, label=drawn_name(name), color=COLOURS[number % len(COLOURS)], linewidth=1.2
        )
    axes.set_ylabel("log score")
    axes.set_title("Log score by as-of date (lower is better)", fontsize=10)
    axes.margins(x=0.01)
    legend_below(figure, axes, PANELS)
    return figure
