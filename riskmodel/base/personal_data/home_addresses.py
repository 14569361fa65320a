"""Addresses of single houses, as the values of a column.

A house is a place, but one of few persons. Hundred blocks, corners and streets are not meant: the numbers of houses differ, and few of them end with 00.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from riskmodel.base.accents import without_accents
from riskmodel.base.personal_data.separators import visible_text

FEWEST = 20
"""Different values from which on they can be judged."""
_MOSTLY, _BLOCKS = 0.8, 0.5
"""Share of the values that must be addresses, and share of round numbers from which on they are blocks."""
_STREET = (
    r"(?:st|street|ave?|avenue|road|rd|drive|dr|lane|ln|blvd|boulevard|way|court|ct|place|pl|terrace|pkwy|parkway|square|sq|calle|avda|avenida|calzada|callejon|camino|carrera|cra|cl|paseo|"
    r"privada|cerrada|prolongacion|andador|circuito|retorno|rua|travessa|praca|estrada|alameda|via|viale|piazza|corso|rue|chemin|allee|impasse|quai|ulica|ul|jalan|jl|\w*(?:strasse|str|weg|gasse|platz|straat|laan|"
    r"gatan|vagen|utca|sokak|caddesi))\.?"
)
_NUMBER = r"(?:no\.?|nr\.?|num\.?|n[ºo°]\.?|#)? ?(\d{1,5}) ?[a-z]?"
_LEADING = re.compile(
    rf"(\d{{1,5}})[a-z]?(?: 1/2)?,? (?:[nsew]{{1,2}}\.? )?(?:[\w.'’-]+ ){{0,4}}{_STREET}(?:[ ,.#].*)?", re.IGNORECASE
)
_TRAILING = re.compile(
    rf"(?=.*(?:^|[\s.]){_STREET}(?:[\s,]|$))[^\d ]+ [^\d]{{1,40}}[ ,]+{_NUMBER}(?! ?de )(?:[ ,/-].*)?|{_STREET} [^,\d]{{2,40}}[, ]+{_NUMBER}(?! ?de )(?:[ ,/-].*)?",
    re.IGNORECASE,
)
_COMPOUND = re.compile(
    rf"[a-z .'-]*(?:strasse|str\.?|weg|gasse|platz|allee|straat|laan|gatan|vagen) {_NUMBER}(?:[ ,/-].*)?", re.IGNORECASE
)
_CHINESE = re.compile(r".*[路街道巷弄里村园苑区]\D{0,4}(\d{1,5})[号號幢栋棟].*")


def house_number(text: str) -> int | None:
    """Return the number of the house in an address, if any.

    Examples
    --------
    >>> [house_number(text) for text in ("1207 W Main St", "Av. Juárez 123, Col. Centro", "Hauptstraße 5a", "滨江路139号5幢")]
    [1207, 123, 5, 139]
    >>> [house_number(text) for text in ("Beat 123", "Main St & 1st Ave", "Colonia 5", "Ward 12", "滨江路")]
    [None, None, None, None, None]
    """
    plain = visible_text(without_accents(text.replace("ß", "ss"))).strip()
    for pattern in (_LEADING, _TRAILING, _COMPOUND, _CHINESE):
        found = pattern.fullmatch(plain)
        if found is not None:
            return int(next(group for group in found.groups() if group is not None))
    return None


def are_homes(values: Sequence[str]) -> bool:
    """Return whether different values are mostly addresses of single houses.

    Examples
    --------
    >>> are_homes([f"{12 + 7 * n} Main St" for n in range(40)]), are_homes([f"{100 * n} Block of Main St" for n in range(40)])
    (True, False)
    """
    if len(values) < FEWEST:
        return False
    numbers = [number for value in values if (number := house_number(value)) is not None]
    if len(numbers) < _MOSTLY * len(values):
        return False
    return sum(number % 100 == 0 for number in numbers) < _BLOCKS * len(numbers)
