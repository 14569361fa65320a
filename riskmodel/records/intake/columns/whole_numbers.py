"""Columns of whole numbers, and whole numbers given per unit."""

from __future__ import annotations

import re

import numpy as np
from jaxtyping import Int64

from riskmodel.base.digit_groups import is_round_group, ungrouped
from riskmodel.base.plain_values import EXACT_INTEGER
from riskmodel.records.intake.columns.date_column import UNREADABLE
from riskmodel.records.intake.columns.text_column import Column

LARGEST = 2**63 - 1
"""Largest whole number that is read."""
NOT_WHOLE = -(2**63)
"""Stands for a text that is not a whole number."""
TOO_LARGE = NOT_WHOLE + 1
"""Stands for a whole number above :data:`LARGEST` or below its negative."""
_DIGITS = re.compile(r"[+-]?[0-9]{1,400}")
_ULPS = 8
"""Units in the last place by which a quotient may differ from that of whole numbers."""


def whole_numbers(column: Column, empty: int, thousands: str | None = "") -> Int64[np.ndarray, " row"]:
    """Return the whole number of every row; ``empty`` for empty fields.

    A number of more than 64 bits is :data:`TOO_LARGE`, anything else :data:`NOT_WHOLE`.

    Parameters
    ----------
    thousands
        Sign between groups of three digits; empty if there is none. None if it is not stated: a number such as ``2.000``, which may be
        two thousand, is not read then.
    """
    return column.map(lambda text: _whole(text, thousands), empty, np.int64)


def _whole(text: str, thousands: str | None) -> int:
    """Return the whole number of a text, or what stands for none."""
    if thousands:
        text = ungrouped(text, thousands)
    elif thousands is None and is_round_group(text):
        return NOT_WHOLE
    if _DIGITS.fullmatch(text):
        number = int(text)
        return number if TOO_LARGE < number <= LARGEST else TOO_LARGE
    other = number_of(text)
    # a floating-point number is exact up to here
    return int(other) if abs(other) < EXACT_INTEGER and other == int(other) else NOT_WHOLE


def counts_per_unit(figure: Column, unit: Column) -> Int64[np.ndarray, " row"]:
    """Return the whole numbers that were divided by ``unit`` to give ``figure``.

    A figure may differ from the quotient by the rounding errors of floating-point arithmetic, and no more. Where no whole number
    gives the figure it is :data:`UNREADABLE`.
    """
    per, units = (column.spread([number_of(text) for text in column.values], np.nan, np.float64) for column in (figure, unit))
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        whole = np.rint(per * units)
        exact = (units > 0) & (np.abs(whole) < UNREADABLE) & (np.abs(whole / units - per) <= _ULPS * np.spacing(np.abs(per)))
    return np.where(exact, whole, UNREADABLE).astype(np.int64)


def number_of(text: str) -> float:
    """Return a number as exports write it; NaN for any other text."""
    try:
        return float(text) if "_" not in text else np.nan
    except ValueError:
        return np.nan
