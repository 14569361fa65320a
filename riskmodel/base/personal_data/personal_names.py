"""Personal names among the values of a column.

A single value such as 高山 may be a person or a place, so a column is judged by the share of its different values, each with the weight that
it looks like a name, or like a dispute or a case that is named after persons.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from riskmodel.base.personal_data.disputing_parties import parties_weight
from riskmodel.base.personal_data.latin_names import has_name_form
from riskmodel.base.personal_data.name_weights import CLEAR
from riskmodel.base.personal_data.named_cases import case_weights
from riskmodel.base.personal_data.ordinary_words import PLACE_WORDS
from riskmodel.base.personal_data.separators import visible_text
from riskmodel.base.personal_data.single_names import begins_like_name, single_name_weight

FEW = 5
"""Different values below which a column is refused only if all are clear names."""
_FORMS = 0.8
"""Share of values with the form of a name that is enough where the column says who."""
_LEAST_SERIES, _MOST_GAPS = 3, 1.5
"""Values with the same word that make a series, and how far its letters may run, for each of them."""
_LETTERED = re.compile(r"(?P<word>[^\W\d_]{2,})[ -](?P<letter>[A-Z]|[IVX]{2,4})|(?P<before>[A-Z])[ -](?P<behind>[^\W\d_]{2,})")
"""A word with a letter, or a Roman number, without a dot."""
SHARE = 0.5
"""Weighted share of names from which on a column holds names."""


def name_weight(value: str) -> float:
    """Return how much a value looks like a name, 0 to 1.

    Examples
    --------
    >>> name_weight("王秀英"), name_weight("高空抛物"), name_weight("张三诉李四"), name_weight("Smith v. Jones")
    (1.0, 0.0, 1.0, 1.0)
    """
    return single_name_weight(value) or parties_weight(value)


def names_among(values: Iterable[str], share: float = SHARE) -> int:
    """Return the number of personal names, if values are mostly such.

    It is 0 if they are not.

    Parameters
    ----------
    values
        Different values.
    share
        Weighted share of names that is enough.
    """
    texts = list(values)
    weights = [name_weight(text) for text in texts]
    count = len(weights)
    weights = [0.0 if counts_on else weight for weight, counts_on in zip(weights, _are_series(texts), strict=True)]
    if count >= FEW:
        weights = [max(pair) for pair in zip(weights, case_weights(texts), strict=True)]
    names = sum(weight > 0 for weight in weights)
    if count < FEW:
        return names if count > 1 and all(map(_is_sure, weights)) else 0
    return names if sum(weights) >= share * count else 0


def _are_series(texts: list[str]) -> list[bool]:
    """Return which values count on by a letter beside one word.

    Ward A, Ward B and Ward C are places, although Ward is a family name too. Half of the values or more have the same word, beside the first letters of the alphabet.
    Two are enough for a word of places.
    """
    found = [_LETTERED.fullmatch(text.strip()) for text in texts]
    letters: dict[str, list[str]] = {}
    words = [(one["word"] or one["behind"]).casefold() if one else "" for one in found]
    for word, one in zip(words, found, strict=True):
        letters.setdefault(word, []).append((one["letter"] or one["before"]) if one else "")
    series = {word for word, there in letters.items() if word and 2 * len(there) >= len(texts) and _counts_on(word, there)}
    return [word in series for word in words]


def _counts_on(word: str, letters: list[str]) -> bool:
    """Return whether letters beside a word number its places."""
    last = max(ord(letter) - ord("A") + 1 if len(letter) == 1 else 1 for letter in letters)
    least = 2 if word in PLACE_WORDS else _LEAST_SERIES
    return len(letters) >= least and last <= _MOST_GAPS * len(letters)


def name_forms(values: Iterable[str]) -> bool:
    """Return whether most values have the form of a personal name.

    It is that of two to four words with capitals, none of them a word of places or incidents, or of a Chinese name.
    """
    texts = list(values)
    return len(texts) >= FEW and sum(has_name_form(text) or name_weight(text) > 0 for text in texts) >= _FORMS * len(texts)


def _is_sure(weight: float) -> bool:
    return weight == CLEAR


def may_be_name(value: str) -> bool:
    """Return whether a single value may be a personal name at all.

    It begins with a surname and is as short as a name, whatever the rest means: 高山 and 黄赌毒 may be names.
    """
    return begins_like_name(visible_text(value).strip()) or name_weight(value) > 0
