"""Plots of a backtest's forecasts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from riskmodel.base.argument_types import checked
from riskmodel.forecasts.backtesting import BacktestResult
from riskmodel.forecasts.backtesting.age_cost import age_costs
from riskmodel.forecasts.evaluation.comparison import best_single
from riskmodel.forecasts.evaluation.metrics import hit_curve, pit, reliability
from riskmodel.forecasts.reports.plot_style import COLOURS, MARKERS, MUTED, drawn_name, legend_below, new_figure, plain_ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PANELS = 5
"""Histograms side by side, and names in a row of a wide legend."""

MANY_TICKS = 300
"""A logarithmic axis over a larger ratio has ticks at powers of ten only."""

FEW = 5
"""With at most this many forecasters, each has its intervals drawn."""


def _emphasised(result: BacktestResult) -> set[str]:
    """Return the forecasters whose intervals are drawn.

    With more than :data:`FEW` forecasters, these are the champion, the baseline and the best single one.
    """
    if len(result.forecasts) <= FEW:
        return set(result.forecasts)
    return {result.experiment.champion, result.experiment.baseline, best_single(result.evaluation) or ""}


@checked(result="BacktestResult")
def plot_reliability(result: BacktestResult, bins: int = 10) -> Figure:
    """Plot mean count against mean forecast in groups of rising forecast.

    Points on the line are calibrated; bars are 95 % intervals. With more than :data:`FEW` forecasters, only the champion, the baseline
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
    emphasised = _emphasised(result)
    top, least = 0.0, np.inf
    for at, (name, forecast) in enumerate(result.forecasts.items()):
        found = reliability(result.y, forecast, bins)
        x, y = np.array(found["forecast"]), np.array(found["observed"])
        error = np.maximum(np.stack([y - np.array(found["low"]), np.array(found["high"]) - y]), 0)
        bold = name in emphasised
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


@checked(result="BacktestResult")
def plot_ageing(result: BacktestResult) -> Figure:
    """Plot the log score that the first fit loses with age.

    It is compared with refitted models, by months since training; above 0, refitting helps. Bands are 95 % intervals. With more than :data:`FEW` forecasters, only
    the champion, the baseline and the best single one have them.

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
    found, emphasised = age_costs(result), _emphasised(result)
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
        if name in emphasised:
            low, high = [row["low"] for row in rows], [row["high"] for row in rows]
            axes.fill_between(months, low, high, color=colour, alpha=0.12, linewidth=0)
    axes.axhline(0.0, color=MUTED, linestyle=":", linewidth=1)
    axes.set_xlabel("months since training")
    axes.set_ylabel("log score lost")
    bands = any(row["low"] == row["low"] for row in found)
    axes.set_title(f"Cost of age{', with 95 % intervals' if bands else ''}", fontsize=10)
    legend_below(figure, axes)
    return figure
