"""Labels wait for late reports: how long, and what forecasts are worth without it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import riskmodel as rm
from riskmodel.starter.label_delays import label_delay


def reported(days: int, late: Any, seed: int = 1) -> pd.DataFrame:
    """Return 8 events a day in 20 districts, and when they were reported."""
    rng = np.random.default_rng(seed)
    day = np.repeat(np.arange(days), 8)
    begin = pd.Timestamp("2023-01-02")
    return pd.DataFrame(
        {
            "occurred": begin + pd.to_timedelta(day, "D"),
            "reported": begin + pd.to_timedelta(day + late(rng, len(day)), "D"),
            "district": [f"D{one:02d}" for one in rng.integers(0, 20, len(day))],
        }
    )


@pytest.mark.parametrize(
    ("delays", "days", "missing"),
    [
        (lambda number: number % 1, 0, 0.0),
        (lambda number: number % 2, 1, 1 / 14),
        (lambda number: number % 5, 4, 2 / 7),
        (lambda number: np.where(number % 50 == 0, 3, 0), 0, 3 / 7 / 50),  # less than one in a hundred
        (lambda number: np.where(number % 10 == 0, 365, 0), 0, 0.1),  # no wait would bring them
    ],
)
def test_a_label_waits_until_one_event_in_a_hundred_is_missing(delays: Any, days: int, missing: float) -> None:
    occurred = np.arange(7000) // 10
    found = label_delay(occurred, occurred + delays(np.arange(7000)), through=1100)
    assert found.days == days
    assert found.missing == pytest.approx(missing, abs=1e-3)
    assert f"{found.left:.0%}" in ("0%", "1%", "10%")


def test_counts_of_weeks_stand_on_their_last_day() -> None:
    occurred = np.arange(700) // 2 * 7
    known = occurred + np.arange(700) % 4
    assert label_delay(occurred, known, 3000, "week").days == 3
    assert label_delay(occurred, known, 3000, "week").missing == pytest.approx(3 / 4)


def test_quick_reports_of_the_last_days_say_nothing_of_slow_ones() -> None:
    occurred = np.arange(2000) // 10
    known = occurred + np.where(np.arange(2000) % 2 == 0, 0, 12)
    there = known <= 200
    assert label_delay(occurred[there], known[there], 200).days == 12
    assert label_delay(occurred[:50], known[:50], 200).days == 0  # too few to tell


def test_reports_that_all_come_late_are_waited_for_within_an_eighth_of_the_history() -> None:
    occurred = np.arange(8000) // 10
    assert label_delay(occurred, occurred + 56, 860).days == 56
    known = np.where(np.arange(8000) % 4 == 0, occurred + 90, occurred + 56)
    assert label_delay(occurred, known, 900).days == 90
    found = label_delay(occurred, occurred + 300, 1100)
    assert (found.days, found.left) == (0, pytest.approx(1.0))


def test_forecasts_of_a_table_with_late_reports_sum_to_its_events() -> None:
    frame = reported(330, lambda rng, rows: np.floor(rng.exponential(2.0, rows)).astype(int))
    look = rm.quick(frame, date="occurred", known="reported", cell="district")
    assert look.history.label_delay(look.experiment.target.kinds) == 7
    found = rm.backtest(look.experiment, look.history, look.features, threads=1)
    assert float(found.evaluation.metrics[look.experiment.champion]["ratio"]) == pytest.approx(1.0, abs=0.06)
