"""Dates in the future and years of two digits that may be of another calendar."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskmodel.base.errors import UsageError
from riskmodel.starter.first_project import init

DATES = pd.DatetimeIndex(np.random.default_rng(2).choice(pd.date_range("2022-01-01", "2023-12-31"), 3_000))


def table(folder: Path, years: int) -> Path:
    """Dates whose years have two digits, less so many years."""
    dates = [f"{day:%d/%m/}{(day.year - years) % 100:02d}" for day in DATES]
    pd.DataFrame({"date": dates, "ward": ["A", "B", "C"] * 1_000}).to_csv(folder / "calls.csv", index=False)
    return folder / "calls.csv"


def test_dates_that_all_lie_in_the_future_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"All dates of 'calls\.csv' lie in the future, from 2065-01-01 to 2066-12-31"):
        init(tmp_path / "made", table(tmp_path, -43), today="2026-12-01")


def test_old_years_of_two_digits_are_a_doubt(tmp_path: Path) -> None:
    (doubt,) = [
        one
        for one in init(tmp_path / "a", table(tmp_path, 21), today="2026-12-01").decisions.doubts
        if "Years of two digits" in one
    ]
    assert doubt.startswith("Years of two digits in 'calls.csv' are taken for 2001 to 2002.")
    assert not [
        one
        for one in init(tmp_path / "b", table(tmp_path, 0), today="2026-12-01").decisions.doubts
        if "Years of two digits" in one
    ]


@pytest.mark.parametrize("titles", ["", "Calls of the city\n\n"], ids=["plain", "below titles"])
def test_a_compressed_file_that_was_cut_off_is_named(tmp_path: Path, titles: str) -> None:
    whole = gzip.compress((titles + table(tmp_path, 0).read_text(encoding="utf-8")).encode())
    path = tmp_path / "calls.csv.gz"
    for broken in (whole[: len(whole) // 2], whole[:200] + b"\0" * 40 + whole[240:]):
        path.write_bytes(broken)
        with pytest.raises(UsageError, match=r"'calls\.csv\.gz' is cut off or damaged\. Copy or export it again"):
            init(tmp_path / "made", path)
