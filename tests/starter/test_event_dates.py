"""The day of the event among several columns of dates."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import riskmodel as rm
from riskmodel.records.intake import ingest
from riskmodel.starter.first_project import NewProject, init

ROWS = 600
DRAW = np.random.default_rng(5)
DAYS = pd.Series(pd.Timestamp("2023-01-02") + pd.to_timedelta(np.sort(DRAW.integers(0, 400, ROWS)), unit="D"))
TABLE = pd.DataFrame({"编号": [f"T{at:05d}" for at in range(ROWS)], "纠纷类型": DRAW.choice(["邻里纠纷", "劳资纠纷"], ROWS), "村": DRAW.choice(["东村", "西村", "南村"], ROWS)})  # fmt: skip


def written(days: pd.Series, later: int = 0) -> pd.Series:
    return (days + pd.Timedelta(days=later)).dt.strftime("%Y-%m-%d 10:15")


def date_of(made: NewProject) -> tuple[str, str]:
    return next((one.choice, one.reason) for one in made.decisions.made if one.subject == "date")


@pytest.mark.parametrize(
    ("known", "step"), [("受理日期", "调解日期"), ("受理时间", "操作时间"), ("Date Received", "Inspection Date")]
)
def test_nothing_happens_after_it_became_known(tmp_path: Path, known: str, step: str) -> None:
    made = init(tmp_path / "made", TABLE.assign(**{known: written(DAYS), step: written(DAYS, later=3)}))
    assert date_of(made) == (known, f"they begin with the year; '{step}' is later, so it is the day of a later step")


def test_the_day_of_the_event_stays_before_that_of_knowledge(tmp_path: Path) -> None:
    made = init(tmp_path / "made", TABLE.assign(发生时间=written(DAYS), 受理时间=written(DAYS, later=1)))
    assert date_of(made)[0] == "发生时间"


def test_a_date_that_few_rows_have_is_not_the_day_of_the_event(tmp_path: Path) -> None:
    few = written(DAYS).where(np.arange(ROWS) % 5 < 2)
    made = init(tmp_path / "made", TABLE.assign(案发时间=few, 接警时间=written(DAYS)))
    assert date_of(made) == ("接警时间", "they begin with the year; '案发时间' has a date in 40% of the rows only")


def test_steps_of_a_work_order_count_once(tmp_path: Path) -> None:
    steps = pd.concat([TABLE.assign(受理时间=written(DAYS), 操作时间=written(DAYS, at), 状态=str(at)) for at in range(3)])
    steps.to_csv(tmp_path / "orders.csv", index=False)
    project = init(tmp_path / "made", tmp_path / "orders.csv").project()
    ingest(project, "2025-01-01")
    assert sorted(rm.load_history(project).frame()["occurred"]) == DAYS.tolist()


@pytest.mark.parametrize(
    ("call", "step"), [("Original Time Queued", "Arrived Time"), ("Call Created", "Dispatch Date Time"), ("报警日期", "到场时间")]
)
def test_a_later_step_is_not_the_day_of_the_event(tmp_path: Path, call: str, step: str) -> None:
    made = init(tmp_path / "made", TABLE.assign(**{step: written(DAYS, later=1), call: written(DAYS)}))
    assert date_of(made)[0] == call
    alone = init(tmp_path / "alone", TABLE.assign(**{step: written(DAYS, later=1)}))
    assert date_of(alone)[0] == step


def test_years_months_and_days_are_joined_once_for_each_day(tmp_path: Path) -> None:
    """Spellings of one number are one, a part that is empty leaves no date, and no row is joined alone."""
    parts = {"Year": DAYS.dt.year.astype(str), "Month": DAYS.dt.month.astype(str), "Day": DAYS.dt.strftime("%d")}
    parts["Month"] = parts["Month"].where(np.arange(ROWS) % 2 == 0, DAYS.dt.strftime("%m"))
    parts["Day"] = parts["Day"].where(np.arange(ROWS) >= 3, "")
    made = init(tmp_path / "made", TABLE.assign(**parts))
    choice, reason = date_of(made)
    assert choice == "Year, Month, Day"
    assert "3 rows without a readable date go to quarantine" in reason
    project = made.project()
    ingest(project, made.plan.first_ingest)
    found = rm.load_history(project)
    assert sorted(found.occurred.tolist()) == sorted(rm.to_day(day) for day in DAYS[3:])


def test_months_that_hold_years_too_are_no_dates(tmp_path: Path) -> None:
    """A month such as 202401 beside a year makes no date of another century."""
    with pytest.raises(rm.UsageError, match=r"No column of 'the frame' holds dates"):
        init(tmp_path / "made", TABLE.assign(year=DAYS.dt.year, month=DAYS.dt.year * 1000 + DAYS.dt.month))
