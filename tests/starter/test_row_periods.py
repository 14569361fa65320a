"""The period that a row is about, and numbers of events of periods that are not read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskmodel.base.days import to_day
from riskmodel.base.errors import UsageError
from riskmodel.records.intake import ingest
from riskmodel.records.store import load_history
from riskmodel.starter.first_project import NewProject, init


def started(folder: Path, dates: pd.DatetimeIndex, name: str = "date") -> NewProject:
    days = dates.strftime("%Y-%m-%d").repeat(2)
    numbers = np.random.default_rng(2).poisson(9, len(days)) + 1
    frame = pd.DataFrame({name: days, "area": ["A", "B"] * len(dates), "count": numbers})
    frame.to_csv(folder / "c.csv", index=False)
    return init(folder / "made", folder / "c.csv")


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        (pd.date_range("2012-01-01", periods=40, freq="QS"), "3 months"),
        (pd.date_range("2000-01-01", periods=40, freq="6MS"), "6 months"),
        (pd.date_range("1990-01-01", periods=30, freq="YS"), "12 months"),
        (pd.date_range("2012-03-31", periods=40, freq="QE"), "3 months"),
        (pd.date_range("2020-01-06", periods=60, freq="14D"), "2 weeks"),
        (pd.date_range("2018-01-01", periods=60, freq="28D"), "4 weeks"),
        (pd.date_range("2021-01-01", periods=200, freq="3D"), "3 days"),
        (pd.date_range("2021-01-01", periods=200, freq="10D"), "10 days"),
        (
            pd.DatetimeIndex([f"{y}-{m:02d}-{d:02d}" for y in (2021, 2022, 2023) for m in range(1, 13) for d in (1, 16)]),
            "13 days",
        ),
    ],
)
def test_numbers_of_events_of_other_periods_are_refused(tmp_path: Path, dates: pd.DatetimeIndex, said: str) -> None:
    with pytest.raises(
        UsageError, match=f"The dates in 'date' of 'c.csv' are {said} or more apart, so a row seems to count the events of {said}"
    ):
        started(tmp_path, dates)


@pytest.mark.parametrize(
    ("dates", "name", "period", "first"),
    [
        (pd.date_range("2022-01-01", periods=90), "date", "day", "2022-01-01"),
        (pd.bdate_range("2022-01-03", periods=90), "date", "day", "2022-01-03"),
        (pd.date_range("2022-01-03", periods=90, freq="7D"), "date", "week", "2022-01-09"),
        (pd.date_range("2022-01-08", periods=90, freq="7D"), "week ending", "week", "2022-01-08"),
        (pd.date_range("2022-01-01", periods=48, freq="MS"), "date", "month", "2022-01-31"),
        (pd.date_range("2022-01-31", periods=48, freq="ME"), "date", "month", "2022-01-31"),
        (pd.date_range("2022-01-01", periods=48, freq="MS") + pd.Timedelta(days=14), "date", "month", "2022-01-31"),
        # some weeks without any event have no row
        (pd.date_range("2022-01-03", periods=90, freq="7D").delete([3, 4, 9, 20, 21, 22]), "date", "week", "2022-01-09"),
    ],
)
def test_days_weeks_and_months_are_told_apart(
    tmp_path: Path, dates: pd.DatetimeIndex, name: str, period: str, first: str
) -> None:
    made = started(tmp_path, dates, name)
    assert made.plan.sources[0].roles.period == period
    ingest(made.project(), "2032-01-01")
    occurred = load_history(made.project()).occurred
    assert (int(occurred.min()), len(np.unique(occurred))) == (to_day(first), len(dates))


def test_events_without_a_number_may_lie_apart(tmp_path: Path) -> None:
    days = pd.date_range("2015-01-05", periods=120, freq="21D").strftime("%Y-%m-%d")
    frame = pd.DataFrame({"date": days, "area": ["A", "B"] * 60, "type": "flood"})
    assert init(tmp_path / "made", frame).plan.cell_count == 2


def test_a_few_events_on_irregular_days_are_days(tmp_path: Path) -> None:
    draw = np.random.default_rng(8)
    days = pd.Timestamp("2020-01-01") + pd.to_timedelta(np.cumsum(draw.integers(3, 60, 40)), unit="D")
    assert started(tmp_path, days).plan.sources[0].roles.period == "day"


@pytest.mark.parametrize(
    "name",
    ["week_ending", "Woche bis", "Fin de semana", "Semaine finissant", "Tydzień do", "Неделя по", "周末日期", "weekend date"],
)
def test_the_last_day_of_a_week_is_the_day_of_its_count(tmp_path: Path, name: str) -> None:
    made = started(tmp_path, pd.date_range("2022-01-09", periods=60, freq="7D"), name)
    source = made.plan.sources[0]
    assert (source.roles.period, source.roles.last_day, source.through) == ("week", True, to_day("2023-02-26"))
    assert made.project().table.sources[0].period == "week_end"
