"""Any feature among the cells around or of a group: the least, the greatest, or the share of cells that have any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from riskmodel.asof.view import CELL, NEIGHBOURS, RING2, View
from riskmodel.asof.vocabulary.feature import Feature, bare_text, scope_text
from riskmodel.base.errors import bad_argument
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text

LEAST, MOST, SHARE = "least", "most", "share"


@dataclass(frozen=True)
class Among(Feature):
    """``how`` of ``of`` among the cells of ``over``: ``least``, ``most``, or the ``share`` of cells where it is above 0.

    ``over`` is ``neighbours``, ``ring2``, ``county`` or a grouping, which the cell itself belongs to. Cells that do not exist or whose
    value cannot be known do not count; missing where none counts.
    """

    of: Feature
    over: str = NEIGHBOURS
    how: str = MOST

    def __post_init__(self) -> None:
        self._parts("of")
        if self.over == CELL:
            raise bad_argument("over", "Among", "neighbours, ring2, county or a grouping", self.over)
        if self.how not in (LEAST, MOST, SHARE):
            raise bad_argument("how", "Among", "'least', 'most' or 'share'", self.how)

    @property
    def name(self) -> str:
        return f"{self.of.name}_{self.how}_of_{self.over}"

    @property
    def unit(self) -> str:
        return "share" if self.how == SHARE else self.of.unit

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        bare, whose = bare_text(self.of, kinds), scope_text(self.over)
        if self.how == SHARE:
            return Text(
                zh=f"{whose.zh}中「{bare.zh}」不为零的网格占{{value}}（平常{{usual}}）",
                en=f"{whose.en}: a share of {{value}} of cells has any of “{bare.en}” (usually {{usual}})",
            )
        zh, en = ("最小", "least") if self.how == LEAST else ("最大", "greatest")
        return Text(
            zh=f"{whose.zh}中「{bare.zh}」{zh}为{{value}}（平常{{usual}}）",
            en=f"{whose.en}: the {en} of “{bare.en}” is {{value}} (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        if self.over in (NEIGHBOURS, RING2):
            row, member = view.pairs(self.over)
            out[...] = self._reduced(self._told(view.shared.values(self.of)[member]), row, len(out))
        else:
            groups = view.shared.once(("among", self), lambda: self._of_groups(view))
            group = view.group(self.over)
            out[...] = np.where(group >= 0, groups[np.maximum(group, 0), np.arange(view.shape[1])], np.nan)

    def _of_groups(self, view: View) -> Any:
        """``[group, date]``; at each date the cells of a group are those that belong to it then."""
        values, version = self._told(view.shared.values(self.of)), view.shared.version
        places = view.history.places
        if self.over in places.groupings:
            count, group = len(places.grouping(self.over).labels), places.group(self.over, version)
        else:
            count, group = 1, View(view.shared, 0, len(places)).group(self.over)
        found = np.full((count, view.shape[1]), np.nan, dtype=np.float64)
        for t in range(view.shape[1]):
            there = group[:, t] >= 0
            found[:, t] = self._reduced(values[there, t, None], group[there, t], count)[:, 0]
        return found

    def _told(self, values: Any) -> Any:
        """What is reduced: the values, or whether they are above 0; NaN stays."""
        return np.where(np.isnan(values), np.nan, values > 0) if self.how == SHARE else values

    def _reduced(self, values: Any, row: Any, rows: int) -> Any:
        """``values[member, date]`` reduced over the members of each row; NaN where none can be known."""
        known = ~np.isnan(values)
        count = np.zeros((rows, values.shape[1]), dtype=np.int64)
        np.add.at(count, row, known)
        found = np.full(count.shape, {LEAST: np.inf, MOST: -np.inf, SHARE: 0.0}[self.how])
        reduce = {LEAST: np.minimum, MOST: np.maximum, SHARE: np.add}[self.how]
        reduce.at(found, row, np.where(known, values, found[:1, :1]))
        with np.errstate(invalid="ignore"):
            return np.where(count > 0, found / (count if self.how == SHARE else 1), np.nan)
