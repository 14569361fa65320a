"""States and cities are places where a table names no closer ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from riskmodel.base.errors import UsageError
from riskmodel.starter.first_project import init
from tests.worlds import own_tables

DRAW = np.random.default_rng(3)
CALLS = own_tables.points(900).drop(columns=["Latitude", "Longitude"]).rename(columns={"Primary Type": "kind"})
STATES = DRAW.choice(["IL", "TX", "OH", "CA", "NY"], 900)


def place(folder: Path, **columns: Any) -> str | None:
    return init(folder / "made", CALLS.assign(**columns)).plan.sources[0].roles.cell


@pytest.mark.parametrize("name", ["state", "State", "us_state", "city", "ciudad", "城市", "airport"])
def test_a_wide_place_is_one(tmp_path: Path, name: str) -> None:
    assert place(tmp_path, **{name: STATES}) == name


def test_the_narrowest_with_rows_enough_counts(tmp_path: Path) -> None:
    cities = [f"{state} {at % 4}" for at, state in enumerate(STATES)]
    assert place(tmp_path / "a", state=STATES, city=cities) == "city"
    assert place(tmp_path / "b", state=STATES, city=[f"{state} {at % 90}" for at, state in enumerate(STATES)]) == "state"
    # a closer place counts before both
    assert (
        place(tmp_path / "c", state=STATES, city=cities, beat=[f"{state}-{at % 3}" for at, state in enumerate(STATES)]) == "beat"
    )


def test_a_table_of_one_city_has_no_place(tmp_path: Path) -> None:
    city = np.where(np.arange(900) % 20 == 0, "Seatle", "Seattle")
    with pytest.raises(UsageError, match="says where"):
        place(tmp_path, city=city)


def test_the_state_of_a_case_is_no_place(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="says where"):
        place(tmp_path, state=DRAW.choice(["open", "closed", "in progress"], 900))


def test_suggestions_are_words_before_numbers(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "run": DRAW.integers(1, 60, 900),
            "dest": DRAW.choice(["ORD", "LAX", "JFK", "IAH"], 900),
            "minutes late": DRAW.integers(0, 50, 900),
        }
    )
    with pytest.raises(UsageError, match=r"Perhaps 'dest' \(4 different values\) or 'run' \(59 different values\)\. If"):
        place(tmp_path, **{str(name): frame[name].to_numpy() for name in frame})
