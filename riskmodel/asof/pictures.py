"""Pictures of a feature: one cell over time, and one date over the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from riskmodel.asof.design import design
from riskmodel.asof.rings import centres
from riskmodel.asof.vocabulary import Feature, bare_text
from riskmodel.base.periods import as_days, to_iso
from riskmodel.base.texts import Language
from riskmodel.records.history import History

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw_over_time(history: History, feature: Feature, cell: str, as_of: Any, language: Language = "en") -> Figure:
    """``feature`` of the cell with id ``cell`` at each as-of date, beside the median and the 5 to 95 % range of all cells.

    Raises
    ------
    UsageError
        If there is no such cell.
    """
    from matplotlib.figure import Figure

    (number,) = history.places.numbers([cell]).tolist()
    days = as_days(as_of)
    made = design(history, days, [feature])
    values = np.where(made.at_risk, made.X[:, 0], np.nan).reshape(len(history.places), len(days)).astype(np.float64)
    dates = days.astype("datetime64[D]")
    known = ~np.isnan(values).all(axis=0)
    low, middle, high = np.full((3, len(days)), np.nan)
    if known.any():
        low[known], middle[known], high[known] = np.nanquantile(values[:, known], [0.05, 0.5, 0.95], axis=0)
    figure = Figure(figsize=(8, 3), layout="constrained")
    axis = figure.add_subplot()
    axis.fill_between(dates, low, high, color="0.85", label="5 to 95 % of cells")
    axis.plot(dates, middle, color="0.5", label="median cell")
    axis.plot(dates, values[number], color="tab:blue", drawstyle="steps-post", label=cell)
    axis.set(title=_title(history, feature, language), ylabel=feature.unit)
    axis.legend(loc="upper left", frameon=False)
    return figure


def draw_map(history: History, feature: Feature, as_of: str | int, language: Language = "en") -> Figure:
    """``feature`` of every cell at one as-of date, drawn over the cells' shapes; grey where it is missing.

    Raises
    ------
    UsageError
        If the places have no shapes.
    """
    from matplotlib import colormaps
    from matplotlib.collections import PolyCollection
    from matplotlib.figure import Figure

    at = centres(history.places)
    made = design(history, as_of, [feature])
    values = np.where(made.at_risk, made.X[:, 0], np.nan)
    shapes = history.places.shapes or ()
    drawn = [(ring, values[cell]) for cell, rings in enumerate(shapes) for ring in rings[:1]]
    figure = Figure(figsize=(6, 5), layout="constrained")
    axis = figure.add_subplot()
    area = PolyCollection(
        [ring for ring, _ in drawn], edgecolors="white", linewidths=0.2, cmap=colormaps["viridis"].with_extremes(bad="0.8")
    )
    area.set_array(np.ma.masked_invalid([value for _, value in drawn]))
    axis.add_collection(area)
    axis.autoscale_view()
    if len(at) and np.nanmax(np.abs(at[:, 1]), initial=0) <= 90:
        axis.set_aspect(1 / np.cos(np.radians(np.nanmean(at[:, 1]))))
    else:
        axis.set_aspect("equal")
    axis.set_axis_off()
    figure.colorbar(area, ax=axis, label=feature.unit, shrink=0.7)
    axis.set_title(f"{_title(history, feature, language)}, {to_iso(int(made.as_of[0]))}")
    return figure


def _title(history: History, feature: Feature, language: Language) -> str:
    return getattr(bare_text(feature, history.kinds), language)
