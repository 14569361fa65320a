"""Values of tables as plain texts, whatever the kind of file.

An id is one id however it is written: ``101``, ``101.0``, ``"101 "``, a decimal, a floating-point number or full-width digits. Leading
zeros are kept: ``007`` is not ``7``. Only an absent value is missing; the texts ``nan``, ``NA``, ``null`` and ``None`` are texts.
"""

from __future__ import annotations

import re
from decimal import Decimal
from numbers import Integral
from typing import Any

import numpy as np

EXACT_INTEGER = 2**53
"""Floating-point numbers from here on do not tell neighbouring whole numbers apart."""

WHOLE_NUMBER = re.compile(r"(-?[0-9]+)\.0+")
"""A whole number that is written with decimals."""

_FULL_WIDTH = {0xFF00 + n: 0x20 + n for n in range(1, 0x5F) if chr(0x20 + n).isalnum()}


def plain_text(text: str) -> str:
    """Return a text without outer spaces, wide letters or zero decimals.

    Examples
    --------
    >>> [plain_text(text) for text in ("101", "101.0", " 101 ", "１０１", "007.0", "1.10", "nan")]
    ['101', '101', '101', '101', '007', '1.10', 'nan']
    """
    text = text.strip()
    if not text.isascii():
        text = text.translate(_FULL_WIDTH)
    whole = WHOLE_NUMBER.fullmatch(text) if "." in text else None
    return text if whole is None else whole[1]


def number_text(value: float | Decimal) -> str:
    """Return a number as text, whole ones without decimals.

    NaN is empty.

    Examples
    --------
    >>> [number_text(value) for value in (101.0, Decimal("101.0000"), Decimal("1.50"), 0.25, float("nan"))]
    ['101', '101', '1.5', '0.25', '']
    """
    if value != value:
        return ""
    if isinstance(value, Decimal):
        if not value.is_finite():
            return str(value)
        return str(int(value)) if value == value.to_integral_value() else format(value.normalize(), "f")
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def is_missing(value: Any) -> bool:
    """Return whether a value is None, NaN, NaT, NA or "".

    Examples
    --------
    >>> [is_missing(value) for value in (None, float("nan"), "", "nan", "None", 0)]
    [True, True, True, False, False, False]
    """
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return value == "" if isinstance(value, str) else bool(value != value)


def value_text(value: Any) -> str:
    """Return a value of a frame or of JSON as text.

    Missing values are empty.

    Examples
    --------
    >>> [value_text(value) for value in (101, 101.0, "101 ", Decimal("101.00"), None, "None")]
    ['101', '101', '101', '101', '', 'None']
    """
    if type(value) is str:
        return plain_text(value)
    if is_missing(value):
        return ""
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, Integral):
        return str(int(value))
    if isinstance(value, (Decimal, float, np.floating)):
        return number_text(value if isinstance(value, Decimal) else float(value))
    return plain_text(str(value))
