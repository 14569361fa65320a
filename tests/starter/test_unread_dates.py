"""What a column that is called a date holds, where it cannot be read as such."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from riskmodel.base.errors import UsageError
from riskmodel.starter.first_project import init

WEEKS = pd.date_range("2022-01-03", periods=60, freq="7D")


@pytest.mark.parametrize(
    ("name", "written", "said"),
    [
        ("quarter", lambda d: f"{d.year}Q{d.quarter}", "'quarter' names quarters, which are no period here"),
        ("季度", lambda d: f"{d.year}年第{d.quarter}季度", "'季度' names quarters"),
        (
            "week",
            lambda d: f"{d:%Y-%m-%d} - {d + pd.Timedelta(days=6):%Y-%m-%d}",
            "'week' names a span of days: keep its first day",
        ),
        ("date", lambda d: f"{d:%d/%m}", "'date' holds days without a year"),
        (
            "date",
            lambda d: f"{d.day:02d}/{d.month:02d}/{d.year + 543}",
            "'date' counts the years of the Buddhist calendar: subtract 543",
        ),
        ("發生日期", lambda d: f"{d.year - 1911}{d:%m%d}", "seems to count the years of the Republic of China: add 1911"),
        ("發生日期", lambda d: f"{d.year - 1911}/{d:%m/%d}", "seems to count the years of the Republic of China: add 1911"),
        ("発生日", lambda d: f"令和{d.year - 2018}年{d.month}月{d.day}日", "'発生日' counts the years of an era"),
        ("year", lambda d: f"{d.year}", "'year' names years only"),
        ("yearweek", lambda d: f"{d:%G%V}", "may be a year and a week: write them as 2024-W05"),
        ("date", lambda d: f"{d:%Y-%m-%d 10:00} EST", "holds the short name of a time zone"),
        ("date", lambda d: f"{d:%a %b %d 10:00:00} EDT {d:%Y}", "holds the short name of a time zone"),
        ("発生日", lambda d: f"令和元年{d.month}月{d.day}日", "'発生日' counts the years of an era"),
        ("date", lambda d: f"{d:%Y-%j}", "'date' holds years and numbers of a day in them"),
        ("时间", lambda d: f"{d:%Y年%m月}上旬", "'时间' names thirds of a month"),
        ("时间", lambda d: f"{d.month}月{d.day}日", "'时间' holds days without a year"),
        ("Quarter", lambda d: f"{d.year}/{(d.year + 1) % 100} Q{d.quarter}", "'Quarter' names quarters"),
        ("Fiscal Week", lambda d: f"FY{d:%y} W{d:%V}", "'Fiscal Week' counts years or weeks that begin in another month"),
        ("财年", lambda d: f"{d.year}", "'财年' counts years or weeks that begin in another month"),
        ("วันที่", lambda d: f"{d:%d/%m/}{d.year + 543}", "counts the years of the Buddhist calendar"),
        ("تاریخ", lambda d: f"{d.year - 621}/{d:%m/%d}", "counts the years of another calendar"),
        ("date", lambda d: f"D{d:%Y-%j}", r"have a form such as 'a9999-999' \(9 for a digit, a for a letter\)"),
    ],
)
def test_the_refusal_says_what_the_column_holds(
    tmp_path: Path, name: str, written: Callable[[pd.Timestamp], str], said: str
) -> None:
    frame = pd.DataFrame({name: [written(day) for day in WEEKS], "area": ["A", "B"] * 30, "count": range(60)})
    with pytest.raises(UsageError, match=rf"No column of 'the frame' holds dates\..*{said}.* Name one with --date"):
        init(tmp_path / "made", frame)
