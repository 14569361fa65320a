"""Dates and instants in texts, read as days of a time zone.

There is one grammar for all tables, options and answers. An instant with an offset to UTC is converted to the time zone, or is not
read: its offset is never ignored.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from riskmodel.base.bare_dates import bare_date
from riskmodel.base.month_names import LETTERS, month_number

_DATES = tuple(
    re.compile(form)
    for form in (r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", r"(\d{4})(年)(\d{1,2})月(\d{1,2})日?", r"(\d{4})()(\d{2})(\d{2})")
)
_COMPACT = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])(?:[0-5]\d){1,2}")
"""An instant in digits only, to the minute or second."""
_DAY_OF_WEEK = re.compile(r"(\d{4})-?W(\d{2})-?([1-7])")
"""A day of a week of the ISO calendar."""
_MONTHS = tuple(
    re.compile(form)
    for form in (
        r"(?P<year>\d{4})[-/._](?P<number>\d{1,2})",
        r"(?P<year>\d{4})[年년]\s?(?P<number>\d{1,2})(?:[月월]份?)?",
        r"(?P<year>\d{4})-?M{0,2}(?P<number>\d{2})",
        r"(?P<number>\d{1,2})[-/.](?P<year>\d{4})",
        rf"(?P<year>\d{{4}})[ -]*(?P<name>{LETTERS})\.?",
        rf"(?P<name>{LETTERS})\.?(?:[ -]*|\s+del?\s+)(?P<year>\d{{4}})",
        rf"(?P<name>{LETTERS})\.?[-'’](?P<year>\d{{2}})",
    )
)
_PIVOT = 69
"""Years of two digits from this one on are of the last century, as in strptime."""
SHORT_MONTH = _MONTHS[-1]
"""A month with two digits of its year, which can also be a day of a month: ``Mar-22``."""

_CLOCK = re.compile(
    r"""
    (?: t | \s+ | (?=\s*\d{1,2}\s*[时時点點]) | (?=[上下]午) ) \s*
    (?P<before>上午|下午)? \s*
    (?: (?P<h1>\d{1,2}) (?: (?P<sign>[:.]) (?P<m1>\d{2}) (?: (?P=sign) (?P<s1>\d{2}) (?:[.,]\d+)? )? )?
      | (?P<h2>\d{2}) (?P<m2>\d{2}) (?: (?P<s2>\d{2}) (?:[.,]\d+)? )?
      | (?P<h3>\d{1,2}) \s* [时時点點] (?: \s* (?P<m3>\d{1,2}) \s* 分 (?: \s* (?P<s3>\d{1,2}) \s* 秒 )? )? )
    (?: \s* (?P<after>[ap])\.?m\.? (?![a-z]*/) )?
    (?: \s* (?P<zone> z
      | (?:utc|gmt|ut)? \s* (?P<east>[-+\u2212]) (?P<hours>\d{1,2}) (?: :? (?P<minutes>\d{2}) )?
      | utc | gmt | ut | (?P<short>[a-z]{3,4})
      | (?P<name>[a-z]+ (?:/[a-z0-9_+-]+)+ ) ) (?: \[ [\w/+-]+ \] )? )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What may follow a date: a time of day, and its offset to UTC or its zone."""

SHORT_ZONES = {
    name: float(hours)
    for hours, names in (
        line.split(":")
        for line in (
            "-10:HST", "-9:AKST", "-8:AKDT", "-7:PDT MST", "-6:MDT", "-5:EST CDT", "-4:EDT", "-3:BRT ART", "0:WET", "1:CET WEST WAT", "2:CEST EET SAST CAT", "3:EEST MSK EAT IDT", "5:PKT",
            "7:WIB", "8:AWST HKT SGT PHT WITA", "9:JST KST WIT", "9.5:ACST", "10:AEST", "10.5:ACDT", "11:AEDT", "12:NZST", "13:NZDT",
        )
    )
    for name in names.split()
}  # fmt: skip
"""Short names of time zones that mean one offset, in hours."""

SEVERAL_ZONES = frozenset(("CST", "PST", "IST", "BST", "AST", "ADT", "SST"))
"""Short names that can be several offsets. They mean that of the time zone of the place, where its own clocks have the name."""

_LARGEST_OFFSET = timedelta(hours=16)
_END_OF_DAY = time(23, 59, 59)


class Clock(NamedTuple):
    """A time of day, with its zone or None.

    The zone is a text where it is a short name that only a place settles.
    """

    time: time
    zone: tzinfo | str | None


def read_clock(text: str) -> Clock | None:
    """Return the time of day behind a date; None for others.

    Examples
    --------
    >>> read_clock("T20:00+0800").zone.utcoffset(None)
    datetime.timedelta(seconds=28800)
    >>> read_clock(" 99:00") is None
    True
    """
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    hour, minute, second = (int(found[f"{part}1"] or found[f"{part}2"] or found[f"{part}3"] or 0) for part in "hms")
    if found["before"] == "下午" or (found["after"] or "").lower() == "p":
        hour += 12 if hour < 12 else 0
    elif (found["before"] or found["after"]) and hour == 12:
        hour = 0
    try:
        # the end of a day belongs to it, and so does a leap second
        at = (
            _END_OF_DAY
            if (hour, minute, second) == (24, 0, 0)
            else time(hour, minute, min(second, 59) if second == 60 else second)
        )
        short = (found["short"] or "").upper()
        return Clock(at, None if found["zone"] is None else short if short in SEVERAL_ZONES else _zone(found))
    except (ValueError, KeyError, OSError):
        return None


def _zone(found: re.Match[str]) -> tzinfo:
    """Return the stated zone.

    Raises
    ------
    ValueError, KeyError, OSError
        If it is none.
    """
    if found["name"] is not None:
        return ZoneInfo(found["name"])
    if found["short"] is not None:
        return timezone(timedelta(hours=SHORT_ZONES[found["short"].upper()]))
    if found["hours"] is None:
        return UTC
    minutes = int(found["minutes"] or 0)
    offset = timedelta(hours=int(found["hours"]), minutes=minutes)
    if minutes > 59 or offset >= _LARGEST_OFFSET:
        raise ValueError
    return timezone(offset if found["east"] == "+" else -offset)


def read_date(text: str, months: bool = False, zone: ZoneInfo | None = None) -> date | None:
    """Return the date of a text; None for other texts.

    What stands around it and does not change its day (:func:`~riskmodel.base.bare_dates.bare_date`) may be there.

    Parameters
    ----------
    text
        A date (``2024-01-31``, ``2024/1/31``, ``20240131``, ``2024年1月31日``), alone or with a time of day (``20:00``, ``T200000``,
        ``8:00 PM``, ``20时30分``), which may have an offset (``Z``, ``+08``, ``+0800``, ``+08:00``, ``UTC``, ``GMT+8``) or the name
        of a zone (``Asia/Shanghai``, ``CEST``).
    months
        Whether a month (``2024-01``, ``202401``, ``01/2024``, ``2024M01``, ``2024年1月份``, ``January 2024``, ``2024-enero``, ``Jan-24``) is its first day;
        otherwise it is not a date.
    zone
        Time zone to which the day of an instant with an offset belongs. Without it such an instant is not read.

    Examples
    --------
    >>> read_date("2024-01-31 20:00+00", zone=ZoneInfo("Asia/Shanghai"))
    datetime.date(2024, 2, 1)
    >>> read_date("2024-01-31 20:00+00") is None
    True
    >>> read_date("2024/1/31（周三） 20:00")
    datetime.date(2024, 1, 31)
    """
    found = _read(text, months, zone)
    return _read(bare, months, zone) if found is None and (bare := bare_date(text)) != text else found


def _read(text: str, months: bool, zone: ZoneInfo | None) -> date | None:
    """Return the date of a text with nothing around it."""
    if _COMPACT.fullmatch(text):
        text = f"{text[:8]}T{text[8:]}"
    try:
        for form in _DATES:
            if match := form.match(text):
                day = date(int(match[1]), int(match[3]), int(match[4]))
                if match.end() == len(text):
                    return day
                clock = read_clock(text[match.end() :])
                return None if clock is None else day_in(zone, day, clock)
        if match := _DAY_OF_WEEK.fullmatch(text):
            return date.fromisocalendar(int(match[1]), int(match[2]), int(match[3]))
        if months and (match := next((match for form in _MONTHS if (match := form.fullmatch(text))), None)):
            return _month(match.groupdict())
    except (ValueError, OverflowError):
        pass
    return None


def _month(parts: dict[str, str]) -> date | None:
    """Return the first day of a month by its parts."""
    month = int(parts["number"]) if "number" in parts else month_number(parts["name"])
    return None if month is None else date(year_of(parts["year"]), month, 1)


def year_of(text: str) -> int:
    """Return a year of four digits or of two."""
    return int(text) + (0 if len(text) == 4 else 2000 if int(text) < _PIVOT else 1900)


def day_in(zone: ZoneInfo | None, day: date, clock: Clock) -> date | None:
    """Return the day of a time in a zone, if known."""
    if clock.zone is None:
        return day
    if zone is None:
        return None
    stated = own_offset(zone, clock.zone, day.year) if isinstance(clock.zone, str) else clock.zone
    return None if stated is None else datetime.combine(day, clock.time, stated).astimezone(zone).date()


@cache
def own_offset(zone: ZoneInfo, name: str, year: int) -> tzinfo | None:
    """Return the offset at which clocks of a zone have a name.

    None if they never have it.

    Examples
    --------
    >>> own_offset(ZoneInfo("Asia/Shanghai"), "CST", 2024)
    datetime.timezone(datetime.timedelta(seconds=28800))
    >>> own_offset(ZoneInfo("Asia/Tokyo"), "CST", 2024) is None
    True
    """
    noons = (datetime(year, month, 15, 12, tzinfo=zone) for month in range(1, 13))
    found = next((noon.utcoffset() for noon in noons if noon.tzname() == name), None)
    return None if found is None else timezone(found)
