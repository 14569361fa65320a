"""Holidays by name and days of the month, against days that anyone can look up."""

from __future__ import annotations

import numpy as np
import pytest

from riskmodel.asof.vocabulary.public_holidays import holiday_of_name
from riskmodel.base.days import to_day
from riskmodel.base.errors import UsageError


@pytest.mark.parametrize(
    ("country", "name", "day", "length"),
    [
        ("US", "Thanksgiving Day", "2023-11-23", 1),
        ("US", "Thanksgiving Day", "2016-11-24", 1),
        ("US", "New Year's Day", "2023-01-01", 2),  # a Sunday, and the Monday in lieu
        ("CN", "National Day", "2023-10-01", 4),
    ],
)
def test_a_holiday_lies_on_its_own_days(country: str, name: str, day: str, length: int) -> None:
    first = to_day(day)
    found = holiday_of_name(country, name, first - 20, first + 20)
    assert np.flatnonzero(found).tolist() == list(range(20, 20 + length))


def test_years_are_joined() -> None:
    found = holiday_of_name("US", "Christmas Day", to_day("2015-07-01"), to_day("2018-07-01"))
    assert (np.flatnonzero(found) + to_day("2015-07-01")).tolist() == [
        to_day(day) for day in ("2015-12-25", "2016-12-25", "2016-12-26", "2017-12-25")
    ]


def test_an_unknown_holiday_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UsageError, match="no public holiday of US named 'Thanksgiving'.*Thanksgiving Day"):
        holiday_of_name("US", "Thanksgiving", to_day("2023-01-01"), to_day("2023-02-01"))
    with pytest.raises(UsageError, match="country"):
        holiday_of_name("XX", "Labor Day", to_day("2023-01-01"), to_day("2023-02-01"))
