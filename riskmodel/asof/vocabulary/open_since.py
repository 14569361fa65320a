"""Age of the oldest open state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from riskmodel.asof import windows
from riskmodel.asof.view import View
from riskmodel.asof.vocabulary.feature import Feature
from riskmodel.asof.vocabulary.kind_groups import Kinds, kind_text, subject
from riskmodel.base.argument_types import checked
from riskmodel.base.days import NEVER
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text


@checked()
@dataclass(frozen=True)
class OpenSince(Feature):
    """Days since the oldest open state began; missing where none is open.

    Parameters
    ----------
    kinds
        A kind, several, or a kind group.

    Examples
    --------
    >>> OpenSince("dispute").name
    'dispute_open_since'
    """

    kinds: Kinds

    @property
    def name(self) -> str:
        return f"{subject(self.kinds)}_open_since"

    @property
    def unit(self) -> str:
        return "days"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        what = kind_text(self.kinds, kinds)
        return Text(
            zh=f"本网格拖得最久的{what.zh}已{{value}}天未了结（平常{{usual}}天）",
            en=f"This cell's longest open record of {what.en} has lasted {{value}} days (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        s = view.shared
        began = np.full(view.shape, np.int64(NEVER))
        windows.first_days(s.records(self.kinds, s.open_until), s.dates, view.cells(), began)
        out[...] = np.where(began == int(NEVER), np.nan, view.as_of[None, :] - began)
        view.blank_unheard(out, self.kinds)
