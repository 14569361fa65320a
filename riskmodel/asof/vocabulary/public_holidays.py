"""Public holidays, days off and worked weekend days of a country.

From the package ``holidays``, which is maintained and holds China's adjusted working days (调休) as announced. They are taken as
known at every as-of date; the State Council announces a year's in the November before it.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
from jaxtyping import Bool

from riskmodel.base.days import to_date, to_day
from riskmodel.base.errors import bad_argument, unknown_name

MARGIN = 30
"""No run of days off is longer."""

_MANNERS = re.compile(r" \((?:observed|estimated|observed, estimated|in lieu|substitute day)\)$")
"""How a day has a holiday's name: on another day, or before the date is announced."""

_NO_NAMES = re.compile(r"\d|substitut|[Dd]ay off|Bridge Public Holiday")
"""Days off that are named after no holiday of their own."""

Flags = Bool[np.ndarray, " day"]


def check_country(feature: Any) -> None:
    """Check that the field ``country`` has the form of an ISO code."""
    country = feature.country
    if not isinstance(country, str) or len(country) != 2 or not country.isascii() or not country.isupper():
        raise bad_argument("country", type(feature).__name__, "an ISO code of two capital letters, such as 'CN'", country)


@lru_cache(maxsize=256)
def _year(country: str, year: int) -> tuple[Flags, Flags, Flags]:
    """Return a year's public holidays, days off and worked weekend days."""
    import holidays

    known = holidays.list_supported_countries()
    if country not in known:
        raise unknown_name("country with a table of public holidays", country, known)
    # the first days of a year may be paid for at the end of the one before
    table = holidays.country_holidays(country, years=(year, year + 1))
    first = date(year, 1, 1)
    days = [first + timedelta(n) for n in range((date(year + 1, 1, 1) - first).days)]
    public = np.array([day in table for day in days])
    weekend = np.array([day.weekday() in table.weekend for day in days])
    worked = np.array([day in table.weekend_workdays for day in days]) & weekend & ~public
    return public, public | (weekend & ~worked), worked


@lru_cache(maxsize=256)
def _names(country: str, year: int) -> tuple[frozenset[str], ...]:
    """Return the English names of each day's holidays in a year."""
    import holidays

    _year(country, year)  # refuses a country without a table
    languages = getattr(getattr(holidays, country), "supported_languages", ())
    table = holidays.country_holidays(country, years=(year, year + 1), language="en_US" if "en_US" in languages else None)
    first = date(year, 1, 1)
    days = (first + timedelta(n) for n in range((date(year + 1, 1, 1) - first).days))
    return tuple(frozenset(_MANNERS.sub("", name) for name in table.get_list(day)) for day in days)


def holiday_of_name(country: str, name: str, first: int, stop: int) -> Flags:
    """Return which days are the holiday of that name.

    For each day from ``first`` to ``stop`` (excluded); days in lieu are included.

    Raises
    ------
    UsageError
        If the country has no such holiday in the year of the first day or the one before or after.
    """
    begin, name = to_date(first).year, _MANNERS.sub("", name)
    years = range(begin, to_date(stop - 1).year + 1)
    there = {one for year in range(begin - 1, begin + 2) for names in _names(country, year) for one in names}
    if name not in there:
        raise unknown_name(f"public holiday of {country}", name, sorted(there))
    flags = np.array([name in names for year in years for names in _names(country, year)])
    since = to_day(date(begin, 1, 1))
    return flags[first - since : stop - since]


def has_holidays(country: str) -> bool:
    """Return whether there is a table of the country's public holidays."""
    import holidays

    return country in holidays.list_supported_countries()


def yearly_holidays(country: str, first: int, last: int) -> tuple[str, ...]:
    """Return the names of holidays of every year, by date.

    Days in lieu, which are named after the day that they stand for, are left out.

    Examples
    --------
    >>> yearly_holidays("US", 2016, 2017)[:3]
    ("New Year's Day", 'Martin Luther King Jr. Day', "Washington's Birthday")
    """
    years = [[name for names in _names(country, year) for name in sorted(names)] for year in range(first, last + 1)]
    common = set.intersection(*map(set, years))
    return tuple(name for name in dict.fromkeys(years[0]) if name in common and not _NO_NAMES.search(name))


def _days(country: str, which: int, first: int, stop: int) -> Flags:
    years = range(to_date(first).year, to_date(stop - 1).year + 1)
    begin = to_day(date(years[0], 1, 1))
    return np.concatenate([_year(country, year)[which] for year in years])[first - begin : stop - begin]


def public_holidays(country: str, first: int, stop: int) -> Flags:
    """Return which days are public holidays, days in lieu included.

    For each day from ``first`` to ``stop`` (excluded).
    """
    return _days(country, 0, first, stop)


def worked_weekends(country: str, first: int, stop: int) -> Flags:
    """Return which days are worked weekend days.

    For each day from ``first`` to ``stop`` (excluded).
    """
    return _days(country, 2, first, stop)


def long_holidays(country: str, length: int, first: int, stop: int) -> Flags:
    """Return which days lie in a long holiday.

    A run of at least ``length`` days off that contains a public holiday.
    """
    public, off = (_days(country, which, first - MARGIN, stop + MARGIN) for which in (0, 1))
    found = np.zeros(len(off), dtype=bool)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], off.astype(np.int8), [0]])))
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        if end - begin >= length and public[begin:end].any():
            found[begin:end] = True
    return found[MARGIN:-MARGIN]
