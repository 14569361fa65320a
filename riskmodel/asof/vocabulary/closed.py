"""States that ended recently."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from riskmodel.asof.view import CELL, View
from riskmodel.asof.vocabulary.feature import Feature
from riskmodel.asof.vocabulary.field_checks import check_days
from riskmodel.asof.vocabulary.kind_groups import Kinds, kind_text, measure_word, subject
from riskmodel.asof.vocabulary.phrases import scope, scope_text
from riskmodel.base.argument_types import checked
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text


@checked()
@dataclass(frozen=True)
class Closed(Feature):
    """Amount of states that ended recently: hazards remedied, cases settled.

    The sum of amounts of states whose end, in the last ``window`` days, is known at the as-of date. Compared with the ``Count`` of
    those that began, it shows whether work keeps up. Missing where the window reaches into a gap of a source.

    Parameters
    ----------
    kinds
        A kind, several, or a kind group.
    window
        Length of the window in days.
    over
        Whose records count: ``cell``, ``neighbours``, ``ring2``, ``county`` or a grouping.

    Examples
    --------
    >>> Closed("dispute", 28).name
    'dispute_closed_28d'
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
        unit = measure_word(self.kinds, kinds, "处")
        return Text(
            zh=f"{whose.zh}近{self.window}天了结{what.zh}{{value}}{unit}（平常{{usual}}{unit}）",
            en=f"{whose.en} had {{value}} closed in the last {self.window} days: {what.en} (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        out[...] = view.closed(self.kinds, self.window, self.over)
        view.blank(out, self.kinds, self.window)
