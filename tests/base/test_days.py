"""Days and dates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskmodel.base.days import ALWAYS, NEVER, as_days, day_range, to_date, to_day, to_iso
from riskmodel.base.errors import UsageError


@given(st.dates())
def test_a_day_comes_back_from_every_form(day: date) -> None:
    number = day.toordinal() - date(1970, 1, 1).toordinal()
    for form in (
        day,
        day.isoformat(),
        f"{day.isoformat()} 23:59",
        np.datetime64(day),
        datetime(day.year, day.month, day.day, 23),
        number,
        np.int32(number),
    ):
        assert to_day(form) == number
    assert to_iso(number) == day.isoformat()
    assert to_date(number) == day


def test_pandas_timestamps_are_days() -> None:
    assert to_day(pd.Timestamp("2024-02-29 23:00")) == to_day("2024-02-29")
    assert as_days(pd.date_range("2024-02-28", periods=3)).tolist() == [to_day("2024-02-28") + i for i in range(3)]


@pytest.mark.parametrize(
    "when",
    ["", "0000-01-01", "today", "now", "NaT", "2024", "2024-02", "2024-02-30", "20240131", "2024-1-1", "2024-01-01x", "12/31/2024", None, 1.5, True, [], b"2024-01-01", np.datetime64("NaT"), pd.NaT, 2**31, -(2**31) - 1],
    ids=repr,
)  # fmt: skip
def test_anything_but_a_date_is_refused(when: Any) -> None:
    with pytest.raises(UsageError, match=r"'when' parameter of to_day must be a date such as 2024-01-02\. Got .* instead"):
        to_day(when)


def test_the_ends_of_time_are_days() -> None:
    assert to_day(NEVER) == NEVER
    assert to_day(ALWAYS) == ALWAYS


def test_a_range_leaves_its_stop_out() -> None:
    assert day_range("2024-02-28", "2024-03-02").tolist() == [to_day(f"2024-{d}") for d in ("02-28", "02-29", "03-01")]
    assert day_range("2024-01-01", "2024-01-16", 7).tolist() == [to_day("2024-01-01") + i for i in (0, 7, 14)]
    assert day_range("2024-01-01", "2024-01-01").dtype == np.int32
    with pytest.raises(UsageError, match=r"'step' parameter of day_range must be a whole number of days, at least 1\. Got 0"):
        day_range(0, 1, 0)


@pytest.mark.parametrize(
    "dates", ["2024-01-01", date(2024, 1, 1), 19723, np.int64(19723), ["2024-01-01"], (19723,), np.array([19723]), iter([19723])]
)
def test_one_date_or_many_are_days(dates: Any) -> None:
    days = as_days(dates)
    assert days.tolist() == [19723]
    assert days.dtype == np.int32
