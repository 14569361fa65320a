"""Times that say UTC and may be those of the place."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import narwhals as nw
import numpy as np

from riskmodel.base.days import to_date
from riskmodel.starter.column_words import plain_name
from riskmodel.starter.mapped_columns import ColumnRoles
from riskmodel.starter.table_columns import ReadTable
from riskmodel.starter.text_values import TextValues
from riskmodel.starter.written_hours import utc_hours

LEAST_ROWS = 300
"""Rows with an hour, from which the quietest hours are no chance."""
LONG, MOST_SHARE = 6, 0.15
"""Hours of the night that are looked for, and the largest share of the rows in them; of all hours they are a quarter."""
_UTC, _TIME = re.compile(r"\b(?:utc|gmt|zulu)\b"), re.compile(r"\d:\d\d")
"""Names of columns of times of UTC, and what a time of day has."""
_FIRST = 1_000
"""Rows of a frame that are looked at."""
NIGHT, MAY_BE_NIGHT = (1.5, 7.0), (0.0, 9.0)
"""Middles of the quietest hours that are those of a night, and that may be."""


def night_as_written(table: ReadTable, roles: ColumnRoles, zone: str) -> str:
    """Return that instants of UTC look like times of the place.

    People call, report and steal least at night. Where the quietest hours are those of a night as they are written, and not in the zone of the place, the
    instants are rather times of the place.
    """
    hours = utc_hours(table, roles.date) if roles.date.zoned and not roles.in_utc else None
    if hours is None or (there := np.isfinite(hours)).sum() < LEAST_ROWS:
        return ""
    begin = _quietest(hours[there])
    if begin is None:
        return ""
    day = to_date(int(np.median(roles.date.days[there & roles.date.known])))
    offset = ZoneInfo(zone).utcoffset(datetime.combine(day, time(12)))
    shift = 0.0 if offset is None else offset.total_seconds() / 3600
    middle, at_place = begin + LONG / 2, (begin + LONG / 2 + shift) % 24
    if not NIGHT[0] <= middle <= NIGHT[1] or MAY_BE_NIGHT[0] <= at_place <= MAY_BE_NIGHT[1]:
        return ""
    return (
        f"The instants in {roles.date.column!r} of {table.shown!r} say UTC and are counted in {zone}. But the fewest rows lie {_span(begin)} as they are written, as at night, which would be "
        f'{_span(begin + shift)} at the place. If they are times of the place, add time_zone = "UTC" to the source in riskmodel.toml, or remove what says UTC from them: events then count on the days that are written.'
    )


def called_utc(table: ReadTable, roles: ColumnRoles, zone: str) -> str:
    """Return that times without an offset stand in a column called UTC.

    Without an offset they count on the days that are written.
    """
    date, column = roles.date, table.columns.get(roles.date.column)
    if (
        column is None
        or date.zoned
        or date.period != "day"
        or date.column in table.zoned
        or not _UTC.search(plain_name(date.column))
    ):
        return ""
    if not has_times(table, column):
        return ""
    day = to_date(int(np.median(date.days[date.known])))
    offset = ZoneInfo(zone).utcoffset(datetime.combine(day, time(12)))
    hours = 0.0 if offset is None else offset.total_seconds() / 3600
    if not hours:
        return ""
    return (
        f"{date.column!r} of {table.shown!r} is called UTC, but its times have no offset, so they count on the days that are written. The clocks of {zone} differ by {abs(hours):g} hours, so "
        f"about {abs(hours) / 24:.0%} of the events count on a neighbouring day. Write Z behind each time (in pandas dt.tz_localize), then run init again."
    )


def has_times(table: ReadTable, column: TextValues) -> bool:
    """Return whether most dates have a time of day.

    Typed columns of frames are read as days, so their first values are looked at.
    """
    timed = [_TIME.search(text) is not None for text in column.values]
    if table.frame is None or any(timed):
        return 2 * int(column.counts[timed].sum()) >= column.filled
    first = nw.from_native(table.frame, eager_only=True)[column.name].drop_nulls().head(_FIRST).to_list()
    return 2 * sum(isinstance(one, datetime) and one.time() != time(0) for one in first) >= len(first)


def writes_times(table: ReadTable, name: str) -> bool:
    """Return whether most dates are texts with a time of day.

    An ingest reads typed instants as days, also those with a time zone.
    """
    column = table.columns[name]
    timed = [_TIME.search(text) is not None for text in column.values]
    return name not in table.zoned and 2 * int(column.counts[timed].sum()) >= column.filled


def _quietest(hours: Any) -> int | None:
    """Return the first of the hours with the fewest rows."""
    counts = np.bincount(hours.astype(np.int64), minlength=24)
    sums = np.convolve(np.concatenate([counts, counts[: LONG - 1]]), np.ones(LONG), "valid")
    begin = int(np.argmin(sums))
    return begin if sums[begin] <= MOST_SHARE * len(hours) else None


def _span(begin: float) -> str:
    """Return six hours in words."""
    first, last = int(begin) % 24, int(begin + LONG) % 24
    return f"from {first:02d}:00 to {last:02d}:00"
