"""Years whose months begin with July are refused, by the order of the rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskmodel.base.errors import UsageError
from riskmodel.starter.first_project import init

NAMES = [pd.Timestamp(2024, month, 1).strftime("%B") for month in range(1, 13)]


def counts(months: list[str]) -> pd.DataFrame:
    frame = pd.MultiIndex.from_product([[2021, 2022, 2023], months, ["A", "B"]], names=["Year", "Month", "Ward"])
    return frame.to_frame(index=False).assign(Count=np.random.default_rng(1).poisson(9, 72))


def test_months_from_july_to_june_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"'Year' may count years that begin in another month"):
        init(tmp_path / "a", counts(NAMES[6:] + NAMES[:6]))


@pytest.mark.parametrize("months", [NAMES, NAMES[::-1], sorted(NAMES)], ids=["forwards", "backwards", "by letters"])
def test_other_orders_are_kept(tmp_path: Path, months: list[str]) -> None:
    made = init(tmp_path / "a", counts(months))
    assert made.plan.kinds[0].events == counts(months)["Count"].sum()


def test_a_table_that_begins_in_july_is_kept(tmp_path: Path) -> None:
    ordered = counts(NAMES)
    init(tmp_path / "a", ordered[(ordered["Year"] > 2021) | ordered["Month"].isin(NAMES[6:])])
