"""Days off in China as the State Council announced them, with weekends that are worked instead (调休)."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from riskmodel.asof.design import design
from riskmodel.asof.vocabulary import SinceHoliday, ToHoliday
from riskmodel.asof.vocabulary.public_holidays import (
    holiday_of_name,
    long_holidays,
    public_holidays,
    worked_weekends,
    yearly_holidays,
)
from riskmodel.base.days import to_date, to_day
from riskmodel.base.errors import UsageError
from riskmodel.base.project import Kind
from riskmodel.records.history import History
from riskmodel.records.places import Places


def days(flags: np.ndarray, first: int) -> set[date]:
    return {to_date(first + int(n)) for n in np.flatnonzero(flags)}


def test_the_weekends_worked_in_2024_are_those_announced() -> None:
    first, stop = to_day("2024-01-01"), to_day("2025-01-01")
    announced = ["02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"]
    assert days(worked_weekends("CN", first, stop), first) == {date.fromisoformat(f"2024-{day}") for day in announced}
    assert not worked_weekends("DE", first, stop).any()


def test_a_year_may_be_paid_for_at_the_end_of_the_one_before() -> None:
    first = to_day("2005-12-20")
    assert days(worked_weekends("CN", first, first + 20), first) >= {date(2005, 12, 31)}


def test_long_holidays_end_where_a_weekend_is_worked() -> None:
    first, stop = to_day("2024-09-25"), to_day("2024-10-20")
    found = days(long_holidays("CN", 3, first, stop), first)
    assert found == {date(2024, 10, day) for day in range(1, 8)}
    # a window that begins within one does not shorten it
    assert long_holidays("CN", 7, to_day("2024-10-07"), to_day("2024-10-08")).tolist() == [True]
    assert not long_holidays("CN", 8, first, stop).any()
    assert public_holidays("CN", to_day("2024-10-07"), to_day("2024-10-09")).tolist() == [True, False]


def test_days_to_and_since_a_long_holiday_end_at_the_cap() -> None:
    """The golden week of 2024 ended on 7 October; the next long holiday was Spring Festival of 2025."""
    history = History.from_frame(pd.DataFrame({"kind": ["a"], "cell": ["x"], "occurred": ["2024-01-01"]}), Places.from_frame(pd.DataFrame({"cell": ["x"]})), {"a": Kind(family="a", zh="a", en="a")})  # fmt: skip
    days = [to_day("2024-10-07") + after for after in (0, 1, 4, 5, 90)] + [
        to_day("2025-01-28") - before for before in (5, 4, 1, 0)
    ]
    found = design(history, days, (SinceHoliday("CN", cap=5), ToHoliday("CN", cap=5))).X
    assert np.asarray(found[:], dtype=int).tolist() == [[0, 0], [1, 5], [4, 5], [5, 5], [5, 5], [5, 5], [5, 4], [5, 1], [0, 0]]


def test_a_country_without_a_table_is_named() -> None:
    with pytest.raises(UsageError, match="no country with a table of public holidays named 'XX'"):
        public_holidays("XX", 19_000, 19_001)


def test_a_holiday_has_one_name_on_its_own_day_and_on_a_day_in_lieu() -> None:
    # New Year's Day of 2022 was a Saturday, so Thailand had Monday off as well
    first = to_day("2022-01-01")
    found = days(holiday_of_name("TH", "New Year's Day", first, first + 7), first)
    assert found == {date(2022, 1, 1), date(2022, 1, 3)}
    named = (*yearly_holidays("TH", 2022, 2023), *yearly_holidays("UZ", 2022, 2023))
    assert {"New Year's Day", "Chakri Memorial Day", "Independence Day"} <= set(named)
    assert [name for name in named if "lieu" in name or "Bridge" in name or "day off" in name] == []


@pytest.mark.parametrize("name", ["Eid al-Fitr", "Eid al-Fitr (estimated)"])
def test_a_holiday_whose_date_is_estimated_has_its_plain_name(name: str) -> None:
    """A project may still state the name with its mark, as earlier versions wrote it."""
    first = to_day("2023-04-15")
    assert days(holiday_of_name("DZ", name, first, first + 14), first) == {date(2023, 4, 21), date(2023, 4, 22)}
    assert "Eid al-Fitr" in yearly_holidays("DZ", 2022, 2023)
