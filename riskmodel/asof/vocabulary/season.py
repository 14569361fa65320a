"""The same season in past years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from riskmodel.asof.view import CELL, View
from riskmodel.asof.vocabulary.feature import Feature
from riskmodel.asof.vocabulary.field_checks import check_days
from riskmodel.asof.vocabulary.kind_groups import Kinds, kind_text, subject
from riskmodel.asof.vocabulary.phrases import scope, scope_text
from riskmodel.base.errors import bad_argument
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text

YEAR = 364
"""52 weeks, so that weekdays agree."""


@dataclass(frozen=True)
class SameSeason(Feature):
    """Mean count of ``kinds`` in the ``window`` days from this date in each of the last ``years`` years.

    Year ``j`` back looks at ``[t - 364 j, t - 364 j + window)``. Missing where the first of them reaches into a gap.
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
        return Text(
            zh=f"{whose.zh}往年同期{self.window}天{what.zh}平均{{value}}起（平常{{usual}}起）",
            en=f"{whose.en} had {{value}} records of {what.en} in the same {self.window} days of past years (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        total = np.zeros(view.shape, dtype=np.int64)
        for year in range(1, self.years + 1):
            total += view.window(self.kinds, self.window, YEAR * year - self.window, self.over)
        out[...] = total / self.years
        view.blank(out, self.kinds, YEAR * self.years)
