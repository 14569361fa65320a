"""Tables with one column for each hour, weekday or day."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from riskmodel.base.accents import without_accents
from riskmodel.base.date_parts import date_part
from riskmodel.base.days import to_iso
from riskmodel.base.weekday_names import WEEKDAYS
from riskmodel.starter.column_words import free_name, is_chinese, rank
from riskmodel.starter.new_rows import NewRows, as_counts, holds_counts, only_date
from riskmodel.starter.summed_counts import is_total
from riskmodel.starter.table_columns import ReadTable

HOURS, LEAST_DAYS, MOST_DAYS = 24, 28, 31
_UNIT = r"(?:h|hrs?|uhr|時|时|点|點|시)?"
_HOUR = re.compile(
    rf"(?:h|hr|hour|hora|heure|ora|std|stunde)?[ _.-]*(\d{{1,2}})(?:[:h.]?00)?\s*{_UNIT}(?:\s*(?:-|–|~|to|a|à|bis|_)\s*\d{{1,2}}(?:[:h.]?(?:00|59))?\s*{_UNIT})?",
    re.IGNORECASE,
)
"""Names of hours: 7, H07, 7:00, 07:00-07:59, 7-8時."""
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?:(?:[:h.]?(?P<minute>[0-5]\d)\s*(?:uhr|hrs?|h)?)|(?::?(?P<past>[0-5]\d))?\s*(?P<half>[ap])\.?m\.?)"
    r"(?:\s*(?:-|–|~|to|a|à|bis|_)\s*\d{1,2}(?:[:h.]?[0-5]\d)?\s*(?:uhr|hrs?|h|[ap]\.?m\.?)?)?",
    re.IGNORECASE,
)
"""Names of times of day: 07:30, 0730, 7:30 PM, 07:30-07:59, 22:00-06:00."""
_DAY_MINUTES = 24 * 60
_NAMES = tuple(tuple(map(without_accents, week)) for week in WEEKDAYS)
_WEEKS: tuple[Sequence[str], ...] = (
    *_NAMES,
    *([name[:size] for name in names] for size in (3, 2) for names in _NAMES),
    *([f"{head}{sign}" for sign in "一二三四五六日"] for head in ("周", "星期")),
    *(list(signs) for signs in ("月火水木金土日", "월화수목금토일")),
)
"""Names of the seven weekdays without accents, whole and short."""
_DAY = re.compile(r"(?:d|day|dia|día|jour|tag)?[ _]*(\d{1,2})(?:日|일)?", re.IGNORECASE)
"""Names of days of a month: 7, D07, 7日."""


def hour_columns(table: ReadTable) -> NewRows | None:
    """Return the table with the sum of equal parts of a day."""
    names = _clock_parts(table)
    if not names:
        names = _numbered(table, _HOUR)
        if sorted(names.values()) not in (list(range(HOURS)), list(range(1, HOURS + 1))):
            return None
    parts = "hours" if len(names) == HOURS else "parts of a day"
    counts = np.array([column.row_numbers() for column in as_counts(table, names)])
    sums = np.where(np.isfinite(counts).any(axis=0), np.nansum(counts, axis=0), np.nan)
    others = [name for name in table.columns if name not in names]
    totals = [name for name in others if is_total(name) or bool((table.columns[name].row_numbers() == sums).all())]
    kept = [name for name in others if name not in totals]
    columns: dict[str, list[str | None]] = {name: table.columns[name].texts().tolist() for name in kept}
    columns[_amount(kept, columns)] = ["" if one != one else str(int(one)) for one in sums.tolist()]
    left = tuple((name, f"it adds up the {parts}") for name in totals)
    return NewRows(
        columns,
        f"{len(names)} columns named by {parts} ({', '.join(list(names)[:3])}, …) are added up: numbers of events of a day",
        left,
    )


def _clock_parts(table: ReadTable) -> Mapping[str, int]:
    """Return columns of counts named by times that divide a day."""
    begins = {name: minute for name in table.columns if (minute := _minute(name)) is not None}
    times = np.sort(np.fromiter(begins.values(), dtype=int))
    if len(times) < 2 or _DAY_MINUTES % len(times):
        return {}
    if not (np.diff(times) == _DAY_MINUTES // len(times)).all():
        return {}
    if not all(holds_counts(table.columns[name]) or not table.columns[name].filled for name in begins):
        return {}
    return dict(sorted(begins.items(), key=lambda pair: pair[1]))


def _minute(name: str) -> int | None:
    """Return the minute with which a name of times begins."""
    found = _CLOCK.fullmatch(name.strip())
    if found is None:
        return None
    hour, minute = int(found["hour"]), int(found["minute"] or found["past"] or 0)
    if found["half"]:
        hour = hour % 12 + 12 * (found["half"].lower() == "p") if 1 <= hour <= 12 else HOURS
    return 60 * hour + minute if hour < HOURS else None


def day_columns(table: ReadTable) -> NewRows | None:
    """Return one row for each row and day of its month."""
    names = _numbered(table, _DAY)
    if not LEAST_DAYS <= len(names) <= MOST_DAYS or sorted(names.values()) != list(range(1, len(names) + 1)):
        return None
    year, month = (
        next((name for name in table.columns if rank(name, role) == 3 and name not in names), None) for role in ("year", "month")
    )
    if year is None or month is None:
        return None
    years, months = ([date_part(text) for text in table.columns[name].texts().tolist()] for name in (year, month))
    counts = np.column_stack([table.columns[name].texts() for name in names])
    dates = [[_day(*when, number) for number in names.values()] for when in zip(years, months, strict=True)]
    # a day that its month lacks has no row, unless something is counted on it
    there = np.array([[day is not None for day in row] for row in dates]) | ~np.isin(counts, ("", "0"))
    at, across = np.nonzero(there)
    kept = [name for name in table.columns if name not in (year, month, *names) and not is_total(name)]
    columns: dict[str, list[str | None]] = {name: table.columns[name].texts()[at].tolist() for name in kept}
    columns[free_name("日期" if is_chinese([*kept, year]) else "date", columns)] = [
        dates[row][one] or "?" for row, one in zip(at, across, strict=True)
    ]
    columns[_amount(kept, columns)] = counts[at, across].tolist()
    left = tuple((name, "it adds up the days") for name in table.columns if is_total(name) and name not in names)
    return NewRows(
        columns, f"{len(names)} columns of the days of a month beside {year} and {month}: one row per row and day", left
    )


def weekday_columns(table: ReadTable, form: str | None, today: int | None) -> NewRows | None:
    """Return one row for each row and weekday of its week."""
    names = _weekdays([name for name, column in table.columns.items() if holds_counts(column)])
    if not names:
        return None
    others = [name for name in table.columns if name not in names]
    week = only_date(replace(table, columns={name: table.columns[name] for name in others}), form, today)
    first = None if week is None else np.unique(week.days[week.known] % 7)
    if week is None or first is None or len(first) != 1:
        return None
    # day 0 was a Thursday, and weeks begin on the weekday of their dates
    after = [(at - (int(first[0]) + 3)) % 7 for at in names.values()]
    kept = [name for name in others if name != week.column and not is_total(name)]
    columns: dict[str, list[str | None]] = {name: np.repeat(table.columns[name].texts(), 7).tolist() for name in kept}
    columns[week.column] = [
        to_iso(int(day) + one) if known else "" for day, known in zip(week.days, week.known, strict=True) for one in after
    ]
    columns[_amount(kept, columns)] = np.column_stack([table.columns[name].texts() for name in names]).ravel().tolist()
    left = tuple((name, "it adds up the weekdays") for name in others if name != week.column and is_total(name))
    return NewRows(columns, f"columns of the seven weekdays beside {week.column}: one row per row and day", left)


def _weekdays(names: list[str]) -> Mapping[str, int]:
    """Return the names that are the weekdays of one language, Monday 0."""
    plain = {without_accents(name.strip(" .")).lower(): name for name in names}
    week = next((week for week in _WEEKS if plain.keys() >= set(week)), ())
    return {plain[day]: at for at, day in enumerate(week)}


def _numbered(table: ReadTable, pattern: re.Pattern[str]) -> Mapping[str, int]:
    """Return the columns of counts whose names are numbers, in order."""
    found = {name: int(match[1]) for name in table.columns if (match := pattern.fullmatch(name.strip()))}
    counted = all(holds_counts(table.columns[name]) or not table.columns[name].filled for name in found)
    return dict(sorted(found.items(), key=lambda pair: pair[1])) if counted else {}


def _amount(kept: list[str], columns: Mapping[str, object]) -> str:
    return free_name("数量" if is_chinese(kept) else "count", columns)


def _day(year: int | None, month: int | None, day: int) -> str | None:
    """Return a date as text, if there is such a day."""
    try:
        return date(year or 0, month or 0, day).isoformat()
    except ValueError:
        return None
