"""English plurals of counted nouns."""

from __future__ import annotations


def counted(count: int, noun: str, several: str = "") -> str:
    """Return a count with its noun in the singular or plural.

    ``several`` is the plural where it is not ``noun`` with an ``s``.

    Examples
    --------
    >>> counted(1, "date"), counted(1200, "date"), counted(0, "family", "families")
    ('1 date', '1,200 dates', '0 families')
    """
    return f"{count:,} {noun if count == 1 else several or noun + 's'}"
