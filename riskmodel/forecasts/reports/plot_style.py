"""The common style of all plots."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from riskmodel.base.notebook_figures import any_script, shows_itself

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

COLOURS = ("#0b5394", "#c2570c", "#15803d", "#7e22ce", "#be123c", "#0f766e", "#854d0e", "#475569", "#db2777", "#0891b2")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "*")
MUTED = "#6b7280"

PANELS = 5
"""Histograms side by side, and names in a row of a wide legend."""


def new_figure(width: float, height: float, columns: int = 1, rows: int = 1) -> tuple[Figure, Any]:
    """Create a figure with its axes, for pages and notebooks.

    ``width`` and ``height`` are in inches.
    """
    from matplotlib.figure import Figure

    figure = shows_itself(Figure(figsize=(width, height), layout="constrained"))
    made = figure.subplots(rows, columns, sharey=rows * columns > 1)
    for axes in np.atleast_1d(made).ravel():
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(color="#e5e7eb", linewidth=0.7)
        axes.set_axisbelow(True)
        axes.tick_params(labelsize=8)
    return figure, made


def svg(figure: Figure) -> str:
    """Return the figure as SVG text, with repeatable bytes."""
    import matplotlib as mpl

    with mpl.rc_context({"svg.hashsalt": "riskmodel", "svg.fonttype": "none"}), any_script():
        file = io.StringIO()
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": "riskmodel"})
    text = file.getvalue()
    return text[text.index("<svg") :]


def legend_below(figure: Figure, axes: Axes, columns: int = 3) -> None:
    """Place the legend below the plot, where no name covers a line."""
    handles, labels = axes.get_legend_handles_labels()
    ncols = min(columns, len(labels))
    figure.legend(handles, labels, loc="outside lower center", ncols=ncols, fontsize=8, frameon=False, columnspacing=3)


def drawn_name(name: str) -> str:
    """Return a name as matplotlib shows it unchanged.

    Between two dollar signs it reads formulas, and it leaves names that begin with an underscore out of a legend.

    Examples
    --------
    >>> drawn_name("_mine")
    ' _mine'
    """
    shown = name.replace("$", r"\$")
    return f" {shown}" if shown.startswith("_") else shown


def plain_ticks(axis: Axis) -> None:
    """Write the ticks of a logarithmic axis as plain numbers."""
    axis.set_major_formatter("{x:g}")
