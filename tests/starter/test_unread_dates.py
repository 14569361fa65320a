"""What a column that is called a date holds, where it cannot be read as such."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from riskmodel.base.errors import UsageError
from riskmodel.records.intake import ingest
from riskmodel.records.store import load_history
from riskmodel.starter.first_project import init
from riskmodel.starter.table_columns import read_frame_table
from riskmodel.starter.unread_dates import unread_dates

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
        ("date", lambda d: f"{d:%Y-%m-%d 10:00} XST", "holds the short name of a time zone that can be several"),
        ("date", lambda d: f"{d:%a %b %d 10:00:00} GST {d:%Y}", "holds the short name of a time zone that can be several"),
        ("วันที่", lambda d: f"{d.day} ม.ค. {d.year + 543}", "counts? the years of the Buddhist calendar"),
        ("วันที่", lambda d: f"{d.day} มีนาคม {(d.year + 543) % 100}", "counts? the years of the Buddhist calendar"),
        ("date", lambda d: f"{d.year + 543}{d:%m%d}", "the years of the Buddhist calendar"),
        ("年月", lambda d: f"{d.year - 1911}年{d:%m}月", "seems to count the years of the Republic of China"),
        ("年月", lambda d: f"{d.year - 1911}{d:%m}", "seems to count the years of the Republic of China"),
        ("date", lambda d: f"{d.timestamp() * 1000:.5E}", "holds numbers in scientific notation, which lack their last digits"),
        ("date", lambda d: f"{d.timestamp() * 1e6:.0f}", "seems to count microseconds since 1970"),
        ("Semaine", lambda d: f"{d:%V-%G}", "seems to name weeks with the year behind: write them as 2024-W05"),
        ("week", lambda d: f"{d:%Y-%m-%d}/{d + pd.Timedelta(days=6):%Y-%m-%d}", "'week' names a span of days"),
        (
            "تاریخ",
            lambda d: f"{d.year - 621}/{d:%m/%d}".translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")),
            "counts the years of another calendar",
        ),
        ("発生日", lambda d: f"令和元年{d.month}月{d.day}日", "'発生日' counts the years of an era"),
        ("date", lambda d: f"{d:%Y-%j}", "'date' holds years and numbers of a day in them"),
        (
            "date",
            lambda d: d.strftime("%d.%m.%Y" if d.month % 2 else "%d.%m.%y"),
            r"'date' has values in 2 forms .*: '99\.99\.9999' in \d+ rows, '99\.99\.99' in",
        ),
        (
            "date",
            lambda d: d.strftime("%B %d, %Y" if d.month % 2 else "%d %b %Y"),
            "Write all dates in one form, such as 2024-02-29",
        ),
        ("时间", lambda d: f"{d:%Y年%m月}上旬", "'时间' names thirds of a month"),
        ("时间", lambda d: f"{d.month}月{d.day}日", "'时间' holds days without a year"),
        ("Quarter", lambda d: f"{d.year}/{(d.year + 1) % 100} Q{d.quarter}", "'Quarter' names quarters"),
        ("Fiscal Week", lambda d: f"FY{d:%y} W{d:%V}", "'Fiscal Week' counts years or weeks that begin in another month"),
        (
            "Financial year",
            lambda d: f"FY{d.year % 100}/{d.year % 100 + 1}",
            "'Financial year' counts years or weeks that begin in",
        ),
        ("date", lambda d: f"{d:%d %b}", "'date' holds days without a year: add a column called year"),
        ("date", lambda d: f"{d:%B} {d.day}", "'date' holds days without a year"),
        ("Month", lambda d: f"{d:%B}", "'Month' holds months without a year: add a column called year"),
        ("Year", lambda d: f"{d.year + 543}", "'Year' counts years of the Buddhist calendar: subtract 543"),
        ("年", lambda d: f"民國{d.year - 1911}年", "'年' counts years of the Republic of China: add 1911"),
        ("year", lambda d: f"{d.year - 621}", "'year' counts years of another calendar"),
        ("date", lambda d: f"{d:%d/%m/}{d.year - 621}", "counts the years of another calendar"),
        ("date", lambda d: f"{d.year - 1911}{d:%m%d%H%M}", "seems to count the years of the Republic of China"),
        ("财年", lambda d: f"{d.year}", "'财年' counts years or weeks that begin in another month"),
        ("วันที่", lambda d: f"{d:%d/%m/}{d.year + 543}", "counts the years of the Buddhist calendar"),
        ("تاریخ", lambda d: f"{d.year - 621}/{d:%m/%d}", "counts the years of another calendar"),
        (
            "month",
            lambda d: f"{d.month}",
            "'month' holds months without a year: add what lacks, as the names of files or sheets may say it",
        ),
        ("day", lambda d: f"{d.day}", "'day' holds days without month and year"),
        ("week", lambda d: f"{int(d.strftime('%V'))}", "'week' holds weeks without a year"),
        ("date", lambda d: f"D{d:%Y-%j}", r"have a form such as 'a9999-999' \(9 for a digit, a for a letter\)"),
    ],
)
def test_the_refusal_says_what_the_column_holds(
    tmp_path: Path, name: str, written: Callable[[pd.Timestamp], str], said: str
) -> None:
    frame = pd.DataFrame({name: [written(day) for day in WEEKS], "area": ["A", "B"] * 30, "count": range(60)})
    with pytest.raises(UsageError, match=rf"No column of 'the frame' holds dates\..*{said}.* Name one with --date"):
        init(tmp_path / "made", frame)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("week", lambda d: f"{d:%G} week {d:%V}"),
        ("week", lambda d: f"W{d:%V}/{d:%G}"),
        ("Kalenderwoche", lambda d: f"KW {d:%V} {d:%G}"),
        ("주", lambda d: f"{d:%G}년 {int(d.strftime('%V'))}주"),
        ("Week commencing", lambda d: f"w/c {d:%d/%m/%Y}"),
    ],
)
def test_weeks_in_words_are_weeks(tmp_path: Path, name: str, written: Callable[[pd.Timestamp], str]) -> None:
    days = WEEKS.append(WEEKS + pd.Timedelta(days=7 * len(WEEKS)))
    frame = pd.DataFrame({name: [written(day) for day in days for _ in "AB"], "area": ["A", "B"] * len(days), "count": 2})
    made = init(tmp_path / "made", frame, date=name)
    assert next(one.choice for one in made.decisions.made if one.subject == "period of a row") == "week"
    assert ingest(made.project(), "2025-01-01").total().accepted == len(frame)
    occurred = load_history(made.project()).occurred.astype("datetime64[D]")
    assert sorted(set(occurred.tolist())) == [day.date() + pd.Timedelta(days=6) for day in days]


@pytest.mark.parametrize(("form", "order"), [("%d%m%Y", "ddmmyyyy"), ("%m%d%Y", "mmddyyyy")])
def test_eight_digits_that_end_with_the_year_are_dates(tmp_path: Path, form: str, order: str) -> None:
    days = pd.date_range("2022-01-01", periods=500)
    frame = pd.DataFrame({"DT_OCOR": days.strftime(form), "area": ["A", "B"] * 250})
    made = init(tmp_path / "made", frame)
    assert next(one.choice for one in made.decisions.made if one.subject == "date") == f"DT_OCOR as {order}"
    ingest(made.project(), "2025-01-01")
    assert sorted(load_history(made.project()).occurred.astype("datetime64[D]").astype(str)) == list(days.strftime("%Y-%m-%d"))


def test_dates_of_which_a_program_took_some_are_told(tmp_path: Path) -> None:
    days = pd.date_range("2022-01-01", periods=600)
    texts = [str((day - pd.Timestamp("1899-12-30")).days) if day.day <= 12 else f"{day:%d/%m/%Y}" for day in days]
    frame = pd.DataFrame({"date": texts, "area": ["A", "B"] * 300})
    with pytest.raises(
        UsageError,
        match=r"'date' holds day numbers of a spreadsheet in 240 of 600 rows, and other texts in the rest: .* day and month exchanged",
    ):
        init(tmp_path / "made", frame)


def test_months_as_columns_need_their_year() -> None:
    table = read_frame_table(pd.DataFrame({"镇街": ["甲"], **{f"{at}月": [1] for at in range(1, 13)}}), "counts")
    assert unread_dates(table.columns) == (
        " Each of the columns from '1月' to '12月' names a month without its year: add a column called year with the year of each row."
    )
