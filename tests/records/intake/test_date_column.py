"""Dates as exports write them, one by one and as columns."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from riskmodel.base.date_forms import date_form
from riskmodel.base.days import NEVER, to_day, to_iso
from riskmodel.records.intake.columns.date_column import EMPTY, UNREADABLE, read_day, read_days
from riskmodel.records.intake.columns.text_column import Column

dates = st.dates(date(1900, 1, 1), date(2200, 12, 31))


FORMS = (
    "{0:%Y-%m-%d}",
    "{0.year}/{0.month}/{0.day}",
    "{0.year}.{0.month}.{0.day}",
    "{0:%Y%m%d}",
    "{0.year}年{0.month}月{0.day}日",
    "{0:%Y-%m-%d} 23:59:59",
    "{0:%Y-%m-%d}T08:00",
)


@given(dates, st.sampled_from(FORMS))
def test_a_date_is_read_in_every_form(day: date, form: str) -> None:
    assert read_day(form.format(day)) == to_day(day)


@given(dates)
def test_a_week_or_month_is_its_last_day(day: date) -> None:
    assert read_day(day.isoformat(), "week") == to_day(day) + 6
    following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    for form in ("{0:%Y-%m}", "{0.year}/{0.month}", "{0:%Y%m}", "{0.year}年{0.month}月", "{0:%Y-%m-%d}"):
        assert read_day(form.format(day), "month") == to_day(following) - 1


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2024-02-30", "2023-02-29", "2024-13-01", "2024-00-10", "202411", "2024113", "2024-1", "2024-01/02", "2024-01-31 or so", "20240131x", "1899-12-31", "2201-01-01", "99999-01-01", "45322", "2024-01-32", "-2024-01-01", "2024年1月", "31.01.2024"],
)  # fmt: skip
def test_what_is_no_date_is_beyond_all_days(text: str) -> None:
    assert read_day(text) >= NEVER - 1


def test_a_leap_day_is_a_day_in_leap_years_only() -> None:
    assert to_iso(read_day("2024-02-29")) == "2024-02-29"
    assert read_day("2100-02-29") >= NEVER - 1
    assert to_iso(read_day("2024-02", "month")) == "2024-02-29"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-01-31T17:00:00Z", "2024-02-01"),
        ("2024-01-31T15:59:59.999Z", "2024-01-31"),
        ("2024-01-31 23:00:00+08:00", "2024-01-31"),
        ("2024-02-01T00:30+09:00", "2024-01-31"),
        ("2024-01-31 23:00:00", "2024-01-31"),
    ],
)
def test_an_instant_is_a_day_in_the_projects_time_zone(text: str, day: str) -> None:
    assert to_iso(read_day(text, zone=ZoneInfo("Asia/Shanghai"))) == day


@settings(deadline=None)  # the first call imports arrow
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["2024-02-29", "2024-02-30", "2023-12-31 23:59:59", "2023-13-01", "2024-01-31T08:00:00"]),
            st.booleans(),
        ),
        max_size=30,
    ),
    st.sampled_from(["day", "week", "first", "month"]),
)
def test_columns_of_dates_are_read_as_each_date_is(rows: list[tuple[str, bool]], period: str) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    values = [
        *(text for text, _ in rows),
        "2024-01-31 20:00+00",
        "20240131",
        "2024年1月31日",
        "x",
        "1899-12-31",
        "2200-12-31",
        "2201-01-01",
        "",
    ]
    column = Column(np.array([*range(len(values)), -1], dtype=np.int32), values)
    assert read_days(column, zone, period).tolist() == [*(read_day(text, period, zone) for text in values), EMPTY]


@settings(deadline=None)
@example([(9, " ")], False)
@example([(9, " "), (11, " ")], False)
@given(st.lists(st.tuples(st.integers(0, 18), st.sampled_from("0123456789-: T/:Ax")), max_size=3), st.booleans())
def test_a_column_with_damaged_dates_is_read_as_each_of_them(signs: list[tuple[int, str]], short: bool) -> None:
    text = list("2024-02-29 23:59:59")
    for at, sign in signs:
        text[at] = sign
    values = [
        "".join(text)[: 10 if short else 19],
        "2024-12-31 24:00:00",
        "2024-12-31 23:60:00",
        "2024-12-31 23:59:60",
        "2024-12-31T23:59:59",
    ]
    zone = ZoneInfo("Asia/Shanghai")
    column = Column(np.arange(len(values), dtype=np.int32), values)
    assert read_days(column, zone).tolist() == [read_day(text, zone=zone) for text in values]


def test_a_week_of_the_calendar_ends_on_its_sunday() -> None:
    assert read_day("2024-W05", "week") == to_day("2024-02-04")
    assert read_day("2024w05", "week") == to_day("2024-02-04")
    assert read_day("2021-W53", "week") == UNREADABLE
    assert read_day("2024-W05") == UNREADABLE


@pytest.mark.parametrize("form", [None, "m/d/yyyy", "d.m.yyyy", "d mmm yyyy", "excel"])
def test_a_time_of_day_does_not_change_the_day(form: str | None) -> None:
    days = ["2024-01-31", "1/31/2024", "31.1.2024", "31 Jan 2024", "2024年1月31日", "20240131", "45291", "x"]
    times = [
        "",
        " 23:59",
        "T00:00:00",
        " 7:05",
        "  7:05",
        "T 7:05",
        " 2 23:59:59",
        " 10:00:00 08:00",
        " 11:30 PM",
        " 24:00",
        " 25:00",
        " 10:61",
        " 10:00Z",
        " 10:00 +09:00",
        " 10:00:00.5",
    ]
    texts = [day + time for day in days for time in times]
    stated = None if form is None else date_form(form)
    column = Column(np.arange(len(texts), dtype=np.int32), texts)
    assert read_days(column, ZoneInfo("Asia/Shanghai"), form=stated).tolist() == [
        read_day(text, zone=ZoneInfo("Asia/Shanghai"), form=stated) for text in texts
    ]


@pytest.mark.parametrize(
    "text",
    [
        "2024-W05",
        "2024W05",
        "2024 W5",
        "2024年第5周",
        "2024第5周",
        "2024-w05",
        "2024 KW 5",
        "KW 5/2024",
        "Week 05, 2024",
        "2024년 5주",
        "2024年第5週",
    ],
)
def test_a_week_is_named_in_several_ways(text: str) -> None:
    assert read_day(text, "week") == to_day("2024-02-04")
    assert read_day(text) == UNREADABLE
