"""Maps of scores, and of a backtest's residuals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

import numpy as np

from riskmodel.base.argument_types import checked
from riskmodel.base.days import to_iso
from riskmodel.base.errors import UsageError, unknown_name
from riskmodel.forecasts.backtesting import BacktestResult
from riskmodel.forecasts.reports.plot_style import MUTED, drawn_name, new_figure
from riskmodel.forecasts.scores import Scores
from riskmodel.records.places import Places, drawn_cells

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import PatchCollection
    from matplotlib.figure import Figure

MOST_OUTLINES = 3000
"""Maps with more cells are drawn as a raster image."""
LEAST_LABEL = 4.0
"""Schematic maps whose tiles need smaller letters, in points, do not name them."""
SCHEMATIC = "schematic, not geographic: one tile per cell, by group and id, since the cells have no shapes"

CONTEXT_COLOURS = {"villages": "#6f7a86", "water": "#4d87b3", "roads": "#8f7a55"}
"""The colour of each layer of a map's context."""


@checked(result="BacktestResult")
def plot_residuals(result: BacktestResult, name: str = "") -> Figure:
    """Map events minus expected events, in standard deviations.

    Events of the whole test window are added up. Disclosure control merges cells with too few households into their host cell.

    Parameters
    ----------
    result
        The backtest.
    name
        Forecaster; default: the champion.

    Returns
    -------
    Figure
        A new figure of matplotlib.

    Raises
    ------
    UsageError
        If ``result`` is no backtest, or there is no such forecaster.

    Examples
    --------
    >>> rm.plot_residuals(result).axes[0].get_title()
    'decayed: events minus expected, in standard deviations'
    """
    name = name or result.experiment.champion
    if name not in result.forecasts:
        raise unknown_name("forecaster of the backtest", name, result.forecasts)
    residual = _residuals(result, name)
    figure, axes = new_figure(5.6, 4.4)
    drawn = _shapes(result.places, int(result.as_of.max()), residual, axes, "RdBu_r")
    reach = max(3.0, min(6.0, max(map(abs, residual.values()))))
    axes.set_title(f"{name}: events minus expected, in standard deviations", fontsize=10)
    _colour_bar(figure, axes, drawn, reach)
    return figure


def _residuals(result: BacktestResult, name: str) -> dict[int, float]:
    """Return the standardised residual of each shown place, by the host's number."""
    shown, cells = result.published(), len(result.places)
    forecast = shown.forecasts[name]
    expected = np.bincount(shown.cell, forecast.mean, cells)
    variance = np.bincount(shown.cell, forecast.mean + forecast.dispersion * forecast.mean**2, cells)
    there = expected > 0
    residual = np.where(there, np.bincount(shown.cell, shown.y, cells) - expected, 0) / np.sqrt(np.where(there, variance, 1.0))
    return {int(cell): float(residual[cell]) for cell in np.flatnonzero(there)}


def _colour_bar(figure: Figure, axes: Axes, drawn: PatchCollection, reach: float) -> None:
    """Add the scale of a map of residuals, from ``-reach`` to ``reach``."""
    from matplotlib.colors import TwoSlopeNorm

    drawn.set_norm(TwoSlopeNorm(0.0, -reach, reach))
    bar = figure.colorbar(drawn, ax=axes, shrink=0.8, label="fewer   ←   expected   →   more")
    bar.ax.tick_params(labelsize=8)
    bar.ax.yaxis.label.set_fontsize(8)
    assert bar.solids is not None
    bar.solids.set_rasterized(False)  # as shapes: the page holds no raster images but large maps
    bar.solids.set_edgecolor("face")  # else a seam shows between colours


@overload
def plot_map(scores: Scores, ax: None = None) -> Figure: ...


@overload
def plot_map(scores: Scores, ax: Axes) -> Axes: ...


@checked(scores="Scores", ax="Axes | NoneType")
def plot_map(scores: Scores, ax: Axes | None = None) -> Figure | Axes:
    """Map the expected number of events in each shown place.

    Parameters
    ----------
    scores
        Of one as-of date.
    ax
        Axes to draw on; default: those of a new figure.

    Returns
    -------
    Figure or Axes
        The new figure, or ``ax`` if it was given.

    Raises
    ------
    UsageError
        If the scores are of several as-of dates.

    Examples
    --------
    >>> rm.plot_map(scores).axes[0].get_title()
    'main: expected events in 7 days from 2023-10-29'
    """
    if len(np.unique(scores.as_of)) != 1:
        raise UsageError("A map shows one as-of date. Take the rows of one first.")
    day = int(scores.as_of[0])
    shown = scores.published()
    expected = dict(zip(shown.cell.tolist(), shown.mean.tolist(), strict=True))
    figure = None
    if ax is None:
        figure, ax = new_figure(7.0, 5.6)
    assert ax is not None
    drawn = _shapes(scores.places, day, expected, ax, "YlOrRd")
    ax.set_title(f"{scores.target}: expected events in {scores.horizon} days from {to_iso(day)}", fontsize=10)
    assert ax.figure is not None
    ax.figure.colorbar(drawn, ax=ax, shrink=0.7, label="expected events")
    return figure or ax


def _shapes(places: Places, day: int, values: dict[int, float], axes: Axes, colours: str) -> PatchCollection:
    """Draw the outlines of all cells, coloured by their host's value.

    Cells whose host has no value are left out. Without shapes one tile per cell is drawn, which the map says.
    """
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Outline

    hosts, (shapes, schematic) = places.shown_as(day), drawn_cells(places, day)
    there = [cell for cell, rings in enumerate(shapes) if rings and int(hosts[cell]) in values]
    patches = [PathPatch(Outline.make_compound_path(*(Outline(ring, closed=True) for ring in shapes[cell]))) for cell in there]
    # thousands of outlines become a raster image, so that a page stays small
    drawn = PatchCollection(
        patches,
        cmap=colours,
        edgecolor="white" if schematic else "#9ca3af",
        linewidth=1.5 if schematic else 0.2,
        rasterized=len(patches) > MOST_OUTLINES,
    )
    drawn.set_array(np.array([values[int(hosts[cell])] for cell in there]))
    axes.add_collection(drawn)
    axes.autoscale_view()
    if not schematic:
        _draw_context(places, axes)
    axes.set_aspect("equal")
    axes.set_axis_off()
    if schematic:
        _label_tiles(axes, [(places.ids[cell], shapes[cell][0]) for cell in there])
    return drawn


def _label_tiles(axes: Axes, tiles: list[tuple[str, Any]]) -> None:
    """Say that a map is schematic, and name few tiles."""
    axes.text(0.5, -0.02, SCHEMATIC, transform=axes.transAxes, ha="center", va="top", fontsize=8, color=MUTED)
    across = len({float(ring[0, 0]) for _, ring in tiles})
    size = min(8.0, 480 / across / max(4, *(len(name) for name, _ in tiles))) if tiles else 0.0
    if size < LEAST_LABEL:
        return
    for name, ring in tiles:
        x, y = (ring.min(axis=0) + ring.max(axis=0)) / 2
        label = axes.text(x, y, drawn_name(name), ha="center", va="center", fontsize=size, color="#111827", clip_on=True)
        label.set_path_effects([_halo()])


def _halo() -> Any:
    """Return a light edge that keeps text readable on any colour."""
    from matplotlib.patheffects import withStroke

    return withStroke(linewidth=1.6, foreground="white")


def _draw_context(places: Places, axes: Axes) -> None:
    """Draw water, roads and villages over the cells in thin lines."""
    from matplotlib.collections import LineCollection

    for layer in places.context:
        lines = LineCollection(layer.lines, colors=CONTEXT_COLOURS[layer.name], linewidths=0.6, alpha=0.8)
        axes.add_collection(lines, autolim=False)
