"""Features made of features."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from riskmodel.asof.view import View
from riskmodel.asof.vocabulary.feature import Feature, figure
from riskmodel.base.errors import bad_argument
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text


def _values(feature: Feature, view: View) -> Any:
    out = np.empty(view.shape, dtype=np.float32)
    feature.fill(view, out)
    return out


def _bare(feature: Feature, kinds: Mapping[str, Kind]) -> Text:
    """What a part means, without its own value and usual value."""
    text = feature.meaning(kinds)

    def strip(sentence: str) -> str:
        for left, right in (("（", "）"), ("(", ")")):
            while left in sentence and "{usual}" in sentence[sentence.rindex(left) :]:
                sentence = sentence[: sentence.rindex(left)].rstrip() + sentence[sentence.rindex(left) :].partition(right)[2]
        return sentence.replace("{value}", "").replace("{usual}", "").replace("  ", " ")

    return Text(zh=strip(text.zh), en=strip(text.en))


@dataclass(frozen=True)
class Ratio(Feature):
    """``top / bottom``; missing where ``bottom`` is 0.

    ``called`` is a shorter name, ``zh`` and ``en`` a sentence of one's own with ``{value}`` and ``{usual}``.
    """

    top: Feature
    bottom: Feature
    called: str = ""
    zh: str = ""
    en: str = ""

    def __post_init__(self) -> None:
        self._parts("top", "bottom")

    @property
    def name(self) -> str:
        return self.called or f"ratio_{self.top.name}_{self.bottom.name}"

    @property
    def unit(self) -> str:
        return "ratio"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        if self.zh and self.en:
            return Text(zh=self.zh, en=self.en)
        top, bottom = _bare(self.top, kinds), _bare(self.bottom, kinds)
        return Text(
            zh=f"「{top.zh}」与「{bottom.zh}」之比为{{value}}（平常{{usual}}）",
            en=f"The ratio of “{top.en}” to “{bottom.en}” is {{value}} (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        top, bottom = _values(self.top, view), _values(self.bottom, view)
        with np.errstate(divide="ignore", invalid="ignore"):
            out[...] = np.where(bottom != 0, top / bottom, np.float32(np.nan))


@dataclass(frozen=True)
class Difference(Feature):
    """``left - right``."""

    left: Feature
    right: Feature

    def __post_init__(self) -> None:
        self._parts("left", "right")

    @property
    def name(self) -> str:
        return f"difference_{self.left.name}_{self.right.name}"

    @property
    def unit(self) -> str:
        return self.left.unit

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        left, right = _bare(self.left, kinds), _bare(self.right, kinds)
        return Text(
            zh=f"「{left.zh}」减「{right.zh}」为{{value}}（平常{{usual}}）",
            en=f"“{left.en}” minus “{right.en}” is {{value}} (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        out[...] = _values(self.left, view) - _values(self.right, view)


@dataclass(frozen=True)
class Log1p(Feature):
    """``log(1 + of)`` of a feature that is not negative."""

    of: Feature

    def __post_init__(self) -> None:
        self._parts("of")

    @property
    def name(self) -> str:
        return f"log1p_{self.of.name}"

    @property
    def unit(self) -> str:
        return f"log {self.of.unit}"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        bare = _bare(self.of, kinds)
        return Text(
            zh=f"「{bare.zh}」的对数为{{value}}（平常{{usual}}）",
            en=f"The logarithm of “{bare.en}” is {{value}} (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        self.of.fill(view, out)
        with np.errstate(invalid="ignore"):
            np.log1p(out, out=out)


@dataclass(frozen=True)
class Clip(Feature):
    """``of`` kept between ``low`` and ``high``."""

    of: Feature
    low: float
    high: float

    def __post_init__(self) -> None:
        self._parts("of")
        if not self.low < self.high:
            raise bad_argument("low", "Clip", f"below high ({self.high})", self.low)

    @property
    def name(self) -> str:
        return f"clip_{self.of.name}_{figure(self.low)}_{figure(self.high)}"

    @property
    def unit(self) -> str:
        return self.of.unit

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        return self.of.meaning(kinds)

    def fill(self, view: View, out: Any) -> None:
        self.of.fill(view, out)
        np.clip(out, self.low, self.high, out=out)
