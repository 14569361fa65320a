"""Latin letters without accents, since many exports leave them out."""

from __future__ import annotations

import unicodedata


def without_accents(text: str) -> str:
    """Return a text whose Latin letters have no accents.

    Examples
    --------
    >>> without_accents("Année"), without_accents("län"), without_accents("が")
    ('Annee', 'lan', 'が')
    """
    if text.isascii():
        return text
    return "".join(
        decomposed[0] if len(decomposed := unicodedata.normalize("NFD", sign)) > 1 and decomposed[0].isascii() else sign
        for sign in unicodedata.normalize("NFKC", text)
    )
