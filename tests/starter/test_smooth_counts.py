"""Numbers that are no numbers of events: means, sums over days, totals so far."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.worlds.partial_tables import limits, planned

DAYS = pd.date_range("2022-01-03", periods=119)
COUNTS = pd.DataFrame(np.random.default_rng(1).poisson(9.0, (len(DAYS), 4)), DAYS, pd.Index(list("ABCD"), name="ward"))


def rows(numbers: pd.DataFrame, form: str = "%Y-%m-%d") -> pd.DataFrame:
    days = pd.DatetimeIndex(numbers.index).strftime(form)
    return pd.concat(pd.DataFrame({"date": days, "ward": ward, "cases": numbers[ward].astype(int)}) for ward in numbers)


def test_numbers_of_events_are_not_named() -> None:
    assert "of what chance alone" not in limits(rows(COUNTS))


@pytest.mark.parametrize(
    ("numbers", "part"),
    [
        # the step between sums over seven days is that between two days, which are as far apart as a count from another
        (COUNTS.rolling(7).sum().dropna(), 1 / 7),
        (COUNTS.rolling(7).mean().dropna().round(), 1 / 49 + 2 / 12 / 18),
        (COUNTS.groupby(DAYS.to_period("W")).transform("sum"), 1 / 7),
        (COUNTS.groupby(DAYS.to_period("M")).transform("mean").round(), 0.0),
    ],
)
def test_sums_and_means_over_days_are_named(numbers: pd.DataFrame, part: float) -> None:
    found = limits(rows(numbers))
    assert "The numbers in 'cases' of 'the frame' change from day to day by " in found
    told = float(found.split("day to day by ")[1].split(" of what")[0])
    assert told == pytest.approx(part, abs=0.04)


def test_few_numbers_that_only_rise_are_named() -> None:
    months = COUNTS.resample("MS").sum()
    more = pd.concat([months, months.set_axis(months.index + pd.DateOffset(months=4))])
    assert "never fall" in limits(rows(more[["A"]].cumsum(), "%Y-%m"))
    assert "never fall" not in limits(rows(more, "%Y-%m"))


@pytest.mark.parametrize("end", [True, False])
def test_events_on_one_day_of_each_month_are_those_of_months(end: bool) -> None:
    events = rows(COUNTS[["A", "B"]]).drop(columns="cases")
    months = pd.to_datetime(events["date"]).dt.to_period("M")
    day = months.dt.end_time.dt.strftime("%Y-%m-%d") if end else months.astype(str) + "-15"
    source, decisions = planned(events.assign(date=day))
    assert source.roles.period == "month"
    assert "Dates of 'the frame' name months" in "\n".join(decisions.limits)


def test_records_that_stand_in_several_snapshots_count_once() -> None:
    draw = np.random.default_rng(2)
    found = draw.integers(0, 300, 200)
    parts = []
    for at in range(0, 301, 10):
        there = np.flatnonzero((found <= at) & (found > at - 150))
        parts.append(pd.DataFrame({"snapshot date": at, "hazard id": there, "found on": found[there], "ward": there % 5}))
    table = pd.concat(parts)
    for name in ("snapshot date", "found on"):
        table[name] = (DAYS[0] + pd.to_timedelta(table[name], unit="D")).dt.strftime("%Y-%m-%d")
    source, decisions = planned(table.assign(**{"hazard id": "H" + table["hazard id"].astype(str)}), date="found on")
    assert len(table) > 5 * 200
    assert source.roles.merged
    assert source.roles.id[0] == "hazard id"
    assert any("names 200 incidents" in one.reason for one in decisions.made)
