"""Stated forms of dates: strict, with a time of day where one follows."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from riskmodel.base.date_forms import date_form

ZONE = ZoneInfo("Asia/Shanghai")
DAY = date(2024, 3, 4)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("m/d/yyyy", "3/4/2024"),
        ("mm/dd/yyyy", "03/04/2024 11:30:00 PM"),
        ("%m/%d/%Y", "03/04/2024T23:59"),
        ("d/m/yyyy", "4/3/2024"),
        ("d.m.yy", "04.03.24"),
        ("%d.%m.%Y", " 4.3.2024"),
        ("d-mmm-yyyy", "4-Mar-2024"),
        ("mmm d, yyyy", "March 4, 2024"),
        ("yyyy/d/m", "2024/4/3"),
        ("ddmmyyyy", "04032024"),
        ("[yyyy-mm-dd]", "[2024-03-04]"),
        ("m/d/yyyy", "3/3/2024 20:00Z"),
    ],
)
def test_a_text_of_the_form_is_its_date(form: str, text: str) -> None:
    assert date_form(form).read(text, ZONE) == DAY


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("m/d/yyyy", "31/3/2024"),
        ("m/d/yyyy", "3-4-2024"),
        ("m/d/yyyy", "3/4/20245"),
        ("m/d/yyyy", "3/4/2024 25:00"),
        ("m/d/yyyy", "3/4/2024 soon"),
        ("d-mmm-yyyy", "4-Marsh-2024"),
        ("d/m/yyyy", "31/2/2024"),
        ("m/d/yyyy", ""),
    ],
)
def test_another_text_is_no_date(form: str, text: str) -> None:
    assert date_form(form).read(text, ZONE) is None


@pytest.mark.parametrize("form", ["m/d", "m/d/m/yyyy", "month/day/year", "%H:%M", "yyyy-mm-dd hh:mm", "", "%m/%d/%Q"])
def test_a_form_names_day_month_and_year_once(form: str) -> None:
    with pytest.raises(ValueError, match=r"write (it|the date only)"):
        date_form(form)


def test_parts_without_a_sign_between_them_have_all_their_digits() -> None:
    assert date_form("mmddyyyy").read("01122024") == date(2024, 1, 12)
    assert date_form("%d%m%Y").read("12012024") == date(2024, 1, 12)
    assert date_form("mmddyyyy").read("1122024") is None


def test_numbers_of_days_and_seconds_are_dates() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    for text, day in (("45291", "2023-12-31"), ("45291.99", "2023-12-31"), ("1", "1899-12-31")):
        assert str(date_form("excel").read(text, zone)) == day
    for text in ("1704038400", "1704038400000", "1704038400.5"):
        assert str(date_form("UNIX").read(text, zone)) == "2024-01-01"
    assert str(date_form("unix").read("1704038400")) == "2023-12-31"
    for text in ("", "-5", "2024-01-01", "9999999999999"):
        assert date_form("excel").read(text, zone) is None
