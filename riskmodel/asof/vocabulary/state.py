"""States that hold at the as-of date, and their age."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from riskmodel.asof.view import CELL, View
from riskmodel.asof.vocabulary.feature import Feature
from riskmodel.asof.vocabulary.kind_groups import Kinds, kind_text, measure_word, subject
from riskmodel.asof.vocabulary.phrases import scope, scope_text
from riskmodel.base.argument_types import checked
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text


@checked()
@dataclass(frozen=True)
class State(Feature):
    """Amount of states known to hold at the as-of date.

    Open hazards, registered units, running cases. Missing where a source of ``kinds`` is in a gap at the as-of date.

    Parameters
    ----------
    kinds
        A kind, several, or a kind group.
    over
        Whose records count: ``cell``, ``neighbours``, ``ring2``, ``county`` or a grouping.

    Examples
    --------
    >>> State("gas_hazard").name
    'gas_hazard_open'
    """

    kinds: Kinds
    over: str = CELL

    @property
    def name(self) -> str:
        return f"{subject(self.kinds)}_open{scope(self.over)}"

    @property
    def unit(self) -> str:
        return "units"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        what, whose = kind_text(self.kinds, kinds), scope_text(self.over)
        unit = measure_word(self.kinds, kinds, "处")
        return Text(
            zh=f"{whose.zh}目前{what.zh}{{value}}{unit}（平常{{usual}}{unit}）",
            en=f"{whose.en} now has {{value}} open: {what.en} (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        out[...] = view.state(self.kinds, self.over)
        view.blank_unheard(out, self.kinds)


@checked()
@dataclass(frozen=True)
class StateAge(Feature):
    """Mean age of the states that hold; missing where none does.

    Unit: days. Missing, too, where a source of ``kinds`` is in a gap at the as-of date.

    Parameters
    ----------
    kinds
        A kind, several, or a kind group.
    over
        Whose records count: ``cell``, ``neighbours``, ``ring2``, ``county`` or a grouping.

    Examples
    --------
    >>> StateAge("dispute").name
    'dispute_open_age'
    """

    kinds: Kinds
    over: str = CELL

    @property
    def name(self) -> str:
        return f"{subject(self.kinds)}_open_age{scope(self.over)}"

    @property
    def unit(self) -> str:
        return "days"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        what, whose = kind_text(self.kinds, kinds), scope_text(self.over)
        return Text(
            zh=f"{whose.zh}未了结的{what.zh}平均已{{value}}天（平常{{usual}}天）",
            en=f"{whose.en}: open {what.en} have lasted {{value}} days on average (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        count = view.state(self.kinds, self.over)
        age = view.state_age(self.kinds, self.over)
        with np.errstate(divide="ignore", invalid="ignore"):
            out[...] = np.where(count > 0, age / count, np.nan)
        view.blank_unheard(out, self.kinds)
