"""Exponentially decayed counts, and decayed days of observation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64

from riskmodel.asof import windows
from riskmodel.asof.view import CELL, OWN, Values, View
from riskmodel.asof.vocabulary.feature import Feature
from riskmodel.asof.vocabulary.field_checks import check_group, check_positive
from riskmodel.asof.vocabulary.kind_groups import Kinds, kind_text, measure_word, subject
from riskmodel.asof.vocabulary.phrases import figure, scope, scope_text
from riskmodel.base.argument_types import checked
from riskmodel.base.days import ALWAYS
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text
from riskmodel.records.history import ignored_spans


def recent(half_life: float) -> Text:
    """Return in words how far a decayed count mainly looks back."""
    for days, words in (
        (10, Text(zh="近一两周", en="in the last week or two")),
        (45, Text(zh="近一两月", en="in the last month or two")),
    ):
        if half_life <= days:
            return words
    if half_life <= 200:
        return Text(zh="近半年", en="in the last half-year")
    return Text(zh="近年", en="in recent years")


@checked()
@dataclass(frozen=True)
class Decay(Feature):
    """Exponentially decayed count: each record is halved every ``half_life`` days.

    Unit: weighted records. A sum below 1e-18 counts as 0: its records are some sixty half-lives old, and a quotient of two such sums
    is meaningless. Missing where a source of ``kinds`` is in a gap at the as-of date.

    Parameters
    ----------
    kinds
        A kind, several, or a kind group.
    half_life
        Half-life in days.
    over
        Whose records count: ``cell``, ``neighbours``, ``ring2``, ``county`` or a grouping.

    Examples
    --------
    >>> Decay("theft", 91).name
    'theft_decay_91d'
    """

    kinds: Kinds
    half_life: float
    over: str = CELL

    def __post_init__(self) -> None:
        check_positive(self, "half_life")

    @property
    def name(self) -> str:
        return f"{subject(self.kinds)}_decay_{figure(self.half_life)}d{scope(self.over)}"

    @property
    def unit(self) -> str:
        return "weighted records"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        what, whose = kind_text(self.kinds, kinds), scope_text(self.over)
        unit = measure_word(self.kinds, kinds, "起")
        return Text(
            zh=f"{whose.zh}{recent(self.half_life).zh}{what.zh}加权{{value}}{unit}（平常{{usual}}{unit}）",
            en=f"{whose.en} had {{value}} weighted records of {what.en} {recent(self.half_life).en} (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        out[...] = decayed(view, self.kinds, self.half_life, self.over)
        view.blank_unheard(out, self.kinds)


@checked()
@dataclass(frozen=True)
class DecayedDays(Feature):
    """Decayed number of observed days: the denominator of a decayed rate.

    Days decay as records of :class:`Decay` do, and are multiplied by an exposure if one is given. Days before the cell existed, or
    before the first source of ``kinds`` began, do not count, nor do days of a source that an experiment ignores. Unit: weighted days.

    Parameters
    ----------
    kinds
        A kind, several, or a kind group.
    half_life
        Half-life in days.
    exposure
        Name of an exposure.
    over
        ``cell``, ``county`` or a grouping.

    Examples
    --------
    >>> DecayedDays("theft", 91, exposure="households").name
    'theft_days_91d_households'
    """

    kinds: Kinds
    half_life: float
    exposure: str | None = None
    over: str = CELL

    def __post_init__(self) -> None:
        check_positive(self, "half_life")
        check_group(self, self.over, CELL)

    @property
    def name(self) -> str:
        per = f"_{self.exposure}" if self.exposure else ""
        return f"{subject(self.kinds)}_days_{figure(self.half_life)}d{per}{scope(self.over)}"

    @property
    def unit(self) -> str:
        return "weighted days"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        whose = scope_text(self.over)
        return Text(
            zh=f"{whose.zh}有记录的加权天数{{value}}（平常{{usual}}）",
            en=f"{whose.en} was observed for {{value}} weighted days (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        out[...] = self._observed(view, self.over)

    def _observed(self, view: View, over: str) -> Values:
        key = ("observed", self.kinds, self.half_life, self.exposure)
        if over != CELL:
            return view.over(key, lambda view: self._observed(view, CELL), over)

        def make() -> Any:
            since = [source.since for source in view.history.sources.values() if set(source.kinds) & set(self.kinds)]
            begun = max(min(since, default=int(ALWAYS)), int(ALWAYS))
            first = np.maximum(view.shared.first_valid[view.first : view.stop], begun)
            observed = self._weighted(view.as_of[None, :] - first)
            for start, last in ignored_spans(view.history.sources, set(self.kinds)):
                # the ignored days that the cell has had: all days since start without those after last
                observed -= self._weighted(view.as_of[None, :] - np.maximum(first, start))
                observed += self._weighted(view.as_of[None, :] - np.maximum(first, last + 1))
                np.maximum(observed, 0.0, out=observed)
            observed[view.version < 0] = 0.0
            if self.exposure is not None:
                observed = observed * np.nan_to_num(view.exposure(self.exposure))
            return observed

        return view.kept(key, make)

    def _weighted(self, days: Any) -> Any:
        """Return the weights of so many last days, added up."""
        daily = 2.0 ** (-1.0 / self.half_life)
        return daily * -np.expm1(np.clip(days, 0, None).astype(np.float64) * np.log(daily)) / (1.0 - daily)


def decayed(view: View, kinds: tuple[str, ...], half_life: float, over: str) -> Values:
    """Return decayed sums of amounts for one half-life."""
    lives = view.shared.half_lives.get(kinds, ())
    lives = lives if half_life in lives else (half_life,)
    at = lives.index(half_life)
    if over in OWN:
        return _decayed(view, kinds, lives, over)[at]
    totals = view.totals(("decayed", kinds, lives), lambda view: _decayed(view, kinds, lives, CELL), over)
    return view.of_groups(totals[at], over)


def _decayed(view: View, kinds: tuple[str, ...], lives: tuple[float, ...], over: str) -> Float64[np.ndarray, "life cell date"]:
    """Return :func:`decayed` for several half-lives, at hardly any extra cost."""

    def make() -> Any:
        h, s = view.history, view.shared
        oldest = s.once("oldest", lambda: int(h.occurred.min()) if len(h) else int(view.as_of[0]))
        span = max(1, int(view.as_of[-1]) - oldest + 1)

        def powers() -> Any:
            return np.stack([windows.halvings(float(half_life), span) for half_life in lives], axis=1)

        out = np.empty((len(lives), *view.shape), dtype=np.float64)
        decay = windows.Halvings(s.once(("powers", lives), powers), oldest)
        windows.decayed_sums(s.records(kinds), s.dates, decay, view.cells(over), out)
        return out

    return view.kept(("decayed", kinds, lives, over), make)


def half_lives(features: Iterable[Feature]) -> dict[tuple[str, ...], tuple[float, ...]]:
    """Return the half-lives used, by kinds; parts of features included."""
    found: dict[Any, dict[float, None]] = {}
    for feature in features:
        for part in feature.parts():
            if isinstance(part, Decay):
                found.setdefault(part.kinds, {})[part.half_life] = None
    return {kinds: tuple(lives) for kinds, lives in found.items()}
