"""Days of a column of a frame."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from riskmodel.base.days import Days, day_of, to_day
from riskmodel.base.errors import UsageError
from riskmodel.base.plain_values import is_missing

if TYPE_CHECKING:
    from narwhals import Series

_FIRST, _LAST = day_of(date(1, 1, 1)), day_of(date(9999, 12, 31))


def days_of(series: Series[Any], default: int, column: str, table: str) -> Days:
    """Return the day of every value, ``default`` where there is none.

    A period of pandas is a date if it is one day. Columns of dates and of instants without a time zone are read at once.

    Raises
    ------
    UsageError
        If a value is no date; it names the row, not the value.
    """
    typed = _typed_days(series, default, column, table)
    if typed is not None:
        return typed
    values, read = series.to_list(), dict[Any, int]()
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


def _typed_days(series: Series[Any], default: int, column: str, table: str) -> Days | None:
    """Return the days of a column of dates; None for other columns.

    Raises
    ------
    UsageError
        If a date is none of the calendar; it names the row.
    """
    if str(series.dtype) != "Date" and getattr(series.dtype, "time_zone", "") is not None:
        return None
    values = np.asarray(series.to_numpy())
    if values.dtype.kind != "M":
        return None
    days = values.astype("datetime64[D]")
    there = ~np.isnat(days)
    numbers = np.where(there, days.astype(np.int64), default)
    outside = there & ((numbers < _FIRST) | (numbers > _LAST))
    if outside.any():
        row = int(np.argmax(outside)) + 1
        raise UsageError(f"Row {row:,} of {table} has a date outside the years 1 to 9999 in the column {column!r}. Correct it.")
    return numbers.astype(np.int32)


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
