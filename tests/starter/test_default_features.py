"""Features of a first project: holidays of the country that the time zone tells, each by its name from two years on."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from riskmodel.asof.library import load_features
from riskmodel.asof.vocabulary.public_holidays import yearly_holidays
from riskmodel.starter.first_project import init
from riskmodel.starter.time_zones import country_of
from tests.worlds import own_tables


def names(folder: Path, days: int, **stated: str) -> set[str]:
    """Names of the features that a project of so many days begins with."""
    table = folder / "calls.csv"
    own_tables.points(days=days).to_csv(table, index=False)
    made = init(folder / "city", table, **stated)
    return set(load_features(made.project()).features)


@pytest.mark.parametrize(
    ("days", "zone", "holidays", "named"), [(300, None, 0, 0), (400, None, 1, 0), (800, None, 1, 11), (800, "UTC", 0, 0)]
)
def test_holidays_need_a_year_their_names_two_and_both_a_country(
    days: int, zone: str | None, holidays: int, named: int, tmp_path: Path
) -> None:
    found = names(tmp_path, days, **({"time_zone": zone} if zone else {}))
    assert ("month_first1_7d" in found) == (days >= 364)
    assert ("holidays_us_7d" in found) == bool(holidays)
    assert sum(name.startswith("holiday_us_") for name in found) == named


def test_holidays_of_some_years_only_are_left_out() -> None:
    assert "Juneteenth National Independence Day" not in yearly_holidays("US", 2020, 2024)
    assert "Juneteenth National Independence Day" in yearly_holidays("US", 2022, 2024)
    assert len(yearly_holidays("CN", 2021, 2025)) == 7


def test_a_zone_without_a_country_or_without_a_table_has_none() -> None:
    assert country_of("UTC") is None
    assert country_of("Nowhere/City") is None
    assert country_of("Asia/Shanghai") == "CN"


def test_a_japanese_table_has_the_holidays_of_japan(tmp_path: Path) -> None:
    """Its Chinese characters were taken for Chinese."""
    days = pd.date_range("2022-01-01", periods=400).strftime("%Y-%m-%d")
    made = init(tmp_path / "city", pd.DataFrame({"発生年月日": days, "市区町村": "新宿区", "手口": "自転車盗"}))
    chosen = {one.subject: one.choice for one in made.decisions.made}
    assert (chosen["time zone"], chosen["public holidays"]) == ("Asia/Tokyo", "JP")
