"""Dates as exports write them into days, whole columns at a time."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from jaxtyping import Int32

from riskmodel.base.days import NEVER
from riskmodel.records.intake.columns.text_column import Column

UNREADABLE = int(NEVER) - 1
"""What stands for a text that is no date: beyond all days."""
EMPTY = int(NEVER)
"""What stands for an empty field."""
_EPOCH = 719163
_YEARS = (1900, 2200)
_TIME = r"(?:[ T]\d.*)?"
_DATES = tuple(
    re.compile(form + _TIME)
    for form in (r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", r"(\d{4})(年)(\d{1,2})月(\d{1,2})日?", r"(\d{4})()(\d{2})(\d{2})")
)
_MONTHS = tuple(re.compile(form) for form in (r"(\d{4})([-/.])(\d{1,2})", r"(\d{4})(年)(\d{1,2})月?", r"(\d{4})()(\d{2})"))
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}\S*(?:Z|[+-]\d{2}:?\d{2})")
_PLAIN = "dddd-dd-dd dd:dd:dd"
"""The forms that are read without looking at each: a date, or a date and a time to the second without an offset."""


def read_day(text: str, period: str = "day", zone: ZoneInfo | None = None) -> int:
    """The day number of a date as exports write it (``2024-01-31``, ``2024/1/31 08:00``, ``20240131``, ``2024年1月31日``).

    Of a week (given by its first day) or month (also as ``2024-01``, ``202401``, ``2024年1月``) it is the last day. An instant
    with an offset (``2024-01-31T20:00:00Z``) is a day in ``zone``. A text that is no date gives a number beyond all days.
    """
    found = next((match for form in _DATES if (match := form.fullmatch(text))), None)
    if found is None and period in ("month", "first"):
        found = next((match for form in _MONTHS if (match := form.fullmatch(text))), None)
    if found is None:
        return UNREADABLE
    try:
        first = date(int(found[1]), int(found[3]), int(found[4]) if found.re.groups == 4 else 1)
        if zone is not None and _INSTANT.fullmatch(text):
            first = datetime.fromisoformat(text).astimezone(zone).date()
    except (ValueError, OverflowError):
        return UNREADABLE
    if not _YEARS[0] <= first.year <= _YEARS[1]:
        return UNREADABLE
    if period == "week":
        first += timedelta(days=6)
    elif period == "month":
        first = date(first.year + first.month // 12, first.month % 12 + 1, 1) - timedelta(days=1)
    return first.toordinal() - _EPOCH


def read_days(column: Column, zone: ZoneInfo, period: str = "day") -> Int32[np.ndarray, " row"]:
    """The day of every row; :data:`EMPTY` where the field is empty."""
    days = np.empty(len(column.texts), dtype=np.int32)
    plain = np.zeros(len(days), dtype=bool)
    if period != "month":
        plain, days = _plain_days(column)
        days = np.where(days < UNREADABLE, days + (6 if period == "week" else 0), days).astype(np.int32)
    rest = np.flatnonzero(~plain)
    if len(rest):
        import pyarrow as pa

        texts = column.array.take(pa.array(rest)).dictionary_encode()
        read = np.array([read_day(text, period, zone) for text in texts.dictionary.to_pylist()], dtype=np.int32)
        days[rest] = read[texts.indices.to_numpy()]
    return column.spread(days, EMPTY, np.int32)


def _plain_days(column: Column) -> tuple[Any, Any]:
    """Which values have a plain form, and their days, without a look at each."""
    start, length, content = column.bytes()
    days = np.full(len(length), UNREADABLE, dtype=np.int32)
    plain = np.zeros(len(length), dtype=bool)
    for size in (10, len(_PLAIN)):
        rows = np.flatnonzero(length == size)
        if not len(rows):
            continue
        text = content[start[rows][:, None] + np.arange(size)] if len(rows) < len(length) else _even(content, start, size)
        good = np.ones(len(rows), dtype=bool)
        for at, sign in enumerate(_PLAIN[:size]):
            byte = text[:, at]
            good &= (byte - 48) < 10 if sign == "d" else (byte == 32) | (byte == 84) if sign == " " else byte == ord(sign)
        digit = (text[:, (0, 1, 2, 3, 5, 6, 8, 9)] - 48).astype(np.int64)
        year = digit[:, :4] @ np.array([1000, 100, 10, 1])
        month, day = digit[:, 4] * 10 + digit[:, 5], digit[:, 6] * 10 + digit[:, 7]
        read = _day_numbers(year, month, day)
        days[rows[good]] = read[good]
        plain[rows[good]] = True
    return plain, days


def _even(content: Any, start: Any, size: int) -> Any:
    """Texts of one length, a row each: where they lie one after another nothing is copied."""
    if len(start) and start[-1] - start[0] == (len(start) - 1) * size:
        return content[start[0] : start[0] + len(start) * size].reshape(-1, size)
    return content[start[:, None] + np.arange(size)]


def _day_numbers(year: Any, month: Any, day: Any) -> Any:
    """Day numbers of the Gregorian calendar; :data:`UNREADABLE` for days that there are not, or too far off."""
    real = (month >= 1) & (month <= 12) & (year >= _YEARS[0]) & (year <= _YEARS[1])
    months = (np.where(real, year, 1970) - 1970) * 12 + np.where(real, month, 1) - 1
    first = np.arange(12 * (_YEARS[0] - 1970), 12 * (_YEARS[1] - 1970 + 1) + 1).astype("datetime64[M]").astype("datetime64[D]")
    begin = first.astype(np.int64)
    at = months - 12 * (_YEARS[0] - 1970)
    found = begin[at] + day - 1
    return np.where(real & (day >= 1) & (found < begin[at + 1]), found, UNREADABLE).astype(np.int32)
