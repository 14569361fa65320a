"""Accumulation that searches have found, and that they have not."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from riskmodel.asof import windows
from riskmodel.asof.view import CELL, NEIGHBOURS, RING2, View
from riskmodel.asof.vocabulary.decay import recent
from riskmodel.asof.vocabulary.feature import Feature
from riskmodel.asof.vocabulary.field_checks import check_days, check_positive
from riskmodel.asof.vocabulary.kind_groups import Kinds, kind_text, subject
from riskmodel.asof.vocabulary.phrases import figure, scope, scope_text
from riskmodel.base.argument_types import checked
from riskmodel.base.errors import bad_argument
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text

HALVINGS_KEPT = 10
"""Searches older than this many half-lives are ignored; they weigh less than a thousandth."""


def _check(feature: SearchedDays | UnsearchedDays) -> None:
    check_days(feature, "lasts")
    if isinstance(feature.thorough, bool) or not 0 < feature.thorough <= 1:
        raise bad_argument("thorough", type(feature).__name__, "a share above 0 and at most 1", feature.thorough)


def _accumulation(view: View, feature: SearchedDays | UnsearchedDays, half_life: float | None) -> tuple[Any, Any]:
    """Return what searches found and what remains, in days of accumulation.

    What was found is halved every ``half_life`` days (None: not at all).
    """

    def make() -> tuple[Any, Any]:
        s = view.shared
        span = HALVINGS_KEPT * (feature.lasts + math.ceil(half_life or 0)) + 1
        powers = s.once(("halvings", feature.lasts, span), lambda: windows.halvings(float(feature.lasts), span))
        weights = s.once(("halvings", half_life, span), lambda: windows.halvings(float(half_life or math.inf), span))
        out = np.empty((2, *view.shape))
        search = windows.Searches(weights, powers, float(feature.thorough), view.exposure(feature.exposure))
        windows.searched(s.records(feature.kinds), s.dates, search, view.cells(), out)
        return out[0], out[1]

    return view.kept(("searched", feature.kinds, half_life, feature.exposure, feature.lasts, feature.thorough), make)


@checked()
@dataclass(frozen=True)
class SearchedDays(Feature):
    """Days of accumulation that searches have found, decayed.

    Hazards, say, are assumed to arise evenly and unseen, and to last for a half-life of ``lasts`` days if nobody finds them. A search
    (records of ``kinds``, their amounts added up by day) finds ``thorough`` times the part of the exposure that it covers. Findings,
    decayed alike, over these days estimate the rate at which hazards arise, whatever the effort: few findings mean little where hardly
    anybody searched. Over a group, the cells' days times their exposure are added up. Unit: days, or days times exposure. Missing
    without the exposure.

    Parameters
    ----------
    kinds
        Kinds of record that are searches.
    half_life
        Half-life in days by which what was found decays.
    exposure
        Name of the exposure that a full search covers.
    lasts
        Half-life in days of what nobody finds.
    thorough
        Share that a search finds of what it covers, above 0 and at most 1.
    over
        ``cell``, ``county`` or a grouping.

    Examples
    --------
    >>> SearchedDays("inspection", 182, "rental_rooms").name
    'inspection_searched_182d_lasting_60d'
    """

    kinds: Kinds
    half_life: float
    exposure: str
    lasts: int = 60
    thorough: float = 0.8
    over: str = CELL

    def __post_init__(self) -> None:
        _check(self)
        check_positive(self, "half_life")
        if self.over in (NEIGHBOURS, RING2):
            raise bad_argument("over", "SearchedDays", "cell, county or a grouping", self.over)

    @property
    def name(self) -> str:
        return f"{subject(self.kinds)}_searched_{figure(self.half_life)}d_lasting_{figure(self.lasts)}d{scope(self.over)}"

    @property
    def unit(self) -> str:
        return "days" if self.over == CELL else f"days times {self.exposure}"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        what, whose, when = kind_text(self.kinds, kinds), scope_text(self.over), recent(self.half_life)
        return Text(
            zh=f"{whose.zh}{when.zh}的{what.zh}相当于查清了{{value}}天的积累（加权，平常{{usual}}天）",
            en=f"{whose.en}: {what.en} {when.en} found the accumulation of {{value}} weighted days (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        if self.over == CELL:
            out[...] = _accumulation(view, self, self.half_life)[0]
        else:
            key = ("searched", self.kinds, self.half_life, self.exposure, self.lasts, self.thorough)
            out[...] = view.over(key, self._weighted, self.over)
        view.blank_unheard(out, self.kinds)

    def _weighted(self, view: View) -> Any:
        found = _accumulation(view, self, self.half_life)[0] * view.exposure(self.exposure)
        return np.nan_to_num(found)


@checked()
@dataclass(frozen=True)
class UnsearchedDays(Feature):
    """Days of accumulation that searches have not found.

    Computed as in :class:`SearchedDays`. Without any search it is the mean lifetime, ``lasts / log(2)``. Unit: days.

    Parameters
    ----------
    kinds
        Kinds of record that are searches.
    exposure
        Name of the exposure that a full search covers.
    lasts
        Half-life in days of what nobody finds.
    thorough
        Share that a search finds of what it covers, above 0 and at most 1.

    Examples
    --------
    >>> UnsearchedDays("inspection", "rental_rooms").name
    'inspection_unsearched_lasting_60d'
    """

    kinds: Kinds
    exposure: str
    lasts: int = 60
    thorough: float = 0.8

    def __post_init__(self) -> None:
        _check(self)

    @property
    def name(self) -> str:
        return f"{subject(self.kinds)}_unsearched_lasting_{figure(self.lasts)}d"

    @property
    def unit(self) -> str:
        return "days"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        what = kind_text(self.kinds, kinds)
        return Text(
            zh=f"本网格上次{what.zh}以来，尚有相当于{{value}}天的积累未查（平常{{usual}}天）",
            en=f"This cell has {{value}} days of accumulation not yet found by {what.en} (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        out[...] = _accumulation(view, self, None)[1]
        view.blank_unheard(out, self.kinds)
