"""Messages about tables without places, and about points in several time zones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from riskmodel.base.errors import UsageError
from riskmodel.starter.first_project import NewProject, init
from tests.worlds import own_tables

DRAW = np.random.default_rng(1)
CALLS = own_tables.points(900).rename(columns={"Primary Type": "kind"})
LAT, LON = CALLS.pop("Latitude"), CALLS.pop("Longitude")


def started(folder: Path, **columns: Any) -> NewProject:
    return init(folder / "made", CALLS.assign(**columns))


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"lat": LAT.round(), "lon": LON.round()}, "'lat' and 'lon' of 'the frame' hold whole numbers only"),
        ({"village": [f"v{at}" for at in range(900)]}, "'village' of 'the frame' is called a place, but has 900 different values in 900 rows"),
        ({"h3": [f"8928308280{at:05x}" for at in range(900)]}, "more than a row: these are small cells of H3: write larger ones"),
        ({"lat": (4151 + LAT % 0.5).round(3), "lon": (8740 + LON % 0.7).round(3)}, "look like degrees and minutes in one number, as satellite receivers"),
        ({"Address": [f"{at} Main St" for at in range(900)]}, "'Address' seems to hold addresses, which are not looked up"),
        ({"block": DRAW.choice([f"A-{at}" for at in range(9)], 900)}, r"Perhaps 'block' \(9 different values\)"),
        ({"where it was": DRAW.choice(["a", "b", "c", "d", "e"], 900)}, r"Perhaps 'where it was' \(5 different values\)"),
        ({"lat": LAT.map(lambda one: f"{one}N"), "lon": LON.map(lambda one: f"{-one}W")}, "no plain numbers"),
    ],
    ids=["degrees", "many", "h3", "minutes", "address", "codes of blocks", "often", "texts"],
)  # fmt: skip
def test_it_is_said_why_there_is_no_place(tmp_path: Path, columns: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        started(tmp_path, **columns)


@pytest.mark.parametrize(
    "columns",
    [
        {"lat": LAT.round(2), "lon": LON.round(2)},
        {"village": [f"v{at % 300}" for at in range(900)], "Address": "Main St"},
        {"x": (LON * 10_000).round(), "y": (LAT * 10_000).round()},
    ],
    ids=["two decimals", "three rows each", "plane"],
)
def test_close_tables_have_a_place(tmp_path: Path, columns: dict[str, Any]) -> None:
    assert started(tmp_path, **columns).plan.cell_count > 1


def test_points_of_two_cities_are_named(tmp_path: Path) -> None:
    west = np.arange(900) % 3 == 0
    made = started(tmp_path, lat=LAT + 5.75 * west, lon=LON - 34.7 * west)
    assert made.project().table.time_zone == "America/Chicago"
    [found] = [one for one in made.decisions.limits if "several time zones" in one]
    assert "America/Chicago 6" in found
    assert "America/Los_Angeles 3" in found


def test_points_of_one_city_and_a_few_elsewhere_are_not(tmp_path: Path) -> None:
    west = np.arange(900) % 20 == 0
    made = started(tmp_path, lat=LAT + 5.75 * west, lon=LON - 34.7 * west)
    assert not any("several time zones" in one for one in made.decisions.limits)
