"""Instants that say UTC and are times of the place.

Some portals write ``+00`` behind each time of the place. A column of hours beside them that agrees with what is written tells it.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from riskmodel.starter.column_words import plain_name
from riskmodel.starter.date_evidence import DateEvidence
from riskmodel.starter.decisions import Decisions
from riskmodel.starter.table_columns import ReadTable
from riskmodel.starter.text_values import TextValues
from riskmodel.starter.utc_midnights import are_utc_midnights

LEAST_AGREEING, LEAST_HOURS = 0.98, 12
"""Share of the rows in which both say the same hour, and different hours, from which this is no chance."""
_CALLED = re.compile(
    r"\b(hour|hours|hr|hora|heure|stunde|ora|uur|tunti|timme|time|godzina|hodina|час|година|saat)\b|小时|小時|时刻|時|시간"
)
_WRITTEN = re.compile(r"[T ](\d\d):\d\d(?::\d\d(?:\.\d+)?)?\s*(?:Z|UTC|GMT|\+00(?::?00)?)", re.IGNORECASE)
"""Names of columns of hours, and the hour of an instant of UTC."""


def why_in_utc(table: ReadTable, date: DateEvidence, decisions: Decisions) -> str:
    """Return why instants count on the days that are written.

    It is empty if they do not. A column of hours may itself have been computed from UTC, so a limit says what was decided.
    """
    if are_utc_midnights(table, date):
        return "its instants are midnights of UTC, so they are dates as they are written"
    name = written_hour(table, date)
    if name is None:
        return ""
    decisions.limit(
        f"The instants in {date.column!r} of {table.shown!r} say UTC, and {name!r} has the hours that are written. They are taken for times of the place. If both are hours of UTC, remove "
        'time_zone = "UTC" of the source in riskmodel.toml: events then count on the days of the place.'
    )
    return f"{name!r} has the hour that is written, so its instants are times of the place, although they say UTC"


def written_hour(table: ReadTable, date: DateEvidence) -> str | None:
    """Return the column of hours that instants have as written."""
    written = utc_hours(table, date) if date.form != "unix" else None
    if written is None:
        return None
    there = np.isfinite(written)
    for name, other in table.columns.items():
        if name != date.column and _CALLED.search(plain_name(name)) and _are_hours(other):
            hours = other.row_numbers()
            both = there & np.isfinite(hours)
            if both.any() and float((hours[both] == written[both]).mean()) >= LEAST_AGREEING:
                return name
    return None


def utc_hours(table: ReadTable, date: DateEvidence) -> Any:
    """Return the hour in UTC of every row, if most tell it."""
    column = table.columns.get(date.column)
    if column is None or not date.zoned or date.period != "day":
        return None
    if date.form == "unix":
        seconds = np.where(column.numbers >= 1e11, column.numbers / 1000, column.numbers)
        hours = np.append(seconds % 86_400 // 3600, np.nan)[column.codes]
    else:
        found = [_WRITTEN.search(text) for text in column.values]
        hours = np.array([*(np.nan if one is None else float(one[1]) for one in found), np.nan])[column.codes]
    return hours if 2 * int(np.isfinite(hours).sum()) >= column.filled else None


def _are_hours(column: TextValues) -> bool:
    """Return whether a column holds whole numbers from 0 to 23."""
    numbers = column.numbers[np.isfinite(column.numbers)]
    return column.is_numeric and column.is_whole and len(np.unique(numbers)) >= LEAST_HOURS and bool((numbers <= 23).all())
