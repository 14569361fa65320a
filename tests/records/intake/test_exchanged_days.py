"""Dates of which a spreadsheet program exchanged day and month are refused."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from riskmodel.base.date_forms import DateForm, date_form
from riskmodel.base.errors import UsageError
from riskmodel.records.intake.columns.exchanged_days import refuse_exchanged
from riskmodel.records.intake.columns.text_column import Column

DAYS = [date(2024, 1, 1) + timedelta(days=at) for at in range(200)]


def column(texts: list[str]) -> Column:
    return Column(np.arange(len(texts), dtype=np.int32), texts)


def exchanged(day: date) -> str:
    """The date as a program of the United States reads day/month/year."""
    return date(day.year, day.day, day.month).isoformat() if day.day <= 12 else f"{day:%d/%m/%Y}"


@pytest.mark.parametrize("form", ["d/m/yyyy", "%d/%m/%Y"])
def test_days_and_months_that_were_exchanged_are_refused(form: str) -> None:
    texts = column([exchanged(day) for day in DAYS])
    with pytest.raises(
        UsageError,
        match=r"'day' holds 116 different dates written as .*, all with a day above 12, and 84 that begin with the year",
    ):
        refuse_exchanged("day", texts, date_form(form))


@pytest.mark.parametrize(
    ("texts", "form"),
    [
        ([f"{day:%d/%m/%Y}" for day in DAYS], "d/m/yyyy"),
        ([day.isoformat() for day in DAYS], None),
        ([day.isoformat() for day in DAYS], "yyyy-m-d"),
        ([day.isoformat() if day.month < 4 else f"{day:%d/%m/%Y}" for day in DAYS], "d/m/yyyy"),
        ([exchanged(day) for day in DAYS[:20]], "d/m/yyyy"),
    ],
)
def test_other_dates_are_accepted(texts: list[str], form: str | None) -> None:
    refuse_exchanged("day", column(texts), None if form is None else date_form(form))


@pytest.mark.parametrize("form", ["d/m/yyyy", "%d/%m/%Y", "d.m.yyyy"])
def test_an_export_that_changes_the_order_is_refused(form: str) -> None:
    sign = "." if "." in form else "/"
    later = [f"{day:%m{sign}%d{sign}%Y} 14:30" for day in DAYS[100:]]
    with pytest.raises(
        UsageError, match=r"'day' holds 61 different dates that are not .*, as stated, but .*would count in a wrong month"
    ):
        refuse_exchanged("day", column([*(f"{day:%d{sign}%m{sign}%Y} 14:30" for day in DAYS[:100]), *later]), date_form(form))


def test_a_few_slips_are_accepted() -> None:
    texts = [f"{day:%d/%m/%Y}" for day in DAYS]
    refuse_exchanged("day", column([*texts, *(f"{day:%m/%d/%Y}" for day in DAYS[12:20])]), date_form("d/m/yyyy"))


def test_slips_are_counted_by_rows() -> None:
    """Twenty rows of four thousand are slips, although they are a tenth of the different days."""
    right = [f"{day:%d/%m/%Y}" for day in DAYS]
    slips = [f"{day:%m/%d/%Y}" for day in DAYS if day.day > 12][:20]
    codes = np.concatenate([np.tile(np.arange(len(right)), 20), len(right) + np.arange(len(slips))])
    refuse_exchanged("day", Column(codes.astype(np.int32), [*right, *slips]), date_form("d/m/yyyy"))
    with pytest.raises(UsageError, match="20 different dates that are not d/m/yyyy, as stated, but m/d/yyyy"):
        refuse_exchanged("day", Column(codes[-600:].astype(np.int32), [*right, *slips]), date_form("d/m/yyyy"))


@pytest.mark.parametrize("zone", ["", " CST", "+01:00", " Uhr"])
def test_times_of_day_do_not_hide_another_order(zone: str) -> None:
    """Fifteen days in the other order are many rows, however many instants the others have."""
    right = [f"{day:%d/%m/%Y} {hour:02d}:30:00{zone}" for day in DAYS[:60] for hour in range(24)]
    other = [f"{day:%m/%d/%Y} 09:{minute:02d}{zone}" for day in DAYS if day.day > 16 for minute in range(2)]
    with pytest.raises(UsageError, match=r"'day' holds \d\d different dates that are not d/m/yyyy"):
        refuse_exchanged("day", column([*right, *other]), date_form("d/m/yyyy"))


def test_instants_in_the_stated_order_are_not_read_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every row may have another time, so there may be as many texts as rows."""
    monkeypatch.setattr(DateForm, "read", lambda *_: pytest.fail("a text was read"))
    refuse_exchanged("day", column([f"{day:%d/%m/%Y} 14:30 CST" for day in DAYS]), date_form("d/m/yyyy"))
