"""A stated target and horizon: kinds, dates, features and forecasters follow them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import riskmodel as rm
from riskmodel.base.errors import UsageError
from riskmodel.forecasts.experiment import load_experiment
from riskmodel.starter.first_project import NewProject, init
from riskmodel.starter.schedule import MONTHS, least_days, schedule
from riskmodel.starter.stated_columns import StatedColumns


def table(days: int = 900) -> pd.DataFrame:
    """Return thefts, noise and a rare arson each thirty days, in six areas."""
    rng = np.random.default_rng(3)
    day = np.concatenate([np.repeat(np.arange(days), 3), np.repeat(np.arange(days), 2), np.arange(0, days, 30)])
    kind = np.repeat(["Theft", "Noise, loud", "Arson (wilful)"], [3 * days, 2 * days, len(range(0, days, 30))])
    return pd.DataFrame(
        {"date": pd.Timestamp("2021-01-01") + pd.to_timedelta(day, "D"), "type": kind, "area": rng.choice([*"abcdef"], len(day))}
    )


def made(folder: Path, frame: pd.DataFrame, **stated: Any) -> NewProject:
    return init(folder / "made", frame, **stated)


@pytest.mark.parametrize("named", ["Arson (wilful)", "arson_wilful", "ARSON  (wilful)", "arson wilful"])
def test_a_rare_kind_that_is_stated_is_a_kind_of_its_own(tmp_path: Path, named: str) -> None:
    found = made(tmp_path, table(), target=named)
    assert (found.plan.target.keys, found.plan.target.events) == (("arson_wilful",), 30)
    assert [kind.key for kind in found.plan.kinds] == ["theft", "noise_loud", "arson_wilful"]
    assert load_experiment(found.project(), "main").target.kinds == ("arson_wilful",)


def test_several_kinds_count_together(tmp_path: Path) -> None:
    found = made(tmp_path, table(), target=["theft", "Noise, loud"])
    assert found.plan.target.events == 4500
    assert load_experiment(found.project(), "main").target.kinds == ("theft", "noise_loud")
    features = (found.folder / "features/signals.py").read_text(encoding="utf-8")
    assert 'Count(("theft", "noise_loud"), 7)' in features
    assert 'Count("theft", 28)' not in features, "a kind of the target is no other kind"


def test_a_kind_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match=r"No kind is called 'thefts' \(target\)\. Kinds in the table: theft, noise_loud"
    ) as said:
        made(tmp_path, table(), target="thefts")
    assert "did you mean 'theft'?" in str(said.value)
    assert not (tmp_path / "made").exists(), "nothing is written"


@pytest.mark.parametrize("target", [[], pd.Series(["theft"]), {"theft"}, [" "]])
def test_a_target_that_is_no_name_is_refused(target: Any) -> None:
    with pytest.raises(UsageError, match="The 'target' parameter of init must be the name of a kind, or several"):
        StatedColumns(target=target)


def test_dates_learn_and_test_whole_horizons(tmp_path: Path) -> None:
    found = made(tmp_path, table(), horizon=28)
    dates, experiment = found.plan.schedule, load_experiment(found.project(), "main")
    assert (experiment.horizon, experiment.dates.step) == (28, 7)
    last = dates.test_to - 1
    assert last + 28 - 1 == dates.through, "the last test date ends with the records"
    assert dates.test_from - 28 >= dates.first + 12 * 7, "there are a dozen dates whose events are known when the test begins"
    features = (found.folder / "features/signals.py").read_text(encoding="utf-8")
    assert 'MonthDays("first", 1, 28)' in features


@pytest.mark.parametrize("horizon", [3, 28, 365])
def test_the_backtest_of_any_horizon_runs(horizon: int) -> None:
    frame = table(1100).query("type != 'Arson (wilful)'").drop(columns="type")
    look = rm.quick(frame, horizon=horizon)
    alone = look.with_changes(forecasters=[{"type": "DecayedRate", "name": "decayed"}], champion="decayed")
    result = alone.backtest(progress=lambda *_: None)
    assert float(result.evaluation.metrics["decayed"]["ratio"]) == pytest.approx(1, abs=0.1)
    labels = {table.label for table in look.experiment.forecasters}
    assert ("blend" in labels) == (look.defaults.schedule.learned >= 5 * horizon)


def test_a_horizon_that_is_too_long_says_how_many_days_it_needs(tmp_path: Path) -> None:
    frame = table(200)
    with pytest.raises(
        UsageError,
        match=r"cover 200 days \(2021-01-01 to 2021-07-19\)\. A backtest of a horizon of 91 days needs at least 210 days",
    ):
        made(tmp_path, frame, horizon=91)
    assert schedule(0, least_days("day", 91) - 1, "day", 0, 91) is not None
    assert schedule(0, least_days("day", 91) - 2, "day", 0, 91) is None
    with pytest.raises(UsageError, match="'horizon' parameter of init must be at most 366 days"):
        made(tmp_path, frame, horizon=400)
    with pytest.raises(UsageError, match="'horizon' parameter of init must be a whole number of days, at least 1"):
        made(tmp_path, frame, horizon=0)


@pytest.mark.parametrize("months", range(1, 13))
def test_a_horizon_of_months_holds_as_many_ends_of_months_from_each_date(months: int) -> None:
    days = pd.date_range("2010-01-01", "2021-12-31")
    found = schedule(int(days[0].timestamp()) // 86400, int(days[-1].timestamp()) // 86400, "month", 0, MONTHS[months - 1])
    assert found is not None
    ends = {int(one.timestamp()) // 86400 for one in days[days.is_month_end]}
    held = {
        sum(day in ends for day in range(date, date + found.horizon)) for date in range(found.first, found.test_to, found.step)
    }
    assert held == {months}


@pytest.mark.parametrize("through", ["2021-02-28", "2021-04-30", "2021-12-31"])
def test_the_last_dates_of_monthly_counts_follow_them_as_the_first_night_does(through: str) -> None:
    days = [int(pd.Timestamp(one).timestamp()) // 86400 for one in ("2015-01-01", through)]
    found = schedule(days[0], days[1], "month")
    assert found is not None
    dates = pd.to_datetime(np.arange(found.test_from, found.test_to, found.step), unit="D")
    assert dates.day[-1] == 3
    assert dates.day.max() <= 11
    assert found.test_to - 1 + 31 <= days[1] + 1


@pytest.mark.parametrize("years", [3, 6])
def test_constant_counts_of_months_are_forecast_as_such(years: int) -> None:
    months = pd.period_range("2015-01", periods=12 * years, freq="M").astype(str)
    frame = pd.DataFrame({"month": np.repeat(months, 4), "ward": ["N", "S", "E", "W"] * len(months), "count": 10})
    look = rm.quick(frame)
    alone = look.with_changes(champion="harmonic")
    assert float(alone.scores().mean.sum()) == pytest.approx(40, rel=0.05)


def test_a_horizon_that_holds_no_whole_periods_is_refused() -> None:
    with pytest.raises(
        UsageError, match=r"Within 30 days lie more of these days from one date than from another\. State 31 days"
    ):
        schedule(0, 3000, "month", 0, 30)
    with pytest.raises(UsageError, match=r"state a multiple of 7 days, not 10"):
        schedule(0, 3000, "week", 0, 10)


def test_a_look_with_another_horizon_has_its_dates_and_forecasters() -> None:
    look = rm.quick(table())
    farther = look.with_changes(target={"horizon": 91})
    again = rm.quick(table(), horizon=91)
    assert farther.experiment == again.experiment.with_changes(title=farther.experiment.title)
    assert farther.features == again.features
    assert farther.with_changes(target={"horizon": 7}).experiment.dates == look.experiment.dates
    stated = {"test_to": "2023-01-04"}
    own = look.with_changes(dates=stated, target={"horizon": 14})
    assert own.experiment.dates == look.experiment.dates.with_changes(**stated), "stated dates stay"
    mine = look.with_changes(forecasters=[{"type": "DecayedRate", "name": "decayed"}], champion="decayed")
    assert len(mine.with_changes(target={"horizon": 14}).experiment.forecasters) == 1, "own forecasters stay"
    with pytest.raises(UsageError, match=r"A backtest of a horizon of 360 days needs at least 752 days"):
        rm.quick(table(300)).with_changes(target={"horizon": 360})


def test_another_kind_of_a_look_has_forecasters_for_its_events() -> None:
    look = rm.quick(table(), target="theft")
    rare = look.with_changes(target={"kinds": ["noise_loud"]})
    assert rare.experiment.target.kinds == ("noise_loud",)
    assert rare.experiment.dates == look.experiment.dates
