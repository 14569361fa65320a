"""Histograms of the probability integral transform (PIT)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from riskmodel.base.argument_types import checked
from riskmodel.forecasts.backtesting import BacktestResult
from riskmodel.forecasts.evaluation.metrics import pit
from riskmodel.forecasts.reports.plot_style import COLOURS, MUTED, PANELS, drawn_name, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@checked(result="BacktestResult")
def plot_pit(result: BacktestResult, bins: int = 10) -> Figure:
    """Plot the PIT histogram of each forecaster; flat is calibrated.

    Parameters
    ----------
    result
        The backtest.
    bins
        Bars of each histogram.

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
    >>> rm.plot_pit(result).axes[0].get_title()
    'decayed'
    """
    names = list(result.forecasts)
    columns = min(PANELS, len(names))
    rows = -(-len(names) // columns)
    figure, made = new_figure(11.4, 2.2 * rows + 0.3, columns, rows)
    panels = np.atleast_1d(made).ravel()
    for number, (name, axes) in enumerate(zip(names, panels, strict=False)):
        heights = pit(result.y, result.forecasts[name], bins)
        left = np.arange(bins) / bins
        axes.bar(left, heights, 1 / bins, align="edge", color=COLOURS[number % len(COLOURS)], alpha=0.75, edgecolor="white")
        axes.axhline(1.0, color=MUTED, linestyle=":", linewidth=1)
        axes.set_title(drawn_name(name), fontsize=9)
        axes.set_xticks([0, 0.5, 1])
        if number % columns == 0:
            axes.set_ylabel("density", fontsize=8)
        if number + columns >= len(names):
            axes.set_xlabel("PIT", fontsize=8)
    for axes in panels[len(names) :]:
        axes.remove()
    return figure
