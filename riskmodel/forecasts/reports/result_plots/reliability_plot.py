"""Mean counts against mean forecasts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from riskmodel.base.argument_types import checked
from riskmodel.forecasts.backtesting import BacktestResult
from riskmodel.forecasts.evaluation.metrics import reliability
from riskmodel.forecasts.reports.plot_style import COLOURS, MARKERS, MUTED, drawn_name, legend_below, new_figure, plain_ticks
from riskmodel.forecasts.reports.result_plots.emphasis import emphasised

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MANY_TICKS = 300
"""A logarithmic axis over a larger ratio has ticks at powers of ten only."""


@checked(result="BacktestResult")
def plot_reliability(result: BacktestResult, bins: int = 10) -> Figure:
    """Plot mean count against mean forecast in groups of rising forecast.

    Points on the line are calibrated; bars are 95 % intervals. With more than five forecasters, only the champion, the baseline
    and the best single one have intervals.

    Parameters
    ----------
    result
        The backtest.
    bins
        Groups of equally many rows, by rising forecast.

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
    >>> rm.plot_reliability(result).axes[0].get_xlabel()
    'mean forecast (events)'
    """
    figure, axes = new_figure(5.6, 4.8)
    with_intervals = emphasised(result)
    top, least = 0.0, np.inf
    for at, (name, forecast) in enumerate(result.forecasts.items()):
        found = reliability(result.y, forecast, bins)
        x, y = np.array(found["forecast"]), np.array(found["observed"])
        error = np.maximum(np.stack([y - np.array(found["low"]), np.array(found["high"]) - y]), 0)
        bold = name in with_intervals
        axes.errorbar(
            x,
            y,
            yerr=error if bold else None,
            label=drawn_name(name),
            color=COLOURS[at % len(COLOURS)],
            marker=MARKERS[at % len(MARKERS)],
            markersize=4 if bold else 2.5,
            linewidth=0.7,
            elinewidth=0.8,
            capsize=2,
            alpha=0.85 if bold else 0.45,
        )
        top, least = max(top, float(x.max()), float(y.max())), min(least, float(x[x > 0].min()))
    axes.plot([least, top], [least, top], color=MUTED, linewidth=1, linestyle=":", label="calibrated")
    _log_axes(axes, least, top)
    axes.set_xlabel("mean forecast (events)")
    axes.set_ylabel("mean count (events)")
    axes.set_title("Reliability", fontsize=10)
    legend_below(figure, axes)
    return figure


def _log_axes(axes: Axes, least: float, top: float) -> None:
    """Give both axes logarithmic scales with plain numbers."""
    from matplotlib.ticker import LogLocator, NullLocator

    axes.set_xscale("log")
    axes.set_yscale("symlog", linthresh=max(least, 1e-3))
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if top < MANY_TICKS * least else (1.0,)))
    axes.xaxis.set_minor_locator(NullLocator())
    plain_ticks(axes.xaxis)
    plain_ticks(axes.yaxis)
