"""The calendar's days and factors."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from riskmodel.base.days import day_range, to_day
from riskmodel.simulator.county_calendar import (
    DRAGON_BOAT,
    MID_AUTUMN,
    SPRING_FESTIVAL,
    Rhythm,
    factors,
    festival_offset,
    is_holiday,
)


def test_lunar_days_keep_their_distance() -> None:
    """Lunar months have 29 or 30 days, so the festivals of a year lie a known number of them apart."""
    months = {to_day(d): date.fromisoformat(d).year for d in SPRING_FESTIVAL}
    new_year = {year: day for day, year in months.items()}
    for boat, autumn in zip(DRAGON_BOAT, MID_AUTUMN, strict=True):
        year = date.fromisoformat(boat).year
        to_boat = to_day(boat) - new_year[year] - 4
        assert min(abs(to_boat - 29.53 * 4), abs(to_boat - 29.53 * 5)) < 1.6, boat
        to_autumn = to_day(autumn) - new_year[year] - 14
        assert min(abs(to_autumn - 29.53 * 7), abs(to_autumn - 29.53 * 8)) < 1.6, autumn
    moons = np.diff(sorted(months)) / 29.530588
    assert np.abs(moons - np.rint(moons)).max() < 0.05


def test_holidays_and_offsets() -> None:
    days = np.array([to_day(d) for d in ("2023-01-21", "2023-01-22", "2023-10-03", "2023-06-22", "2023-11-14")])
    assert is_holiday(days).tolist() == [True, True, True, True, False]
    assert festival_offset(days[:2].astype(np.int32)).tolist() == [-1, 0]


def test_factors_stand_at_one_on_average_without_festivals() -> None:
    days = day_range("2021-01-01", "2025-01-01")
    factor = factors(days, Rhythm(swing=0.4, peak=200, weekend=1.5), to_day("2021-01-01"))
    assert factor.mean() == pytest.approx(1.0, abs=0.005)
    weekend = (days + 3) % 7 >= 5
    assert factor[weekend].mean() / factor[~weekend].mean() == pytest.approx(1.5, abs=0.02)
    assert date.fromordinal(date(1970, 1, 1).toordinal() + int(days[weekend][0])).weekday() == 5


def test_festival_and_trend() -> None:
    days = day_range("2021-01-01", "2022-01-01")
    flat = factors(days, Rhythm(before=2.0, festival=0.5), to_day("2021-01-01"))
    assert flat[to_day("2021-02-01") - days[0]] == 2.0
    assert flat[to_day("2021-02-14") - days[0]] == 0.5
    assert flat[to_day("2021-07-01") - days[0]] == 1.0
    rising = factors(days + 365, Rhythm(trend=0.1), to_day("2021-01-01"))
    assert rising.mean() == pytest.approx(1.1**1.5, rel=0.01)
