"""Portland through the door: State Plane feet to cells of 600 ft within the city's boundary."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from riskmodel.records.places import Places
from tests.examples.taking import take


def test_portland_comes_in_whole(open_data: Path, tmp_path: Path) -> None:
    report, history = take("portland", open_data, tmp_path)
    assert [(s.rows, s.accepted, s.quarantined) for s in report.sources] == [(5_096, 5_096, 0), (9_037, 9_037, 0)]
    table = pd.read_csv(open_data / "portland_burglary.csv")
    named = "x" + (table["x_ft"] // 600).astype(int).astype(str) + "y" + (table["y_ft"] // 600).astype(int).astype(str)
    burglaries = history.of(kind="burglary")
    assert np.array_equal(np.sort(named), np.sort(np.array(history.places.ids)[burglaries.cell]))
    # 147.70 square miles, of 5,280 ft
    area = sum(areas(history.places))
    assert abs(area / 5280**2 - 147.70) < 0.01


def areas(places: Places) -> list[float]:
    return places.exposures["area"].tolist()
