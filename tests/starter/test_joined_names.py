"""Rows about several kinds or cells, sums over several days, and weeks that look like months."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskmodel.base.errors import UsageError
from riskmodel.starter.first_project import init
from tests.worlds import own_tables

CALLS = own_tables.by_cell(900)[["incident_id", "occurred", "offense", "beat"]]
SOME = np.arange(900) % 10 == 0


@pytest.mark.parametrize(
    ("column", "text", "named"),
    [
        ("offense", "burglary; vandalism", True),
        ("offense", "burglary/theft", True),
        ("offense", "theft and burglary", True),
        ("offense", "theft/fraud", False),
        ("offense", "theft, other", False),
        ("offense", "B&E", False),
        ("beat", "0001/0002", True),
        ("beat", "0001-A", False),
    ],
)
def test_texts_of_several_names_are_named(tmp_path: Path, column: str, text: str, named: bool) -> None:
    made = init(tmp_path / "made", CALLS.assign(**{column: np.where(SOME, text, CALLS[column])}))
    assert any("90 rows of 'the frame' name several" in one for one in made.decisions.limits) == named


def daily(name: str, step: str = "D") -> pd.DataFrame:
    dates = pd.date_range("2023-01-02", periods=60, freq=step)
    counts = np.random.default_rng(1).poisson(3, 120)
    return pd.DataFrame({"date": dates.repeat(2).strftime("%Y-%m-%d"), "district": ["A", "B"] * 60, name: counts})


@pytest.mark.parametrize("name", ["cases_7day", "rolling_7d_cases", "7-day total", "28d count", "近7天件数"])
def test_sums_over_several_days_on_every_day_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="are sums over several days by their name"):
        init(tmp_path / "made", daily(name))


@pytest.mark.parametrize(
    ("name", "step"),
    [("7-day total", "7D"), ("count_2023", "D"), ("911 calls count", "D"), ("cases per day", "D"), ("1 day count", "D")],
)
def test_close_names_are_numbers_of_events(tmp_path: Path, name: str, step: str) -> None:
    frame = daily(name, step)
    assert init(tmp_path / "made", frame).plan.target.events == frame[name].sum()


def test_few_weeks_by_number_are_no_months(tmp_path: Path) -> None:
    frame = pd.DataFrame({"week": np.repeat(np.arange(202401, 202411), 3), "cell": ["A", "B", "C"] * 10, "count": 2})
    with pytest.raises(UsageError, match="holds numbers that may be a year and a week"):
        init(tmp_path / "made", frame)
    assert init(tmp_path / "months", frame.rename(columns={"week": "month"})).plan.schedule is not None
