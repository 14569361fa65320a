"""Texts of a column of a frame."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from riskmodel.base.errors import UsageError
from riskmodel.base.plain_values import EXACT_INTEGER, plain_text, value_text


def texts_of(values: Iterable[Any], column: str, table: str) -> list[str]:
    """Return the text of every value, empty where there is none.

    Raises
    ------
    UsageError
        If a whole number is so large that a floating-point number does not hold it exactly; it names the row.

    Examples
    --------
    >>> texts_of([101.0, "102 ", None], "cell", "the table of cells")
    ['101', '102', '']
    """
    found, plain = [], dict[str, str]()
    for row, value in enumerate(values, 1):
        if type(value) is str:  # most columns repeat few texts
            if value not in plain:
                plain[value] = plain_text(value)
            found.append(plain[value])
            continue
        if isinstance(value, float) and EXACT_INTEGER <= abs(value) < float("inf"):
            raise UsageError(
                f"Row {row:,} of {table} has a whole number of 16 digits or more as a floating-point number in {column!r}, and such numbers keep 15 digits: different ones may have become "
                f"alike. Read the column as text: pandas.read_csv(..., dtype={{{column!r}: str}})."
            )
        found.append(value_text(value))
    return found
