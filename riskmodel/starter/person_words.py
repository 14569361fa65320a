"""Words that divide persons: sexes, ages and descent."""

from __future__ import annotations

import re

from riskmodel.base.accents import without_accents
from riskmodel.starter.column_words import plain_name
from riskmodel.starter.kind_words import OTHERS, UNKNOWN

_SEX = (
    r"males?|females?|men|women|boys?|girls?|hombres?|mujer(?:es)?|varon(?:es)?|hommes?|femmes?|garcons|filles|maschi|femmine|uomini|donne|homens|mulheres|masculin[oe]?|feminin[oe]?|femenin[oa]|"
    r"manner|frauen|mannlich|weiblich|mannen|vrouwen|man|kvinnor|mezczyzni|kobiety|мужчины|женщины|мужской|женский|男性?|女性?|남성?|여성?|남자|여자"
)
_AGE = (
    r"juveniles?|adults?|minors|children|elderly|seniors|youths?|adolescents?|menores|adultos?|ninos|mineurs|majeurs|adultes|minori|adulti|kinder|jugendliche|erwachsene|heranwachsende|未成年人?|成年人?|老年人|儿童|少年|青年|中年|"
    r"(?:age|aged|ages|alter|edad|idade|eta|leeftijd|年龄)[ _]*\d{1,3}(?:[ _]*(?:-|–|to|a|bis|tot|至|到|and|plus|over)?[ _]*\d{0,3})?(?: (?:over|older|plus))?|"
    r"(?:under|over|unter|uber|menos de|mas de|moins de|plus de|onder|boven) \d{1,3}(?: (?:years?|jahren?|ans|anos|jaar))?|"
    r"\d{1,3}(?:[ _]*(?:-|–|to|a|bis|至|到)?[ _]*\d{1,3})?[ _]*(?:years?(?: old| and over)?|yrs?|jahren?|ans|anos|jaar|岁|歲|歳|세)(?:以上|以下|未満|未满|이상|미만)?"
)
_DESCENT = r"black|white|hispanic|latino|asian|native american|african american|caucasian|indigenous|pacific islander"
_WHOLE = {name: re.compile(pattern) for name, pattern in (("sex", _SEX), ("age", _AGE), ("descent", _DESCENT))}
_PART = re.compile(rf"(?:(?P<before>.+) (?:{_SEX})|(?:{_SEX}) (?P<after>.+))")
"""A kind with a sex before or behind it."""
_NEITHER = frozenset(("", "x", "n a", "diverse", *UNKNOWN, *OTHERS))
"""Texts beside sexes and ages."""


def division_of_persons(plain: str) -> str | None:
    """Return what a plain name without accents divides persons by.

    Examples
    --------
    >>> division_of_persons("female"), division_of_persons("18 24 years"), division_of_persons("theft")
    ('sex', 'age', None)
    """
    return next((name for name, pattern in _WHOLE.items() if pattern.fullmatch(plain)), None)


def kind_of_part(plain: str) -> str | None:
    """Return the kind that a plain name says beside a sex.

    Examples
    --------
    >>> kind_of_part("theft male"), kind_of_part("theft")
    ('theft', None)
    """
    found = _PART.fullmatch(plain)
    return None if found is None else found["before"] or found["after"]


def are_person_groups(texts: list[str]) -> bool:
    """Return whether texts are sexes or ages."""
    plain = [without_accents(plain_name(text)) for text in texts]
    known = [text for text in plain if text not in _NEITHER]
    return len(known) > 1 and all(_WHOLE["sex"].fullmatch(text) or _WHOLE["age"].fullmatch(text) for text in known)
