"""Counts in the same season of past years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from riskmodel.asof.view import CELL, View
from riskmodel.asof.vocabulary.feature import Feature
from riskmodel.asof.vocabulary.field_checks import check_days
from riskmodel.asof.vocabulary.kind_groups import Kinds, kind_text, measure_word, subject
from riskmodel.asof.vocabulary.phrases import scope, scope_text
from riskmodel.base.argument_types import checked
from riskmodel.base.errors import bad_argument
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text

YEAR = 364
"""52 weeks, so that weekdays agree."""


@checked()
@dataclass(frozen=True)
class SameSeason(Feature):
    """Mean count in the same days of past years.

    Year ``j`` back covers ``[t - 364 j, t - 364 j + window)``: 52 weeks, so that weekdays agree. Unit: records. Missing where the first
    year reaches into a gap of a source.

    Parameters
    ----------
    kinds
        A kind, several, or a kind group.
    window
        Length of the window in days. At most 364.
    years
        Number of years.
    over
        Whose records count: ``cell``, ``neighbours``, ``ring2``, ``county`` or a grouping.

    Examples
    --------
    >>> SameSeason("theft", 28, years=3).name
    'theft_season_28d_3y'
    """

    kinds: Kinds
    window: int
    years: int = 1
    over: str = CELL

    def __post_init__(self) -> None:
        check_days(self, "window", "years")
        if self.window > YEAR:
            raise bad_argument("window", "SameSeason", f"at most {YEAR} days", self.window)

    @property
    def name(self) -> str:
        return f"{subject(self.kinds)}_season_{self.window}d_{self.years}y{scope(self.over)}"

    @property
    def unit(self) -> str:
        return "records"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        what, whose = kind_text(self.kinds, kinds), scope_text(self.over)
        unit = measure_word(self.kinds, kinds, "起")
        return Text(
            zh=f"{whose.zh}往年同期{self.window}天{what.zh}平均{{value}}{unit}（平常{{usual}}{unit}）",
            en=f"{whose.en} had {{value}} records of {what.en} in the same {self.window} days of past years (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        total = np.zeros(view.shape, dtype=np.int64)
        for year in range(1, self.years + 1):
            total += view.window(self.kinds, self.window, YEAR * year - self.window, self.over)
        out[...] = total / self.years
        view.blank(out, self.kinds, YEAR * self.years)
