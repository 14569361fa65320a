"""Recent counts corrected for what is not reported yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from riskmodel.asof.view import CELL, View
from riskmodel.asof.vocabulary.feature import Feature, Kinds, kind_text, scope, scope_text, subject
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text


@dataclass(frozen=True)
class Nowcast(Feature):
    """Records of ``kinds`` in the last ``window`` days, each divided by the share of its day that is reported by now.

    The share is estimated from the delays of each kind's own source as known at the as-of date, from records of the last
    ``memory`` days that came within ``longest`` days, by reverse-time hazards: what has not had the time to come late is
    not taken for punctual (Lawless, 1994). No day is raised more than tenfold.
    """

    kinds: Kinds
    window: int
    over: str = CELL
    longest: int = 60
    memory: int = 364

    def __post_init__(self) -> None:
        self._kinds()
        self._days("window", "longest", "memory")

    @property
    def name(self) -> str:
        limits = "" if (self.longest, self.memory) == (60, 364) else f"_{self.longest}_{self.memory}"
        return f"{subject(self.kinds)}_nowcast_{self.window}d{limits}{scope(self.over)}"

    @property
    def unit(self) -> str:
        return "records"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        what, whose = kind_text(self.kinds, kinds), scope_text(self.over)
        return Text(
            zh=f"{whose.zh}近{self.window}天{what.zh}（补足迟报后）约{{value}}起（平常{{usual}}起）",
            en=f"{whose.en} had about {{value}} records of {what.en} in the last {self.window} days, late reports allowed for (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        out[...] = view.nowcast(self.kinds, self.window, self.longest, self.memory, self.over)  # type: ignore[arg-type]
        view.blank(out, self.kinds, self.window)  # type: ignore[arg-type]
