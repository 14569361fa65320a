"""Improbability of a recent count."""

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
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text
from riskmodel.counts.tails import at_least


@checked()
@dataclass(frozen=True)
class Surprise(Feature):
    """``-log10`` of the probability of at least the recent count.

    Under a Poisson distribution with the mean of the ``usual`` days before the window, with half a record added. 2 means a probability
    of one in a hundred. At most 30; 0 where there was no record. Missing where the days looked at reach into a gap of a source.

    Parameters
    ----------
    kinds
        A kind, several, or a kind group.
    window
        Length of the window in days.
    usual
        Days before the window that give the usual rate.
    over
        Whose records count: ``cell``, ``neighbours``, ``ring2``, ``county`` or a grouping.

    Examples
    --------
    >>> Surprise("theft", 14, 364).name
    'theft_surprise_14d_364d'
    """

    kinds: Kinds
    window: int
    usual: int
    over: str = CELL

    def __post_init__(self) -> None:
        check_days(self, "window", "usual")

    @property
    def name(self) -> str:
        return f"{subject(self.kinds)}_surprise_{self.window}d_{self.usual}d{scope(self.over)}"

    @property
    def unit(self) -> str:
        return "-log10 probability"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        what, whose = kind_text(self.kinds, kinds), scope_text(self.over)
        return Text(
            zh=f"{whose.zh}近{self.window}天{what.zh}的异常程度为{{value}}级（平常{{usual}}级，每高一级偶然发生的可能性缩小到十分之一）",
            en=f"{whose.en}: {what.en} in the last {self.window} days has surprise {{value}} (usually {{usual}}; each point is ten times less likely by chance)",
        )

    def fill(self, view: View, out: Any) -> None:
        count = view.window(self.kinds, self.window, over=self.over)
        expected = view.expected(self.kinds, self.window, self.usual, self.window, self.over)
        some = count > 0
        out[...] = 0
        # log10(1) may be 0 or -0, depending on the size of the block; subtracted from 0 it is 0
        out[some] = 0.0 - np.log10(np.maximum(at_least(count[some], expected[some]), 1e-30))
        view.blank(out, self.kinds, self.window + self.usual)
