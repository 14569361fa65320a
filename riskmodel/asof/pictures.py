"""Pictures of a feature: over time, and on the map."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from riskmodel.asof.design import design
from riskmodel.asof.vocabulary import Feature, bare_text
from riskmodel.base.days import DateLike, as_days, to_iso
from riskmodel.base.errors import UsageError
from riskmodel.base.notebook_figures import shows_itself
from riskmodel.base.texts import Language, Text
from riskmodel.records.history import History
from riskmodel.records.places import drawn_cells

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import PolyCollection
    from matplotlib.figure import Figure

CHINESE_FONTS = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Microsoft YaHei",
    "SimHei", "PingFang SC", "Heiti SC", "Noto Serif CJK SC",
)  # fmt: skip
"""Fonts with Chinese characters; the first that is installed is used."""

RANGE = Text(zh="5%至95%的网格", en="5 to 95 % of cells")
MIDDLE = Text(zh="居中的网格", en="median cell")
SCHEMATIC = Text(zh="（示意图，非地理位置）", en=" (schematic, not geographic: one tile per cell)")
NOTHING = Text(zh="此日各网格均无数据", en="no data for any cell at this date")


def draw_over_time(history: History, feature: Feature, cell: str, as_of: Any, language: Language = "en") -> Figure:
    """Draw a feature of one cell over time, beside all cells.

    The range is from the 5 % to the 95 % quantile. Nothing is drawn at dates at which the value is missing. ``cell`` is the id
    of a cell.

    Raises
    ------
    UsageError
        If there is no such cell, or no font for a picture in Chinese.
    """
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
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
    with _fonts(language):
        figure = shows_itself(Figure(figsize=(8, 3.2), layout="constrained"))
        axis = figure.add_subplot()
        axis.fill_between(dates, low, high, step="post", color="0.87", linewidth=0, label=RANGE(language))
        axis.plot(dates, middle, color="0.45", linestyle="--", drawstyle="steps-post", label=MIDDLE(language))
        axis.plot(dates, values[number], color="tab:blue", drawstyle="steps-post", label=cell)
        axis.set_xlim(dates[0], dates[-1] if len(dates) > 1 else dates[0] + 1)
        locator = AutoDateLocator(maxticks=8)
        axis.xaxis.set_major_locator(locator)
        axis.xaxis.set_major_formatter(ConciseDateFormatter(locator))
        axis.set_ylabel(feature.unit)
        axis.set_title(_title(history, feature, language, 80), loc="left", fontsize="medium")
        figure.legend(loc="outside lower center", ncols=3, frameon=False)
    return figure


def draw_map(history: History, feature: Feature, as_of: DateLike, language: Language = "en") -> Figure:
    """Draw a map of a feature at one date.

    Cells with a missing value are grey and hatched. Without shapes one tile per cell is drawn, which the title says.

    Raises
    ------
    UsageError
        If there is no font for a picture in Chinese.
    """
    from matplotlib.figure import Figure

    made = design(history, as_of, [feature])
    values = np.where(made.at_risk, made.X[:, 0], np.nan)
    shapes, schematic = drawn_cells(history.places, int(made.as_of[0]))
    drawn = [(ring, values[cell]) for cell, rings in enumerate(shapes) for ring in rings[:1]]
    with _fonts(language):
        figure = shows_itself(Figure(figsize=(6, 5), layout="constrained"))
        axis = figure.add_subplot()
        area = _draw_cells(axis, drawn)
        title = (
            f"{_title(history, feature, language, 58)}\n{to_iso(int(made.as_of[0]))}{SCHEMATIC(language) if schematic else ''}"
        )
        if np.isnan([value for _, value in drawn]).all():
            title += f": {NOTHING(language)}"
        else:
            figure.colorbar(area, ax=axis, label=feature.unit, shrink=0.7)
        axis.set_title(title, loc="left", fontsize="medium")
    return figure


def _draw_cells(axis: Axes, drawn: list[tuple[np.ndarray, float]]) -> PolyCollection:
    """Draw the outlines of cells, and return those with a value."""
    from matplotlib import colormaps
    from matplotlib.collections import PolyCollection

    missing = [ring for ring, value in drawn if np.isnan(value)]
    axis.add_collection(PolyCollection(missing, facecolors="0.9", edgecolors="0.75", linewidths=0.3, hatch="////"))
    known = [(ring, value) for ring, value in drawn if not np.isnan(value)]
    area = PolyCollection([ring for ring, _ in known], edgecolors="white", linewidths=0.2, cmap=colormaps["viridis"])
    area.set_array(np.array([value for _, value in known]))
    axis.add_collection(area)
    axis.autoscale_view()
    heights = np.array([ring[:, 1].mean() for ring, _ in drawn])
    degrees = bool(len(heights)) and float(np.abs(heights).max()) <= 90
    axis.set_aspect(1 / np.cos(np.radians(heights.mean())) if degrees else "equal")
    axis.set_axis_off()
    return area


@contextmanager
def _fonts(language: Language) -> Iterator[None]:
    """Draw with a font that has Chinese characters, if one is installed."""
    import matplotlib as mpl
    from matplotlib.font_manager import fontManager

    installed = {font.name for font in fontManager.ttflist}
    chinese = [name for name in CHINESE_FONTS if name in installed][:1]
    if language == "zh" and not chinese:
        raise UsageError(
            "No font with Chinese characters is installed, so the picture would show boxes. Install one (Debian, Ubuntu: "
            "apt-get install fonts-noto-cjk), or draw it in English."
        )
    with mpl.rc_context({"font.family": ["DejaVu Sans", *chinese]}):
        yield


def _title(history: History, feature: Feature, language: Language, width: int) -> str:
    """Return the feature's meaning, wrapped; a Chinese character counts two."""
    text = getattr(bare_text(feature, history.kinds), language)
    return "\n".join(textwrap.wrap(text, width // 2 if language == "zh" else width))
