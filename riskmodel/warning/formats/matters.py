"""What the targets of a list are called, in few words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from riskmodel.base.plurals import counted
from riskmodel.base.texts import Language, Text, bracketed


class Titled(Protocol):
    """A target of a list or of a summary."""

    @property
    def target(self) -> str: ...

    @property
    def title(self) -> Text: ...

    @property
    def first_day(self) -> int: ...

    @property
    def last_day(self) -> int: ...


def matter(title: str) -> str:
    """Return a target's title without the horizon in brackets.

    Examples
    --------
    >>> matter("入室盗窃（7天）"), matter("Theft (7 days)"), matter("Theft")
    ('入室盗窃', 'Theft', 'Theft')
    """
    return re.sub(r"\s*[（(]\s*\d+\s*(天|日|days?)\s*[)）]\s*$", "", title) or title


def matters(targets: Iterable[Titled], language: Language) -> dict[str, str]:
    """Return the matter of each target.

    It is the title without the horizon. Where two targets would be called the same, they have their horizon, else their name.

    Parameters
    ----------
    targets
        The targets of one list.
    language
        The language of the titles.

    Returns
    -------
    dict
        Target to matter; no matter occurs twice.
    """
    return _apart(
        {one.target: (matter(one.title(language)), _with_horizon(one, language), _named(one, language)) for one in targets}
    )


def headings(targets: Iterable[Titled], language: Language) -> dict[str, str]:
    """Return the title of each target, no two alike.

    Those of the same title and period have their name beside it.
    """
    whole = list(targets)
    periods = Counter((one.title(language), one.first_day, one.last_day) for one in whole)
    alike = {one.target for one in whole if periods[one.title(language), one.first_day, one.last_day] > 1}
    return {one.target: _named(one, language) if one.target in alike else one.title(language) for one in whole}


def _with_horizon(one: Titled, language: Language) -> str:
    days, title = one.last_day - one.first_day + 1, matter(one.title(language))
    return bracketed(title, f"{days}天" if language == "zh" else counted(days, "day"), language)


def _named(one: Titled, language: Language) -> str:
    title = one.title(language)
    return bracketed(title, one.target, language)


def _apart(forms: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return for each name the first form that no other name has."""
    level = dict.fromkeys(forms, 0)
    while True:
        counts = Counter(forms[name][at] for name, at in level.items())
        alike = [name for name, at in level.items() if counts[forms[name][at]] > 1 and at + 1 < len(forms[name])]
        if not alike:
            return {name: forms[name][at] for name, at in level.items()}
        for name in alike:
            level[name] += 1
