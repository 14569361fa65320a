"""How many states came to an end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from riskmodel.asof.view import CELL, View
from riskmodel.asof.vocabulary.feature import Feature
from riskmodel.asof.vocabulary.field_checks import check_days
from riskmodel.asof.vocabulary.kind_groups import Kinds, kind_text, subject
from riskmodel.asof.vocabulary.phrases import scope, scope_text
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text


@dataclass(frozen=True)
class Closed(Feature):
    """Sum of amounts of the states of ``kinds`` whose end became known in the last ``window`` days: hazards remedied, cases settled.

    Beside the :class:`Count` of those that began it says whether work keeps up with what comes in.
    """

    kinds: Kinds
    window: int
    over: str = CELL

    def __post_init__(self) -> None:
        check_days(self, "window")

    @property
    def name(self) -> str:
        return f"{subject(self.kinds)}_closed_{self.window}d{scope(self.over)}"

    @property
    def unit(self) -> str:
        return "units"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        what, whose = kind_text(self.kinds, kinds), scope_text(self.over)
        return Text(
            zh=f"{whose.zh}近{self.window}天了结{what.zh}{{value}}处（平常{{usual}}处）",
            en=f"{whose.en} had {{value}} closed in the last {self.window} days: {what.en} (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        out[...] = view.closed(self.kinds, self.window, self.over)
        view.blank(out, self.kinds, self.window)
