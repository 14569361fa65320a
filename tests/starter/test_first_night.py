"""The first night of a new project: the day after the last record became known."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import riskmodel as rm


def test_it_begins_when_the_last_record_is_known(tmp_path: Path) -> None:
    days = pd.date_range("2023-01-01", periods=300).repeat(3)
    frame = pd.DataFrame({"happened": days, "entered": days + pd.Timedelta(days=4), "area": ["a", "b", "c"] * 300})
    made = rm.init(tmp_path / "late", frame)
    assert made.next_steps()[-1].endswith("nightly --as-of 2023-11-01")
    made = rm.init(tmp_path / "same day", frame[["happened", "area"]])
    assert made.next_steps()[-1].endswith("nightly --as-of 2023-10-28")
