"""Days without rows of a daily, weekly or monthly table are left out of its experiment, unless a source may be closed or too few dates are left."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskmodel.base.days import to_iso
from riskmodel.forecasts.experiment.experiment_file import load_experiment
from riskmodel.starter.first_project import NewProject, init

DAYS = pd.date_range("2022-01-03", periods=700)
LEFT_OUT = "no row on 14 days, as many usual days have about 168: taken for days on which nothing was recorded. If nothing happened then, remove them from 'ignore' in experiments/main.toml"


def daily(*gaps: tuple[str, str], **columns: str) -> pd.DataFrame:
    """Twelve events a day in four areas, but for the days of gaps."""
    rows = pd.DataFrame({"date": np.repeat(DAYS, 12), "area": ["north", "east", "south", "west"] * (3 * len(DAYS))})
    for first, last in gaps:
        rows = rows[~rows.date.between(first, last)]
    return rows.rename(columns=columns)


def ignored(made: NewProject) -> list[tuple[str, str, str]]:
    """Days that the first experiment ignores."""
    stated = load_experiment(made.project(), "main").ignore
    return [(one.source, to_iso(one.days().first), to_iso(one.days().last)) for one in stated]


def named(made: NewProject) -> list[str]:
    return [one for one in made.decisions.limits if "no row from" in one]


def test_days_without_rows_are_left_out_with_the_reason(tmp_path: Path) -> None:
    made = init(tmp_path / "made", daily(("2022-11-05", "2022-11-18")))
    assert ignored(made) == [("frame", "2022-11-05", "2022-11-18")]
    assert [one.reason for one in made.decisions.left_out if one.subject == "2022-11-05 to 2022-11-18"] == [LEFT_OUT]
    assert named(made) == []


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        pytest.param(daily(), [], id="no gap"),
        pytest.param(daily(("2022-11-05", "2022-11-10")), [], id="six days"),
        pytest.param(
            daily(("2022-11-05", "2022-11-18"), ("2023-02-01", "2023-02-09")),
            [("frame", "2022-11-05", "2022-11-18"), ("frame", "2023-02-01", "2023-02-09")],
            id="two gaps",
        ),
        pytest.param(
            daily().assign(week=lambda rows: rows.date.dt.to_period("W").dt.start_time)
            .groupby(["week", "area"]).size().rename("count").reset_index()
            .query("week < '2022-10-03' or week > '2022-11-21'").rename(columns={"week": "week beginning"}),
            [("frame", "2022-10-03", "2022-11-27")],
            id="counts of weeks",
        ),
    ],
)  # fmt: skip
def test_which_days_are_left_out(tmp_path: Path, frame: pd.DataFrame, expected: list[tuple[str, str, str]]) -> None:
    assert ignored(init(tmp_path / "made", frame)) == expected


def test_months_without_counts_are_left_out(tmp_path: Path) -> None:
    months = pd.period_range("2018-01", "2023-12", freq="M")
    counts = pd.DataFrame([(str(month), area, 40) for month in months for area in "abcd"], columns=["month", "area", "count"])
    made = init(tmp_path / "made", counts[~counts.month.between("2021-03", "2021-07")])
    assert ignored(made) == [("frame", "2021-03-01", "2021-07-31")]


def test_a_long_public_holiday_is_no_gap(tmp_path: Path) -> None:
    closed = ("2022-01-31", "2022-02-06")
    made = init(tmp_path / "made", daily(closed, date="日期", area="网格"))
    assert ignored(made) == []
    assert named(made) == ["frame: no row from 2022-01-31 to 2022-02-06 (7 days; as many usual days have about 84)."]
    assert ignored(init(tmp_path / "abroad", daily(closed))) == [("frame", *closed)]


@pytest.mark.parametrize(
    "gaps",
    [
        pytest.param([("2023-04-01", "2023-11-24")], id="hardly a date to test"),
        pytest.param([("2022-01-10", "2023-03-31")], id="hardly a date to learn from"),
    ],
)
def test_too_few_dates_would_be_left(tmp_path: Path, gaps: list[tuple[str, str]]) -> None:
    made = init(tmp_path / "made", daily(*gaps))
    assert ignored(made) == []
    assert len(named(made)) == 1
