"""Numbers and percentages for readers."""

from __future__ import annotations

import numpy as np

from riskmodel.base.texts import Language, Text

NO_DATA = Text(zh="暂无数据", en="no data")


def number(value: float, language: Language = "zh") -> str:
    """Return a number with two or three digits, thousands separated, without exponent."""
    if not np.isfinite(value):
        return NO_DATA(language)
    size = abs(value)
    if 0 < size < 0.0001:
        less = "不足 0.0001" if language == "zh" else "under 0.0001"
        return less if value > 0 else ("略低于 0" if language == "zh" else "just below 0")
    decimals = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 0.1 else 3 if size >= 0.01 else 4
    shown = f"{value:,.{decimals}f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def below_one(value: float) -> bool:
    """Return whether readers see a number as "below 1".

    It is so wherever a number is shown whole: in sentences and tables of lists, summaries and surges. Numbers from 0.95 on are 1.0 with one
    decimal, and are shown as 1.
    """
    return value < 0.95


def whole(value: float, language: Language = "zh") -> str:
    """Return a whole number, or words for less than 1."""
    if not np.isfinite(value):
        return NO_DATA(language)
    if value > 0 and below_one(value):
        return "不到1" if language == "zh" else "under 1"
    return f"{round(value):,}"


def year(value: float, language: Language = "zh") -> str:
    """Return a year, without separators."""
    return f"{value:.0f}" if np.isfinite(value) else NO_DATA(language)


def times(value: float, language: Language = "zh") -> str:
    """Return a multiple of the usual, whole from 3 on."""
    if not np.isfinite(value):
        return NO_DATA(language)
    shown = f"{value:,.0f}" if value >= 2.95 else f"{value:.1f}"
    return shown.removesuffix(".0")


class ComparedWords:
    """Words that say whether a value is above the usual.

    A sentence has both: ``{than:more/fewer}``.

    Examples
    --------
    >>> "{than:more/fewer} events".format(than=ComparedWords(above=False))
    'fewer events'
    """

    def __init__(self, *, above: bool) -> None:
        self.above = above

    def __format__(self, words: str) -> str:
        more, fewer = words.split("/")
        return more if self.above else fewer


def percent(share: float) -> str:
    """Return a probability as a percentage, never 0 % or 100 %."""
    if share < 0.001:
        return "<0.1%"
    if share > 0.99:
        return ">99%"
    return f"{100 * share:.1f}%" if share < 0.0995 else f"{100 * share:.0f}%"
