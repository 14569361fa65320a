"""A level that was off is named, with whether the last known counts would have told it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from riskmodel.base.days import to_day
from riskmodel.forecasts.backtesting import backtest
from riskmodel.forecasts.backtesting.level_drift import EarlierDates, level_drift
from riskmodel.records.history import History
from tests.worlds.quick_forecasters import make_experiment
from tests.worlds.two_towns import FEATURES

DATES = np.repeat(np.arange(0, 140, 7, dtype=np.int32), 5)
NONE = EarlierDates(np.zeros(0, dtype=np.int32), np.zeros(0), 800)


def events(weekly_growth: float) -> np.ndarray:
    """Counts of five cells on twenty weekly dates that grow by a factor a week."""
    return np.repeat(20 * weekly_growth ** np.arange(20), 5).round().astype(np.int32)


@pytest.mark.parametrize(("factor", "off"), [(1.0, False), (0.92, False), (1.09, False), (0.88, True), (1.12, True)])
def test_a_level_is_named_beyond_a_tenth(factor: float, off: bool) -> None:
    y = events(1.0)
    said = level_drift(DATES, y, factor * y, 7, NONE)
    assert (said is not None) == off
    if said is not None:
        assert f"{factor:.2f} of the 2,000 events" in said.en
        assert "off the level that was known as well" in said.en
        assert "与当时已知的水平同样不符" in said.zh


def test_a_level_that_rose_within_the_horizon_could_not_be_known() -> None:
    y = events(1.06)
    known = np.concatenate([y[:20] / 1.06**4, y[:-20]])  # the counts of four weeks before
    said = level_drift(DATES, y, known.astype(float), 28, NONE)
    assert said is not None
    assert "to 1.00 of the last counts known by then: the level changed within the horizon" in said.en
    assert "事先无法得知" in said.zh


@pytest.mark.parametrize(("factor", "most"), [(0.85, True), (0.6, False)])
def test_a_level_of_which_a_part_was_known_says_which_part(factor: float, most: bool) -> None:
    y = events(1.1)
    known = np.concatenate([y[:20] / 1.1**4, y[:-20]])
    said = level_drift(DATES, y, factor * known, 28, NONE)
    assert said is not None
    assert f"to {factor:.2f} of the last counts known by then" in said.en
    assert ("most of the change came within the horizon" in said.en) == most
    assert ("大部分发生在预测期内" in said.zh) == most


def test_few_events_and_short_windows_are_not_judged() -> None:
    y = events(1.0)
    assert level_drift(DATES, y // 5, 0.5 * (y // 5), 7, NONE) is None
    short = DATES < 28
    said = level_drift(DATES[short], 10 * y[short], 5.0 * y[short], 28, NONE)
    assert said is not None
    assert "too short to say" in said.en


def test_the_last_counts_before_the_window_tell_a_level_as_well() -> None:
    """A window of one date, a year ahead: what the year before had is known on it."""
    y, earlier = np.full(5, 200), EarlierDates(np.array([-730, -365], dtype=np.int32), np.array([400.0, 1000.0]), 730)
    said = level_drift(np.zeros(5, dtype=np.int32), y, 1.49 * y, 365, earlier)
    assert said is not None
    assert said.en.endswith(
        "sum to 1.49 of the 1,000 events of the window, and to 1.49 of the last counts known by then: they were off the level that was known as well."
    )
    rose = level_drift(np.zeros(5, dtype=np.int32), 2 * y, 1.0 * y, 365, earlier)
    assert rose is not None
    assert "and to 1.00 of the last counts known by then: the level changed within the horizon" in rose.en


@pytest.mark.parametrize(("days", "unknown"), [(364, True), (365, False)])
def test_a_season_that_could_not_be_known_is_named_with_the_level(days: int, unknown: bool) -> None:
    y = events(1.0)
    said = level_drift(DATES, y, 1.2 * y, 7, NONE._replace(days=days))
    assert said is not None
    assert said.en.endswith(" It learned from less than a year, so the season could not be known.") == unknown
    assert said.zh.endswith("学习数据不足一年，季节影响无法得知。") == unknown


def test_a_backtest_says_it_of_its_champion(town: History) -> None:
    many = replace(town, amount=np.where(town.occurred >= to_day("2022-07-27"), 60, 6) * town.amount)
    stated = make_experiment(
        champion="decayed", forecasters=[{"type": "DecayedRate", "name": "decayed", "settings": {"half_lives": [365]}}]
    )
    rows = [row for row in backtest(stated, many, FEATURES, threads=1).note_table() if row["code"] == "level-drift"]
    assert [row["forecaster"] for row in rows] == ["decayed"]
    assert rows[0]["fits"] == ["2022-08-02", "2022-08-30"]
    assert "of the last counts known by then" in rows[0]["en"]
    assert "season" not in rows[0]["en"]  # a year and a half before the window


def test_a_backtest_with_less_than_a_year_says_that_the_season_was_unknown(town: History) -> None:
    many = replace(town, amount=np.where(town.occurred >= to_day("2022-07-27"), 60, 6) * town.amount)
    stated = make_experiment(
        champion="decayed",
        dates={"first": "2022-01-04", "step": 7, "test_from": "2022-08-02", "test_to": "2022-09-27", "refit_every": 28},
        forecasters=[{"type": "DecayedRate", "name": "decayed", "settings": {"half_lives": [365]}}],
    )
    (said,) = (row["en"] for row in backtest(stated, many, FEATURES, threads=1).note_table() if row["code"] == "level-drift")
    assert said.endswith("so the season could not be known.")
