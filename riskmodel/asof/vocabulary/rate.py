"""Records per exposure, plain and shrunken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from riskmodel.asof.view import COUNTY, View
from riskmodel.asof.vocabulary.feature import Feature, Kinds, kind_text, scope, scope_text, subject
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text


@dataclass(frozen=True)
class Rate(Feature):
    """Records of ``kinds`` in the last ``window`` days per ``per`` units of ``exposure``; missing without exposure."""

    kinds: Kinds
    window: int
    exposure: str
    per: float = 1000.0

    def __post_init__(self) -> None:
        self._kinds()
        self._days("window")
        self._positive("per")

    @property
    def name(self) -> str:
        return f"{subject(self.kinds)}_per_{self.exposure}_{self.window}d"

    @property
    def unit(self) -> str:
        return f"records per {self.per:g} {self.exposure}"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        what = kind_text(self.kinds, kinds)
        return Text(
            zh=f"本网格近{self.window}天每{self.per:g}单位（{self.exposure}）有{what.zh}{{value}}起（平常{{usual}}起）",
            en=f"This cell had {{value}} records of {what.en} per {self.per:g} {self.exposure} in the last {self.window} days (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        exposure = view.exposure(self.exposure)
        count = view.window(self.kinds, self.window)  # type: ignore[arg-type]
        with np.errstate(divide="ignore", invalid="ignore"):
            out[...] = np.where(exposure > 0, self.per * count / exposure, np.nan)
        out[:, view.missing(self.kinds, self.window)] = np.nan  # type: ignore[arg-type]


@dataclass(frozen=True)
class ShrunkenRate(Feature):
    """Daily rate of ``kinds`` in the last ``window`` days, shrunken toward its group's (gamma-Poisson).

    ``(count + strength) / (days + strength / group rate)``, with the group's rate per cell and day over the same window:
    the posterior mean of a gamma prior with shape ``strength`` (Clayton and Kaldor, 1987, with the shape given).
    """

    kinds: Kinds
    window: int
    over: str = COUNTY
    strength: float = 1.0

    def __post_init__(self) -> None:
        self._kinds()
        self._days("window")
        self._positive("strength")
        self._group()

    @property
    def name(self) -> str:
        return f"{subject(self.kinds)}_shrunken_{self.window}d{scope(self.over)}"

    @property
    def unit(self) -> str:
        return "records a day"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        what, whose = kind_text(self.kinds, kinds), scope_text(self.over)
        return Text(
            zh=f"本网格近{self.window}天{what.zh}平滑日均{{value}}起（平常{{usual}}起，向{whose.zh}水平收缩）",
            en=f"This cell's smoothed rate of {what.en} is {{value}} a day over {self.window} days (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        count = view.window(self.kinds, self.window)  # type: ignore[arg-type]
        total = view.window(self.kinds, self.window, over=self.over)  # type: ignore[arg-type]
        cells = view.over("cells", lambda v: (v.version >= 0).astype(np.int64), self.over)
        prior = (total + 0.5) / (np.maximum(cells, 1) * self.window)
        out[...] = (count + self.strength) / (self.window + self.strength / prior)
        out[:, view.missing(self.kinds, self.window)] = np.nan  # type: ignore[arg-type]
