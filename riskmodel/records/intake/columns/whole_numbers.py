"""Columns of whole numbers, and whole numbers given per unit."""

from __future__ import annotations

import numpy as np
from jaxtyping import Int64

from riskmodel.records.intake.columns.date_column import UNREADABLE
from riskmodel.records.intake.columns.text_column import Column

_ULPS = 8
"""Units in the last place by which a quotient may differ from that of whole numbers."""


def whole_numbers(column: Column, empty: int) -> Int64[np.ndarray, " row"]:
    """Return the whole number of every row; ``empty`` for empty fields.

    Anything else is :data:`UNREADABLE`.
    """

    def read(text: str) -> int:
        number = number_of(text)
        return int(number) if abs(number) < UNREADABLE and number == int(number) else UNREADABLE

    return column.map(read, empty, np.int64)


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
