"""The check of a mapped column's values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self, final

import numpy as np
from jaxtyping import Bool, Int64

from riskmodel.base.arrow_compute import arrow_compute
from riskmodel.base.byte_ranges import byte_ranges
from riskmodel.base.errors import RefusedError
from riskmodel.base.personal_data.code_families import are_code_family
from riskmodel.base.personal_data.forbidden_values import (
    AMBIGUOUS,
    BY_CHANCE,
    CODE_LIKE,
    HARMLESS,
    LONGEST_TEXT,
    PHONE,
    ROUGHLY_SUSPECT,
    SUSPECT,
    SUSPECT_NUMERALS,
    are_moments,
    forbidden,
    is_bare_number,
)
from riskmodel.base.personal_data.number_columns import numbers_among
from riskmodel.base.personal_data.person_columns import is_about_persons, may_reach_person
from riskmodel.base.personal_data.personal_names import name_forms, names_among
from riskmodel.base.personal_data.safe_texts import is_safe_token
from riskmodel.base.personal_data.separators import text_shape
from riskmodel.base.personal_data.telephone_numbers import are_area_codes
from riskmodel.records.intake.privacy.dotted_numbers import LEAST_AMBIGUOUS, are_most, dotted_number, matches
from riskmodel.records.intake.privacy.name_forms import are_like_names

if TYPE_CHECKING:
    import pyarrow as pa

Positions = Int64[np.ndarray, " position"]

MOST_NUMBERS = 500
"""Values that are judged together as numbers of persons, about."""
MOST_NAMES = 5_000
"""Values among which names are looked for, about."""
_FEW, _FEWER = 5_000, 50
"""Values from which on a rough look costs more than it saves, and values that :func:`forbidden` judges before a pattern is compiled."""
_REMEDY = "Remove the column from the mapping, or replace its values by codes of places and events at the source."


class PersonalColumnError(RefusedError):
    """A column holds numbers or names of persons.

    Parameters
    ----------
    why
        What its values look like, without any of them.
    """

    def __init__(self, message: str, column: str = "", why: str = "") -> None:
        super().__init__(message)
        self.column, self.why = column, why

    @classmethod
    def of(cls, table: object, column: str, why: str) -> Self:
        """Return the error for a column of a table."""
        return cls(f"The column {column!r} of the table {str(table)!r} is refused: {why}. {_REMEDY}", column, why)


@final
class PersonalNamesError(PersonalColumnError):
    """A column holds names of persons."""


@dataclass
class _Found:
    """Positions of values that look like numbers of persons, by class."""

    alike: dict[int, str] = field(default_factory=dict)
    ambiguous: dict[int, str] = field(default_factory=dict)
    code_like: dict[int, str] = field(default_factory=dict)

    def all(self) -> frozenset[int]:
        """Return all positions."""
        return frozenset((*self.alike, *self.ambiguous, *self.code_like))


def check_values(table: object, column: str, values: Sequence[str] | pa.Array, codes: bool = False) -> frozenset[int]:
    """Refuse a mapped column with forbidden values.

    A value that may be an old identity number or a card number is refused only where there are at least :data:`LEAST_AMBIGUOUS`
    of them and they are more than three quarters of the values. A number with a dot may be a coordinate, so the column decides
    (:func:`dotted_number`). A value that may be the number of a passport, or a telephone number
    in unusual groups, passes where nearly all values are codes of its form. In a column of ids a value that looks like an identity
    or telephone number and is nothing else passes while such values are at most half of them. A column is refused, too, if most of
    its different values look like personal names, or like numbers of persons of any country (:func:`~riskmodel.base.personal_data.number_columns.numbers_among`).

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
    found, certain = _classes(array, codes)
    if set(found.alike.values()) == {PHONE} and _are_areas(array, found.alike):
        found.alike.clear()
    certain = certain or _too_many(array, found, codes) or dotted_number(array)
    if certain is not None:
        raise PersonalColumnError.of(table, column, f"a value of it is {certain}")
    names, different = personal_names(array, not codes and is_about_persons(column))
    if names:
        raise PersonalNamesError.of(table, column, f"{names:,} of its {different:,} different values look like personal names")
    _refuse_numbers(table, column, array)
    return found.all() if codes else frozenset()


def _refuse_numbers(table: object, column: str, array: pa.Array) -> None:
    """Refuse a column of numbers of persons of any country."""
    import pyarrow as pa

    at = np.unique(np.linspace(0, max(0, len(array) - 1), MOST_NUMBERS).astype(np.int64))
    sample = [text for text in dict.fromkeys(array.take(pa.array(at)).to_pylist()) if text] if len(array) else []
    what = numbers_among(sample, reached=may_reach_person(column))
    if what is not None:
        why = f"most of its {len(array):,} values look like {what}, such as {text_shape(sample[0])!r} (# is a digit)"
        raise PersonalColumnError.of(table, column, why)


def suspects(array: pa.Array) -> list[int]:
    """Return the positions of the values that :func:`forbidden` must judge.

    The others are harmless: they lack what every forbidden value has.
    """
    import pyarrow as pa

    ranges = byte_ranges(array)
    if ranges is not None and are_moments(ranges):
        return []
    pc = arrow_compute()
    numeral, close = SUSPECT_NUMERALS
    # instants and decimal numbers are harmless, and have as many digits as what is not: the pattern that spares most goes first
    first = _harmless_form(array)
    rest = np.arange(len(array)) if first is None else np.flatnonzero(~matches(array, first))
    marked = _marked(array, rest)
    for pattern in HARMLESS:
        if pattern != first:
            marked = np.setdiff1d(marked, _matching(array, marked, pattern), assume_unique=True)
    # no numeral that is spelled is ASCII, and neither instants nor decimal numbers hold one
    wide = rest[~_are_ascii(array)[rest]]
    spelled = _matching(array, _matching(array, wide, numeral), close)
    # no text has more characters than bytes, and bytes are counted faster
    long = np.flatnonzero(pc.greater(pc.binary_length(array), LONGEST_TEXT).to_numpy(zero_copy_only=False))
    if len(long):
        long = long[pc.greater(pc.utf8_length(array.take(pa.array(long))), LONGEST_TEXT).to_numpy(zero_copy_only=False)]
    return np.union1d(np.union1d(marked, spelled), long).tolist()


def _marked(array: pa.Array, positions: Positions) -> Positions:
    """Return those of the positions that a pattern does not spare.

    Few values are judged sooner than a long pattern is compiled.
    """
    if len(positions) < _FEW:
        positions = _matching(array, positions, ROUGHLY_SUSPECT)
    return _matching(array, positions, SUSPECT) if len(positions) > _FEWER else positions


def _harmless_form(array: pa.Array) -> str | None:
    """Return the harmless form that the first value has."""
    first = array[0].as_py() or "" if len(array) else ""
    return next((pattern for pattern in HARMLESS if re.match(pattern, first, re.ASCII)), None)


def _are_ascii(array: pa.Array) -> Bool[np.ndarray, " value"]:
    return arrow_compute().string_is_ascii(array).fill_null(True).to_numpy(zero_copy_only=False)


def _matching(array: pa.Array, positions: Positions, pattern: str) -> Positions:
    """Return those of the positions whose values match a pattern."""
    import pyarrow as pa

    # arrow compiles a pattern at every call
    if not len(positions):
        return positions
    return positions[matches(array if len(positions) == len(array) else array.take(pa.array(positions)), pattern)]


def personal_names(array: pa.Array, about_persons: bool = False) -> tuple[int, int]:
    """Return the number of personal names, and of different values.

    The number is 0 unless most values are names. Of many values, a sample at equal distances is judged.

    Parameters
    ----------
    about_persons
        Whether the column's name says who: then the form of a name is enough.
    """
    import pyarrow as pa

    pc = arrow_compute()
    sample = array.take(pa.array(np.arange(0, len(array), max(1, len(array) // MOST_NAMES))))
    filled = sample.filter(pc.fill_null(pc.not_equal(sample, ""), False))
    if not are_like_names(filled):
        return 0, 0
    different = filled.unique().to_pylist()
    names = names_among(different)
    return names or (len(different) if about_persons and name_forms(different) else 0), len(different)


def _classes(array: pa.Array, codes: bool) -> tuple[_Found, str | None]:
    """Return the suspect values by class, and what is forbidden for certain."""
    found = _Found()
    for position in suspects(array):
        value = array[position].as_py()
        what = forbidden(value)
        if what is None or is_safe_token(value):
            continue
        if what in AMBIGUOUS:
            found.ambiguous[position] = what
        elif what in CODE_LIKE and not (codes and what in BY_CHANCE):
            found.code_like[position] = what
        elif what in BY_CHANCE and is_bare_number(value) and (codes or what == PHONE):
            found.alike[position] = what
        else:
            return found, what
    return found, None


def _too_many(array: pa.Array, found: _Found, codes: bool) -> str | None:
    """Return a kind of value too frequent for chance, if any."""
    if not found.all():
        return None
    filled = _filled(array)
    if found.alike and (not codes or 2 * len(found.alike) > filled):
        return next(iter(found.alike.values()))
    counts = not codes or are_most(len(found.code_like), filled)
    if found.code_like and counts and not _is_family(array, found.code_like, filled):
        return next(iter(found.code_like.values()))
    if len(found.ambiguous) >= LEAST_AMBIGUOUS and are_most(len(found.ambiguous) + len(found.alike), filled):
        return next(iter(found.ambiguous.values()))
    return None


def _is_family(array: pa.Array, found: Mapping[int, str], filled: int) -> bool:
    """Return whether values are codes of one form."""
    return are_code_family((array[position].as_py() for position in found), len(found), filled)


def _are_areas(array: pa.Array, found: Mapping[int, str]) -> bool:
    """Return whether numbers of eleven digits are codes of areas.

    Census tracts of Illinois begin with 17 and are as long as mobile telephone numbers of China. Their last digits say that they are none.
    """
    import pyarrow as pa

    if not _is_family(array, found, _filled(array)):
        return False
    at = list(found)[:: max(1, len(found) // MOST_NUMBERS)]
    digits = list(dict.fromkeys(array.take(pa.array(at)).to_pylist()))
    return are_area_codes(digits)


def _filled(array: pa.Array) -> int:
    """Return the number of values that are not empty."""
    pc = arrow_compute()
    return pc.sum(pc.not_equal(array, "")).as_py() or 0
