"""Reasons: the parts of a forecast that explain a place, in sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
from jaxtyping import Bool, Float64

from riskmodel.base.texts import LANGUAGES, Language, Text
from riskmodel.forecasts.explanation import ExplainedPart
from riskmodel.warning.numbers import NO_DATA, ComparedWords, number, times, whole, year

if TYPE_CHECKING:
    from riskmodel.asof.vocabulary import State

SMALLEST_CONTRIBUTION = 0.01
"""Contributions to the log mean below this (1 %) are neither a reason nor an agreement."""

NOT_SIGNALS = ("", "model", "calendar", "place", "several")
"""Families of parts that are no signal of their own: they may be a reason, but never agree with anything."""

_ONE_OF_MANY = re.compile(r"(?<![\d.,])1 ((?:[a-z-]+ ){0,2})(day|record|holiday|hazard)s\b")
"""A plural noun behind the number 1 in an English sentence."""
SHOWN_FORMS = {"number": number, "count": whole, "times": times, "year": year}
"""How the numbers of a part are shown."""

Direction = Literal["raises", "lowers", "fact"]


@dataclass(frozen=True)
class Reason:
    """One sentence why a place is listed, with its numbers.

    ``contribution`` is additive on the log mean; ``direction`` says whether it raises or lowers the forecast. It is ``"fact"`` if
    the shown numbers do not support that: a value at or below the usual one cannot be said to raise, one above it cannot be said to lower,
    and an unknown one does neither. A spot check has facts only.
    """

    part: str
    family: str
    text: Text
    contribution: float
    direction: Direction


@dataclass(frozen=True, eq=False)
class ExplainedPlace:
    """The parts of one place's forecast.

    ``local`` tells which parts differ between cells; the others (the season, a count of the whole county) explain why now, not
    why here.
    """

    parts: Sequence[ExplainedPart]
    contribution: Float64[np.ndarray, " part"]
    value: Float64[np.ndarray, " part"]
    usual: Float64[np.ndarray, " part"]
    local: Bool[np.ndarray, " part"]
    details: Mapping[str, Text] = field(default_factory=dict)

    @cached_property
    def directions(self) -> tuple[Direction, ...]:
        """The direction of each part that its numbers support."""
        return tuple(self._direction(i) for i in range(len(self.parts)))

    def tells(self, i: int) -> bool:
        """Whether a part says anything about the place.

        Neither "1 times the usual" does, nor an unknown multiple, nor a number of the whole area, which is the usual one everywhere.
        """
        if self.parts[i].form == "times" and not np.isfinite(self.value[i]):
            return False
        alone = self.parts[i].form == "times" or not self.local[i]
        return not (alone and self._has_numbers(i) and self._as_usual(i))

    def repeats(self, i: int, chosen: Iterable[int]) -> bool:
        """Whether a part says what a chosen one has said.

        It is the same multiple, such as the season of another member of a blend with a number of its own, or counts the same states: a
        sentence on several kinds of state gives the number of each.
        """
        chosen = list(chosen)
        if self.parts[i].form == "times" and self._sentence(i) in {self._sentence(j) for j in chosen}:
            return True
        # commands that only read lists do not wait for the features, which load numba
        from riskmodel.asof.vocabulary import State

        one = self.parts[i].feature
        states = {j: other for j in chosen if isinstance(other := self.parts[j].feature, State)}
        return isinstance(one, State) and any(self._repeated(i, one, j, other) for j, other in states.items())

    def _sentence(self, i: int) -> tuple[str, ...]:
        """Return the sentence of a part without its numbers."""
        return tuple(self.parts[i].meaning(language) for language in LANGUAGES)

    def _repeated(self, i: int, one: State, j: int, other: State) -> bool:
        if other.over != one.over:
            return False
        ours, theirs = set(one.kinds), set(other.kinds)
        return ours <= theirs or (theirs <= ours and self.value[i] == self.value[j])

    def _has_numbers(self, i: int) -> bool:
        """Whether the sentence of a part has a number."""
        return any(place in text for place in ("{value}", "{usual}") for text in self._sentence(i))

    def _as_usual(self, i: int) -> bool:
        """Whether readers see the same number twice in some language."""
        value, usual, shown = float(self.value[i]), float(self.usual[i]), SHOWN_FORMS[self.parts[i].form]
        return any(shown(value, language) == shown(usual, language) for language in LANGUAGES)

    def _direction(self, i: int) -> Direction:
        contribution = float(self.contribution[i])
        way: Direction = "raises" if contribution > 0 else "lowers" if contribution < 0 else "fact"
        if not self._has_numbers(i):
            return way
        value, usual = float(self.value[i]), float(self.usual[i])
        if self._as_usual(i) or not (np.isfinite(value) and np.isfinite(usual)):
            return "fact"
        return way if (way == "raises") == (value > usual) else "fact"


def top_reasons(place: ExplainedPlace, count: int) -> tuple[Reason, ...]:
    """Return at most ``count`` reasons of a place.

    Parts that raise the forecast and differ between cells come first, then parts that raise it everywhere, then parts that
    lower it. Those whose numbers say so themselves precede plain facts. The best part of each family is chosen before a second one,
    and every subject only once.
    """
    parts, local, directions = place.parts, place.local, place.directions
    contribution = place.contribution.tolist()
    telling = [i for i in range(len(parts)) if place.tells(i)]
    order = sorted(telling, key=lambda i: (-contribution[i], parts[i].name))
    raising = [i for i in order if contribution[i] >= SMALLEST_CONTRIBUTION]
    lowering = [i for i in reversed(order) if contribution[i] <= -SMALLEST_CONTRIBUTION]
    clear = [i for i in raising if directions[i] == "raises"]
    here = [i for i in clear if local[i]]
    lower = [i for i in lowering if directions[i] == "lowers"]
    chosen: list[int] = []
    families: set[str] = set()
    subjects: set[tuple[str, str]] = set()
    pools = ((here, True), (here, False), (clear, True), ([i for i in raising if local[i]], True), (raising, True), (lower, True))
    for pool, once_per_family in (*pools, (lowering, True)):
        for i in pool:
            if len(chosen) == count or (once_per_family and parts[i].family in families) or place.repeats(i, chosen):
                continue
            if (subject := _subject(parts[i].family, parts[i].name)) not in subjects:
                chosen.append(i)
                families.add(parts[i].family)
                subjects.add(subject)
    ranked = sorted(
        chosen, key=lambda i: (contribution[i] < 0, directions[i] == "fact", not local[i], -contribution[i], parts[i].name)
    )
    return tuple(_reason(place, i) for i in ranked)


def agreeing_families(place: ExplainedPlace, noticed: Iterable[str]) -> tuple[str, ...]:
    """Return the signal families that raise a place's forecast, the strongest first.

    The contributions of a family's parts are added; one of them must be above its usual value. Families with a notice here follow.
    """
    net: dict[str, float] = {}
    for part, contribution, local in zip(place.parts, place.contribution, place.local, strict=True):
        net[part.family] = net.get(part.family, 0.0) + (float(contribution) if local else 0.0)
    clear = {part.family for i, part in enumerate(place.parts) if place.local[i] and place.directions[i] == "raises"} - set(
        NOT_SIGNALS
    )
    raising = sorted((f for f in clear if net[f] >= SMALLEST_CONTRIBUTION), key=lambda f: (-net[f], f))
    return tuple(dict.fromkeys([*raising, *sorted(noticed)]))


def _reason(place: ExplainedPlace, i: int) -> Reason:
    part, contribution = place.parts[i], float(place.contribution[i])
    value, usual = float(place.value[i]), float(place.usual[i])
    detail = place.details.get(part.name, Text(zh="", en=""))
    texts = {lang: _sentence(part, lang, value, usual, detail(lang)) for lang in LANGUAGES}
    return Reason(part.name, part.family, Text(**texts), contribution, place.directions[i])


def _sentence(part: ExplainedPart, language: Language, value: float, usual: float, detail: str) -> str:
    """Return the meaning of a part with its numbers.

    In Chinese, "no data" is not followed by a measure word; in English, 1 not by a plural.
    """
    shown = SHOWN_FORMS[part.form]
    than = ComparedWords(above=value > usual)
    text = part.meaning(language, value=shown(value, language), usual=shown(usual, language), detail=detail, than=than)
    if language == "zh":
        return re.sub(f"({NO_DATA.zh})[起处件条间户家人次天年倍]", r"\1", text)
    return _ONE_OF_MANY.sub(r"1 \1\2", text)


@cache
def _subject(family: str, name: str) -> tuple[str, str]:
    """Return a part's family and its name without numbers.

    So windows of one count are one subject.
    """
    return family, re.sub(r"[\d_]+", "", name)
