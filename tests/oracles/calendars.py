"""Oracles of calendar features: holidays and school terms, day by day."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tests.oracles.histories import NAN

if TYPE_CHECKING:
    from tests.oracles.features import Oracle


def day_of(t: int) -> date:
    """The date of a day number."""
    return date(1970, 1, 1) + timedelta(t)


@lru_cache(maxsize=1000)
def table(country: str, *years: int, language: str | None = None) -> Any:
    """The holidays of a country in some years: making them takes much longer than a look."""
    import holidays

    return holidays.country_holidays(country, years=years, language=language)


@lru_cache(maxsize=100_000)
def public(country: str, t: int) -> bool:
    """Whether a day is a public holiday."""
    return day_of(t) in table(country, day_of(t).year)


@lru_cache(maxsize=100_000)
def worked(country: str, t: int) -> bool:
    """Whether a weekend day is worked."""
    year = day_of(t).year
    return day_of(t) in table(country, year, year + 1).weekend_workdays and not public(country, t)


@lru_cache(maxsize=100_000)
def long_holiday(country: str, length: int, t: int) -> bool:
    """Whether a day lies in a long holiday."""

    def off(day: int) -> bool:
        return public(country, day) or (day_of(day).weekday() >= 5 and not worked(country, day))

    if not off(t):
        return False
    first = last = t
    while off(first - 1):
        first -= 1
    while off(last + 1):
        last += 1
    return last - first + 1 >= length and any(public(country, day) for day in range(first, last + 1))


def to_holiday(o: Oracle, f: Any) -> float:
    """``ToHoliday``."""
    return next((n for n in range(f.cap) if long_holiday(f.country, f.length, o.t + n)), f.cap)


def since_holiday(o: Oracle, f: Any) -> float:
    """``SinceHoliday``."""
    return next((n for n in range(f.cap) if long_holiday(f.country, f.length, o.t - n)), f.cap)


def school_term(o: Oracle, f: Any) -> float:
    """``SchoolTerm``."""
    days = [day_of(o.t + n).isoformat() for n in range(f.ahead)]
    if days[0] < f.terms[0][0] or days[-1] > f.terms[-1][1]:
        return NAN
    return sum(any(first <= day <= last for first, last in f.terms) for day in days) / f.ahead


def month_days(o: Any, feature: Any) -> int:
    """Days ahead that are among the first or last of their month, found by counting to its end."""
    found = 0
    for n in range(feature.ahead):
        day = day_of(o.t + n)
        length = calendar.monthrange(day.year, day.month)[1]
        place = day.day if feature.end == "first" else length - day.day + 1
        found += place <= feature.days
    return found


@lru_cache(maxsize=100_000)
def called(country: str, holiday: str, t: int) -> bool:
    """Whether a day is the holiday of this English name, observed or not."""
    year = day_of(t).year
    names = str(table(country, year, year + 1, language="en_US").get(day_of(t), "")).split("; ")
    return any(name in (holiday, f"{holiday} (observed)") for name in names)


def named_holiday(o: Any, feature: Any) -> int:
    """Days ahead that are the named holiday."""
    return sum(called(feature.country, feature.holiday, o.t + n) for n in range(feature.ahead))
