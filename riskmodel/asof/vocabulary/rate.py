"""Records per exposure, and rates shrunk toward the group's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from riskmodel.asof.view import CELL, COUNTY, NEIGHBOURS, RING2, View
from riskmodel.asof.vocabulary.feature import Feature
from riskmodel.asof.vocabulary.field_checks import check_days, check_group, check_positive
from riskmodel.asof.vocabulary.kind_groups import Kinds, kind_text, measure_word, subject
from riskmodel.asof.vocabulary.phrases import scope, scope_text
from riskmodel.base.argument_types import checked
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text


@checked()
@dataclass(frozen=True)
class Rate(Feature):
    """Records in a window per ``per`` units of an exposure.

    Both are added up over the cells of ``over``, where an unknown exposure counts as 0. Missing without exposure, and where the window
    reaches into a gap of a source.

    Parameters
    ----------
    kinds
        A kind, several, or a kind group.
    window
        Length of the window in days.
    exposure
        Name of the exposure.
    per
        Units of exposure that the rate refers to.
    over
        Whose records count: ``cell``, ``neighbours``, ``ring2``, ``county`` or a grouping.

    Examples
    --------
    >>> Rate("theft", 364, "households").unit
    'records per 1000 households'
    """

    kinds: Kinds
    window: int
    exposure: str
    per: float = 1000.0
    over: str = CELL

    def __post_init__(self) -> None:
        check_days(self, "window")
        check_positive(self, "per")

    @property
    def name(self) -> str:
        return f"{subject(self.kinds)}_per_{self.exposure}_{self.window}d{scope(self.over)}"

    @property
    def unit(self) -> str:
        return f"records per {self.per:g} {self.exposure}"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        what, whose = kind_text(self.kinds, kinds), scope_text(self.over)
        unit = measure_word(self.kinds, kinds, "起")
        return Text(
            zh=f"{whose.zh}近{self.window}天每{self.per:g}单位（{self.exposure}）有{what.zh}{{value}}{unit}（平常{{usual}}{unit}）",
            en=f"{whose.en} had {{value}} records of {what.en} per {self.per:g} {self.exposure} in the last {self.window} days (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        exposure = self._exposure(view)
        count = view.window(self.kinds, self.window, over=self.over)
        with np.errstate(divide="ignore", invalid="ignore"):
            out[...] = np.where(exposure > 0, self.per * count / exposure, np.nan)
        view.blank(out, self.kinds, self.window)

    def _exposure(self, view: View) -> Any:
        """Return the exposure of each cell's scope, added up in order."""
        if self.over == CELL:
            return view.exposure(self.exposure)
        if self.over not in (NEIGHBOURS, RING2):
            return view.over(("exposure", self.exposure), lambda v: np.nan_to_num(v.exposure(self.exposure)), self.over)
        shared = view.shared
        whole = shared.once(
            ("exposure", self.exposure), lambda: np.nan_to_num(shared.history.places.exposure(self.exposure, shared.version))
        )
        row, member = view.pairs(self.over)
        total = np.zeros(view.shape)
        np.add.at(total, row, whole[member])
        return total


@checked()
@dataclass(frozen=True)
class ShrunkenRate(Feature):
    """Daily rate, shrunk toward the rate of the cell's group (gamma-Poisson).

    ``(count + strength) / (days + strength / group rate)``, with the group's rate per cell and day over the same window: the posterior
    mean under a gamma prior of shape ``strength`` (Clayton and Kaldor, 1987, with the shape given). Unit: records a day. Missing where the
    window reaches into a gap of a source.

    Parameters
    ----------
    kinds
        A kind, several, or a kind group.
    window
        Length of the window in days.
    over
        ``county`` or a grouping.
    strength
        Shape of the prior: larger values shrink more.

    Examples
    --------
    >>> ShrunkenRate("theft", 364, over="town").name
    'theft_shrunken_364d_town'
    """

    kinds: Kinds
    window: int
    over: str = COUNTY
    strength: float = 1.0

    def __post_init__(self) -> None:
        check_days(self, "window")
        check_positive(self, "strength")
        check_group(self, self.over)

    @property
    def name(self) -> str:
        return f"{subject(self.kinds)}_shrunken_{self.window}d{scope(self.over)}"

    @property
    def unit(self) -> str:
        return "records a day"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        what, whose = kind_text(self.kinds, kinds), scope_text(self.over)
        unit = measure_word(self.kinds, kinds, "起")
        return Text(
            zh=f"本网格近{self.window}天{what.zh}平滑日均{{value}}{unit}（平常{{usual}}{unit}，向{whose.zh}水平收缩）",
            en=f"This cell's smoothed rate of {what.en} is {{value}} a day over {self.window} days (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        count = view.window(self.kinds, self.window)
        total = view.window(self.kinds, self.window, over=self.over)
        cells = view.over("cells", lambda v: (v.version >= 0).astype(np.int64), self.over)
        prior = (total + 0.5) / (np.maximum(cells, 1) * self.window)
        out[...] = (count + self.strength) / (self.window + self.strength / prior)
        view.blank(out, self.kinds, self.window)
