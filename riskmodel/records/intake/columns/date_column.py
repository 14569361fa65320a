"""Dates as exports write them, read as day numbers."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
from jaxtyping import Bool, Int32, Int64, UInt8

from riskmodel.base.arrow_compute import arrow_compute
from riskmodel.base.date_forms import NUMBERED, DateForm
from riskmodel.base.date_parts import date_part
from riskmodel.base.day_texts import read_date
from riskmodel.base.days import NEVER, day_of
from riskmodel.base.months import month_begin
from riskmodel.records.intake.columns.text_column import Column, joined_column

if TYPE_CHECKING:
    import pyarrow as pa

Bytes = UInt8[np.ndarray, " byte"]
Numbers = Int32[np.ndarray, " text"]

UNREADABLE = int(NEVER) - 1
"""Stands for a text that is not a date; later than all days."""
EMPTY = int(NEVER)
"""Stands for an empty field."""
_YEARS = (1900, 2200)
_WEEK = r"(?:W|KW|WK|WEEK)"
_ISO_WEEK = re.compile(
    rf"(?P<year>\d{{4}})(?:[-/ ]*{_WEEK}[- ]?|年? ?第|년 ?)(?P<week>\d{{1,2}})(?:周|週|주차?)?|{_WEEK}[- ]?(?P<before>\d{{1,2}})[-/, ]+(?P<after>\d{{4}})",
    re.IGNORECASE,
)
_CHUNK = 1 << 16
_WITH_TIME = r"^(?P<day>[^\s:T]{6,12})(?:T| +)(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?(?: ?[AaPp][Mm])?$"
"""A date, and a time of day in the usual forms."""
_PLAIN = "dddd-dd-dd dd:dd:dd"
"""Forms that are read a column at a time: a date, or a date and a time to the second without an offset."""


def read_day(text: str, period: str = "day", zone: ZoneInfo | None = None, form: DateForm | None = None) -> int:
    """Return the day number of a date as exports write it.

    Parameters
    ----------
    text
        A date or instant in any form of :func:`~riskmodel.base.day_texts.read_date`; with ``period`` month or first also a month
        (``2024-01``, ``202401``, ``2024年1月``),
        and with ``week`` also a week of the ISO calendar (``2024-W05``, ``KW 5/2024``, ``2024年第5周``).
    period
        ``day``; ``week``, given by its first day, ``week_end`` by its last one, or ``month``: the last day of it; ``first``: the day that is written.
    zone
        Time zone to which the day of an instant with an offset (``2024-01-31T20:00:00Z``) belongs. Without it such an instant is
        unreadable.
    form
        The form of dates that the source states. Dates that begin with the year are read as well, unless the form does.

    Returns
    -------
    int
        Days since 1970-01-01; :data:`UNREADABLE` for a text that is not a date.
    """
    first = None if form is None else form.read(text, zone)
    if first is None and not (form is not None and form.year_first):
        first = read_date(text, months=period in ("month", "first"), zone=zone)
    if first is None and period == "week" and (week := _ISO_WEEK.fullmatch(text)):
        first = _monday(int(week["year"] or week["after"]), int(week["week"] or week["before"]))
    if first is None or not _YEARS[0] <= first.year <= _YEARS[1]:
        return UNREADABLE
    if period == "week":
        first += timedelta(days=6)
    elif period == "month":
        first = date(first.year + first.month // 12, first.month % 12 + 1, 1) - timedelta(days=1)
    return day_of(first)


def _monday(year: int, week: int) -> date | None:
    """Return the first day of an ISO week, if it exists."""
    try:
        return date.fromisocalendar(year, week, 1)
    except ValueError:
        return None


def joined_dates(columns: list[Column]) -> Column:
    """Return columns of years, months and perhaps days as one of dates.

    The year stands first. ``2024年``, ``March`` and ``5日`` are ``2024-03-05``; a text that is no such part stays.
    """
    if len(columns) == 1:
        return columns[0]
    plain = [[text if (part := date_part(text)) is None else f"{part:02d}" for text in one.values] for one in columns]
    return joined_column([Column(one.codes, texts, one.alike) for one, texts in zip(columns, plain, strict=True)], "-")


def read_days(column: Column, zone: ZoneInfo, period: str = "day", form: DateForm | None = None) -> Int32[np.ndarray, " row"]:
    """Return the day of every row; :data:`EMPTY` for empty fields."""
    days = np.empty(len(column.texts), dtype=np.int32)
    plain = np.zeros(len(days), dtype=bool)
    if period != "month" and not (form is not None and form.year_first):
        plain, days = plain_days(column)
        days = np.where(days < UNREADABLE, days + (6 if period == "week" else 0), days).astype(np.int32)
    rest = np.flatnonzero(~plain)
    if len(rest):
        import pyarrow as pa

        texts = column.array.take(pa.array(rest))
        if period == "day" and not (form is not None and form.text in NUMBERED):
            texts = without_times(texts)
        texts = texts.dictionary_encode()
        read = np.array([read_day(text, period, zone, form) for text in texts.dictionary.to_pylist()], dtype=np.int32)
        days[rest] = read[texts.indices.to_numpy()]
    return column.spread(days, EMPTY, np.int32)


def without_times(texts: pa.Array) -> pa.Array:
    """Return texts without a time of day that has no offset.

    The day does not depend on it, and there are far fewer days than instants. Other texts are returned as they are.
    """
    pc = arrow_compute()
    return pc.coalesce(pc.struct_field(pc.extract_regex(texts, _WITH_TIME), [0]), texts)


def plain_days(column: Column) -> tuple[Bool[np.ndarray, " value"], Int32[np.ndarray, " value"]]:
    """Return which values have a plain form, and the days of those.

    They are read a few thousand at a time, so that what is computed on the way stays in the cache.
    """
    start, length, content = column.bytes()
    days = np.full(len(length), UNREADABLE, dtype=np.int32)
    plain = np.zeros(len(length), dtype=bool)
    for at in range(0, len(length), _CHUNK):
        chunk = slice(at, at + _CHUNK)
        for size in (10, len(_PLAIN)):
            rows = np.flatnonzero(length[chunk] == size)
            if len(rows):
                good, read = _days_of_size(content, start[chunk][rows], size)
                days[chunk][rows] = np.where(good, read, UNREADABLE)
                plain[chunk][rows] = good
    return plain, days


def _days_of_size(
    content: Bytes, start: Int64[np.ndarray, " text"], size: int
) -> tuple[Bool[np.ndarray, " text"], Int32[np.ndarray, " text"]]:
    """Return which texts of one length are plain, and their days."""
    # one contiguous array per place of the form
    signs = np.ascontiguousarray(_byte_rows(content, start, size).T)
    good = np.ones(len(start), dtype=bool)
    for byte, sign in zip(signs, _PLAIN, strict=False):
        good &= (byte - 48) < 10 if sign == "d" else (byte == 32) | (byte == 84) if sign == " " else byte == ord(sign)
    if size > 10:
        # other times of day are read one by one
        for at, limit in ((11, 24), (14, 60), (17, 60)):
            good &= _number(signs[at : at + 2]) < limit
    return good, _day_numbers(_number(signs[:4]), _number(signs[5:7]), _number(signs[8:10]))


def _number(digits: UInt8[np.ndarray, "digit text"]) -> Numbers:
    """Return the numbers that rows of digits write, first digit first.

    Numbers of bytes that are no digits mean nothing.
    """
    found = np.zeros(digits.shape[1], dtype=np.int32)
    for digit in digits:
        found = found * 10 + (digit - 48)
    return found


def _byte_rows(content: Bytes, start: Int64[np.ndarray, " text"], size: int) -> UInt8[np.ndarray, "text place"]:
    """Return the bytes of texts of one length, one row per text.

    Nothing is copied if the texts are contiguous.
    """
    if len(start) and start[-1] - start[0] == (len(start) - 1) * size:
        return content[start[0] : start[0] + len(start) * size].reshape(-1, size)
    return content[start[:, None] + np.arange(size)]


def _day_numbers(year: Numbers, month: Numbers, day: Numbers) -> Numbers:
    """Return day numbers of Gregorian dates.

    :data:`UNREADABLE` for dates that do not exist or lie outside the accepted years.
    """
    real = (month >= 1) & (month <= 12) & (year >= _YEARS[0]) & (year <= _YEARS[1])
    months = (np.where(real, year, 1970) - 1970) * 12 + np.where(real, month, 1) - 1
    begin = _month_begins()
    at = months - 12 * (_YEARS[0] - 1970)
    found = begin[at] + day - 1
    return np.where(real & (day >= 1) & (found < begin[at + 1]), found, np.int32(UNREADABLE))


@cache
def _month_begins() -> Int32[np.ndarray, " month"]:
    """Return the first days of the months of the accepted years."""
    return month_begin(np.arange(12 * (_YEARS[0] - 1970), 12 * (_YEARS[1] - 1970 + 1) + 1)).astype(np.int32)
