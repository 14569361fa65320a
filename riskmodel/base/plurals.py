"""English plurals of counted nouns, and short lists of rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_MOST_ROWS = 5
"""Rows that a message names at most."""


def counted(count: int, noun: str, several: str = "") -> str:
    """Return a count with its noun in the singular or plural.

    ``several`` is the plural where it is not ``noun`` with an ``s``.

    Examples
    --------
    >>> counted(1, "date"), counted(1200, "date"), counted(0, "family", "families")
    ('1 date', '1,200 dates', '0 families')
    """
    return f"{count:,} {noun if count == 1 else several or noun + 's'}"


def listed_rows(numbers: Iterable[int]) -> str:
    """Return row numbers in words, the first few of them.

    Examples
    --------
    >>> listed_rows([3]), listed_rows([3, 5]), listed_rows(range(1, 9))
    ('row 3', 'rows 3, 5', 'rows 1, 2, 3, 4, 5, …')
    """
    found = list(numbers)
    shown = ", ".join(f"{number:,}" for number in found[:_MOST_ROWS]) + (", …" if len(found) > _MOST_ROWS else "")
    return f"{'row' if len(found) == 1 else 'rows'} {shown}"


def and_list(texts: Sequence[str]) -> str:
    """Return texts as a sentence lists them.

    Examples
    --------
    >>> and_list(["police", "online", "sentiment"]), and_list(["police"])
    ('police, online and sentiment', 'police')
    """
    return " and ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)
