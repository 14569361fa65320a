"""Numbers of persons among the values of a column, judged together.

A check digit fits one code in ten by chance, and any code of ten digits may be a telephone number. So a column is judged: by the share of its values that fit one form, and by how they vary.
In a column that is to say what happened or where, values of numbers of which hardly any occurs twice are no codes of kinds or places, whatever their form.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from riskmodel.base.personal_data.national_numbers import national_numbers
from riskmodel.base.personal_data.separators import visible_text
from riskmodel.base.personal_data.telephone_numbers import (
    FEWEST,
    MOSTLY,
    are_bare_telephones,
    are_telephones,
    is_telephone_form,
    phone_text,
)

TELEPHONES, DOCUMENTS = "telephone numbers", "numbers of persons, documents or cases, which hardly occur twice"
_FIT = 0.75
"""Share of the values whose check digit fits from which on they are such numbers."""
_FEW, _ENOUGH = 8, 20
"""Different values from which on it can be judged whether they occur twice, roughly and well."""
_NEARLY_ALL = 0.8
"""Share of few rows with another value from which on hardly any occurs twice."""
_GLANCE = 40
"""Values whose digits tell whether to look at the others."""
_DOCUMENT = re.compile(r"(?=(?:.*\d){6})[A-Za-z]{0,4}[ \-]?\d[\dA-Za-z ().\-/]{5,22}")
_DECIMAL = re.compile(r"[+-]?\d+[.,]\d+|\d{4}-\d\d-\d\d.*")
"""A number with decimals or a day, which is no number of a person."""
_VILLAGE = re.compile(r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5])(?:0[1-9]|[12]\d|90)(?:0[1-9]|[12]\d|8[1-9])[0-4]\d{5}")
"""The code of a village or community of China (GB/T 10114), of which one in five passes a check digit."""


def numbers_among(values: Sequence[str], once: bool = False, reached: bool = False) -> str | None:
    """Return which numbers of persons a column mostly holds, if any.

    Parameters
    ----------
    values
        Different values, or a sample of them.
    once
        Whether they should be kinds, cells or states, and hardly occur twice (:func:`hardly_repeat`).
    reached
        Whether the column's name says who, or how somebody is reached.

    Examples
    --------
    >>> numbers_among(["12345678Z", "87654321X", "00000000T", "11111111H", "99999999R"])
    'numbers of DNI or NIE'
    >>> numbers_among([str(2300105000 + 7 * n) for n in range(90)]) is None
    True
    """
    if len(values) < FEWEST or not may_be_numbers(values):
        return None
    name = _most_fit(values)
    if name is not None:
        return name
    if are_telephones(values) or (reached and are_bare_telephones(values)):
        return TELEPHONES
    return DOCUMENTS if once and sum(map(_may_be_document, values)) >= MOSTLY * len(values) else None


def _most_fit(values: Sequence[str]) -> str | None:
    """Return the national number that most of the values are, if any.

    The first values tell of nearly all columns that there is none.
    """
    counts: Counter[str] = Counter()
    for at, value in enumerate(values, start=1):
        counts.update(national_numbers(visible_text(value)))
        if max(counts.values(), default=0) + len(values) - at <= _FIT * len(values):
            return None
    name, _ = max(counts.items(), key=lambda pair: (pair[1], pair[0]))
    return name


def hardly_repeat(different: int, rows: int, share: float) -> bool:
    """Return whether values occur in hardly more than one row each.

    Kinds and cells repeat; a table of a few rows does not tell.

    Parameters
    ----------
    share
        Share of the rows with another value from which on they hardly repeat, in tables of twenty different values or more.
    """
    return (different >= _FEW and different >= _NEARLY_ALL * rows) or (different >= _ENOUGH and different >= share * rows)


def may_be_numbers(values: Sequence[str]) -> bool:
    """Return whether the first values have as many digits as numbers have."""
    first = values[:_GLANCE]
    return sum(sum(c.isdecimal() for c in value) >= 5 for value in first) >= 0.5 * len(first)


def _may_be_document(value: str) -> bool:
    """Return whether a text may number a person, document or case."""
    plain = visible_text(value).strip()
    if _DECIMAL.fullmatch(plain):
        return False
    return phone_text(plain) is not None or _DOCUMENT.fullmatch(plain) is not None


def may_be_personal_number(value: str) -> bool:
    """Return whether a single value may be a number of a person.

    It has the form of a national number with its check digit, or of a telephone number of some numbering plan.

    Examples
    --------
    >>> [may_be_personal_number(text) for text in ("3125550123", "07911 123456", "529.982.247-25", "5301010001", "330203001201")]
    [True, True, True, False, False]
    """
    plain = visible_text(value).strip()
    if _DECIMAL.fullmatch(plain) or _VILLAGE.fullmatch(plain):
        return False
    return bool(national_numbers(plain)) or is_telephone_form(plain)


def is_marked_number(value: str) -> bool:
    """Return whether an id is rather the number of a person.

    It has a space, a bracket or a + of telephone numbers, or letters of a national number; digits alone are those of cases.

    Examples
    --------
    >>> [is_marked_number(text) for text in ("07911 492771", "54362315K", "3125550123", "HY123456", "2023-0012345")]
    [True, True, False, False, False]
    """
    plain = visible_text(value).strip()
    number = phone_text(plain)
    if number is not None and (number.plus or number.spaced):
        return True
    return any(c.isalpha() for c in plain) and bool(national_numbers(plain))


def number_form(text: str) -> str:
    """Return the pattern of texts with digits in the same places.

    Examples
    --------
    >>> number_form("2023/0012345")
    '^[0-9]{4}/[0-9]{7}$'
    """
    parts = re.findall(r"[0-9]+|[^0-9]+", text)
    return "^" + "".join(f"[0-9]{{{len(part)}}}" if part[0].isdecimal() else re.escape(part) for part in parts) + "$"
