"""Dates of which a part stands in another column."""

from __future__ import annotations

import pandas as pd
import pytest

from riskmodel.starter.parted_dates import parted_dates
from riskmodel.starter.table_columns import read_frame_table

DAYS = pd.date_range("2022-01-01", periods=500)
ISO = DAYS.strftime("%Y-%m-%d").tolist()


@pytest.mark.parametrize(
    ("form", "name"), [("%m-%d", "日期"), ("%m月%d日", "案发时间"), ("%d/%m", "Fecha"), ("%d %b", "Date"), ("%B %d", "Date")]
)
def test_days_beside_a_year(form: str, name: str) -> None:
    year = "年" if name > "z" else "Year"
    found = parted_dates(read_frame_table(pd.DataFrame({year: DAYS.year, name: DAYS.strftime(form), "beat": "a"}), "calls"))
    assert found is not None
    assert found.columns == {name: ISO, "beat": ["a"] * len(ISO)}


@pytest.mark.parametrize(("form", "name"), [("%Y-%m", "工作表"), ("%Y%m", "月份"), ("%b %Y", "Month")])
def test_days_beside_a_month(form: str, name: str) -> None:
    day = "day" if name == "Month" else "日"
    found = parted_dates(read_frame_table(pd.DataFrame({name: DAYS.strftime(form), day: DAYS.day}), "calls"))
    assert found is not None
    assert list(found.columns.values()) == [ISO]


def test_what_says_too_little_stays_as_it_is() -> None:
    """Days up to 12 in two orders, days of a week, and whole dates."""
    first = DAYS[DAYS.day <= 12]
    for columns in (
        {"year": first.year, "date": first.strftime("%d/%m")},
        {"month": DAYS.strftime("%Y-%m"), "day": DAYS.day_of_week + 1},
        {"year": DAYS.year, "date": DAYS.strftime("%d/%m/%Y")},
        {"date": DAYS, "day": DAYS.day},
    ):
        assert parted_dates(read_frame_table(pd.DataFrame(columns), "calls")) is None
