"""Numbers in thousands are refused, whoever says so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskmodel.base.errors import UsageError
from riskmodel.starter.first_project import init
from riskmodel.starter.large_units import has_large_unit

MONTHS = [str(one) for one in pd.period_range("2018-01", periods=60, freq="M")]
COUNTS = pd.MultiIndex.from_product([MONTHS, ["North", "South", "East"]], names=["month", "ward"]).to_frame(index=False)
COUNTS["count"] = np.random.default_rng(4).poisson(20, len(COUNTS))


@pytest.mark.parametrize(
    "name", ["数量（万件）", "案件数(百件)", "人数（千人）", "万件数", "Offences ('000s)", "Crimes_000", "Offences (thousands)", "Anzahl in Tausend", "Count (x1000)"]
)  # fmt: skip
def test_numbers_called_thousands_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"are thousands or a larger unit by their name"):
        init(tmp_path / "made", COUNTS.rename(columns={"count": name}))


@pytest.mark.parametrize(
    ("name", "value"), [("Unit", "Thousands"), ("单位", "万件"), ("Unit of measure", "Thousands of offences")]
)
def test_a_column_of_units_is_read(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(UsageError, match=rf"are written in {value!r}, by the column {name!r}"):
        init(tmp_path / "made", COUNTS.assign(**{name: value}))


@pytest.mark.parametrize("title", ["单位：万件", "Recorded offences (thousands)", "Unit: thousands", "Figures in thousands"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_title_that_says_thousands_is_read(tmp_path: Path, title: str, ending: str) -> None:
    path = tmp_path / f"calls.{ending}"
    if ending == "csv":
        path.write_text(f"Calls by ward\n{title}\n{COUNTS.to_csv(index=False)}", encoding="utf-8")
    else:
        with pd.ExcelWriter(path) as book:
            COUNTS.to_excel(book, index=False, startrow=2)
            pd.DataFrame([["Calls by ward"], [title]]).to_excel(book, index=False, header=False)
    with pytest.raises(UsageError, match=r"A line above the names of the columns of 'calls\.\w+' says"):
        init(tmp_path / "made", path)


def test_other_names_are_no_units(tmp_path: Path) -> None:
    others = (
        "count",
        "数量",
        "Theft over 5 000",
        "Theft (over 1000)",
        "百人以上聚集",
        "万宁市",
        "Speeding (40 mph)",
        "Unit K",
        "诈骗（十万元以上）",
    )
    assert not [name for name in others if has_large_unit(name)]
    unit = COUNTS.assign(Unit=np.where(COUNTS["ward"] == "East", "Unit 1", "Unit 2"), 单位="派出所")
    assert init(tmp_path / "made", unit).plan.kinds[0].events == COUNTS["count"].sum()
