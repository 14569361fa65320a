"""Numbers of events under a name that does not say so."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskmodel.starter.first_project import init

HOURS = pd.DataFrame(list(product(pd.date_range("2023-01-02", periods=50).strftime("%m/%d/%Y"), range(24), ["A", "B"])), columns=["Date", "Hour", "Beat"])  # fmt: skip
HOURS["Calls"] = np.random.default_rng(1).poisson(0.4, len(HOURS))


def test_a_row_for_each_hour_and_place_is_no_event(tmp_path: Path) -> None:
    made = init(tmp_path / "made", HOURS)
    assert made.plan.target.events == HOURS["Calls"].sum()
    assert any("there is a row for each Date, Hour and Beat, some with 0" in one for one in made.decisions.limits)


@pytest.mark.parametrize(
    "frame", [HOURS[HOURS["Calls"] > 0], HOURS.sample(frac=0.5, random_state=1), HOURS.assign(Calls=HOURS["Calls"] + 1)]
)
def test_other_rows_are_events_with_a_limit(tmp_path: Path, frame: pd.DataFrame) -> None:
    made = init(tmp_path / "made", frame.sort_index())
    assert made.plan.target.events == len(frame)
    assert any("If 'Calls' is that number, state --amount Calls" in one for one in made.decisions.limits)


def test_a_number_beside_blank_columns_and_an_id_is_none(tmp_path: Path) -> None:
    ids = [f"F{at:05d}" for at in range(len(HOURS))]
    frame = HOURS.assign(Number=ids, Easting="").rename(columns={"Calls": "Floor"}).sample(frac=0.9, random_state=1).sort_index()
    assert init(tmp_path / "made", frame).plan.target.events == len(frame)


def test_numbers_of_injured_in_a_full_table_are_no_events(tmp_path: Path) -> None:
    made = init(tmp_path / "made", HOURS.rename(columns={"Calls": "injured"}))
    assert made.plan.target.events == len(HOURS)
