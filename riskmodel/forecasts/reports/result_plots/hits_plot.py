"""Hit rates against shares of cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from riskmodel.base.argument_types import checked
from riskmodel.forecasts.backtesting import BacktestResult
from riskmodel.forecasts.evaluation.metrics import hit_curve
from riskmodel.forecasts.reports.plot_style import COLOURS, MUTED, drawn_name, legend_below, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@checked(result="BacktestResult")
def plot_hits(result: BacktestResult) -> Figure:
    """Plot the share of events in the best-ranked share of cells.

    Cells are ranked on each date; higher is better.

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
    >>> rm.plot_hits(result).axes[0].get_xlabel()
    'share of cells'
    """
    from matplotlib.ticker import PercentFormatter

    figure, axes = new_figure(5.6, 4.8)
    shares = np.linspace(0, 0.5, 51)
    for number, name in enumerate(result.forecasts):
        one = result.evaluation.of(name)
        hits = hit_curve(one.at, one.forecast.mean, result.y, shares)
        axes.plot(shares, hits, label=drawn_name(name), color=COLOURS[number % len(COLOURS)], linewidth=1.4)
    axes.plot(shares, shares, color=MUTED, linestyle=":", linewidth=1, label="by chance")
    axes.set_xlim(0, 0.5)
    axes.set_ylim(0, 1)
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
    axes.set_xlabel("share of cells")
    axes.set_ylabel("share of events")
    axes.set_title("Hit rate against share of cells", fontsize=10)
    legend_below(figure, axes)
    return figure
