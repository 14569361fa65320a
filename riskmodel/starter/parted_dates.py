"""Dates whose parts stand in two columns.

A year stands beside ``03-05``, or a month such as ``2024-03`` beside a day.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from riskmodel.base.day_texts import read_date
from riskmodel.base.month_names import LETTERS, month_number
from riskmodel.starter.column_words import free_name, is_chinese, rank
from riskmodel.starter.new_rows import NewRows
from riskmodel.starter.table_columns import ReadTable
from riskmodel.starter.text_values import TextValues

LEAST = 0.98
"""Share of the rows that must become dates."""
LEAST_DAYS = 13
"""Different numbers from which a column called day holds days of a month, not of a week."""
_NUMBERS = re.compile(r"(\d{1,2})\s*([-/.月])\s*(\d{1,2})\s*[日号號.]?(?:\s+(\d{1,2}:\d\d(?::\d\d)?))?")
_DAY_FIRST = re.compile(rf"(?P<day>\d{{1,2}})\.?[-\s]*(?P<month>{LETTERS})\.?")
_MONTH_FIRST = re.compile(rf"(?P<month>{LETTERS})\.?[-\s]*(?P<day>\d{{1,2}})")


def parted_dates(table: ReadTable) -> NewRows | None:
    """Return the table with a date in place of its parts.

    A column of days without a year is joined with one of years, and a column of months such as ``2024-03`` with one of days.
    """
    found = _below_years(table) or _below_months(table)
    if found is None:
        return None
    above, below, texts = found
    columns: dict[str, list[str | None]] = {name: column.texts().tolist() for name, column in table.columns.items()}
    del columns[above.name], columns[below.name]
    name = (
        below.name
        if rank(below.name, "date") == 3 and rank(below.name, "day") < 3
        else "日期"
        if is_chinese([*table.columns])
        else "date"
    )
    columns = {free_name(name, columns): texts, **columns}
    return NewRows(columns, f"{above.name} and {below.name} together say the day")


def _below_years(table: ReadTable) -> tuple[TextValues, TextValues, list[str | None]] | None:
    """Return years, days without a year, and the dates of both."""
    year, numbers = _parts(table, "year", 1900, 2100)
    if year is None or numbers is None:
        return None
    for name, column in table.columns.items():
        if rank(name, "date") < 2 or column is year:
            continue
        # most columns are told by their first texts
        parts = _days_of_a_year(column.values) if _days_of_a_year(column.values[:1], True) else None
        if parts is None:
            continue
        years = numbers.row_numbers()
        texts = [
            f"{int(one):04d}-{parts[code][0]:02d}-{parts[code][1]:02d}{parts[code][2]}" if code >= 0 and one == one else None
            for one, code in zip(years.tolist(), column.codes.tolist(), strict=True)
        ]
        if sum(text is not None and read_date(text) is not None for text in texts) >= LEAST * table.rows:
            return year, column, texts
    return None


def _days_of_a_year(values: list[str], either: bool = False) -> list[tuple[int, int, str]] | None:
    """Return month, day and time of texts without a year.

    None for other texts.

    Where both numbers can be either in all texts, the month stands first only before its Chinese word, unless ``either`` order is asked for.
    """
    numbers = [_NUMBERS.fullmatch(text.strip()) for text in values]
    if all(numbers):
        found = [(int(one[1]), int(one[3]), f" {one[4]}" if one[4] else "") for one in numbers if one is not None]
        first, second = max(one[0] for one in found), max(one[1] for one in found)
        if first <= 12 and (second > 12 or all(one is not None and one[2] == "月" for one in numbers)):
            return found
        return [(month, day, rest) for day, month, rest in found] if second <= 12 and (either or first > 12) else None
    named = [_DAY_FIRST.fullmatch(text.strip()) or _MONTH_FIRST.fullmatch(text.strip()) for text in values]
    months = [None if one is None else month_number(one["month"]) for one in named]
    if any(one is None for one in months):
        return None
    return [(month or 0, int(one["day"]), "") for one, month in zip(named, months, strict=True) if one is not None]


def _below_months(table: ReadTable) -> tuple[TextValues, TextValues, list[str | None]] | None:
    """Return months, days of a month, and the dates of both."""
    day, numbers = _parts(table, "day", 1, 31)
    if day is None or numbers is None or len(day.values) < LEAST_DAYS:
        return None
    for name, column in table.columns.items():
        named = max(rank(name, role) for role in ("date", "month")) >= 2
        if column is day or column.is_numeric and not (named and _within(column, 190001, 210012)):
            continue
        months = [None if read_date(text) else read_date(text, months=True) for text in column.values[:1]]
        if not months or months[0] is None:
            continue
        months = [None if read_date(text) else read_date(text, months=True) for text in column.values]
        if any(month is None for month in months):
            continue
        days = numbers.row_numbers()
        texts: list[str | None] = [
            f"{str(months[code])[:8]}{int(one):02d}" if code >= 0 and one == one else None
            for one, code in zip(days.tolist(), column.codes.tolist(), strict=True)
        ]
        if sum(text is not None and read_date(text) is not None for text in texts) >= LEAST * table.rows:
            return column, day, texts
    return None


def _parts(table: ReadTable, role: str, least: int, most: int) -> tuple[TextValues | None, TextValues | None]:
    """Return the first column of years or days, also as numbers."""
    for name, column in table.columns.items():
        if rank(name, role) == 3 and (numbers := column.as_date_parts()) is not None and _within(numbers, least, most):
            return column, numbers
    return None, None


def _within(column: TextValues, least: int, most: int) -> bool:
    """Return whether all values are whole numbers of a range."""
    numbers: Any = column.numbers[np.isfinite(column.numbers)]
    return column.is_numeric and column.is_whole and bool(((numbers >= least) & (numbers <= most)).all())
