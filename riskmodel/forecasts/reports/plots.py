"""Pictures of a backtest, and a map of scores."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from riskmodel.base.days import to_iso
from riskmodel.base.errors import UsageError
from riskmodel.forecasts.evaluation import BacktestResult
from riskmodel.forecasts.evaluation.ageing import ageing
from riskmodel.forecasts.evaluation.comparing import best_single
from riskmodel.forecasts.evaluation.metrics import hit_curve, pit, reliability
from riskmodel.forecasts.scores import Scores
from riskmodel.records.places import Places

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

COLOURS = ("#0b5394", "#c2570c", "#15803d", "#7e22ce", "#be123c", "#0f766e", "#854d0e", "#475569", "#db2777", "#0891b2")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "*")
MUTED = "#6b7280"

MOST_OUTLINES = 3000
"""Maps with more cells are drawn as points of a raster."""


PANELS = 5
"""Histograms in a row, and names in a wide legend."""

FEW = 5
"""Up to so many forecasters have intervals each in one picture."""


def _figure(width: float, height: float, columns: int = 1, rows: int = 1) -> tuple[Figure, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    # a figure made without pyplot, which would draw it twice, shows itself in a notebook only if it knows how
    setattr(figure, "_repr_png_", partial(_png, figure))  # noqa: B010
    made = figure.subplots(rows, columns, sharey=rows * columns > 1)
    for axes in np.atleast_1d(made).ravel():
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(color="#e5e7eb", linewidth=0.7)
        axes.set_axisbelow(True)
        axes.tick_params(labelsize=8)
    return figure, made


def _png(figure: Figure) -> bytes:
    file = io.BytesIO()
    with any_script():
        figure.savefig(file, format="png", dpi=110)
    return file.getvalue()


@contextmanager
def any_script() -> Iterator[None]:
    """No complaints about signs that matplotlib's own font lacks, such as Chinese ones: a page's text is set by the browser."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def _legend_below(figure: Figure, axes: Axes, columns: int = 3) -> None:
    """A legend under the picture, so that no name covers a line or is cut off."""
    handles, labels = axes.get_legend_handles_labels()
    ncols = min(columns, len(labels))
    figure.legend(handles, labels, loc="outside lower center", ncols=ncols, fontsize=8, frameon=False, columnspacing=3)


def _stressed(result: BacktestResult) -> set[str]:
    """The forecasters that a crowded picture stresses: the champion, the baseline and the best single one; all of a few."""
    if len(result.forecasts) <= FEW:
        return set(result.forecasts)
    return {result.experiment.champion, result.experiment.baseline, best_single(result) or ""}


def _plain_logs(axis: Axis) -> None:
    """Ticks of a logarithmic axis as plain numbers."""
    axis.set_major_formatter("{x:g}")


def plot_reliability(result: BacktestResult, bins: int = 10) -> Figure:
    """Mean count against mean forecast in ``bins`` groups of rising forecast, with 95 % intervals; on the line is calibrated.

    Of more than :data:`FEW` forecasters, the champion, the baseline and the best single one alone have intervals.
    """
    from matplotlib.ticker import LogLocator, NullLocator

    figure, axes = _figure(5.6, 4.8)
    top, least = 0.0, np.inf
    for at, (name, forecast) in enumerate(result.forecasts.items()):
        found = reliability(result.y, forecast, bins)
        x, y = np.array(found["forecast"]), np.array(found["observed"])
        error = np.stack([y - np.array(found["low"]), np.array(found["high"]) - y])
        stressed = name in _stressed(result)
        axes.errorbar(
            x,
            y,
            yerr=np.maximum(error, 0) if stressed else None,
            label=name,
            color=COLOURS[at % len(COLOURS)],
            marker=MARKERS[at % len(MARKERS)],
            markersize=4 if stressed else 2.5,
            linewidth=0.7,
            elinewidth=0.8,
            capsize=2,
            alpha=0.85 if stressed else 0.45,
        )
        top, least = max(top, float(x.max()), float(y.max())), min(least, float(x[x > 0].min()))
    axes.plot([least, top], [least, top], color=MUTED, linewidth=1, linestyle=":", label="calibrated")
    axes.set_xscale("log")
    axes.set_yscale("symlog", linthresh=max(least, 1e-3))
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.xaxis.set_minor_locator(NullLocator())
    _plain_logs(axes.xaxis)
    _plain_logs(axes.yaxis)
    axes.set_xlabel("mean forecast (events)")
    axes.set_ylabel("mean count (events)")
    axes.set_title("Reliability", fontsize=10)
    _legend_below(figure, axes)
    return figure


def plot_over_time(result: BacktestResult) -> Figure:
    """Log score of each as-of date, a line a forecaster; lower is better."""
    figure, axes = _figure(11.4, 3.6)
    dates, at = np.unique(result.as_of, return_inverse=True)
    count = np.bincount(at)
    for number, name in enumerate(result.forecasts):
        score = np.bincount(at, result.row_scores(name)["log_score"]) / count
        axes.plot(dates.astype("datetime64[D]"), score, label=name, color=COLOURS[number % len(COLOURS)], linewidth=1.2)
    axes.set_ylabel("log score")
    axes.set_title("Log score by as-of date (lower is better)", fontsize=10)
    axes.margins(x=0.01)
    _legend_below(figure, axes, PANELS)
    return figure


def plot_hits(result: BacktestResult) -> Figure:
    """Share of all events that fell in the best-ranked share of cells, ranked on each date; higher is better."""
    from matplotlib.ticker import PercentFormatter

    figure, axes = _figure(5.6, 4.8)
    shares = np.linspace(0, 0.5, 51)
    for number, name in enumerate(result.forecasts):
        judged = result.judged(name)
        ones = np.ones(len(result))
        caught = hit_curve(judged.at, len(judged.dates), judged.forecast.mean, ones, result.y, shares)
        axes.plot(shares, caught, label=name, color=COLOURS[number % len(COLOURS)], linewidth=1.4)
    axes.plot(shares, shares, color=MUTED, linestyle=":", linewidth=1, label="by chance")
    axes.set_xlim(0, 0.5)
    axes.set_ylim(0, 1)
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
    axes.set_xlabel("share of cells")
    axes.set_ylabel("share of events")
    axes.set_title("Hit rate against share of cells", fontsize=10)
    _legend_below(figure, axes)
    return figure


def plot_pit(result: BacktestResult, bins: int = 10) -> Figure:
    """The PIT histogram of each forecaster, side by side; flat on the line is calibrated."""
    names = list(result.forecasts)
    columns = min(PANELS, len(names))
    rows = -(-len(names) // columns)
    figure, made = _figure(11.4, 2.2 * rows + 0.3, columns, rows)
    panels = np.atleast_1d(made).ravel()
    for number, (name, axes) in enumerate(zip(names, panels, strict=False)):
        heights = pit(result.y, result.forecasts[name], bins)
        left = np.arange(bins) / bins
        axes.bar(left, heights, 1 / bins, align="edge", color=COLOURS[number % len(COLOURS)], alpha=0.75, edgecolor="white")
        axes.axhline(1.0, color=MUTED, linestyle=":", linewidth=1)
        axes.set_title(name, fontsize=9)
        axes.set_xticks([0, 0.5, 1])
        if number % columns == 0:
            axes.set_ylabel("density", fontsize=8)
        if number + columns >= len(names):
            axes.set_xlabel("PIT", fontsize=8)
    for axes in panels[len(names) :]:
        axes.remove()
    return figure


def plot_ageing(result: BacktestResult) -> Figure:
    """What the log score of the first fit loses to refitted models, by months since training; above 0, refitting helps.

    Of more than :data:`FEW` forecasters, the champion, the baseline and the best single one alone have intervals.
    """
    figure, axes = _figure(5.6, 4.4)
    found = ageing(result)
    for number, name in enumerate(result.aged):
        rows = [row for row in found if row["forecaster"] == name]
        months, cost = [row["months"] for row in rows], [row["cost"] for row in rows]
        colour = COLOURS[number % len(COLOURS)]
        axes.plot(months, cost, label=name, color=colour, marker=MARKERS[number % len(MARKERS)], markersize=3.5, linewidth=1.2)
        if name in _stressed(result):
            low, high = [row["low"] for row in rows], [row["high"] for row in rows]
            axes.fill_between(months, low, high, color=colour, alpha=0.12, linewidth=0)
    axes.axhline(0.0, color=MUTED, linestyle=":", linewidth=1)
    axes.set_xlabel("months since training")
    axes.set_ylabel("log score lost")
    axes.set_title("What age costs, with 95 % intervals", fontsize=10)
    _legend_below(figure, axes)
    return figure


def plot_residuals(result: BacktestResult, name: str = "") -> Figure:
    """A map of events minus expected events over the test window, in standard deviations, for a forecaster (the champion).

    Cells with too few households are joined with the cell that hosts them.

    Raises
    ------
    UsageError
        If the places have no shapes.
    """
    from matplotlib.colors import TwoSlopeNorm

    name = name or result.experiment.champion
    shown = result.published()
    cells = len(result.places)
    forecast = shown.forecasts[name]
    expected = np.bincount(shown.cell, forecast.mean, cells)
    variance = np.bincount(shown.cell, forecast.mean + forecast.dispersion * forecast.mean**2, cells)
    there = expected > 0
    residual = np.where(there, np.bincount(shown.cell, shown.y, cells) - expected, 0) / np.sqrt(np.where(there, variance, 1.0))
    hosts = result.places.shown_as(int(result.as_of.max()))
    values = {int(cell): float(residual[cell]) for cell in np.flatnonzero(there)}
    figure, axes = _figure(5.6, 4.4)
    drawn = _shapes(result.places, hosts, values, axes, "RdBu_r")
    reach = max(3.0, min(6.0, float(np.abs(residual).max()))) if len(residual) else 3.0
    drawn.set_norm(TwoSlopeNorm(0.0, -reach, reach))
    axes.set_title(f"{name}: events minus expected, in standard deviations", fontsize=10)
    bar = figure.colorbar(drawn, ax=axes, shrink=0.8, label="fewer   ←   expected   →   more")
    bar.ax.tick_params(labelsize=8)
    bar.ax.yaxis.label.set_fontsize(8)
    assert bar.solids is not None
    bar.solids.set_rasterized(False)  # as shapes: the page holds no pictures but drawings
    bar.solids.set_edgecolor("face")  # else a seam shows between colours
    return figure


def plot_map(scores: Scores, ax: Axes | None = None) -> Any:
    """A map of the expected number of events in each shown place; a figure comes back, or ``ax`` if it was given.

    Raises
    ------
    UsageError
        If the places have no shapes, or the scores are of several as-of dates.
    """
    if len(np.unique(scores.as_of)) != 1:
        raise UsageError("A map shows one as-of date. Take the rows of one first.")
    day = int(scores.as_of[0])
    shown = scores.published()
    expected = dict(zip(shown.cell.tolist(), shown.mean.tolist(), strict=True))
    result: Any = ax
    if ax is None:
        result, ax = _figure(7.0, 5.6)
    assert ax is not None
    drawn = _shapes(scores.places, scores.places.shown_as(day), expected, ax, "YlOrRd")
    ax.set_title(f"{scores.target}: expected events in {scores.horizon} days from {to_iso(day)}", fontsize=10)
    assert ax.figure is not None
    ax.figure.colorbar(drawn, ax=ax, shrink=0.7, label="expected events")
    return result


def _shapes(places: Places, hosts: Any, values: dict[int, float], axes: Axes, colours: str) -> Any:
    """The outlines of all cells, each filled by the value of the unit under which it is shown; those without one are left out."""
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Outline

    if places.shapes is None:
        raise UsageError(
            "The places have no shapes to draw. Give places.shapes in riskmodel.toml, or shapes to Places.from_frame."
        )
    patches, filled = [], []
    for cell, rings in enumerate(places.shapes):
        if rings and int(hosts[cell]) in values:
            patches.append(PathPatch(Outline.make_compound_path(*(Outline(ring, closed=True) for ring in rings))))
            filled.append(values[int(hosts[cell])])
    # thousands of outlines are a picture inside the picture, so that a page stays small
    drawn = PatchCollection(patches, cmap=colours, edgecolor="#9ca3af", linewidth=0.2, rasterized=len(patches) > MOST_OUTLINES)
    drawn.set_array(np.array(filled))
    axes.add_collection(drawn)
    axes.autoscale_view()
    axes.set_aspect("equal")
    axes.set_axis_off()
    return drawn
