"""Days of instants that state an offset from UTC, at places without coordinates."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import riskmodel as rm
from riskmodel.records.intake import ingest
from riskmodel.starter.first_project import init

HOURS = pd.Series(pd.Timestamp("2022-03-01") + pd.to_timedelta(np.arange(0, 9_000, 7), unit="h"))


def started(folder: Path, texts: pd.Series) -> tuple[str, dict[str, str], str, Counter[str]]:
    """Return the zone, the decisions, the limits and the events of every day."""
    pd.DataFrame({"Case No": range(len(texts)), "Call Time": texts, "Beat": [f"B{at % 9}" for at in range(len(texts))]}).to_csv(
        folder / "calls.csv", index=False
    )
    made = init(folder / "made", folder / "calls.csv")
    assert ingest(made.project(), "2025-01-01").total().quarantined == 0
    days = rm.load_history(made.project()).occurred.astype("datetime64[D]").astype(str)
    rows = {one.subject: f"{one.choice} {one.reason}" for one in made.decisions.made}
    return made.project().table.time_zone, rows, "\n".join(made.decisions.limits), Counter(days.tolist())


@pytest.mark.parametrize(
    ("zone", "found", "holidays"),
    [
        ("America/Los_Angeles", "America/Los_Angeles", "none several countries have such offsets"),
        ("Europe/Berlin", "Europe/Paris", "none several countries have such offsets"),
        ("Asia/Kathmandu", "Asia/Kathmandu", ""),
        ("Asia/Singapore", "Etc/GMT-8", "none no country"),
        ("America/Bogota", "Etc/GMT+5", "none no country"),
    ],
)
def test_days_are_those_of_a_zone_with_the_stated_offsets(tmp_path: Path, zone: str, found: str, holidays: str) -> None:
    at = HOURS.dt.tz_localize("UTC").dt.tz_convert(zone)
    chosen, rows, limits, days = started(tmp_path, at.astype(str))
    assert chosen == found
    assert days == Counter(at.dt.strftime("%Y-%m-%d"))
    assert rows["public holidays"].startswith(holidays)
    assert f"Days of instants are counted in {found}, whose offsets from UTC the dates have" in limits


def test_instants_of_utc_say_nothing_of_the_place(tmp_path: Path) -> None:
    chosen, _, limits, days = started(tmp_path, HOURS.dt.strftime("%Y-%m-%dT%H:%M:%SZ"))
    assert chosen == "UTC"
    assert days == Counter(HOURS.dt.strftime("%Y-%m-%d"))
    assert "Instants with an offset are counted as days of UTC; state the zone of the place with --time-zone." in limits


def test_offsets_of_no_zone_are_counted_in_utc(tmp_path: Path) -> None:
    offsets = np.where(np.arange(len(HOURS)) % 2, "+01:00", "-07:00")
    chosen, _, limits, _ = started(tmp_path, HOURS.dt.strftime("%Y-%m-%dT%H:%M:%S") + offsets)
    assert chosen == "UTC"
    assert "counted as days of UTC" in limits


def test_short_names_of_zones_tell_the_zone(tmp_path: Path) -> None:
    local = HOURS.dt.tz_localize("UTC").dt.tz_convert("America/New_York")
    zone, _, _, days = started(tmp_path, local.dt.strftime("%Y-%m-%d %H:%M %Z"))
    assert zone == "America/New_York"
    assert days == Counter(local.dt.strftime("%Y-%m-%d").tolist())


@pytest.mark.parametrize(
    ("zone", "found"),
    [
        ("Asia/Manila", "Etc/GMT-8"),
        ("America/Sao_Paulo", "Etc/GMT+3"),
        ("America/Chicago", "America/Chicago"),
        ("Europe/Berlin", "Europe/Paris"),
        ("Asia/Kolkata", "Asia/Colombo"),
    ],
)
@pytest.mark.parametrize("form", ["text", "unix"])
def test_instants_of_utc_at_one_time_of_day_are_midnights_of_the_place(tmp_path: Path, zone: str, found: str, form: str) -> None:
    local = pd.Series(pd.date_range("2023-01-02", periods=500)).dt.tz_localize(zone)
    utc = local.dt.tz_convert("UTC")
    texts = (
        utc.dt.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        if form == "text"
        else ((utc - pd.Timestamp(0, tz="UTC")) // pd.Timedelta(milliseconds=1))
    )
    chosen, _, _, days = started(tmp_path, texts)
    assert chosen == found
    assert days == Counter(local.dt.strftime("%Y-%m-%d").tolist())


def test_instants_at_several_times_are_no_midnights(tmp_path: Path) -> None:
    utc = pd.Series(pd.date_range("2023-01-02 16:00", periods=500, tz="UTC")) + pd.to_timedelta(np.arange(500) % 3, unit="h")
    zone, _, limits, _ = started(tmp_path, utc.dt.strftime("%Y-%m-%dT%H:%M:%SZ"))
    assert zone == "UTC"
    assert "counted as days of UTC" in limits


def test_a_chinese_table_with_offsets_has_the_holidays_of_china(tmp_path: Path) -> None:
    days = pd.date_range("2022-01-01", periods=500).repeat(4)
    frame = pd.DataFrame(
        {"日期": days.strftime("%Y-%m-%dT%H:%M:%S+08:00"), "网格": ["甲", "乙", "丙", "丁"] * 500, "类别": "盗窃"}
    )
    plan = init(tmp_path / "made", frame).plan
    assert (plan.time_zone, plan.country) == ("Asia/Shanghai", "CN")
