"""Chicago through the door: complaints with two clocks, and crimes at points in the community areas."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from riskmodel.base.periods import NEVER, to_day
from tests.examples.taking import take


def test_chicago_comes_in_whole(open_data: Path, tmp_path: Path) -> None:
    report, history = take("chicago", open_data, tmp_path)
    sanitation, crimes = report.sources
    assert (sanitation.rows, sanitation.accepted, sanitation.reasons) == (74_217, 74_210, {"unknown cell": 7})
    assert (crimes.rows, crimes.accepted + crimes.reasons["outside all cells"]) == (321_877, 321_877)
    # the polygons are simplified
    assert crimes.accepted > 0.99 * crimes.rows
    table = pd.read_parquet(open_data / "chicago_311_sanitation_2011_2014.parquet")
    table = table[table["community_area"].between(1, 77)]
    complaints = history.of(kind="sanitation")
    assert (complaints.ended == NEVER).sum() == table["completed"].isna().sum()
    days = (table["completed"].dropna() - pd.Timestamp("1970-01-01")).dt.days.to_numpy()
    assert np.array_equal(np.sort(complaints.ended[complaints.ended != NEVER]), np.sort(days))
    assert complaints.occurred.min() == to_day("2011-01-01")
    assert int((history.of(kind="theft").amount).sum()) <= 124_630
