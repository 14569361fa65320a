"""Short names of time zones that can be several mean that of the place, or are asked for."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from riskmodel.base.day_texts import read_date
from riskmodel.base.errors import UsageError
from riskmodel.records.intake import ingest
from riskmodel.records.store import load_history
from riskmodel.starter.first_project import NewProject, init

ROWS = 700
DRAW = np.random.default_rng(5)
AT = pd.Timestamp("2022-01-03") + pd.to_timedelta(np.sort(DRAW.integers(0, 700 * 1440, ROWS)), unit="min")


def table(zone: str, form: str = "%Y-%m-%d %H:%M:%S %Z") -> pd.DataFrame:
    there = AT.tz_localize(zone, ambiguous=np.zeros(ROWS, dtype=bool), nonexistent="shift_forward")
    return pd.DataFrame(
        {
            "id": np.arange(ROWS),
            "date": there.strftime(form),
            "kind": DRAW.choice(["a", "b"], ROWS),
            "ward": DRAW.choice(["N", "S"], ROWS),
        }
    )


def counted_days(made: NewProject) -> list[pd.Timestamp]:
    assert ingest(made.project(), "2030-01-01").total().accepted == ROWS
    return sorted(load_history(made.project()).frame()["occurred"].dt.normalize())


@pytest.mark.parametrize(
    ("place", "zone", "names"),
    [
        ("America/Chicago", "America/Chicago", {"CST", "CDT"}),
        ("America/Los_Angeles", "America/Los_Angeles", {"PST", "PDT"}),
        ("Asia/Kolkata", "Asia/Kolkata", {"IST"}),
        ("Europe/London", "Europe/London", {"GMT", "BST"}),
        ("Europe/Dublin", "Europe/Dublin", {"GMT", "IST"}),
        ("Asia/Jerusalem", "Asia/Jerusalem", {"IST", "IDT"}),
    ],
)
def test_the_names_of_a_year_tell_the_zone(tmp_path: Path, place: str, zone: str, names: set[str]) -> None:
    frame = table(place)
    assert {text[-3:] for text in frame["date"]} == names
    made = init(tmp_path / "made", frame)
    offset = {
        name: ZoneInfo(made.project().table.time_zone).utcoffset(pd.Timestamp(name)) for name in ("2023-01-01", "2023-07-01")
    }
    assert offset == {name: ZoneInfo(zone).utcoffset(pd.Timestamp(name)) for name in offset}
    assert counted_days(made) == sorted(AT.normalize())


@pytest.mark.parametrize("form", ["%Y-%m-%d %H:%M:%S %Z", "%a %b %d %H:%M:%S %Z %Y", "%m/%d/%Y %I:%M:%S %p %Z"])
def test_a_name_of_several_places_is_asked_for(tmp_path: Path, form: str) -> None:
    frame = table("Asia/Shanghai", form)
    with pytest.raises(
        UsageError,
        match=r"'date' of 'the frame' has times in CST, .* State the time zone of the place with --time-zone, such as America/Chicago or Asia/Shanghai",
    ):
        init(tmp_path / "asked", frame)
    assert counted_days(init(tmp_path / "made", frame, time_zone="Asia/Shanghai")) == sorted(AT.normalize())
    with pytest.raises(UsageError, match="clocks of Europe/Berlin never have it"):
        init(tmp_path / "wrong", frame, time_zone="Europe/Berlin")


@pytest.mark.parametrize(("zone", "place", "day"), [("Asia/Shanghai", (39.9, 116.4), 0), ("America/Chicago", (41.85, -87.65), 0)])
def test_points_settle_a_name(tmp_path: Path, zone: str, place: tuple[float, float], day: int) -> None:
    at = DRAW.normal(place, 0.02, (ROWS, 2)).round(6)
    made = init(tmp_path / "made", table(zone).assign(lat=at[:, 0], lon=at[:, 1]))
    assert made.project().table.time_zone == zone
    assert counted_days(made) == sorted(AT.normalize() + pd.Timedelta(days=day))


@pytest.mark.parametrize(
    ("text", "zone", "day"),
    [
        ("2024-01-31 23:30 CST", "Asia/Shanghai", 31), ("2024-01-31 23:30 CST", "America/Chicago", 31), ("2024-07-31 23:30 CST", "America/Chicago", 1),
        ("2024-07-31 23:30 BST", "Europe/London", 31), ("2024-01-31 23:30 PST", "Asia/Manila", 31), ("2024-01-31 23:30 CST", "Asia/Tokyo", None),
        ("2024-01-31 23:30 BST", "Asia/Dhaka", None), ("2024-01-31 23:30 XYZ", "America/Chicago", None), ("2024-01-31 23:30 CST", None, None),
    ],
)  # fmt: skip
def test_a_name_is_that_of_the_clocks_of_the_zone(text: str, zone: str | None, day: int | None) -> None:
    found = read_date(text, zone=None if zone is None else ZoneInfo(zone))
    assert (None if found is None else found.day) == day
