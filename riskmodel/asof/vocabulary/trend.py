"""Short over long: whether records come faster than they did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from riskmodel.asof.view import CELL, View
from riskmodel.asof.vocabulary.feature import Feature
from riskmodel.asof.vocabulary.field_checks import check_days
from riskmodel.asof.vocabulary.kind_groups import Kinds, kind_text, subject
from riskmodel.asof.vocabulary.phrases import scope, scope_text
from riskmodel.base.errors import bad_argument
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text


@dataclass(frozen=True)
class Trend(Feature):
    """Daily rate in the last ``short`` days over that in the last ``long`` days, each with half a record added.

    1 means no change; above 1, records come faster than they did.
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
            zh=f"{whose.zh}{what.zh}近{self.short}天的频率是近{self.long}天的{{value}}倍（平常{{usual}}倍）",
            en=f"{whose.en}: {what.en} came {{value}} times as often in {self.short} days as in {self.long} (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        recent = view.window(self.kinds, self.short, over=self.over)
        usual = view.window(self.kinds, self.long, over=self.over)
        expected = (usual + 0.5) * (self.short / self.long)
        out[...] = (recent + 0.5 * self.short / self.long) / expected
        view.blank(out, self.kinds, self.long)
