"""Single texts of a column of kinds that speak of a person.

A column of kinds is not refused for one name or number that somebody typed into the wrong field; but such a value is no kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from riskmodel.base.personal_data.disputing_parties import parties_weight
from riskmodel.base.personal_data.forbidden_values import forbidden
from riskmodel.base.personal_data.home_addresses import house_number
from riskmodel.base.personal_data.latin_names import has_name_form, latin_name_weight
from riskmodel.base.personal_data.name_weights import CLEAR
from riskmodel.base.personal_data.number_columns import may_be_personal_number
from riskmodel.base.personal_data.ordinary_words import PLACE_BEGINNINGS
from riskmodel.base.personal_data.personal_names import name_weight
from riskmodel.base.personal_data.separators import visible_text
from riskmodel.base.personal_data.single_names import COMPOUND, single_name_weight
from riskmodel.base.personal_data.telephone_numbers import is_telephone_form, phone_text

_HARMLESS_NAMES = frozenset(("free text", "nested data"))
"""Kinds of content that the name of a column or a file may have."""
_DAY = r"(?:19|20)\d\d[01]\d[0-3]\d|(?:19|20)\d\d[\-/.][01]?\d[\-/.][0-3]?\d|[0-3]?\d[\-/.][0-3]?\d[\-/.](?:19|20)\d\d"
_DAYS = re.compile(rf"\s*(?:{_DAY})(?:\s*(?:-|–|~|to|至)\s*(?:{_DAY}))?\s*")
"""A day, or a span of days: names of columns in tables of counts."""
_WORD = re.compile(r"[^\W\d_][\w'’\-]*")


def speaks_of_person(text: str, rare: bool) -> bool:
    """Return whether a text among kinds speaks of a person.

    Parameters
    ----------
    rare
        Whether few rows have it. A frequent text of digits is a code, and a frequent one of three Chinese characters a kind.

    Examples
    --------
    >>> [speaks_of_person(text, rare=True) for text in ("Ximena Quiroga says that", "3125550123", "张三诉李四", "12 Main St", "Simple Assault")]
    [True, True, True, True, False]
    >>> [speaks_of_person(text, rare=False) for text in ("Ximena Quiroga", "3125550123", "55 1234 5678", "高利贷")]
    [True, False, True, False]
    """
    if parties_weight(text) == CLEAR or latin_name_weight(text) == CLEAR or house_number(text) is not None:
        return True
    number = phone_text(visible_text(text))
    if number is not None and (number.plus or number.spaced):
        return True
    if (rare or text.startswith(COMPOUND)) and single_name_weight(text) == CLEAR:
        return True
    return (rare and may_be_personal_number(text)) or _holds_name(text)


def is_personal_name(name: str) -> bool:
    """Return whether a column is named after a person's number.

    Where one does, the first row of the table is data.

    Examples
    --------
    >>> [is_personal_name(name) for name in ("3125550123", "x@example.com", "2024-01-31", "telephone", "Bill No")]
    [True, True, False, False, False]
    >>> [is_personal_name(name) for name in ("20240131", "27/12/2021-02/01/2022")]
    [False, False]
    """
    if _DAYS.fullmatch(name):
        return False
    what = forbidden(name)
    return (what is not None and what not in _HARMLESS_NAMES) or (may_be_personal_number(name) and not name.isalpha())


def are_personal_names(names: Iterable[str]) -> bool:
    """Return whether a row of names may be one of data.

    It holds a name or a number of a person, and is not shown then.
    """
    return any(is_personal_name(name) or name_weight(name) == CLEAR for name in names)


_LETTERED = re.compile(
    r"(?:ward|park|hall|block|zone|district|sector|beat|unit|area|team|shift|group|station|precinct|lane|hill|field)[ -]?[a-z]",
    re.IGNORECASE,
)
"""Areas that are told apart by a letter: Ward A."""


def fault_of_file_name(stem: str) -> str | None:
    """Return what a file's name says about a person, if anything.

    Examples
    --------
    >>> fault_of_file_name("calls_2023-01_2023-12"), fault_of_file_name("3125550123"), fault_of_file_name("Ximena Quiroga")
    (None, 'a telephone number', 'the name of a person')
    """
    text = stem.replace("_", " ")
    what = forbidden(text)
    if what is not None and what not in _HARMLESS_NAMES:
        return what
    number = phone_text(text)
    if number is not None and not number.spaced and is_telephone_form(text):
        return "a telephone number"
    if _LETTERED.fullmatch(text):
        return None
    return "the name of a person" if latin_name_weight(text) == CLEAR and has_name_form(text) else None


def is_mailbox_of_person(address: str) -> bool:
    """Return whether a mail address names a person before the @.

    Examples
    --------
    >>> [is_mailbox_of_person(f"{box}@example.org") for box in ("maria.garcia", "J_Kowalski", "13800138000", "duty", "centre-2", "fire.brigade")]
    [True, True, True, False, False, False]
    """
    box = address.partition("@")[0]
    words = [word.capitalize() for word in re.split(r"[._\-+]+", box) if word]
    dotted = [f"{word}." if len(word) == 1 else word for word in words]
    named = (
        len(words) > 1
        and words[0].lower() not in PLACE_BEGINNINGS
        and any(latin_name_weight(" ".join(order)) == CLEAR for order in (dotted, dotted[::-1]))
    )
    return named or is_telephone_form(box) or forbidden(box) is not None


def _holds_name(text: str) -> bool:
    """Return whether two neighbouring words of a text are a name."""
    words = _WORD.findall(text)
    return any(
        one[0].isupper() and other[0].isupper() and latin_name_weight(f"{one} {other}") == CLEAR
        for one, other in zip(words, words[1:], strict=False)
    )
