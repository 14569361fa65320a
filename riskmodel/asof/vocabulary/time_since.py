"""Time since the last record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from riskmodel.asof import windows
from riskmodel.asof.view import View
from riskmodel.asof.vocabulary.feature import Feature
from riskmodel.asof.vocabulary.field_checks import check_days
from riskmodel.asof.vocabulary.kind_groups import Kinds, kind_text, subject
from riskmodel.base.argument_types import checked
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text


@checked()
@dataclass(frozen=True)
class TimeSince(Feature):
    """Days since the last record; ``cap`` where there is none.

    Missing where a source of ``kinds`` is in a gap at the as-of date.

    Parameters
    ----------
    kinds
        A kind, several, or a kind group.
    cap
        Largest value.

    Examples
    --------
    >>> TimeSince("theft").name
    'theft_since_365d'
    """

    kinds: Kinds
    cap: int = 365

    def __post_init__(self) -> None:
        check_days(self, "cap")

    @property
    def name(self) -> str:
        return f"{subject(self.kinds)}_since_{self.cap}d"

    @property
    def unit(self) -> str:
        return "days"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        what = kind_text(self.kinds, kinds)
        return Text(
            zh=f"本网格距上次{what.zh}已{{value}}天（平常{{usual}}天，最多计{self.cap}天）",
            en=f"{{value}} days since this cell's last record of {what.en} (usually {{usual}}; at most {self.cap})",
        )

    def fill(self, view: View, out: Any) -> None:
        last = np.full(view.shape, np.int64(view.as_of[0]) - 1 - self.cap)
        windows.last_days(view.shared.records(self.kinds), view.shared.dates, self.cap, view.cells(), last)
        out[...] = np.minimum(view.as_of[None, :] - last, self.cap)
        view.blank_unheard(out, self.kinds)
