"""Single personal names in Latin and Cyrillic letters.

A name is two to five words without a word of places or incidents, one of which is a frequent given name, or two of which are family names; or a family name behind a title or an initial.
Names of streets, quarters and villages that are named after persons count too (Benito Juárez), which is why a column is judged and not a value.
"""

from __future__ import annotations

import re
import unicodedata

from riskmodel.base.accents import without_accents
from riskmodel.base.personal_data.given_names import FAMILY_NAMES, GIVEN_NAMES
from riskmodel.base.personal_data.name_weights import CLEAR, POSSIBLE
from riskmodel.base.personal_data.ordinary_words import (
    DUTY_WORDS,
    INCIDENT_WORDS,
    INSTITUTIONS,
    PLACE_BEGINNINGS,
    PLACE_WORDS,
    THINGS,
)
from riskmodel.base.personal_data.separators import visible_text

_TITLE = re.compile(
    r"(?:ofc|off|offr|officer|p\.?o|sgt|sergeant|lt|lieut|lieutenant|capt|captain|det|detective|cpl|corporal|dep|deputy|insp|inspector|agent|agente|oficial|policia|cmdte|comandante|sub ?insp|"
    r"cabo|of|pol|mr|mrs|ms|miss|dr|dra|prof|sr|sra|srta|don|dona|doña|lic|ing|arq|mtro|mtra|m|mme|mlle|herr|frau|pc|dc|ps|ds)\b\.? ?(?=[^\W\d_])",
    re.IGNORECASE,
)
_SURE_TITLE = frozenset(("ofc", "offr", "officer", "po", "sgt", "sergeant", "lieutenant", "detective", "deputy", "oficial", "comandante", "mr", "mrs", "srta", "sra", "dra", "mme", "mlle", "herr", "frau"))  # fmt: skip
"""Titles that are hardly anything else."""
_NUMBER = re.compile(r"(?: ?[#(\-/] ?| )\(?(?:id|badge|placa|no|num)?\.? ?#?\d{1,7}\)?$", re.IGNORECASE)
_WORD = r"[^\W\d_]+(?:['’\-][^\W\d_]+)*\.?"
_WORDS = re.compile(rf"{_WORD}(?:(?:, ?| ){_WORD}){{0,5}}")
_FOLDED = str.maketrans({"ø": "o", "ł": "l", "ß": "ss", "ı": "i", "æ": "ae", "đ": "d", "ð": "d", "þ": "th", "’": "'"})
_LINKS = frozenset(
    [
        "de",
        "del",
        "la",
        "las",
        "los",
        "da",
        "das",
        "do",
        "dos",
        "di",
        "della",
        "van",
        "von",
        "der",
        "den",
        "ter",
        "ten",
        "bin",
        "ibn",
        "al",
        "el",
        "e",
        "y",
        "i",
        "zu",
        "af",
        "av",
    ]
)
_FAMILY_ENDS = re.compile(
    r".{3,}(?:sson|ssen|nsen|rsen|oglu|ovic|ovich|evic|evich|escu|enko|czyk|owski|ewski|nski|dze|shvili|opoulos|idis|akis|ovna|evna)|(?:mc|o')[a-z]{3,}|.{2,}(?:ndez|ldez|nchez|rrez|mez|quez|nez|rez)"
)
_PLACE_ENDS = re.compile(
    r".{2,}(?:strasse|str|platz|weg|gasse|allee|straat|laan|plein|kade|gatan|vagen|burg|dorf|heim|ville|stadt|hausen)"
)
_CYRILLIC = re.compile(r"[А-ЯЁІЇЄ][а-яёіїє]+(?:-[А-ЯЁ][а-яё]+)?(?: [А-ЯЁІЇЄ](?:[а-яёіїє]+|\.)){1,2}")
_CYRILLIC_NAME = re.compile(
    r"(?:[а-яё]{2,}(?:ович|евич|ьич|овна|евна|ична|инична))|\w{2,}(?:енко|ский|ская|цкий|цкая|ёв|ёва)", re.IGNORECASE
)
_CYRILLIC_FAMILY = re.compile(r"\w{2,}(?:ов|ова|ев|ева|ин|ина|ых|их|ук|юк)", re.IGNORECASE)
_CYRILLIC_PLACE = re.compile(
    r"\b(?:улица|ул|проспект|пр|площадь|пер|переулок|шоссе|район|город|село|посёлок|поселок|область|мкр|микрорайон|набережная|бульвар)\b|(?:ое|ие|ые)\b",
    re.IGNORECASE,
)
_COMMON = frozenset(
    ("black", "brown", "cook", "gray", "green", "hall", "hill", "king", "long", "price", "white", "wood", "young")
)
"""Family names that are words of every day as well."""
_COMPASS = frozenset("nsew")


def latin_name_weight(value: str) -> float:
    """Return how much a text looks like a name, 0 to 1.

    Examples
    --------
    >>> [latin_name_weight(name) for name in ("María López García", "LOPEZ, J.", "Sgt. Kuznetsov #412", "Sven-Erik Åkesson")]
    [1.0, 1.0, 1.0, 1.0]
    >>> [latin_name_weight(name) for name in ("San José", "Rogers Park", "Motor Vehicle Theft", "Calle Benito Juárez", "Lincoln")]
    [0.0, 0.0, 0.0, 0.0, 0.0]
    """
    text = unicodedata.normalize("NFC", visible_accents(value)).strip()
    if _CYRILLIC.fullmatch(text):
        return _cyrillic_weight(text)
    text = _NUMBER.sub("", text)
    title = _TITLE.match(text)
    sure = title is not None and re.sub(r"[. ]", "", title[0]).lower() in _SURE_TITLE
    rest = text[title.end() :] if title is not None else text
    if not _WORDS.fullmatch(rest):
        return 0.0
    return _weight_of_words(rest, sure or (title is not None and title[0].rstrip().endswith(".")))


def has_name_form(value: str) -> bool:
    """Return whether a text is a few capitalised, unusual words.

    Examples
    --------
    >>> [has_name_form(text) for text in ("Aarna Sarin", "Achim Cristea", "Fire Department", "Unit Alpha", "public")]
    [True, True, False, False, False]
    """
    text = _NUMBER.sub("", visible_accents(value).strip())
    if not _WORDS.fullmatch(text):
        return False
    written = re.split(r", ?| ", text)
    words = [_plain(word) for word in written]
    full = [word for word in words if word not in _LINKS]
    if not 2 <= len(full) <= 4 or _is_ordinary(words, full):
        return False
    return all(word[0].isupper() or _plain(word) in _LINKS for word in written)


def is_family_name(word: str) -> bool:
    """Return whether a word is a family name and no common word.

    Examples
    --------
    >>> [is_family_name(word) for word in ("Smith", "García", "officer", "Park", "Ward", "Kowalski")]
    [True, True, False, False, False, True]
    """
    plain = _plain(word)
    common = INCIDENT_WORDS | PLACE_WORDS | THINGS | INSTITUTIONS | DUTY_WORDS | _COMMON
    return _is_family(plain) and plain not in common


def visible_accents(value: str) -> str:
    """Return a text as it is seen, with its accents."""
    return "".join(
        visible_text(c) or c if not c.isalpha() else c
        for c in unicodedata.normalize("NFC", value)
        if c.isprintable() or c.isspace()
    )


def _weight_of_words(text: str, titled: bool) -> float:
    """Return the weight of words behind which a title may stand."""
    written = re.split(r", ?| ", text)
    words = [_plain(word) for word in written]
    full = [word for word in words if len(word) > 1 and word not in _LINKS]
    if not full or _is_ordinary(words, full):
        return 0.0
    if titled:
        return CLEAR if len(full) <= 3 and DUTY_WORDS.isdisjoint(_plain_parts(words)) else 0.0
    if len(words) < 2 or not (text[0].isupper() or full[0] in GIVEN_NAMES):
        return 0.0
    if _is_given(full[0]) or ("," in text and full[-1] in GIVEN_NAMES) or (_is_family(full[0]) and full[-1] in GIVEN_NAMES):
        return CLEAR
    families = sum(map(_is_family, full))
    initials = [word for word in words if len(word) == 1]
    if initials and len(full) == 1:
        return _weight_with_initial(text, words, initials, families > 0)
    return CLEAR if families >= 2 else POSSIBLE if families else 0.0


def _is_ordinary(words: list[str], full: list[str]) -> bool:
    """Return whether a word is one of places, incidents or institutions."""
    if words[0] in PLACE_BEGINNINGS and words[0] not in GIVEN_NAMES:
        return True
    if _PLACE_ENDS.fullmatch(words[-1]):
        return True
    return any(
        word in INCIDENT_WORDS
        or (
            (word in PLACE_WORDS or word in THINGS or word in INSTITUTIONS)
            and word not in GIVEN_NAMES
            and (word not in FAMILY_NAMES or at == len(full) - 1 > 0 and word in PLACE_WORDS)
        )
        for at, word in enumerate(full)
    )


def _weight_with_initial(text: str, words: list[str], initials: list[str], family: bool) -> float:
    """Return the weight of one word and an initial.

    N, S, E and W are directions.
    """
    compass = set(initials) <= _COMPASS
    if "," in text and len(words[0]) > 1:
        return CLEAR
    dotted = re.search(r"(?:^|[ .])[A-Z]\.", text) is not None
    return CLEAR if (family or dotted) and not compass else 0.0


def _is_given(word: str) -> bool:
    """Return whether a word, or its first part, is a given name."""
    return word in GIVEN_NAMES or word.split("-")[0] in GIVEN_NAMES


def _plain_parts(words: list[str]) -> set[str]:
    """Return words, and the parts of those with hyphens."""
    return {part for word in words for part in (word, *word.split("-"))}


def _plain(word: str) -> str:
    """Return a word in lower case, without accents and a dot."""
    return without_accents(word).lower().translate(_FOLDED).rstrip(".")


def _is_family(word: str) -> bool:
    return word in FAMILY_NAMES or _FAMILY_ENDS.fullmatch(word) is not None


def _cyrillic_weight(text: str) -> float:
    """Return the weight of two or three words in Cyrillic letters."""
    words = text.split()
    if _CYRILLIC_PLACE.search(text):
        return 0.0
    if any(map(_CYRILLIC_NAME.fullmatch, words)):
        return CLEAR
    return CLEAR if any(map(_CYRILLIC_FAMILY.fullmatch, words)) or any("." in word for word in words) else 0.0
