"""Instants that say UTC, with the hours of the night of the place."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from riskmodel.starter.night_hours import called_utc, night_as_written
from tests.worlds.partial_tables import roles_of

DRAW = np.random.default_rng(4)
SHARES = np.where(np.isin(np.arange(24), range(1, 7)), 0.2, 1.0)
"""Rows by hour of the place: few from one to seven."""
LOCAL = pd.Timestamp("2023-01-02") + pd.to_timedelta(
    np.sort(24 * DRAW.integers(0, 200, 900) + DRAW.choice(24, 900, p=SHARES / SHARES.sum())), unit="h"
)


def said(instants: pd.Index, zone: str) -> str:
    table, roles, *_ = roles_of(pd.DataFrame({"date": instants, "ward": DRAW.integers(1, 9, len(instants))}))
    return night_as_written(table, roles, zone)


@pytest.mark.parametrize("form", ["%Y-%m-%d %H:%M:%S+00", "%Y-%m-%dT%H:%M:%SZ", "unix"])
def test_times_of_the_place_that_say_utc_are_named(form: str) -> None:
    written = pd.Index((LOCAL.astype("int64") // 1000).astype(str)) if form == "unix" else LOCAL.strftime(form)
    found = said(written.rename("date"), "America/Chicago")
    assert (
        "the fewest rows lie from 01:00 to 07:00 as they are written, as at night, which would be from 20:00 to 02:00 at the place"
        in found
    )


def test_true_instants_of_utc_are_not_named() -> None:
    utc = LOCAL.tz_localize("America/Chicago", ambiguous=True, nonexistent="shift_forward").tz_convert("UTC")
    assert said(utc.strftime("%Y-%m-%dT%H:%M:%SZ"), "America/Chicago") == ""


def test_without_a_night_or_far_from_it_nothing_is_named() -> None:
    flat = pd.Timestamp("2023-01-02") + pd.to_timedelta(np.arange(900) * 7, unit="h")
    assert said(flat.strftime("%Y-%m-%dT%H:%M:%SZ"), "America/Chicago") == ""
    # times of London are those of UTC, or nearly
    assert said(LOCAL.strftime("%Y-%m-%dT%H:%M:%SZ"), "Europe/London") == ""


@pytest.mark.parametrize(
    ("name", "tail", "zone", "named"),
    [
        ("date_utc", "", "America/Chicago", True),
        ("date_utc", "", "UTC", False),
        ("date_utc", "Z", "America/Chicago", False),
        ("date", "", "America/Chicago", False),
    ],
)
def test_times_without_an_offset_in_a_column_called_utc_are_named(name: str, tail: str, zone: str, named: bool) -> None:
    frame = pd.DataFrame({name: LOCAL.strftime("%Y-%m-%d %H:%M:%S") + tail, "ward": DRAW.integers(1, 9, len(LOCAL))})
    table, roles, *_ = roles_of(frame)
    found = called_utc(table, roles, zone)
    assert ("is called UTC, but its times have no offset" in found) == named
    assert ("The clocks of America/Chicago differ by 5 hours, so about 21% of the events" in found) == named
