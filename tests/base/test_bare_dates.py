"""Dates with weekdays, words and units around them."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from riskmodel.base.bare_dates import bare_date
from riskmodel.base.date_forms import date_form
from riskmodel.base.day_texts import read_clock, read_date
from riskmodel.base.personal_data.forbidden_values import PHONE, forbidden

DAY = date(2024, 3, 5)


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-05 星期二", "2024/3/5（周二） 14:30", "2024/3/5(火)", "２０２４－０３－０５ １４：３０", "2024 年 3 月 5 日 14时30分", "2024年3月5日 晚上10:30",
        '="2024-03-05 14:30"', "'2024-03-05", "2024. 03. 05.", "2024. 3. 5. 14:30", "2024년 3월 5일 오후 2:30", "2024-03-05 kl. 14.30",
        "ngày 5 tháng 3 năm 2024", "2024-03-05 22:00~23:00", "2024-03-05, 14:30", "2024-03-05 14h30",
        "24年3月5日", "2024年3月5日14时20分许", "2024年3月5日 约14点半左右", "2024-3-5 中午12:30", "2024年3月5日夜间",
    ],
)  # fmt: skip
def test_the_year_first(text: str) -> None:
    assert read_date(text) == DAY


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("d.m.yyyy", "05.03.2024, 14:30"), ("d.m.yyyy", "05.03.2024 14:30 Uhr"), ("d.m.yyyy", "Di., 05.03.2024"), ("d/m/yyyy", "martedì 05/03/2024"), ("d.m.yyyy", "úterý 05.03.2024"), ("d.m.yyyy", "5. 3. 2024"),
        ("d.m.yyyy", "05.03.2024 r."), ("d.m.yyyy", "05.03.2024 г."), ("d.m.yyyy", "5.3.2024 klo 14.30"), ("d.m.yy", "05.03.24 kl. 14:30"),
        ("d/m/yyyy", "05/03/2024 14h30"), ("d/m/yyyy", "05/03/2024 à 14:30"), ("d/m/yyyy", "05/03/2024 02:30 p. m."), ("d/m/yyyy", "5/3/2024 2:30 μμ"),
        ("m/d/yyyy", "03/05/2024 at 02:30 PM"), ("m/d/yyyy", "03/05/2024 - 1430 hrs"), ("m/d/yyyy", "03/05/2024 1430"), ("m/d/yyyy", "Tue 3/5/2024"),
        ("mmm d, yyyy", "March 5th, 2024"), ("mmm d, yyyy", "Tue Mar 05 14:30:21 2024"), ("mmm d, yyyy", "Mar-05-2024"), ("mmm d, yyyy", "Mar 5, 2024 at 2:30 PM"),
        ("d mmm yyyy", "5 марта 2024 г."), ("d mmm yyyy", "5 marca 2024"), ("d mmm yyyy", "5 maart 2024"), ("d mmm yyyy", "5 Mart 2024"), ("d mmm yyyy", "5 Maret 2024"),
        ("d mmm yyyy", "05/Mar/2024:14:30:21"), ("d mmm yyyy", "8 Mar 2024, 14:30"), ("yyyy mmm d", "2024-Mar-05"), ("d mmm yyyy", "sabato 8 marzo 2024"), ("d mmm yyyy", "domenica 5 marzo 2024"),
        ("d mmm yyyy", "05MAR2024"), ("d mmm yyyy", "05MAR2024:14:30:21"), ("d mmm yyyy", "05mar2024 14:30:21"), ("d mmm yy", "05MAR24"), ("yyyy mmm d", "2024. március 5."),
        ("d.m.yyyy", "05.03.2024."), ("d.m.yyyy", "5. 3. 2024. 14:30"), ("d/m/yyyy", "w/c 05/03/2024"), ("d/m/yyyy", "Week commencing 05/03/2024"), ("d mmm yyyy", "5. maaliskuuta 2024"),
        ("excel", "45356,604167"), ("excel", "45356.604167"),
    ],
)  # fmt: skip
def test_a_stated_form(form: str, text: str) -> None:
    assert date_form(form).read(text) == (DAY.replace(day=8) if "8 mar" in text.lower() else DAY)


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("05/03/2024 11:45 SA", 11), ("05/03/2024 11:45 CH", 23), ("05/03/2024 11:45 ص", 11), ("05/03/2024 11:45 م", 23), ("05/03/2024 11:45p", 23), ("05/03/2024 11:45a", 11),
        ("05/03/2024 11:45 ÖS", 23), ("05/03/2024 12:10 öö", 0),
    ],
)  # fmt: skip
def test_halves_of_the_day_in_other_languages(text: str, hour: int) -> None:
    clock = read_clock(bare_date(text).removeprefix("05/03/2024"))
    assert clock is not None
    assert clock.time.hour == hour
    assert date_form("d/m/yyyy").read(text) == DAY


@pytest.mark.parametrize(
    ("text", "zone", "day"),
    [
        ("2024-03-05 23:30 EST", "UTC", 6), ("2024-03-05 23:30 EST", "America/New_York", 5), ("2024-07-05 23:30:00 EDT", "America/New_York", 5), ("2024-07-05 23:30 CEST", "UTC", 5),
        ("2024-03-05 23:30 CET", "Europe/Berlin", 5), ("2024-03-05 20:00 JST", "Europe/Berlin", 5), ("2024-03-05 05:00 JST", "Europe/Berlin", 4),
    ],
)  # fmt: skip
def test_short_names_of_zones_that_mean_one_offset(text: str, zone: str, day: int) -> None:
    found = read_date(text, zone=ZoneInfo(zone))
    assert found is not None
    assert found.day == day
    assert read_date(text) is None


@pytest.mark.parametrize("name", ["CST", "PST", "IST", "BST", "AST", "XYZ"])
def test_short_names_that_the_zone_does_not_have_are_not_read(name: str) -> None:
    assert read_date(f"2024-03-05 14:30 {name}", zone=ZoneInfo("Asia/Tokyo")) is None


def test_a_comma_before_three_digits_of_a_day_number_may_part_thousands() -> None:
    assert date_form("excel").read("45,356") is None


def test_instants_in_digits_and_days_of_weeks() -> None:
    assert read_date("202403051430") == read_date("20240305143021") == read_date("2024-W10-2") == read_date("2024W102") == DAY
    assert read_date("202413051430") is None
    assert read_date("2024-W60-1") is None


def test_an_offset_stays() -> None:
    text = "Tue Mar 05 2024 20:30:00 GMT-0500 (Eastern Standard Time)"
    assert date_form("mmm d, yyyy").read(text) is None
    assert date_form("mmm d, yyyy").read(text, ZoneInfo("UTC")) == date(2024, 3, 6)


@pytest.mark.parametrize(
    "text",
    ["2024-03-05 - 2024-03-06", "5/3/2024 - 6/3/2024", "R6.3.5", "R 6.3.5", "week 5 2024", "circa 2024-03-05", "2024-03-05 (Li Lei)"],
)  # fmt: skip
def test_what_changes_the_day_or_is_no_date_stays(text: str) -> None:
    assert bare_date(text) == text
    assert read_date(text) is None
    assert all(date_form(form).read(text) is None for form in ("m/d/yyyy", "d/m/yyyy", "d.m.yy", "mmm d, yyyy"))


@pytest.mark.parametrize("text", ["13/10/2023 1:05 μμ", "13/10/2023 1105", "13/10/2023 - 1105 hrs"])
def test_a_date_is_no_telephone_number(text: str) -> None:
    assert forbidden(text) is None


@pytest.mark.parametrize("text", ["138 1234 5678", "13/10/2023 13812345678", "13812345678 hrs"])
def test_a_telephone_number_is_one(text: str) -> None:
    assert forbidden(text) == PHONE
