"""Months, years and quarters in short forms, as names of columns and in a column of their own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import riskmodel as rm
from riskmodel.base.errors import UsageError
from riskmodel.records.intake import ingest
from riskmodel.starter.first_project import NewProject, init
from riskmodel.starter.title_rows import is_data

MONTHS = pd.date_range("2022-01-01", periods=23, freq="MS")
COUNTS = np.random.default_rng(3).poisson(4, (3, 23))
FORMS = (
    "%Y%m", "%Y%m%d", "%b-%y", "%b%Y", "%m/%Y", "%m.%Y", "%YM%m", "%Y_%m", "X%Y.%m", "n_%Y_%m", "%Y年%m月份", "%B %Y", "%Y-%m",
)  # fmt: skip


def wide(names: list[str], **columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"ward": ["A", "B", "C"], **columns, **dict(zip(names, COUNTS.T, strict=True))})


def started(folder: Path, frame: pd.DataFrame, **stated: str) -> NewProject:
    frame.to_csv(folder / "counts.csv", index=False)
    return init(folder / "made", folder / "counts.csv", **stated)


def table(made: NewProject) -> dict[tuple[str, str], int]:
    """Events of each ward and month, as they were ingested."""
    assert ingest(made.project(), "2025-01-01").total().quarantined == 0
    history = rm.load_history(made.project())
    months = history.occurred.astype("datetime64[D]").astype("datetime64[M]").astype(str)
    wards = [history.places.ids[cell] for cell in history.cell]
    return {(ward, month): int(n) for ward, month, n in zip(wards, months, history.amount, strict=True) if n}


TRUTH = {
    (ward, f"{month:%Y-%m}"): int(n)
    for ward, row in zip("ABC", COUNTS, strict=True)
    for month, n in zip(MONTHS, row, strict=True)
    if n
}


@pytest.mark.parametrize("form", FORMS)
def test_one_column_per_month(tmp_path: Path, form: str) -> None:
    assert table(started(tmp_path, wide([month.strftime(form) for month in MONTHS]))) == TRUTH


@pytest.mark.parametrize(
    ("year", "month", "day"), [("{}", "{:%B}", "{}"), ("{}", "{:%b}", ""), ("{}年", "{:%-m}月", "{}日"), ("{}", "{:%m}月份", ""), ("{}.0", "{:%-m}.0", "{}.0")]
)  # fmt: skip
def test_years_months_and_days_in_columns_of_their_own(tmp_path: Path, year: str, month: str, day: str) -> None:
    """With the name of a month and a day, all rows went to quarantine."""
    dates = [(date, ward, int(n)) for ward, row in zip("ABC", COUNTS, strict=True) for date, n in zip(MONTHS, row, strict=True)]
    frame = pd.DataFrame([(ward, year.format(date.year), month.format(date), n) for date, ward, n in dates], columns=["ward", "year", "month", "count"])  # fmt: skip
    made = started(tmp_path, frame.assign(day=day.format(17)) if day else frame)
    assert made.plan.sources[0].roles.dates() == ("year", "month", "day")[: 3 if day else 2]
    assert table(made) == TRUTH


@pytest.mark.parametrize("form", [form for form in FORMS if form[0] not in "Xn"])
def test_months_in_a_column(tmp_path: Path, form: str) -> None:
    long = wide([month.strftime(form) for month in MONTHS]).melt("ward", var_name="month", value_name="count")
    assert table(started(tmp_path, long)) == TRUTH


def test_days_without_a_year_are_no_months_of_short_years(tmp_path: Path) -> None:
    days = pd.date_range("2023-01-01", periods=365)
    frame = pd.DataFrame({"date": days.strftime("%b-%d"), "ward": "A", "count": 1})
    with pytest.raises(UsageError, match="No column of 'counts.csv' holds dates"):
        started(tmp_path, frame)


def test_the_name_of_an_area_is_a_cell_and_two_columns_of_words_are_named(tmp_path: Path) -> None:
    names = [month.strftime("%Y%m") for month in MONTHS]
    frame = wide(names, MajorText=["Theft"] * 3, MinorText=["Bicycle", "Shop", "Other"])
    frame = pd.concat([frame, frame.assign(MajorText="Arson", MinorText="Arson")]).rename(columns={"ward": "LookUp_BoroughName"})
    made = started(tmp_path, frame)
    assert made.plan.cells == ("A", "B", "C")
    assert [one for one in made.decisions.limits if "'MajorText', 'MinorText'" in one and "--kind MajorText" in one]
    (tmp_path / "kinds").mkdir()
    kinds = started(tmp_path / "kinds", frame, kind="MinorText").plan.kinds
    assert {kind.label: kind.events for kind in kinds} == {
        "Arson": COUNTS.sum(),
        **dict(zip(["Bicycle", "Shop", "Other"], COUNTS.sum(axis=1), strict=True)),
    }


@pytest.mark.parametrize(
    ("names", "what"),
    [
        ([f"{year}Q{quarter}" for year in (2021, 2022) for quarter in (1, 2, 3, 4)], "from '2021Q1' to '2022Q4' names quarters"),
        ([str(year) for year in range(2014, 2022)], "from '2014' to '2021' names years only"),
    ],
)
def test_columns_of_quarters_and_years_are_named(tmp_path: Path, names: list[str], what: str) -> None:
    frame = pd.DataFrame({"ward": ["A", "B", "C"], **dict(zip(names, COUNTS.T[:8], strict=True))})
    with pytest.raises(UsageError, match=what):
        started(tmp_path, frame)


@pytest.mark.parametrize(
    "row", [["East", "202401", "7", "202403"], ["East", "2021", "2021", "2021"], ["202401", "202402", "202403"]]
)
def test_numbers_out_of_order_or_alone_are_data(row: list[str]) -> None:
    assert is_data(row)


def test_days_in_order_are_names_whatever_person_number_they_look_like() -> None:
    weeks = [day.strftime("%Y%m%d") for day in pd.date_range("2019-01-08", periods=30, freq="8D")]
    assert not is_data(["ward", *weeks])
    # one number of nine digits among names is data, as that of a person
    assert is_data(["ward", "kind", "312555012"])
