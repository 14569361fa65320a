"""Numbers of events under a name that does not say so."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskmodel.base.errors import UsageError
from riskmodel.starter.first_project import init

HOURS = pd.DataFrame(list(product(pd.date_range("2023-01-02", periods=50).strftime("%m/%d/%Y"), range(24), ["A", "B"])), columns=["Date", "Hour", "Beat"])  # fmt: skip
HOURS["Quanta"] = np.random.default_rng(1).poisson(0.4, len(HOURS))


def test_a_row_for_each_hour_and_place_is_no_event(tmp_path: Path) -> None:
    made = init(tmp_path / "made", HOURS)
    assert made.plan.target.events == HOURS["Quanta"].sum()
    assert any("there is a row for each Date, Hour and Beat, some with 0" in one for one in made.decisions.limits)


@pytest.mark.parametrize(
    "frame", [HOURS[HOURS["Quanta"] > 0], HOURS.sample(frac=0.5, random_state=1), HOURS.assign(Quanta=HOURS["Quanta"] + 1)]
)
def test_other_rows_are_events_with_a_limit(tmp_path: Path, frame: pd.DataFrame) -> None:
    made = init(tmp_path / "made", frame.sort_index())
    assert made.plan.target.events == len(frame)
    assert any("If 'Quanta' is that number, state --amount Quanta" in one for one in made.decisions.limits)


def test_a_number_beside_blank_columns_and_an_id_is_none(tmp_path: Path) -> None:
    ids = [f"F{at:05d}" for at in range(len(HOURS))]
    frame = HOURS.assign(Number=ids, Easting="").rename(columns={"Quanta": "Floor"}).sample(frac=0.9, random_state=1).sort_index()
    assert init(tmp_path / "made", frame).plan.target.events == len(frame)


def test_numbers_of_injured_in_a_full_table_are_no_events(tmp_path: Path) -> None:
    made = init(tmp_path / "made", HOURS.rename(columns={"Quanta": "injured"}))
    assert made.plan.target.events == len(HOURS)


@pytest.mark.parametrize("name", ["n", "total", "value"])
@pytest.mark.parametrize("mark", ["*", -1, "<3", "c", "suppressed"])
def test_marks_of_small_numbers_are_refused_under_any_name(tmp_path: Path, name: str, mark: object) -> None:
    rng = np.random.default_rng(2)
    months = pd.date_range("2021-01-01", periods=30, freq="MS").strftime("%Y-%m")
    frame = pd.DataFrame(
        list(product(months, [f"D{at}" for at in range(12)], ["theft", "noise"])), columns=["month", "district", "offence"]
    )
    numbers = pd.Series(rng.poisson(3.0, len(frame)))
    few = int((numbers < 3).sum())
    with pytest.raises(
        UsageError, match=f"should hold numbers of events, but in {few} of 720 rows the value is not a whole number"
    ):
        init(tmp_path / "made", frame.assign(**{name: numbers.astype(object).where(numbers >= 3, mark)}))


def test_sums_of_money_beside_events_are_no_counts(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    days = pd.date_range("2022-01-01", periods=700).repeat(2).strftime("%Y-%m-%d")
    frame = pd.DataFrame(
        {"date": days, "district": rng.choice(list("ABCDEFGHIJKL"), 1_400), "offence": rng.choice(["theft", "noise"], 1_400)}
    )
    made = init(
        tmp_path / "made", frame.drop_duplicates().assign(value=rng.integers(100, 99_999, len(frame.drop_duplicates())) / 100)
    )
    assert made.plan.target.events == frame.drop_duplicates()["offence"].value_counts().max()
    assert any("'value' of 'the frame' holds numbers that are not all whole" in one for one in made.decisions.limits)


@pytest.mark.parametrize("name", ["Cost Total $", "total cost", "Total Price", "合计金额", "Amount Paid"])
def test_a_total_of_money_is_left_out(tmp_path: Path, name: str) -> None:
    frame = HOURS.drop(columns=["Hour", "Quanta"]).sample(900, random_state=2)
    made = init(tmp_path / "made", frame.assign(**{name: np.random.default_rng(2).integers(0, 9_000, 900)}))
    assert made.plan.target.events == 900


def test_rows_of_civic_activity_start_no_project(tmp_path: Path) -> None:
    table = tmp_path / "protests.csv"
    HOURS.drop(columns=["Hour", "Quanta"]).sample(900, random_state=2).to_csv(table, index=False)
    with pytest.raises(UsageError, match=r"All kinds of 'protests\.csv' are lawful civic activity"):
        init(tmp_path / "made", table)
    assert not (tmp_path / "made").exists()


def test_calls_by_shift_are_numbers_of_events(tmp_path: Path) -> None:
    shifts = pd.DataFrame(list(product(pd.date_range("2023-01-02", periods=90).strftime("%m/%d/%Y"), ["Day", "Evening", "Night"], ["A", "B"])), columns=["Date", "Shift", "Beat"])  # fmt: skip
    shifts["Calls"] = np.random.default_rng(3).poisson(3, len(shifts))
    most = shifts.sample(frac=0.9, random_state=1).sort_index()
    assert init(tmp_path / "a", most).plan.target.events == most["Calls"].sum()
    # a number of calls about a single event is none of events
    numbered = shifts.assign(**{"Case Number": [f"C{at:05d}" for at in range(len(shifts))]})
    assert init(tmp_path / "b", numbered).plan.target.events == len(shifts)


@pytest.mark.parametrize(("name", "stated"), [("count", None), ("n", None), ("Number", "Number")])
def test_numbers_that_leave_out_the_ones_are_refused(tmp_path: Path, name: str, stated: str | None) -> None:
    draw = np.random.default_rng(5)
    numbers = np.where(draw.random(900) < 0.9, "", draw.integers(2, 5, 900).astype(str))
    days = draw.choice(pd.date_range("2022-01-01", periods=400).astype(str), 900)
    frame = pd.DataFrame({"date": days, "ward": draw.choice(["A", "B"], 900), name: numbers})
    empty = int((numbers == "").sum())
    with pytest.raises(UsageError, match=rf"{name!r} of 'the frame' is empty in {empty} of 900 rows and never 0 or 1"):
        init(tmp_path / "made", frame, amount=stated)
