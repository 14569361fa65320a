"""Names of months in English, German, French, Spanish, Italian and Portuguese."""

from __future__ import annotations

from riskmodel.base.accents import without_accents

_NAMES = (
    ("january", "januar", "janner", "janvier", "enero", "gennaio", "janeiro"),
    ("february", "februar", "feber", "fevrier", "febrero", "febbraio", "fevereiro"),
    ("march", "marz", "mars", "marzo", "marco", "maerz"),
    ("april", "avril", "abril", "aprile"),
    ("may", "mai", "mayo", "maggio", "maio"),
    ("june", "juni", "juin", "junio", "giugno", "junho"),
    ("july", "juli", "juillet", "julio", "luglio", "julho"),
    ("august", "aout", "agosto"),
    ("september", "septembre", "septiembre", "setiembre", "settembre", "setembro"),
    ("october", "oktober", "octobre", "octubre", "ottobre", "outubro"),
    ("november", "novembre", "noviembre", "novembro"),
    ("december", "dezember", "decembre", "diciembre", "dicembre", "dezembro"),
)
LETTERS = r"[^\W\d_]{3,10}"
"""Pattern of a name or its beginning."""


def month_number(name: str) -> int | None:
    """Return the number of a month by its name or beginning.

    Three letters are enough; None for any other text.

    Examples
    --------
    >>> [month_number(name) for name in ("Jan", "março", "Août", "sept", "dez", "juil", "ju", "monday")]
    [1, 3, 8, 9, 12, 7, None, None]
    """
    plain = without_accents(name).lower()
    if len(plain) < 3:
        return None
    found = {at for at, names in enumerate(_NAMES, 1) if any(one.startswith(plain) for one in names)}
    return found.pop() if len(found) == 1 else None
