"""A target that was recorded later than the other kinds of its table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from riskmodel.base.days import to_day
from riskmodel.starter.first_project import init

FIRST = pd.Timestamp("2020-01-01")


def table(begin: int) -> pd.DataFrame:
    """Return nine reports a day by app from day ``begin`` on, and four calls a day through 1,000 days."""
    rng = np.random.default_rng(6)
    calls, reports = np.repeat(np.arange(1000), 4), np.repeat(np.arange(begin, 1000), 9)
    day = np.concatenate([calls, reports])
    kind = np.repeat(["call", "report by app"], [len(calls), len(reports)])
    return pd.DataFrame({"date": FIRST + pd.to_timedelta(day, "D"), "type": kind, "area": rng.choice([*"abcdefgh"], len(day))})


def test_days_before_the_target_was_recorded_are_no_days_without_events(tmp_path: Path) -> None:
    made = init(tmp_path / "made", table(500))
    said = [(one.choice, one.reason) for one in made.decisions.made if one.subject == "history from"]
    why = "no record of report_by_app in the 500 days before, although other kinds have some: those days do not count as days without events"
    assert said == [("2021-05-15", why)]
    assert made.plan.schedule is not None
    assert made.plan.schedule.first >= to_day("2021-05-15")
    assert made.plan.schedule.days == 500


def test_a_target_that_was_always_recorded_has_its_whole_history(tmp_path: Path) -> None:
    made = init(tmp_path / "made", table(0))
    assert not [one for one in made.decisions.made if one.subject == "history from"]
    assert made.plan.schedule is not None
    assert made.plan.schedule.days == 1000
