"""Tables whose dates have words around them, from the table to the history."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import riskmodel as rm
from riskmodel.records.intake import ingest
from riskmodel.starter.first_project import init
from tests.worlds import own_tables

WEEKDAYS = "一二三四五六日"
FORMS: dict[str, Callable[[pd.Timestamp], str]] = {
    "comma": lambda day: f"{day:%d.%m.%Y}, 14:30",
    "weekday": lambda day: f"{day:%Y-%m-%d} 星期{WEEKDAYS[day.weekday()]}",
    "hours": lambda day: f"{day:%d/%m/%Y} 14h30",
    "spreadsheet": lambda day: f'="{day:%Y-%m-%d} 14:30"',
    "spaces": lambda day: f"{day.day}. {day.month}. {day.year}",
    "oracle": lambda day: f"{day:%d-%b-%Y}".upper(),
    "military": lambda day: f"{day:%m/%d/%Y} 1430",
}


@pytest.mark.parametrize("form", FORMS)
def test_each_event_has_its_day(tmp_path: Path, form: str) -> None:
    frame = own_tables.points(400)[["Primary Type", "Latitude", "Longitude"]]
    days = pd.Series(pd.Timestamp("2022-01-03") + pd.to_timedelta(range(400), unit="D"))
    frame.assign(Date=[FORMS[form](day) for day in days]).to_csv(tmp_path / "calls.csv", index=False)
    project = init(tmp_path / "made", tmp_path / "calls.csv").project()
    assert ingest(project, "2024-01-01").total().quarantined == 0
    assert sorted(rm.load_history(project).frame()["occurred"]) == days.tolist()


def test_years_and_chinese_months(tmp_path: Path) -> None:
    months = pd.date_range("2022-01-01", periods=24, freq="MS").repeat(3)
    names = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]
    frame = pd.DataFrame(
        {"年份": months.year, "月份": [f"{names[at - 1]}月" for at in months.month], "派出所": ["东", "西", "南"] * 24, "起数": 2}
    )
    frame.to_csv(tmp_path / "counts.csv", index=False)
    project = init(tmp_path / "made", tmp_path / "counts.csv").project()
    assert ingest(project, "2025-01-01").total().quarantined == 0
    assert rm.load_history(project).frame().groupby("occurred").amount.sum().tolist() == [6] * 24


def test_instants_with_an_offset_behind_words_are_days_of_a_zone(tmp_path: Path) -> None:
    frame = own_tables.points(400)[["Primary Type"]].assign(Beat=["a", "b"] * 200)
    days = pd.Timestamp("2022-01-03") + pd.to_timedelta(range(400), unit="D")
    frame["Date"] = [f"{day:%a %b %d %Y} 20:30:00 GMT-0500 (Eastern Standard Time)" for day in days]
    made = init(tmp_path / "made", frame)
    assert any("state the zone of the place with --time-zone" in one for one in made.decisions.limits)
    project = init(tmp_path / "stated", frame, time_zone="America/New_York").project()
    ingest(project, "2024-01-01")
    assert sorted(rm.load_history(project).frame()["occurred"]) == list(days)
