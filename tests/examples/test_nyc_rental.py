"""New York's rental buildings through the door: a register of open states, and what each building had in each year."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from riskmodel.base.periods import NEVER, to_day
from tests.examples.taking import take


def test_nyc_rental_buildings_come_in_whole(open_data: Path, tmp_path: Path) -> None:
    report, history = take("nyc-rental", open_data, tmp_path)
    table = pd.read_parquet(open_data / "nyc_rental_buildings.parquet")
    placed = table["cd"].notna()
    register, *yearly = report.sources
    assert (register.rows, register.accepted, register.reasons) == (153_468, 153_463, {"unknown cell": 5})
    units = history.of(kind="rental_units")
    assert int(units.amount.sum()) == int(table["res_units"][placed].sum())
    assert (units.ended == NEVER).all()
    columns = {
        "serious_violation": "viol_bbl_ser",
        "other_violation": "viol_bbl_oth",
        "litigation": "lit",
        "tenant_complaint": "comp_bbl",
    }
    for source in yearly:
        kind, year = source.source.rsplit("_", 1)
        figures = table[f"{columns[kind]}_{year}"]
        # violations and complaints are figures per dwelling; times the dwellings they are whole in every row
        counts = (figures if kind == "litigation" else figures * table["res_units"]).round()
        assert (source.rows, source.accepted, source.reasons) == (153_468, 153_463, {"unknown cell": 5}), source.source
        mine = history.of(kind=kind)
        assert int(mine.amount[mine.occurred == to_day(f"{year}-12-31")].sum()) == int(counts[placed].sum())
