"""Months of day numbers, compared with the calendar of :mod:`datetime`."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from riskmodel.base.days import to_day
from riskmodel.base.months import month_begin, month_end, month_name, month_of


@pytest.mark.parametrize("repeats", [1, 400])
def test_days_have_the_months_of_the_calendar_however_many_records_share_them(repeats: int) -> None:
    days = np.repeat(np.array([-1, 0, 30, 31, 59, 366], dtype=np.int32), repeats)
    assert month_of(days)[::repeats].tolist() == [-1, 0, 0, 1, 2, 12]
    assert month_of(days[:0]).tolist() == []


@pytest.mark.parametrize("year", [1899, 1970, 2024])
def test_months_begin_and_end_as_in_the_calendar(year: int) -> None:
    number = 12 * (year - 1970) + 1
    begin, following = to_day(date(year, 2, 1)), to_day(date(year, 3, 1))
    assert month_begin([number, number + 1]).tolist() == [begin, following]
    assert {month_end(day) for day in range(begin, following)} == {following - 1}
    assert month_name(number) == f"{year}-02"
