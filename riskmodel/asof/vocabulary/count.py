"""Counts of records in a window of days."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from riskmodel.asof.view import CELL, View
from riskmodel.asof.vocabulary.feature import Feature
from riskmodel.asof.vocabulary.field_checks import check_days
from riskmodel.asof.vocabulary.kind_groups import Kinds, kind_text, measure_word, subject
from riskmodel.asof.vocabulary.phrases import scope, scope_text
from riskmodel.base.argument_types import checked
from riskmodel.base.number_arguments import whole_number
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text


@checked()
@dataclass(frozen=True)
class Count(Feature):
    """Number of records in a window of days before the as-of date.

    The sum of their amounts. Unit: records. Missing where the window reaches into a gap of a source.

    Parameters
    ----------
    kinds
        A kind, several, or a kind group.
    window
        Length of the window in days.
    lag
        Days between the end of the window and the as-of date.
    over
        Whose records count: ``cell``, ``neighbours``, ``ring2``, ``county`` or a grouping.

    Raises
    ------
    UsageError
        If a kind, the window or the lag is invalid.

    Examples
    --------
    >>> Count("theft", 28, over="town").name
    'theft_count_28d_town'
    >>> Count(("fight", "injury"), 7, lag=7).name
    'fight+injury_count_7d_lag7d'
    """

    kinds: Kinds
    window: int
    lag: int = 0
    over: str = CELL

    def __post_init__(self) -> None:
        check_days(self, "window")
        object.__setattr__(self, "lag", whole_number(self.lag, "lag", "Count", 0, "days"))

    @property
    def name(self) -> str:
        lag = f"_lag{self.lag}d" if self.lag else ""
        return f"{subject(self.kinds)}_count_{self.window}d{lag}{scope(self.over)}"

    @property
    def unit(self) -> str:
        return "records"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        what, whose = kind_text(self.kinds, kinds), scope_text(self.over)
        when_zh = f"{self.lag}天前的{self.window}天" if self.lag else f"近{self.window}天"
        when_en = f"the {self.window} days before the last {self.lag}" if self.lag else f"the last {self.window} days"
        unit = measure_word(self.kinds, kinds, "起")
        return Text(
            zh=f"{whose.zh}{when_zh}{what.zh}{{value}}{unit}（平常{{usual}}{unit}）",
            en=f"{whose.en} had {{value}} records of {what.en} in {when_en} (usually {{usual}})",
        )

    @property
    def pass_key(self) -> Hashable | None:
        return self.kinds, self.over

    @classmethod
    def fill_together(cls, features: Sequence[Count], view: View, X: Any, rows: Sequence[int], offset: int) -> None:
        kinds, over = features[0].kinds, features[0].over
        view.windows_into(kinds, [(feature.window, feature.lag) for feature in features], over, X, rows, offset)

    def fill(self, view: View, out: Any) -> None:
        self.fill_together((self,), view, out[None], (0,), view.first)
