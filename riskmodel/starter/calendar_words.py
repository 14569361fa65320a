"""Columns of weekdays or months, which say when and not what."""

from __future__ import annotations

from collections.abc import Sequence

from riskmodel.base.accents import without_accents
from riskmodel.base.month_names import month_number
from riskmodel.base.weekday_names import WEEKDAYS

_SIGNS = tuple(
    tuple(f"{head}{sign}" for sign in signs) for head in ("周", "星期", "礼拜") for signs in ("一二三四五六日", "一二三四五六天")
)
_WEEKS = (*(tuple(map(without_accents, week)) for week in WEEKDAYS), *_SIGNS, tuple("月火水木金土日"), tuple("월화수목금토일"))
"""Names of the seven weekdays without accents."""
_FEWEST = 4
"""Different weekdays or months that tell what a column is."""


def are_calendar_words(values: Sequence[str]) -> bool:
    """Return whether texts name weekdays, or months, whole or cut off.

    Examples
    --------
    >>> are_calendar_words(["Wed", "Thurs", "Sat", "Fri", "Mon", "Sun", "Tues"]), are_calendar_words(["Jan", "Feb", "Mar", "Apr"])
    (True, True)
    >>> are_calendar_words(["Theft", "Fraud", "Mugging", "Sun"])
    False
    """
    words = {without_accents(text.strip().rstrip(".")).lower() for text in values if text.strip()}
    if len(words) < _FEWEST:
        return False
    return any(_are_days(words, week) for week in _WEEKS) or all(month_number(word) is not None for word in words)


def _are_days(words: set[str], week: Sequence[str]) -> bool:
    """Return whether each word begins the name of a weekday."""
    meant = [{day for day in week if day.startswith(word) and (len(word) > 1 or not word.isascii())} for word in words]
    return all(meant) and len(set().union(*meant)) >= _FEWEST
