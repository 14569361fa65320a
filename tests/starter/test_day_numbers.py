"""Day numbers of workbooks, which count from 1900 or from 1904."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from riskmodel.base.days import to_iso
from riskmodel.base.errors import UsageError
from riskmodel.records.intake import ingest
from riskmodel.records.store import load_history
from riskmodel.starter.first_project import init

ROWS = 900
DAYS = pd.Timestamp("2022-01-03") + pd.to_timedelta(np.sort(np.random.default_rng(6).integers(0, 700, ROWS)), unit="D")
FIRST = pd.Timestamp("1904-01-01")


def workbook(path: Path, as_dates: bool, epoch: int = 1904, titles: int = 0) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    if epoch == 1904:
        book.epoch = CALENDAR_MAC_1904
    for _ in range(titles):
        sheet.append(["Calls of the city"])
    sheet.append(["Date", "Beat"])
    first = FIRST if epoch == 1904 else pd.Timestamp("1899-12-30")
    for at, day in enumerate(DAYS):
        sheet.append([day.to_pydatetime() if as_dates else (day - first).days, "ABC"[at % 3]])
    book.save(path)


@pytest.mark.parametrize("epoch", [1900, 1904])
@pytest.mark.parametrize("as_dates", [False, True])
@pytest.mark.parametrize("titles", [0, 2])
def test_dates_of_a_workbook_are_those_that_it_shows(tmp_path: Path, epoch: int, as_dates: bool, titles: int) -> None:
    workbook(tmp_path / "c.xlsx", as_dates, epoch, titles)
    made = init(tmp_path / "made", tmp_path / "c.xlsx")
    ingest(made.project(), "2030-01-01")
    days = load_history(made.project()).occurred
    assert (to_iso(int(days.min())), to_iso(int(days.max()))) == (f"{DAYS[0]:%Y-%m-%d}", f"{DAYS[-1]:%Y-%m-%d}")
    assert not any("excel1904" in one for one in made.decisions.limits)


def test_a_form_that_counts_from_another_year_than_the_workbook_is_refused(tmp_path: Path) -> None:
    workbook(tmp_path / "c.xlsx", as_dates=False)
    made = init(tmp_path / "made", tmp_path / "c.xlsx", dates="excel")
    stated = tmp_path / "made" / "riskmodel.toml"
    assert 'dates = "excel1904"' in stated.read_text()
    stated.write_text(stated.read_text().replace('"excel1904"', '"excel"'))
    with pytest.raises(UsageError, match=r"counts days from 1904, .* Set dates = 'excel1904' of the source"):
        ingest(made.project(), "2030-01-01")
    workbook(tmp_path / "c.xlsx", as_dates=False, epoch=1900)
    stated.write_text(stated.read_text().replace('"excel"', '"excel1904"'))
    with pytest.raises(UsageError, match=r"counts days from 1900, .* Set dates = 'excel' of the source"):
        ingest(made.project(), "2030-01-01")


def test_day_numbers_without_a_form_name_that_of_the_workbook(tmp_path: Path) -> None:
    workbook(tmp_path / "c.xlsx", as_dates=False)
    made = init(tmp_path / "made", tmp_path / "c.xlsx")
    stated = tmp_path / "made" / "riskmodel.toml"
    stated.write_text(stated.read_text().replace('dates = "excel1904"\n', ""))
    report = ingest(made.project(), "2030-01-01")
    assert report.exit_code == 1
    assert "looks like day numbers of a spreadsheet: set dates = 'excel1904' of the source" in " ".join(
        one.said for one in report.alerts
    )


def test_day_numbers_of_a_text_file_are_doubted(tmp_path: Path) -> None:
    frame = pd.DataFrame({"Date": (DAYS - FIRST).days, "Beat": np.arange(ROWS) % 3})
    frame.to_csv(tmp_path / "c.csv", index=False)
    made = init(tmp_path / "made", tmp_path / "c.csv")
    assert any("read as days counted from 1900" in one and "so the first is 2018-01-02" in one for one in made.decisions.limits)
    made = init(tmp_path / "other", tmp_path / "c.csv", dates="excel1904")
    ingest(made.project(), "2030-01-01")
    assert to_iso(int(load_history(made.project()).occurred.min())) == f"{DAYS[0]:%Y-%m-%d}"
