"""Dates with weekdays, words and units around them."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from riskmodel.base.bare_dates import bare_date
from riskmodel.base.date_forms import date_form
from riskmodel.base.day_texts import read_date
from riskmodel.base.personal_data.forbidden_values import forbidden

DAY = date(2024, 3, 5)


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-05 星期二", "2024/3/5（周二） 14:30", "2024/3/5(火)", "２０２４－０３－０５ １４：３０", "2024 年 3 月 5 日 14时30分", "2024年3月5日 晚上10:30",
        '="2024-03-05 14:30"', "'2024-03-05", "2024. 03. 05.", "2024. 3. 5. 14:30", "2024년 3월 5일 오후 2:30", "2024-03-05 kl. 14.30",
        "ngày 5 tháng 3 năm 2024", "2024-03-05 22:00~23:00", "2024-03-05, 14:30", "2024-03-05 14h30",
    ],
)  # fmt: skip
def test_the_year_first(text: str) -> None:
    assert read_date(text) == DAY


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("d.m.yyyy", "05.03.2024, 14:30"), ("d.m.yyyy", "05.03.2024 14:30 Uhr"), ("d.m.yyyy", "Di., 05.03.2024"), ("d.m.yyyy", "5. 3. 2024"),
        ("d.m.yyyy", "05.03.2024 r."), ("d.m.yyyy", "05.03.2024 г."), ("d.m.yyyy", "5.3.2024 klo 14.30"), ("d.m.yy", "05.03.24 kl. 14:30"),
        ("d/m/yyyy", "05/03/2024 14h30"), ("d/m/yyyy", "05/03/2024 à 14:30"), ("d/m/yyyy", "05/03/2024 02:30 p. m."), ("d/m/yyyy", "5/3/2024 2:30 μμ"),
        ("m/d/yyyy", "03/05/2024 at 02:30 PM"), ("m/d/yyyy", "03/05/2024 - 1430 hrs"), ("m/d/yyyy", "03/05/2024 1430"), ("m/d/yyyy", "Tue 3/5/2024"),
        ("mmm d, yyyy", "March 5th, 2024"), ("mmm d, yyyy", "Tue Mar 05 14:30:21 2024"), ("mmm d, yyyy", "Mar-05-2024"), ("mmm d, yyyy", "Mar 5, 2024 at 2:30 PM"),
        ("d mmm yyyy", "5 марта 2024 г."), ("d mmm yyyy", "5 marca 2024"), ("d mmm yyyy", "5 maart 2024"), ("d mmm yyyy", "5 Mart 2024"), ("d mmm yyyy", "5 Maret 2024"),
        ("d mmm yyyy", "05/Mar/2024:14:30:21"), ("d mmm yyyy", "8 Mar 2024, 14:30"), ("yyyy mmm d", "2024-Mar-05"),
    ],
)  # fmt: skip
def test_a_stated_form(form: str, text: str) -> None:
    assert date_form(form).read(text) == (DAY.replace(day=8) if text[0] == "8" else DAY)


def test_an_offset_stays() -> None:
    text = "Tue Mar 05 2024 20:30:00 GMT-0500 (Eastern Standard Time)"
    assert date_form("mmm d, yyyy").read(text) is None
    assert date_form("mmm d, yyyy").read(text, ZoneInfo("UTC")) == date(2024, 3, 6)


@pytest.mark.parametrize(
    "text",
    ["2024-03-05 - 2024-03-06", "5/3/2024 - 6/3/2024", "R6.3.5", "R 6.3.5", "week 5 2024", "circa 2024-03-05", "Tue Mar 05 14:30:21 EST 2024", "2024-03-05 (Li Lei)"],
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
    assert forbidden(text) is not None
