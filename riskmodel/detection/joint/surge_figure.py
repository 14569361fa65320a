"""The figure of a night's surges: weekly counts of each family."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from riskmodel.base.days import to_iso
from riskmodel.base.notebook_figures import shows_itself
from riskmodel.detection.joint.surge_cluster import Surge

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLOURS = {"unusual": "#be123c", "usual": "#475569", "late": "#9ca3af", "short": "#9ca3af"}


def draw_surges(surges: Sequence[Surge], as_of: int) -> Figure:
    """Draw a row of small charts for each surge, one per family.

    The line is the usual count of a week; a family that cannot be judged is named as such.
    """
    from matplotlib.figure import Figure

    columns = max((len(one.families) for one in surges), default=1)
    figure = Figure(figsize=(2.6 * columns, 1.3 * max(len(surges), 1) + 0.4), layout="constrained")
    shows_itself(figure)
    figure.suptitle(f"Surges as of {to_iso(as_of)}" if surges else f"No surge as of {to_iso(as_of)}", fontsize=10)
    if not surges:
        return figure
    made = figure.subplots(len(surges), columns, squeeze=False)
    for row, one in zip(made, surges, strict=True):
        for axes, family in zip(row, one.families, strict=False):
            weeks = np.arange(-len(family.weeks) + 1, 1)
            axes.bar(weeks, family.weeks, color=COLOURS[family.state], width=0.8)
            if family.expected is not None:
                axes.axhline(family.expected, color="#111827", linewidth=0.8)
            mark = "" if family.state in ("unusual", "usual") else " (not judged)"
            axes.set_title(f"{one.id} {family.family}{mark}", fontsize=7)
            axes.tick_params(labelsize=6)
            axes.spines[["top", "right"]].set_visible(False)
        for axes in row[len(one.families) :]:
            axes.set_visible(False)
    return figure
