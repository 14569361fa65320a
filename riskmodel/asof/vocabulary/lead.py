"""The rise of one signal compared with another's."""

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
class Lead(Feature):
    """Rise of some kinds minus the rise of others.

    A rise is ``(count - m) / sqrt(m)``, where ``m`` is the count expected from the ``usual`` days before, with half a record added. Above
    0 the leading signal, such as online complaints, has risen and the following one, such as calls to the police, has not yet. Missing
    where the days looked at reach into a gap of a source.

    Parameters
    ----------
    kinds
        The leading kinds.
    behind
        The following kinds.
    window
        Length of the window in days.
    usual
        Days before the window that give the usual count.
    over
        Whose records count: ``cell``, ``neighbours``, ``ring2``, ``county`` or a grouping.

    Examples
    --------
    >>> Lead("noise", "theft", window=14, usual=182).name
    'noise_ahead_of_theft_14d_182d'
    """

    kinds: Kinds
    behind: Kinds
    window: int
    usual: int
    over: str = CELL

    def __post_init__(self) -> None:
        check_days(self, "window", "usual")

    @property
    def name(self) -> str:
        return f"{subject(self.kinds)}_ahead_of_{subject(self.behind)}_{self.window}d_{self.usual}d{scope(self.over)}"

    @property
    def unit(self) -> str:
        return "standard deviations"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        what, other, whose = kind_text(self.kinds, kinds), kind_text(self.behind, kinds), scope_text(self.over)
        return Text(
            zh=f"{whose.zh}近{self.window}天{what.zh}的升幅超出{other.zh}的升幅{{value}}（平常{{usual}}）",
            en=f"{whose.en}: in {self.window} days {what.en} has risen {{value}} more than {other.en} (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        out[...] = self._rise(view, self.kinds) - self._rise(view, self.behind)
        view.blank(out, self.kinds_used(), self.window + self.usual)

    def _rise(self, view: View, kinds: Any) -> Any:
        mean = view.expected(kinds, self.window, self.usual, self.window, self.over)
        return (view.window(kinds, self.window, over=self.over) - mean) / np.sqrt(mean)
