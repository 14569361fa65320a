"""Stated settings that nothing reads are refused, never ignored."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import riskmodel as rm

DAYS = pd.date_range("2024-01-01", periods=400).repeat(4)
CALLS = pd.DataFrame({"date": DAYS, "beat": ["a", "b", "c", "d"] * 400})
POINTS = CALLS.assign(lon=8.5 + np.tile(np.arange(40), 40) / 1000, lat=47.3 + np.repeat(np.arange(40), 40) / 1000).drop(
    columns="beat"
)


@pytest.mark.parametrize(("name", "value"), [("crs", "EPSG:2056"), ("scale", "1000")])
def test_settings_of_coordinates_need_coordinates(name: str, value: str) -> None:
    wanted = (
        rf"^{name}='{value}' is stated, but no coordinates are read: the places of 'the frame' are in its column 'beat'\. "
        rf"State x= and y=, or leave out {name}=\."
    )
    with pytest.raises(rm.UsageError, match=wanted):
        rm.quick(CALLS, **{name: value})


def test_a_sign_between_thousands_needs_numbers() -> None:
    with pytest.raises(
        rm.UsageError, match=r"^thousands= is stated, but no numbers of events are read: every row of 'the frame' is one event"
    ):
        rm.quick(CALLS, thousands=".")


def test_settings_that_are_read_are_taken() -> None:
    assert len(rm.quick(POINTS, crs="EPSG:4326").history) == 1600
