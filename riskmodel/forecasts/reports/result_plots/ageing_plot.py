"""What forecasts lose as models grow older."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from riskmodel.base.argument_types import checked
from riskmodel.forecasts.backtesting import BacktestResult
from riskmodel.forecasts.backtesting.age_cost import age_costs
from riskmodel.forecasts.reports.plot_style import COLOURS, MARKERS, MUTED, drawn_name, legend_below, new_figure
from riskmodel.forecasts.reports.result_plots.emphasis import emphasised

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@checked(result="BacktestResult")
def plot_ageing(result: BacktestResult) -> Figure:
    """Plot the log score that the first fit loses with age.

    It is compared with refitted models, by months since training; above 0, refitting helps. Bands are 95 % intervals. With more than
    five forecasters, only the champion, the baseline and the best single one have them.

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
    >>> rm.plot_ageing(result).axes[0].get_xlabel()
    'months since training'
    """
    figure, axes = new_figure(5.6, 4.4)
    found, with_bands = age_costs(result), emphasised(result)
    for number, name in enumerate(result.first_fit):
        rows = [row for row in found if row["forecaster"] == name]
        months, cost = [row["months"] for row in rows], [row["cost"] for row in rows]
        colour = COLOURS[number % len(COLOURS)]
        axes.plot(
            months,
            cost,
            label=drawn_name(name),
            color=colour,
            marker=MARKERS[number % len(MARKERS)],
            markersize=3.5,
            linewidth=1.2,
        )
        if name in with_bands:
            low, high = [row["low"] for row in rows], [row["high"] for row in rows]
            axes.fill_between(months, low, high, color=colour, alpha=0.12, linewidth=0)
    axes.axhline(0.0, color=MUTED, linestyle=":", linewidth=1)
    axes.set_xlabel("months since training")
    axes.set_ylabel("log score lost")
    bands = any(not math.isnan(row["low"]) for row in found)
    axes.set_title(f"Cost of age{', with 95 % intervals' if bands else ''}", fontsize=10)
    legend_below(figure, axes)
    return figure
