"""Days of a column of a frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from riskmodel.base.days import Days, to_day
from riskmodel.base.errors import UsageError
from riskmodel.base.plain_values import is_missing


def days_of(values: Sequence[Any], default: int, column: str, table: str) -> Days:
    """Return the day of every value, ``default`` where there is none.

    Raises
    ------
    UsageError
        If a value is no date; it names the row, not the value.
    """
    read: dict[Any, int] = {}
    for row, value in enumerate(values, 1):
        if value in read:
            continue
        try:
            read[value] = default if is_missing(value) else to_day(value)
        except UsageError:
            raise UsageError(
                f"Row {row:,} of {table} has no date such as 2024-01-02 in the column {column!r}. Correct it; an instant with a time zone must "
                "be a date of the place."
            ) from None
    return np.array([read[value] for value in values], dtype=np.int32)
