"""Ids of a frame that a floating-point number does not hold exactly."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import riskmodel as rm
from riskmodel.base.errors import UsageError

IDS = [9007199254740993, 9007199254740995]
"""Whole numbers that become others as floating-point numbers."""


def test_cells_that_lost_digits_are_refused() -> None:
    with pytest.raises(
        UsageError,
        match="Row 1 of the table of cells has a whole number of 16 digits or more as a floating-point number in 'cell'",
    ):
        rm.Places.from_frame(pd.DataFrame({"cell": np.array(IDS, float)}))
    assert rm.Places.from_frame(pd.DataFrame({"cell": IDS})).ids == ("9007199254740993", "9007199254740995")
    assert rm.Places.from_frame(pd.DataFrame({"cell": [1.0, 2.0]})).ids == ("1", "2")


def test_records_that_lost_digits_are_refused() -> None:
    places = rm.Places.from_frame(pd.DataFrame({"cell": IDS}))
    records = pd.DataFrame({"cell": [None, *map(float, IDS)], "kind": "theft", "occurred": "2024-01-02"})
    with pytest.raises(UsageError, match="Row 2 of the table of records .* Read the column as text: pandas.read_csv"):
        rm.History.from_frame(records, places)


def test_a_new_project_says_why_such_a_column_is_not_read() -> None:
    frame = pd.DataFrame(
        {"Case No": np.arange(300.0) + 2**53, "Date": pd.date_range("2023-01-01", periods=300), "Beat": ["a", "b", "c"] * 100}
    )
    told = rm.quick(frame).explain()
    assert "its whole numbers of 16 digits or more are floating-point numbers, which keep 15; write them as text" in " ".join(
        told.split()
    )
