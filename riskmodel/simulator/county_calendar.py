"""Seasons, weekdays and holidays as factors on daily rates.

Only days that change rates are kept. Adjusted working weekends and yearly changes of the official calendar are left out.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float64, Int32

from riskmodel.base.days import to_day

SPRING_FESTIVAL = (
    "2014-01-31", "2015-02-19", "2016-02-08", "2017-01-28", "2018-02-16", "2019-02-05", "2020-01-25", "2021-02-12",
    "2022-02-01", "2023-01-22", "2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13",
    "2030-02-03", "2031-01-23", "2032-02-11", "2033-01-31", "2034-02-19", "2035-02-08", "2036-01-28",
)  # fmt: skip
"""First day of the lunar year."""

DRAGON_BOAT = (
    "2015-06-20", "2016-06-09", "2017-05-30", "2018-06-18", "2019-06-07", "2020-06-25", "2021-06-14", "2022-06-03",
    "2023-06-22", "2024-06-10", "2025-05-31", "2026-06-19", "2027-06-09", "2028-05-28", "2029-06-16", "2030-06-05",
    "2031-06-24", "2032-06-12", "2033-06-01", "2034-06-20", "2035-06-10",
)  # fmt: skip
"""Fifth day of the fifth lunar month."""

MID_AUTUMN = (
    "2015-09-27", "2016-09-15", "2017-10-04", "2018-09-24", "2019-09-13", "2020-10-01", "2021-09-21", "2022-09-10",
    "2023-09-29", "2024-09-17", "2025-10-06", "2026-09-25", "2027-09-15", "2028-10-03", "2029-09-22", "2030-09-12",
    "2031-10-01", "2032-09-19", "2033-09-08", "2034-09-27", "2035-09-16",
)  # fmt: skip
"""Fifteenth day of the eighth lunar month."""


class Rhythm(NamedTuple):
    """Dependence of a rate on the calendar.

    ``swing`` is the amplitude of the yearly wave on the log scale and ``peak`` its day of the year; ``weekend``,
    ``holiday``, ``before`` (the 30 days before the Spring Festival) and ``festival`` (from two days before it to
    twelve days after) are factors; ``trend`` is the relative change in a year.
    """

    swing: float = 0.0
    peak: int = 1
    weekend: float = 1.0
    holiday: float = 1.0
    before: float = 1.0
    festival: float = 1.0
    trend: float = 0.0


def festival_offset(days: Int32[np.ndarray, " day"]) -> Int32[np.ndarray, " day"]:
    """Return days since the nearest lunar new year (negative before it), ``[day]``."""
    starts = np.array([to_day(d) for d in SPRING_FESTIVAL], dtype=np.int32)
    middles = (starts[1:] + starts[:-1]) // 2
    return days - starts[np.searchsorted(middles, days)]


@cache
def _free_days() -> Int32[np.ndarray, " free"]:
    """Return every public holiday in the years of the tables."""
    free: set[int] = set()

    def add(start: date, length: int) -> None:
        free.update(to_day(start + timedelta(n)) for n in range(length))

    for lunar in SPRING_FESTIVAL:
        year = date.fromisoformat(lunar).year
        add(date.fromisoformat(lunar) - timedelta(1), 8)
        add(date(year, 1, 1), 1)
        add(date(year, 4, 4), 3)
        add(date(year, 5, 1), 5)
        add(date(year, 10, 1), 7)
    for lunar in DRAGON_BOAT + MID_AUTUMN:
        add(date.fromisoformat(lunar), 1)
    return np.array(sorted(free), dtype=np.int32)


def is_holiday(days: Int32[np.ndarray, " day"]) -> Bool[np.ndarray, " day"]:
    """Return whether each day is a public holiday, ``[day]``."""
    return np.isin(days, _free_days())


def factors(days: Int32[np.ndarray, " day"], rhythm: Rhythm, origin: int) -> Float64[np.ndarray, " day"]:
    """Return the factors on a daily rate, ``[day]``.

    They average about one over a year. ``origin`` is the day at which the trend equals one.
    """
    dates = days.astype("datetime64[D]")
    day_of_year = (dates - dates.astype("datetime64[Y]").astype("datetime64[D]")).astype(np.int64) + 1
    wave = np.exp(rhythm.swing * np.cos(2 * np.pi * (day_of_year - rhythm.peak) / 365.25)) / np.i0(rhythm.swing)
    weekend = (days + 3) % 7 >= 5  # 1970-01-01 was a Thursday
    week = np.where(weekend, rhythm.weekend, 1.0) * 7 / (5 + 2 * rhythm.weekend)
    offset = festival_offset(days)
    factor = wave * week * (1 + rhythm.trend) ** ((days - origin) / 365.25)
    away = (offset >= -2) & (offset <= 12)
    factor *= np.where(away, rhythm.festival, 1.0)
    factor *= np.where((offset >= -30) & (offset < -2), rhythm.before, 1.0)
    return factor * np.where(is_holiday(days) & ~away, rhythm.holiday, 1.0)
