"""First and last weeks or months of which a table holds only a part."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskmodel.starter.first_project import init


def limits(table: pd.DataFrame, folder: Path) -> str:
    return "\n".join(init(folder, table).decisions.limits)


def counts(first: str, last: str, period: str) -> pd.DataFrame:
    """Return counts of the events of every day from the first to the last."""
    rng, days = np.random.default_rng(4), pd.date_range(first, last)
    rows = pd.DataFrame({"day": days.repeat(8), "district": np.tile([f"D{at}" for at in range(8)], len(days))})
    rows["count"] = rng.poisson(2.0, len(rows))
    if period == "month":
        rows["month"] = rows["day"].dt.strftime("%Y-%m")
    else:
        rows["week_start"] = (rows["day"] - pd.to_timedelta(rows["day"].dt.day_of_week, "D")).dt.strftime("%Y-%m-%d")
    return rows.groupby([rows.columns[-1], "district"])["count"].sum().reset_index()


@pytest.mark.parametrize("period", ["month", "week"])
def test_whole_periods_are_not_named(tmp_path: Path, period: str) -> None:
    # both days begin or end a week and a month
    found = limits(counts("2021-02-01", "2023-12-31", period), tmp_path / "made")
    assert "only a part of it" not in found


def test_a_last_month_of_twelve_days_is_named(tmp_path: Path) -> None:
    table = counts("2021-06-01", "2023-06-12", "month")
    seen = table.loc[table["month"] == "2023-06", "count"].sum()
    found = limits(table, tmp_path / "made")
    assert f"The last month of 'the frame', from 2023-06-01 on, has {seen} events where the 12 months before let" in found
    assert "the next forecasts come out too low: remove its rows" in found
    assert "The first month" not in found


def test_a_first_week_of_two_days_is_named(tmp_path: Path) -> None:
    table = counts("2022-01-01", "2023-12-31", "week")
    seen = table.loc[table["week_start"] == "2021-12-27", "count"].sum()
    found = limits(table, tmp_path / "made")
    assert f"The first week of 'the frame', from 2021-12-27 on, has {seen} events where the 12 weeks after let" in found
    assert "The last week" not in found


@pytest.mark.parametrize("period", ["month", "week"])
def test_periods_at_the_end_without_any_event_are_named(tmp_path: Path, period: str) -> None:
    table = counts("2021-02-01", "2023-12-31", period)
    name = table.columns[0]
    to_come = sorted(table[name].unique())[-3:]
    table.loc[table[name].isin(to_come), "count"] = 0
    found = limits(table, tmp_path / "made")
    first = to_come[0] if period == "week" else f"{to_come[0]}-01"
    assert f"The last 3 {period}s of 'the frame', from {first} on, have no event at all, where the {period}s before have" in found
    assert "only a part of it" not in found


def test_days_at_the_end_without_any_event_are_named(tmp_path: Path) -> None:
    days = pd.date_range("2023-01-01", "2023-12-31")
    table = pd.DataFrame({"day": days.repeat(4), "district": np.tile(list("abcd"), len(days))})
    table["count"] = np.random.default_rng(4).poisson(2.0, len(table))
    assert "let" not in limits(table, tmp_path / "whole")
    table.loc[table["day"] > "2023-12-10", "count"] = 0
    assert "The last 28 days of 'the frame' have" in limits(table, tmp_path / "made")
    assert "events where the 91 days before let" in limits(table, tmp_path / "again")
