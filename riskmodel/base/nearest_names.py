"""The names that are nearest to a misspelt one."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

ALIKE = 0.5
"""Least share of the signs of the longer name that two near names have in the same order."""


def nearest_names(word: str, known: Iterable[str], most: int = 1, alike: float = ALIKE) -> list[str]:
    """Return the names that need the fewest changes, nearest first.

    A change adds, leaves out or replaces a sign, or exchanges two neighbours (optimal string alignment). Capitals, and signs that only look different,
    count a quarter of a change together.

    Parameters
    ----------
    alike
        Least likeness: 1 less the changes by the signs of the longer name.

    Examples
    --------
    >>> nearest_names("tehft", ["noise", "theft"]), nearest_names("horizont", ["champion", "name"])
    (['theft'], [])
    """
    found, plain = [], _folded(word)
    for name in dict.fromkeys(known):
        other = _folded(name)
        longest = max(len(plain), len(other), 1)
        limit = (1.0 - alike) * longest
        # a name that only looks different is nearer than any that is
        changes = _changes(plain, other, limit) + (0.25 if plain == other and word != name else 0.0)
        if changes <= limit:
            found.append((changes / longest, name))
    return [name for _, name in sorted(found)[:most]]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _changes(one: str, other: str, limit: float) -> float:
    """Return the fewest changes between texts; infinite above a limit."""
    if abs(len(one) - len(other)) > limit:
        return float("inf")
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, sign in enumerate(one, 1):
        now = [row]
        for column, there in enumerate(other, 1):
            cost = min(last[column] + 1, now[-1] + 1, last[column - 1] + (sign != there))
            if row > 1 < column and sign == other[column - 2] and one[row - 2] == there:
                cost = min(cost, before[column - 2] + 1)
            now.append(cost)
        if min(now) > limit:
            return float("inf")
        before, last = last, now
    return float(last[-1])
