"""Columns of data frames as they come from a notebook."""

from __future__ import annotations

from pathlib import Path

import narwhals as nw
import numpy as np
import pandas as pd

from riskmodel.starter.first_project import init
from riskmodel.starter.frame_names import named_columns

DAYS = pd.Series(pd.date_range("2023-01-01 10:00", periods=120, freq="7h"))


def test_classes_of_numbers_are_texts() -> None:
    """What pandas.cut makes gave a traceback of arrow."""
    classes = pd.Series(pd.cut([0, 1, np.nan], [0, 1, 2], right=False))
    frame = named_columns(
        nw.from_native(pd.DataFrame({"speed": classes, "kind": pd.Categorical(["a", "interval", None])}))
    ).to_native()
    assert frame["speed"].tolist()[:2] == ["[0, 1)", "[1, 2)"]
    assert frame["speed"].isna().tolist() == [False, False, True]
    assert str(frame["kind"].dtype) == "category"


def test_rows_without_an_instant_are_in_quarantine(tmp_path: Path) -> None:
    """NaT is a datetime, but has no time."""
    frame = pd.DataFrame({"date": DAYS.where(DAYS.index > 5), "area": "north"})
    made = init(tmp_path / "made", frame)
    assert any("6 rows without a readable date" in one.reason for one in made.decisions.made)
