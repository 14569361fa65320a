"""Records of some kinds per record of others."""

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


@checked()
@dataclass(frozen=True)
class Share(Feature):
    """Records of some kinds per record of others, in a window.

    With findings as ``kinds`` and inspections as ``among`` it is findings per inspection, so that effort is not mistaken for hazard; it
    may then exceed 1. Missing where there are no records of ``among``, and where the window reaches into a gap of a source.

    Parameters
    ----------
    kinds
        Kinds of the numerator.
    among
        Kinds of the denominator.
    window
        Length of the window in days.
    over
        Whose records count: ``cell``, ``neighbours``, ``ring2``, ``county`` or a grouping.

    Examples
    --------
    >>> Share("gas_hazard", "inspection", 364).name
    'gas_hazard_per_inspection_364d'
    """

    kinds: Kinds
    among: Kinds
    window: int
    over: str = CELL

    def __post_init__(self) -> None:
        check_days(self, "window")

    @property
    def name(self) -> str:
        return f"{subject(self.kinds)}_per_{subject(self.among)}_{self.window}d{scope(self.over)}"

    @property
    def unit(self) -> str:
        return "share"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        what, base, whose = kind_text(self.kinds, kinds), kind_text(self.among, kinds), scope_text(self.over)
        return Text(
            zh=f"{whose.zh}近{self.window}天{what.zh}与{base.zh}之比为{{value}}（平常{{usual}}）",
            en=f"{whose.en}: {what.en} per {base.en} in the last {self.window} days is {{value}} (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        part = view.window(self.kinds, self.window, over=self.over)
        whole = view.window(self.among, self.window, over=self.over)
        with np.errstate(divide="ignore", invalid="ignore"):
            out[...] = np.where(whole > 0, part / whole, np.nan)
        view.blank(out, self.kinds_used(), self.window)
