"""Minimum, maximum or share of a feature among other cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from riskmodel.asof.view import CELL, NEIGHBOURS, RING2, View
from riskmodel.asof.vocabulary.feature import Feature
from riskmodel.asof.vocabulary.field_checks import check_features
from riskmodel.asof.vocabulary.phrases import bare_text, scope_text
from riskmodel.base.argument_types import checked
from riskmodel.base.equal_runs import first_of_runs
from riskmodel.base.errors import bad_argument
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text

LEAST, MOST, SHARE = "least", "most", "share"


@checked()
@dataclass(frozen=True)
class Among(Feature):
    """Minimum, maximum or share above 0 of a feature among other cells.

    Cells that do not exist or whose value is missing do not count; missing where none counts. Unit: that of ``of``, or a share.

    Parameters
    ----------
    of
        The feature.
    over
        ``neighbours``, ``ring2``, ``county`` or a grouping; the cell belongs to its own group.
    how
        ``least``, ``most``, or ``share``: the share of cells where the value is above 0.

    Examples
    --------
    >>> Among(Count("theft", 28), over="town", how="share").name
    'theft_count_28d_share_of_town'
    """

    of: Feature
    over: str = NEIGHBOURS
    how: str = MOST

    def __post_init__(self) -> None:
        check_features(self, "of")
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
                en=f"{whose.en}: in a share of {{value}} of cells “{bare.en}” is above 0 (usually {{usual}})",
            )
        zh, en = ("最小", "minimum") if self.how == LEAST else ("最大", "maximum")
        return Text(
            zh=f"{whose.zh}中「{bare.zh}」{zh}为{{value}}（平常{{usual}}）",
            en=f"{whose.en}: the {en} of “{bare.en}” is {{value}} (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        if self.over in (NEIGHBOURS, RING2):
            row, member = view.pairs(self.over)
            out[...] = self._reduced(self._reducible(view.everywhere(self.of)[member]), row, len(out))
        else:
            groups = view.shared.once(("among", self), lambda: self._of_groups(view))
            group = view.group(self.over)
            out[...] = np.where(group >= 0, groups[np.maximum(group, 0), np.arange(view.shape[1])], np.nan)

    def _of_groups(self, view: View) -> Any:
        """Return values ``[group, date]``, over each date's members of a group."""
        values, version = self._reducible(view.everywhere(self.of)), view.shared.version
        places = view.history.places
        if self.over in places.groupings:
            count, group = len(places.grouping(self.over).labels), places.group(self.over, version)
        else:
            count, group = 1, View(view.shared, 0, len(places)).group(self.over)
        found = np.full((count, view.shape[1]), np.nan, dtype=np.float64)
        for t in range(view.shape[1]):
            there = np.flatnonzero(group[:, t] >= 0)
            there = there[np.argsort(group[there, t], kind="stable")]
            found[:, t] = self._reduced(values[there, t, None], group[there, t], count)[:, 0]
        return found

    def _reducible(self, values: Any) -> Any:
        """Return the values, or whether they exceed 0; NaN stays."""
        return np.where(np.isnan(values), np.nan, values > 0) if self.how == SHARE else values

    def _reduced(self, values: Any, row: Any, rows: int) -> Any:
        """Return ``values[member, date]`` reduced over each row's members.

        Members are in order of rows; NaN where none is known. Minimum, maximum and the sum of ones do not depend on the
        order.
        """
        found = np.full((rows, values.shape[1]), np.nan)
        if len(row):
            known = ~np.isnan(values)
            first = np.flatnonzero(first_of_runs(row))
            count = np.add.reduceat(known, first, axis=0, dtype=np.int64)
            neutral, reduce = {LEAST: (np.inf, np.minimum), MOST: (-np.inf, np.maximum), SHARE: (0.0, np.add)}[self.how]
            reduced = reduce.reduceat(np.where(known, values, neutral), first, axis=0)
            whole = np.maximum(count, 1) if self.how == SHARE else 1
            found[row[first]] = np.where(count > 0, reduced / whole, np.nan)
        return found
