"""Cumulative sum of deviations from usual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from riskmodel.asof.view import CELL, View
from riskmodel.asof.vocabulary.feature import Feature
from riskmodel.asof.vocabulary.field_checks import check_days, check_positive
from riskmodel.asof.vocabulary.kind_groups import Kinds, kind_text, subject
from riskmodel.asof.vocabulary.phrases import figure, scope, scope_text
from riskmodel.base.argument_types import checked
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text


@checked()
@dataclass(frozen=True)
class Cusum(Feature):
    """Cumulative sum of counts above usual (CUSUM; Page, 1954).

    From the oldest of the last ``periods`` periods to the newest, ``s = max(0, s + (count - m) / sqrt(m) - slack)``, where ``m`` is the
    mean per period of the ``usual`` days before them, with half a record added. Unit: standard deviations. Missing where the days looked
    at reach into a gap of a source.

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
    slack
        Deviation per period that does not count.

    Examples
    --------
    >>> Cusum("theft", period=7, periods=8, usual=364).name
    'theft_cusum_8x7d_364d'
    """

    kinds: Kinds
    period: int
    periods: int
    usual: int
    over: str = CELL
    slack: float = 0.5

    def __post_init__(self) -> None:
        check_days(self, "period", "periods", "usual")
        check_positive(self, "slack")

    @property
    def name(self) -> str:
        slack = "" if self.slack == 0.5 else f"_slack{figure(self.slack)}"
        return f"{subject(self.kinds)}_cusum_{self.periods}x{self.period}d_{self.usual}d{slack}{scope(self.over)}"

    @property
    def unit(self) -> str:
        return "standard deviations"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        what, whose, days = kind_text(self.kinds, kinds), scope_text(self.over), self.period * self.periods
        return Text(
            zh=f"{whose.zh}近{days}天{what.zh}持续偏多，累积偏离{{value}}（平常{{usual}}）",
            en=f"{whose.en}: {what.en} has stayed above usual over {days} days, adding up to {{value}} (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        span = self.period * self.periods
        mean = view.expected(self.kinds, self.period, self.usual, span, self.over)
        deviation = np.sqrt(mean)
        total = np.zeros(view.shape)
        for back in range(self.periods - 1, -1, -1):
            count = view.window(self.kinds, self.period, self.period * back, self.over)
            total = np.maximum(0.0, total + (count - mean) / deviation - self.slack)
        out[...] = total
        view.blank(out, self.kinds, span + self.usual)
