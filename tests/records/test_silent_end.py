"""Tables that were cut by the day of the event: their last days are unknown, not empty."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import riskmodel as rm
from riskmodel.records.history import complete_through


def events(a_day: float, days: int = 400, mean_delay: float = 2.0, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    occurred = np.sort(rng.integers(0, days, round(a_day * days)))
    return occurred, occurred + rng.geometric(1 / mean_delay, len(occurred)) - 1


def test_a_table_cut_by_the_day_of_the_event_is_complete_through_that_day() -> None:
    occurred, known = events(20)
    assert known.max() > 402
    assert complete_through(occurred, known) == 399


@pytest.mark.parametrize("a_day", [0.1, 1, 20, 200])
def test_a_table_cut_by_the_day_of_knowledge_is_complete_through_that_day(a_day: float) -> None:
    occurred, known = events(a_day)
    there = known <= 395
    assert complete_through(occurred[there], known[there]) == known[there].max()


def test_a_constant_delay_is_no_cut() -> None:
    occurred, _ = events(50)
    assert complete_through(occurred, occurred + 28) == occurred.max() + 28


def test_rare_events_do_not_tell() -> None:
    occurred, known = events(0.5, mean_delay=3)
    assert complete_through(occurred, known) == known.max()


def test_gaps_that_are_usual_are_no_cut() -> None:
    """Rows come in batches every 20 days, known at once, and one correction became known 15 days after the last batch."""
    occurred = np.repeat(np.arange(0, 400, 20), 500)
    known = occurred.copy()
    known[-1] += 15
    assert complete_through(occurred, known) == known.max()


def test_a_first_look_forecasts_from_the_day_after_the_last_event() -> None:
    """Scored a week later, with a week of counts that are 0 because they were cut off, forecasts would come out far too low."""
    occurred, known = events(30, days=600)
    first = pd.Timestamp("2023-01-01")
    table = pd.DataFrame(
        {
            "date": first + pd.to_timedelta(occurred, unit="D"),
            "reported": first + pd.to_timedelta(known, unit="D"),
            "district": np.random.default_rng(1).choice(list("abcdef"), len(occurred)),
        }
    )
    look = rm.quick(table, date="date", known="reported", cell="district")
    last = rm.to_day(table["date"].max())
    assert look.as_of == last + 1
    assert look.history.coverage[0].through == last
    assert "was cut by the day of the event" in " ".join(look.explain().split())
    assert look.design().X[:, 0].min() > 0
