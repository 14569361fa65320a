"""Features computed from other features."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from riskmodel.asof.view import View
from riskmodel.asof.vocabulary.feature import Feature
from riskmodel.asof.vocabulary.field_checks import check_features
from riskmodel.asof.vocabulary.phrases import bare_text, figure
from riskmodel.base.argument_types import checked
from riskmodel.base.errors import bad_argument
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text


@checked()
@dataclass(frozen=True)
class Ratio(Feature):
    """``top / bottom``; missing where ``bottom`` is 0.

    Parameters
    ----------
    top, bottom
        The features.
    called
        Shorter name.
    zh, en
        Sentence with ``{value}`` and ``{usual}``, in both languages, instead of the default one.

    Examples
    --------
    >>> Ratio(Count("theft", 7), Count("theft", 28), called="theft_share_7d").name
    'theft_share_7d'
    """

    top: Feature
    bottom: Feature
    called: str = ""
    zh: str = ""
    en: str = ""

    def __post_init__(self) -> None:
        check_features(self, "top", "bottom")

    @property
    def name(self) -> str:
        return self.called or f"ratio_{self.top.name}_{self.bottom.name}"

    @property
    def unit(self) -> str:
        return "ratio"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        if self.zh and self.en:
            return Text(zh=self.zh, en=self.en)
        top, bottom = bare_text(self.top, kinds), bare_text(self.bottom, kinds)
        return Text(
            zh=f"「{top.zh}」与「{bottom.zh}」之比为{{value}}（平常{{usual}}）",
            en=f"The ratio of “{top.en}” to “{bottom.en}” is {{value}} (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        top, bottom = view.values(self.top), view.values(self.bottom)
        with np.errstate(divide="ignore", invalid="ignore"):
            out[...] = np.where(bottom != 0, top / bottom, np.float32(np.nan))


@checked()
@dataclass(frozen=True)
class Difference(Feature):
    """``left - right``.

    Parameters
    ----------
    left, right
        Two features of one unit.

    Examples
    --------
    >>> Difference(Count("theft", 7), Count("theft", 7, lag=7)).unit
    'records'
    """

    left: Feature
    right: Feature

    def __post_init__(self) -> None:
        check_features(self, "left", "right")

    @property
    def name(self) -> str:
        return f"difference_{self.left.name}_{self.right.name}"

    @property
    def unit(self) -> str:
        return self.left.unit

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        left, right = bare_text(self.left, kinds), bare_text(self.right, kinds)
        return Text(
            zh=f"「{left.zh}」减「{right.zh}」为{{value}}（平常{{usual}}）",
            en=f"“{left.en}” minus “{right.en}” is {{value}} (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        out[...] = view.values(self.left) - view.values(self.right)


@checked()
@dataclass(frozen=True)
class Modulo(Feature):
    """``left`` modulo ``right``; missing where ``right`` is 0.

    Separates records filed one by one from those filed once per unit, such as one violation for every dwelling.

    Parameters
    ----------
    left, right
        Two features.

    Examples
    --------
    >>> Modulo(Count("violation", 364), PlaceFigure("dwellings")).unit
    'records'
    """

    left: Feature
    right: Feature

    def __post_init__(self) -> None:
        check_features(self, "left", "right")

    @property
    def name(self) -> str:
        return f"remainder_{self.left.name}_{self.right.name}"

    @property
    def unit(self) -> str:
        return self.left.unit

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        left, right = bare_text(self.left, kinds), bare_text(self.right, kinds)
        return Text(
            zh=f"「{left.zh}」除以「{right.zh}」的余数为{{value}}（平常{{usual}}）",
            en=f"“{left.en}” modulo “{right.en}” is {{value}} (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        with np.errstate(divide="ignore", invalid="ignore"):
            np.mod(view.values(self.left), view.values(self.right), out=out)


@checked()
@dataclass(frozen=True)
class Log1p(Feature):
    """``log(1 + of)`` of a feature that is not negative.

    Parameters
    ----------
    of
        A feature that is never negative.

    Examples
    --------
    >>> Log1p(Count("theft", 28)).name
    'log1p_theft_count_28d'
    """

    of: Feature

    def __post_init__(self) -> None:
        check_features(self, "of")

    @property
    def name(self) -> str:
        return f"log1p_{self.of.name}"

    @property
    def unit(self) -> str:
        return f"log {self.of.unit}"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        bare = bare_text(self.of, kinds)
        return Text(
            zh=f"「{bare.zh}」的对数为{{value}}（平常{{usual}}）",
            en=f"The logarithm of “{bare.en}” is {{value}} (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        self.of.fill(view, out)
        with np.errstate(invalid="ignore"):
            np.log1p(out, out=out)


@checked()
@dataclass(frozen=True)
class Clip(Feature):
    """``of`` limited to the range from ``low`` to ``high``.

    Parameters
    ----------
    of, low, high
        The feature, and the range.

    Examples
    --------
    >>> Clip(Count("theft", 28), 0, 10).name
    'clip_theft_count_28d_0_10'
    """

    of: Feature
    low: float
    high: float

    def __post_init__(self) -> None:
        check_features(self, "of")
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
