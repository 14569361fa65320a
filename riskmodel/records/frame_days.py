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

    A period of pandas is a date if it is one day.

    Raises
    ------
    UsageError
        If a value is no date; it names the row, not the value.
    """
    read: dict[Any, int] = {}
    for row, value in enumerate(values, 1):
        if value in read:
            continue
        given = _date_of_period(value, row, column, table) if type(value).__name__ == "Period" else value
        try:
            read[value] = default if is_missing(given) else to_day(given)
        except UsageError:
            raise UsageError(
                f"Row {row:,} of {table} has no date such as 2024-01-02 in the column {column!r}. Correct it; an instant with a time zone must "
                "be a date of the place."
            ) from None
    return np.array([read[value] for value in values], dtype=np.int32)


def _date_of_period(value: Any, row: int, column: str, table: str) -> Any:
    """Return the date of a period of one day.

    Raises
    ------
    UsageError
        If the period has several days.
    """
    first, last = value.start_time.date(), value.end_time.date()
    if first != last:
        raise UsageError(
            f"Row {row:,} of {table} has a period of several days in the column {column!r}. Name one day: for the last one "
            f"frame[{column!r}].dt.end_time, for the first one .dt.start_time."
        )
    return first
