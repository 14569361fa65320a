"""Decide how dates are written, from texts and their order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from riskmodel.base.date_forms import date_form
from riskmodel.base.day_texts import SHORT_MONTH
from riskmodel.base.days import to_day
from riskmodel.base.errors import UsageError
from riskmodel.base.months import month_begin, month_of
from riskmodel.records.intake.columns.date_column import UNREADABLE, read_day
from riskmodel.records.intake.columns.exchanged_days import refuse_exchanged
from riskmodel.records.intake.columns.text_column import Column
from riskmodel.records.intake.likely_causes import LIKELY_FORMS
from riskmodel.starter.column_words import rank
from riskmodel.starter.other_calendars import refuse_other_calendar
from riskmodel.starter.text_values import TextValues
from riskmodel.starter.two_date_forms import LEAST_READ, refuse_two_forms

STRAY = 3 * 365
"""Days after all others from which a few rows are taken for wrong dates."""
LEAST_STEPS = 5
"""Steps in time from which the order of rows decides: of fewer, one reading is often in order by chance."""
MOST_SPREAD, LEAST_SPAN = 2.0, 20 * 365
"""A reading whose dates spread over this many times the days of another, and over more than these days, is wrong."""
MOST_MONTHS, LEAST_MONTHS = 240, 0.6
"""Longest span of months with short years, and the least share of its months that must be there."""
_TRIED = {"excel": (20_000, 60_000), "unix": (3e8, 4e12)}
"""Forms of numbers that are tried, and the range of these."""
RUN_TOGETHER = {"ddmmyyyy": "day, month and year without signs between", "mmddyyyy": "month, day and year without signs between"}
"""Forms of eight digits that end with the year, and what they are called."""
_COUNT_DAYS = "numbers of days as spreadsheets count them"
NUMBERED = {
    "excel": _COUNT_DAYS,
    "excel1904": f"{_COUNT_DAYS}, from 1904 on",
    "unix": "seconds or milliseconds since 1970",
}
"""Forms that count days or seconds, in words."""
_NAMING = {
    "CST": "America/Chicago", "PST": "America/Los_Angeles", "IST": "Asia/Kolkata", "BST": "Europe/London", "AST": "America/Halifax", "ADT": "America/Halifax", "SST": "Pacific/Pago_Pago",
}  # fmt: skip
"""A zone whose clocks have a short name that can be several."""
_FIRST, _LAST = to_day("1950-01-01"), to_day("2100-01-01")


@dataclass(frozen=True, eq=False)
class DateEvidence:
    """A column of dates: its form, and the day of every row.

    Parameters
    ----------
    form
        The form as riskmodel.toml states it; None for dates that begin with the year.
    period
        ``day``, or ``month`` or ``week`` where a text names one.
    days
        Day of every row, that of the first day of a period; a large number where there is none.
    """

    column: str
    form: str | None
    period: str
    why: str
    days: Any
    zoned: bool

    @property
    def known(self) -> Any:
        """Rows with a readable date."""
        return self.days < UNREADABLE


def date_evidence(column: TextValues, today: int | None, form: str | None = None, named: bool = False) -> DateEvidence | None:
    """Return what a column says as dates; None if it holds none.

    Parameters
    ----------
    today
        Day after which nothing can have happened yet.
    form
        The form, where it is stated.
    named
        Whether the column is called like a date, so that numbers may be dates.

    Raises
    ------
    UsageError
        If its dates can be read in two ways, and nothing in the table decides.
    """
    if not column.stated or len(column.values) == 1 and column.values[0] in ("0", "1"):
        return None
    zone = _reading_zone(column)
    readers = _readers(form, zone)
    if named and form is None:
        if column.is_numeric:
            readers += [(name, "day", _stated(name, zone)) for name in RUN_TOGETHER]
        readers += [(name, "day", _stated(name, zone)) for name in _TRIED if _in_range(column, *_TRIED[name])]
    good: list[tuple[str | None, str, Any]] = []
    instants, column = column, column.without_times()
    if form is None:
        refuse_other_calendar(column)
    weekly = rank(column.name, "week") >= 2
    for name, period, read in readers:
        if good and (good[0][0] is None or name is None):
            break
        days = _read(column, read)
        if days is not None and not (period == "month" and (weekly or _may_be_days(column, days))):
            good.append((name, period, days))
    if not good:
        refuse_two_forms(column, [name for name, _, _ in readers])
        return None
    if form is None and len(good) > 1:
        refuse_two_forms(column, [one for one, _, _ in good])
    name, period, days, why = _decided(instants, good, today)
    zoned = name not in NUMBERED and any(_has_zone(text, name, zone) for text in instants.values[:200])
    if name is not None and name not in NUMBERED:
        refuse_two_forms(column, [other for other in LIKELY_FORMS if form is None], name)
        refuse_exchanged(column.name, Column(column.codes.astype(np.int32), column.values), date_form(name))
    # seconds since 1970 are instants of UTC
    return DateEvidence(column.name, name, period, why, days, zoned or name == "unix")


def _may_be_days(column: TextValues, days: Any) -> bool:
    """Return whether months with short years may be days: ``Mar-22``.

    Months follow each other for some years; days of a month that are read as years leave gaps or reach over thirty years.
    """
    short = [SHORT_MONTH.fullmatch(text) is not None for text in column.values]
    months = np.unique(month_of(days[days < UNREADABLE]))
    return any(short) and not (months[-1] - months[0] < min(MOST_MONTHS, len(months) / LEAST_MONTHS))


def last_day(days: Any, today: int | None) -> int:
    """Return the last day, without stray days years later.

    Days after ``today`` do not count either, where there are others.
    """
    there = np.sort(days)
    if today is not None and there[0] <= today:
        there = there[there <= today]
    few = max(2, len(there) // 200)
    far = np.flatnonzero(np.diff(there[-few - 1 :]) > STRAY)
    return int(there[-few - 1 :][far[0]] if len(far) else there[-1])


def _readers(form: str | None, zone: ZoneInfo) -> list[tuple[str | None, str, Callable[[str], int]]]:
    """Return the forms that are tried, in order."""
    if form is not None:
        try:
            stated = date_form(form)
        except ValueError as error:
            raise UsageError(f"--dates: {error}") from None
        return [(form, "day", lambda text: read_day(text, "day", zone, stated))]
    found: list[tuple[str | None, str, Callable[[str], int]]] = [
        (None, "day", lambda text: read_day(text, "day", zone)),
        (None, "month", lambda text: read_day(text, "first", zone)),
        (None, "week", lambda text: read_day(text, "week", zone) - 6),
    ]
    for name in LIKELY_FORMS:
        found.append((name, "day", _stated(name, zone)))
    return found


def _stated(name: str, zone: ZoneInfo) -> Callable[[str], int]:
    form = date_form(name)
    return lambda text: read_day(text, "day", zone, form)


def _in_range(column: TextValues, low: float, high: float) -> bool:
    numbers = column.numbers
    return column.is_numeric and bool(((numbers >= low) & (numbers <= high))[np.isfinite(numbers)].mean() >= LEAST_READ)


def _read(column: TextValues, read: Callable[[str], int]) -> Any:
    """Return the day of every row; None if few are read."""
    probe = column.values[:: max(1, len(column.values) // 200)]
    if sum(_plausible(read(text)) for text in probe) < 0.5 * len(probe):
        return None
    days = np.array([read(text) for text in column.values], dtype=np.int64)
    # the first day of an unreadable week lies up to six days before UNREADABLE
    days[days > UNREADABLE - 7] = UNREADABLE
    rows = np.append(days, UNREADABLE)[column.codes]
    return rows if (rows < UNREADABLE).sum() >= LEAST_READ * column.stated else None


def _plausible(day: int) -> bool:
    return _FIRST <= day <= _LAST


def _has_zone(text: str, name: str | None, zone: ZoneInfo) -> bool:
    """Return whether a text can be read in a time zone only."""
    form = None if name is None else date_form(name)
    return read_day(text, "day", zone, form) < UNREADABLE <= read_day(text, "day", None, form)


def _reading_zone(column: TextValues) -> ZoneInfo:
    """Return the zone of dates before the place is known.

    It is UTC, or one whose clocks have a short name that can be several: the day is that which is written.
    """
    names = {text.strip()[-3:].upper() for text in column.values[:200]} | {text[-8:-5] for text in column.values[:200]}
    return ZoneInfo(next((_NAMING[name] for name in sorted(names & _NAMING.keys())), "UTC"))


def _decided(column: TextValues, good: list[tuple[str | None, str, Any]], today: int | None) -> tuple[str | None, str, Any, str]:
    """Return the one reading of dates that holds, with the reason.

    Raises
    ------
    UsageError
        If two hold and nothing decides.
    """
    readable = [(days < UNREADABLE).sum() for _, _, days in good]
    most = max(readable)
    good = [one for one, count in zip(good, readable, strict=True) if count >= 0.995 * most]
    if all(np.array_equal(days, good[0][2]) for _, _, days in good):
        name, period, days = good[0]
        return name, period, days, _why_only(name, period)
    spans = [_span(days) for _, _, days in good]
    if min(spans) * MOST_SPREAD < max(spans) and max(spans) > LEAST_SPAN:
        # days of a month that are read as years spread over thirty of them
        good = [one for one, span in zip(good, spans, strict=True) if span < MOST_SPREAD * min(spans)]
        if len(good) == 1:
            name, period, days = good[0]
            return name, period, days, f"read otherwise, the dates spread over {max(spans) / 365.25:.0f} years"
    evident = _evident(good, today)
    if evident is not None:
        return evident
    if any(text.strip().lower().endswith(("am", "pm")) for text in column.values[:50]):
        name, period, days = good[0]
        return name, period, days, "times with AM and PM, as in the United States"
    named = " or ".join((LIKELY_FORMS | RUN_TOGETHER).get(str(name), str(name)) for name, _, _ in good)
    keys = " or ".join(f"--dates {name}" for name, _, _ in good)
    raise UsageError(
        f"The dates in the column {column.name!r} can be {named}, and nothing in the table decides which. Find out how they are written, "
        f"then add {keys}."
    )


def _evident(good: list[tuple[str | None, str, Any]], today: int | None) -> tuple[str | None, str, Any, str] | None:
    """Return the reading that alone passes a test, with the reason."""
    for test, why in (
        (
            lambda days: float(today is None or days[days < UNREADABLE].max() <= today),
            "read otherwise, some dates lie in the future",
        ),
        (_all_one_weekday, "read so, all dates are the same day of the week"),
        (_all_first_of_month, "read so, all dates are the first day of a month"),
        (_in_order, "read so, the rows are in the order of time"),
    ):
        scores = [test(days) for _, _, days in good]
        if max(scores) == 1 and scores.count(1.0) == 1:
            name, period, days = good[scores.index(1.0)]
            return name, period, days, why
    return None


def _why_only(name: str | None, period: str) -> str:
    if name is None:
        return {
            "day": "they begin with the year",
            "month": "they name months",
            "week": "they name weeks of the year (ISO 8601, Monday to Sunday)",
        }[period]
    if name in NUMBERED:
        return NUMBERED[name]
    return f"only {(LIKELY_FORMS | RUN_TOGETHER).get(name, name)} reads nearly all of them"


def _span(days: Any) -> float:
    """Return the days over which nine tenths of the dates spread."""
    first, last = np.quantile(days[days < UNREADABLE], (0.05, 0.95))
    return float(last - first) + 1.0


def _all_one_weekday(days: Any) -> float:
    there = np.unique(days[days < UNREADABLE])
    return float(len(there) >= 4 and len(np.unique(there % 7)) == 1)


def _all_first_of_month(days: Any) -> float:
    there = np.unique(days[days < UNREADABLE])
    return float(len(there) >= 3 and bool((there == month_begin(month_of(there))).all()))


def _in_order(days: Any) -> float:
    steps = np.sign(np.diff(days[days < UNREADABLE]))
    moved = steps[steps != 0]
    return float(len(moved) >= LEAST_STEPS and min((moved > 0).mean(), (moved < 0).mean()) < 0.05)
