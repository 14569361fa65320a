"""Washington, D.C., ingested: the monthly count of a tract is one record."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from riskmodel.base.days import to_day
from tests.worlds.open_examples import take


def test_all_of_dc_is_ingested(open_data: Path, tmp_path: Path) -> None:
    report, history = take("dc", open_data, tmp_path)
    assert (report.sources[0].rows, report.sources[0].accepted) == (61_390, 61_390)
    table = pd.read_parquet(open_data / "dc_311_2016_tract_month.parquet")
    assert int(history.amount.sum()) == int(table["count"].sum())
    february = history.occurred == to_day("2016-02-29")
    assert int(history.amount[february].sum()) == int(table["count"][table["time_aggregation_value"] == 2].sum())
    assert (history.known == history.occurred).all()
