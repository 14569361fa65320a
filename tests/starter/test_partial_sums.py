"""Sums of some of the rows, and sums by their names, are refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskmodel.base.errors import UsageError
from riskmodel.starter.first_project import init
from riskmodel.starter.partial_sums import partial_sum

DAYS = [str(day)[:10] for day in pd.date_range("2023-01-01", periods=200)]
COUNTS = pd.MultiIndex.from_product(
    [DAYS, ["East", "West", "South", "North"], ["theft", "fraud"]], names=["date", "district", "offence"]
).to_frame(index=False)
COUNTS["count"] = np.random.default_rng(6).poisson(2, len(COUNTS))


def sums(column: str, parts: list[str], name: str) -> pd.DataFrame:
    """Rows of the sums of some values of a column."""
    others = [one for one in ("date", "district", "offence") if one != column]
    some = COUNTS[COUNTS[column].isin(parts)]
    return some.groupby(others, as_index=False)["count"].sum().assign(**{column: name})


def refused(folder: Path, *more: pd.DataFrame) -> str:
    """The message about the counts with further rows."""
    with pytest.raises(UsageError) as error:
        init(folder / "made", pd.concat([COUNTS, *more]).sort_values("date", kind="stable"))
    return str(error.value)


def test_sums_of_some_places_are_refused(tmp_path: Path) -> None:
    inner = sums("district", ["East", "West"], "Inner")
    assert "with 'Inner' in 'district' hold the sums of those with 'East', 'West'," in refused(tmp_path, inner)
    outer = sums("district", ["South", "North"], "Outer")
    assert "hold the sums of those with" in refused(tmp_path, inner, outer)


def test_a_parent_of_some_kinds_is_refused(tmp_path: Path) -> None:
    of = {"theft": "theft of vehicles", "fraud": "theft in shops"}
    kinds = COUNTS.assign(offence=COUNTS["offence"].map(of))
    parent = kinds.groupby(["date", "district"], as_index=False)["count"].sum().assign(offence="theft")
    other = COUNTS[COUNTS["offence"] == "theft"].assign(offence="arson", count=1)
    with pytest.raises(
        UsageError, match=r"with 'theft' in 'offence' hold the sums of those with 'theft of vehicles', 'theft in shops'"
    ):
        init(tmp_path / "made", pd.concat([kinds, parent, other]))


def of_months(name: str) -> pd.DataFrame:
    """The sums of each month and kind, on its last day."""
    months = COUNTS.assign(date=(pd.to_datetime(COUNTS["date"]) + pd.offsets.MonthEnd(0)).dt.strftime("%Y-%m-%d"))
    return months.groupby(["date", "offence"], as_index=False)["count"].sum().assign(district=name)


DAILY = COUNTS.groupby("date", as_index=False)["count"].sum()


@pytest.mark.parametrize(
    ("more", "named"),
    [
        (DAILY.assign(district="Total", offence="Total"), "Total"),
        (DAILY.assign(district="Total", offence="All"), "Total"),
        (DAILY.assign(district="合计", offence=None), "合计"),
        (of_months("Monthly total"), "Monthly total"),
        (of_months("East subtotal"), "East subtotal"),
        (of_months("东区小计"), "东区小计"),
    ],
    ids=["both", "another word", "no kind", "months", "of a part", "Chinese"],
)  # fmt: skip
def test_sums_by_their_names_are_refused(tmp_path: Path, more: pd.DataFrame, named: str) -> None:
    assert f"with {named!r} in" in refused(tmp_path, more)


def test_places_that_are_no_sums_are_kept(tmp_path: Path) -> None:
    assert init(tmp_path / "a", COUNTS).plan.cells == ("East", "North", "South", "West")
    # nearly the sum of two others, and a name in which total stands for something else
    near = sums("district", ["East", "West"], "Total Loss Yard")
    near["count"] += np.random.default_rng(1).poisson(1, len(near))
    assert len(init(tmp_path / "b", pd.concat([COUNTS, near])).plan.cells) == 5


def test_sums_among_a_hundred_series_are_found() -> None:
    draw = np.random.default_rng(2)
    parts = draw.poisson(0.4, (900, 99))
    assert partial_sum(parts) is None
    assert partial_sum(np.column_stack([parts[:, 7:20].sum(axis=1), parts])) == (0, list(range(8, 21)))
    # each is the difference of two others, but none is their sum
    assert partial_sum(np.zeros((300, 5))) is None
