"""Recent rate compared with a longer window's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from riskmodel.asof.view import CELL, View
from riskmodel.asof.vocabulary.feature import Feature
from riskmodel.asof.vocabulary.field_checks import check_days
from riskmodel.asof.vocabulary.kind_groups import Kinds, kind_text, subject
from riskmodel.asof.vocabulary.phrases import scope, scope_text
from riskmodel.base.argument_types import checked
from riskmodel.base.errors import bad_argument
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text


@checked()
@dataclass(frozen=True)
class Trend(Feature):
    """Recent daily rate divided by the daily rate of a longer window.

    Half a record is added to each count, in proportion. Above 1, records have become more frequent. Missing where the longer window
    reaches into a gap of a source.

    Parameters
    ----------
    kinds
        A kind, several, or a kind group.
    short, long
        Lengths of the two windows in days; both end at the as-of date.
    over
        Whose records count: ``cell``, ``neighbours``, ``ring2``, ``county`` or a grouping.

    Examples
    --------
    >>> Trend("theft", 28, 182).name
    'theft_trend_28d_182d'
    """

    kinds: Kinds
    short: int
    long: int
    over: str = CELL

    def __post_init__(self) -> None:
        check_days(self, "short", "long")
        if self.short >= self.long:
            raise bad_argument("short", "Trend", f"below long ({self.long})", self.short)

    @property
    def name(self) -> str:
        return f"{subject(self.kinds)}_trend_{self.short}d_{self.long}d{scope(self.over)}"

    @property
    def unit(self) -> str:
        return "ratio"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        what, whose = kind_text(self.kinds, kinds), scope_text(self.over)
        return Text(
            zh=f"{whose.zh}近{self.short}天{what.zh}日均为近{self.long}天日均的{{value}}倍（平常{{usual}}倍）",
            en=f"{whose.en}: daily rate of {what.en} in {self.short} days is {{value}} times that of {self.long} days (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        recent = view.window(self.kinds, self.short, over=self.over)
        usual = view.window(self.kinds, self.long, over=self.over)
        expected = (usual + 0.5) * (self.short / self.long)
        out[...] = (recent + 0.5 * self.short / self.long) / expected
        view.blank(out, self.kinds, self.long)
