"""Exponentially decayed counts, and the days over which they were gathered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from riskmodel.asof.view import CELL, View
from riskmodel.asof.vocabulary.feature import Feature, Kinds, figure, kind_text, scope, scope_text, subject
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text


def recent(half_life: float) -> Text:
    """In words, how far back a decayed count mainly looks."""
    for days, words in (
        (10, Text(zh="近一两周", en="in the last week or two")),
        (45, Text(zh="近一两月", en="in the last month or two")),
    ):
        if half_life <= days:
            return words
    if half_life <= 200:
        return Text(zh="近半年", en="in the last half-year")
    return Text(zh="近年", en="in recent years")


@dataclass(frozen=True)
class Decay(Feature):
    """Sum of amounts of ``kinds``, each halved for every ``half_life`` days since it occurred.

    A sum below 1e-18 counts as 0: its records lie some sixty half-lives back, and a quotient of two such sums says nothing.
    Missing where a feed of ``kinds`` is in a gap at the as-of date.
    """

    kinds: Kinds
    half_life: float
    over: str = CELL

    def __post_init__(self) -> None:
        self._kinds()
        self._positive("half_life")

    @property
    def name(self) -> str:
        return f"{subject(self.kinds)}_decay_{figure(self.half_life)}d{scope(self.over)}"

    @property
    def unit(self) -> str:
        return "weighted records"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        what, whose = kind_text(self.kinds, kinds), scope_text(self.over)
        return Text(
            zh=f"{whose.zh}{recent(self.half_life).zh}{what.zh}加权{{value}}起（平常{{usual}}起）",
            en=f"{whose.en} had {{value}} weighted records of {what.en} {recent(self.half_life).en} (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        out[...] = view.decayed(self.kinds, self.half_life, self.over)  # type: ignore[arg-type]
        view.blank(out, self.kinds, 1)  # type: ignore[arg-type]


@dataclass(frozen=True)
class DecayedDays(Feature):
    """Days on which records of ``kinds`` could be seen, decayed alike, times an exposure: the denominator of a decayed rate.

    Days before the cell existed or before the first feed of ``kinds`` had begun do not count.
    """

    kinds: Kinds
    half_life: float
    exposure: str | None = None
    over: str = CELL

    def __post_init__(self) -> None:
        self._kinds()
        self._positive("half_life")
        self._group(CELL)

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
        out[...] = view.observed_days(self.kinds, self.half_life, self.exposure, self.over)  # type: ignore[arg-type]


def half_lives(features: Iterable[Feature]) -> dict[tuple[str, ...], tuple[float, ...]]:
    """The half-lives by which records of some kinds are decayed, by kinds, compositions included."""
    found: dict[Any, dict[float, None]] = {}
    for feature in features:
        for part in feature.parts():
            if isinstance(part, Decay):
                found.setdefault(part.kinds, {})[part.half_life] = None
    return {kinds: tuple(lives) for kinds, lives in found.items()}
