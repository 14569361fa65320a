"""Time zones whose offsets from UTC instants state."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from riskmodel.base.day_texts import SEVERAL_ZONES, SHORT_ZONES
from riskmodel.base.days import to_date
from riskmodel.starter.date_evidence import DateEvidence
from riskmodel.starter.text_values import TextValues
from riskmodel.starter.time_zones import country_of, zone_names

LOOKED_AT = 2_000
"""Rows whose offsets are looked at."""
NOON = time(12)
LEAST_AGREEING = 0.98
"""Share of the days that must have an offset of the zone: clocks may have been wrong."""
_OFFSET = re.compile(r"[:.\d ]([+-])(\d\d):?(\d\d)?\)?$")
_CLOCK = re.compile(r"[T ](\d\d):(\d\d)(?::00(?:\.0+)?)?(?:Z|\s?UTC|\s?GMT|\+00(?::?00)?)$")
"""A time of UTC to the minute."""
SHORT = re.compile(r"[\d ]([A-Za-z]{3,4})(?: \d{4})?$")
"""The short name of a zone, at the end or before the year."""
_FIRST = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Sao_Paulo", "America/Santiago",
    "Europe/London", "Europe/Paris", "Europe/Athens", "Australia/Sydney", "Australia/Adelaide", "Pacific/Auckland",
)  # fmt: skip
"""Zones that stand for others with the same clocks."""


class OffsetZone(NamedTuple):
    """A time zone by its offsets, and the only country with such."""

    zone: str
    country: str | None
    others: int


def offset_zone(column: TextValues, date: DateEvidence) -> OffsetZone | None:
    """Return the time zone whose offsets the instants of a column state.

    Instants of UTC that all fall on the same time of day are midnights of the place. None if they state UTC otherwise, no offset, or those of no zone.
    """
    stated = _stated(column, date)
    if any(isinstance(offset, str) for _, offset in stated):
        return _by_names(stated)
    if not any(offset for _, offset in stated):
        stated = _local_midnights(column, date)
    minutes = {offset for _, offset in stated}
    if not minutes or minutes == {0}:
        return None
    fitting = [zone for zone in zone_names() if _fits(zone, stated)]
    countries = {country_of(zone) for zone in fitting}
    country = countries.pop() if len(countries) == 1 else None
    if fitting and (country is not None or len(minutes) > 1):
        return OffsetZone(_representative(fitting), country, len(fitting) - 1)
    if fitting and any(one % 60 for one in minutes):
        # no zone is called by such an offset, so that the first of those with the same clocks stands for it
        return OffsetZone(min(fitting), None, len(fitting) - 1)
    hours = minutes.pop() // 60 if len(minutes) == 1 and not any(one % 60 for one in minutes) else None
    # the names of these zones count hours west of Greenwich
    return None if hours is None or not -14 <= -hours <= 12 else OffsetZone(f"Etc/GMT{-hours:+d}", None, len(fitting))


def _by_names(stated: set[tuple[int, Any]]) -> OffsetZone | None:
    """Return the zone whose clocks have the short names.

    There is none unless all such zones have the same offset.
    """
    fitting = [zone for zone in zone_names() if _fits(zone, stated)]
    days = sorted({day for day, _ in stated})
    clocks = {tuple(datetime.combine(to_date(day), NOON, ZoneInfo(zone)).utcoffset() for day in days) for zone in fitting}
    if len(clocks) != 1:
        return None
    countries = {country_of(zone) for zone in fitting}
    return OffsetZone(_representative(fitting), countries.pop() if len(countries) == 1 else None, len(fitting) - 1)


def _representative(zones: list[str]) -> str:
    """Return the zone that stands for all with the same clocks."""
    return min(zones, key=lambda name: (_FIRST.index(name) if name in _FIRST else len(_FIRST), name))


def _sampled_rows(column: TextValues, date: DateEvidence) -> list[int]:
    """Return rows with a date, evenly spread."""
    rows = np.flatnonzero(date.known & (column.codes >= 0))
    return rows[np.linspace(0, len(rows) - 1, min(LOOKED_AT, len(rows))).astype(np.int64)].tolist() if len(rows) else []


def _stated(column: TextValues, date: DateEvidence) -> set[tuple[int, Any]]:
    """Return days in UTC with minutes of offset or short names."""
    found = set()
    for row in _sampled_rows(column, date):
        text = column.values[column.codes[row]].strip()
        match = _OFFSET.search(text)
        if match is not None and ":" in text:
            size = 60 * int(match[2]) + int(match[3] or 0)
            found.add((int(date.days[row]), -size if match[1] == "-" else size))
        elif text.upper().endswith(("Z", "UTC", "GMT")):
            found.add((int(date.days[row]), 0))
        elif (short := SHORT.search(text)) is not None and short[1].upper() in SHORT_ZONES:
            found.add((int(date.days[row]), round(60 * SHORT_ZONES[short[1].upper()])))
        elif short is not None and short[1].upper() in SEVERAL_ZONES:
            found.add((int(date.days[row]), short[1].upper()))
    return found


def _local_midnights(column: TextValues, date: DateEvidence) -> set[tuple[int, int]]:
    """Return days in UTC and offsets by which instants are midnights.

    There are none unless all fall on one time of day, or on two that are an hour apart.
    """
    rows = _sampled_rows(column, date)
    found = {(int(date.days[row]), _minute(column.values[column.codes[row]].strip(), date.form)) for row in rows}
    minutes = sorted({minute for _, minute in found if minute is not None})
    apart = minutes[-1] - minutes[0] if minutes else 0
    if not minutes or len(minutes) > 2 or apart not in (0, 60) or any(minute is None for _, minute in found):
        return set()
    return {(day, -minute if minute < 720 else 1440 - minute) for day, minute in found if minute is not None}


def _minute(text: str, form: str | None) -> int | None:
    """Return the minute of the day in UTC, if it is whole."""
    if form == "unix":
        try:
            seconds = float(text) / (1000 if float(text) >= 1e11 else 1) % 86_400
        except ValueError:
            return None
        return int(seconds // 60) if seconds % 60 == 0 else None
    clock = _CLOCK.search(text)
    return 60 * int(clock[1]) + int(clock[2]) if clock is not None else None


def _fits(zone: str, stated: Iterable[tuple[int, Any]]) -> bool:
    """Return whether clocks of a zone had nearly all offsets or names."""
    clock, wrong, stated = ZoneInfo(zone), 0, list(stated)
    for day, offset in stated:
        begin = datetime.combine(to_date(day), datetime.min.time(), UTC)
        # an hour is added or left out once on some days
        both = [(begin + timedelta(days=at)).astimezone(clock) for at in (0, 1)]
        if isinstance(offset, str):
            wrong += offset not in {one.tzname() for one in both}
        else:
            wrong += timedelta(minutes=offset) not in {one.utcoffset() for one in both}
        if wrong > (1 - LEAST_AGREEING) * len(stated):
            return False
    return True
