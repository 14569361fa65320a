"""Number of periods above usual."""

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
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text


@checked()
@dataclass(frozen=True)
class AboveUsual(Feature):
    """Number of recent periods with a count above usual.

    Of the last ``periods`` periods, those whose count exceeds the mean per period of the ``usual`` days before them. Unit: periods.
    Missing where the days looked at reach into a gap of a source.

    Parameters
    ----------
    kinds
        A kind, several, or a kind group.
    period
        Length of a period in days.
    periods
        Number of periods.
    usual
        Days before these periods that give the usual count.
    over
        Whose records count: ``cell``, ``neighbours``, ``ring2``, ``county`` or a grouping.

    Examples
    --------
    >>> AboveUsual("theft", period=7, periods=4, usual=364).name
    'theft_above_usual_4x7d_364d'
    """

    kinds: Kinds
    period: int
    periods: int
    usual: int
    over: str = CELL

    def __post_init__(self) -> None:
        check_days(self, "period", "periods", "usual")

    @property
    def name(self) -> str:
        return f"{subject(self.kinds)}_above_usual_{self.periods}x{self.period}d_{self.usual}d{scope(self.over)}"

    @property
    def unit(self) -> str:
        return "periods"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        what, whose = kind_text(self.kinds, kinds), scope_text(self.over)
        each = "周" if self.period == 7 else f"个{self.period}天"
        each_en = "weeks" if self.period == 7 else f"periods of {self.period} days"
        return Text(
            zh=f"{whose.zh}近{self.periods}{each}中有{{value}}{each}{what.zh}高于往常（平常{{usual}}{each}）",
            en=f"{whose.en}: {what.en} was above usual in {{value}} of the last {self.periods} {each_en} (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        span = self.period * self.periods
        usual = self.period * view.window(self.kinds, self.usual, span, self.over)
        out[...] = 0
        for back in range(self.periods):
            out += self.usual * view.window(self.kinds, self.period, self.period * back, self.over) > usual
        view.blank(out, self.kinds, span + self.usual)
