"""Codes of one form, which only look like numbers of persons."""

from __future__ import annotations

from collections.abc import Iterable

LEAST_CODES = 5
"""Different values from which on they can be codes of one form."""
_BEGINNING = 5
"""Letters and digits with which codes of places begin alike."""


def are_code_family(values: Iterable[str], alike: int, filled: int) -> bool:
    """Return whether values are codes of one form.

    Codes of places begin alike: they have few beginnings of five letters and digits. Numbers of persons do not.

    Parameters
    ----------
    values
        Those that may be numbers of persons.
    alike
        How many of them there are, repeated ones counted each time.
    filled
        Number of all values.

    Examples
    --------
    >>> are_code_family([f"E0100{at:04d}" for at in range(40)], 40, 40)
    True
    """
    different = {"".join(filter(str.isalnum, value)) for value in values}
    beginnings = {one[:_BEGINNING].upper() for one in different}
    return 10 * alike >= 9 * filled and len(different) >= LEAST_CODES and len(beginnings) <= max(2, len(different) // 4)
