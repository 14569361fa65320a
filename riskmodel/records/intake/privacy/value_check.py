"""The check of a mapped column's values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from riskmodel.base.arrow_compute import arrow_compute
from riskmodel.base.errors import refused
from riskmodel.records.intake.privacy.forbidden_values import (
    AMBIGUOUS,
    BY_CHANCE,
    LONGEST_TEXT,
    SUSPECT,
    forbidden,
    is_bare_number,
)

if TYPE_CHECKING:
    import pyarrow as pa

LEAST_AMBIGUOUS = 5
"""Ambiguous values from which on a column may be refused for them."""


def check_values(table: object, column: str, values: Sequence[str] | pa.Array, codes: bool = False) -> frozenset[int]:
    """Refuse a mapped column with forbidden values.

    A value that may be an old identity number or a card number is refused only where there are at least :data:`LEAST_AMBIGUOUS`
    of them and they are more than three quarters of the values. In a column of ids a value that looks like an identity or
    telephone number and is nothing else passes while such values are at most half of them.

    Parameters
    ----------
    codes
        Whether the column holds ids.

    Returns
    -------
    frozenset of int
        In a column of ids, the positions of values that look like a number of a person by chance.

    Raises
    ------
    RefusedError
        Naming the column and the kind of value, never the value.
    """
    import pyarrow as pa

    array: pa.Array = pa.array(values, pa.string())
    alike: dict[int, str] = {}
    ambiguous: dict[int, str] = {}
    found = None
    for position in suspects(array):
        value = array[position].as_py()
        what = forbidden(value)
        if what in AMBIGUOUS:
            ambiguous[position] = what
        elif what is not None and codes and what in BY_CHANCE and is_bare_number(value):
            alike[position] = what
        elif what is not None:
            found = what
            break
    found = found or _too_many(array, alike, ambiguous)
    if found is not None:
        raise refused(
            f"The column {column!r} of the table {str(table)!r}",
            f"a value of it is {found}",
            "Remove the column from the mapping, or replace its values by codes of places and events at the source.",
        )
    return frozenset((*alike, *ambiguous)) if codes else frozenset()


def suspects(array: pa.Array) -> list[int]:
    """Return the positions of the values that :func:`forbidden` must judge.

    The others are harmless: they lack what every forbidden value has.
    """
    pc = arrow_compute()
    marked = pc.match_substring_regex(array, SUSPECT)
    long = pc.greater(pc.utf8_length(array), LONGEST_TEXT)
    return np.flatnonzero(pc.or_(marked, long).to_numpy(zero_copy_only=False)).tolist()


def _too_many(array: pa.Array, alike: Mapping[int, str], ambiguous: Mapping[int, str]) -> str | None:
    """Return a kind of value too frequent for chance, if any."""
    if not alike and not ambiguous:
        return None
    filled = _filled(array)
    if 2 * len(alike) > filled:
        return next(iter(alike.values()))
    if len(ambiguous) >= LEAST_AMBIGUOUS and 4 * (len(ambiguous) + len(alike)) > 3 * filled:
        return next(iter(ambiguous.values()))
    return None


def _filled(array: pa.Array) -> int:
    """Return the number of values that are not empty."""
    pc = arrow_compute()
    return pc.sum(pc.not_equal(array, "")).as_py() or 0
