"""The last period compared with earlier ones."""

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
from riskmodel.base.argument_types import checked
from riskmodel.base.errors import bad_argument
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text


@checked()
@dataclass(frozen=True)
class Excess(Feature):
    """Count of the last period above earlier ones, in standard deviations.

    The statistic C2 of EARS (Hutwagner et al., 2003). ``guard`` periods in between are skipped, so that a rise that has begun does not
    mask itself. The standard deviation is at least 0.5. Missing where the days looked at reach into a gap of a source.

    Parameters
    ----------
    kinds
        A kind, several, or a kind group.
    period
        Length of a period in days.
    baseline
        Number of earlier periods, at least 2.
    guard
        Number of periods skipped.
    over
        Whose records count: ``cell``, ``neighbours``, ``ring2``, ``county`` or a grouping.

    Examples
    --------
    >>> Excess("theft", 7).name
    'theft_excess_7d_7_2'
    """

    kinds: Kinds
    period: int
    baseline: int = 7
    guard: int = 2
    over: str = CELL

    def __post_init__(self) -> None:
        check_days(self, "period", "baseline", "guard")
        if self.baseline < 2:
            raise bad_argument("baseline", "Excess", "at least 2 periods", self.baseline)

    @property
    def name(self) -> str:
        return f"{subject(self.kinds)}_excess_{self.period}d_{self.baseline}_{self.guard}{scope(self.over)}"

    @property
    def unit(self) -> str:
        return "standard deviations"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        what, whose = kind_text(self.kinds, kinds), scope_text(self.over)
        return Text(
            zh=f"{whose.zh}近{self.period}天{what.zh}比前一阶段高出{{value}}个标准差（平常{{usual}}个）",
            en=f"{whose.en}: {what.en} in the last {self.period} days is {{value}} standard deviations above earlier periods (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        total, squares = np.zeros(view.shape, dtype=np.int64), np.zeros(view.shape, dtype=np.int64)
        for back in range(1 + self.guard, 1 + self.guard + self.baseline):
            count = view.window(self.kinds, self.period, self.period * back, self.over)
            total += count
            squares += count * count
        n = self.baseline
        deviation = np.sqrt((n * squares - total * total) / (n * (n - 1)))
        recent = view.window(self.kinds, self.period, over=self.over)
        out[...] = (recent - total / n) / np.maximum(deviation, 0.5)
        view.blank(out, self.kinds, self.period * (1 + self.guard + n))
