"""Tables as a newcomer has them: points, cells, weekly counts, Chinese; small, with the same draws every time."""

from __future__ import annotations

import numpy as np
import pandas as pd

KINDS = ("THEFT", "BURGLARY", "NARCOTICS", "STALKING", "ARSON")


def points(rows: int = 1200, days: int = 400, seed: int = 1) -> pd.DataFrame:
    """Calls at points of one city, dates month first, in the order of time, with columns about persons."""
    draw = np.random.default_rng(seed)
    date = pd.Timestamp("2023-01-02") + pd.to_timedelta(np.sort(draw.integers(0, days, rows)), unit="D")
    place = draw.normal((41.85, -87.65), (0.02, 0.025), (rows, 2)).round(6)
    return pd.DataFrame(
        {
            "Case Number": [f"HX{100_000 + at}" for at in range(rows)],
            "Date": date.strftime("%m/%d/%Y") + " 02:15:00 PM",
            "Primary Type": draw.choice(KINDS, rows, p=(0.5, 0.3, 0.18, 0.01, 0.01)),
            "Description": "somebody did something",
            "Victim Name": "J. Doe",
            "Latitude": place[:, 0],
            "Longitude": place[:, 1],
        }
    )


def by_cell(rows: int = 1500, days: int = 400) -> pd.DataFrame:
    """Calls by beat, with the day of the report and a coarser division."""
    draw = np.random.default_rng(2)
    occurred = pd.Timestamp("2023-01-02") + pd.to_timedelta(draw.integers(0, days, rows), unit="D")
    reported = occurred + pd.to_timedelta(draw.integers(0, 4, rows), unit="D")
    beat = draw.integers(1, 31, rows)
    return pd.DataFrame(
        {
            "incident_id": range(rows),
            "beat": [f"{one:04d}" for one in beat],
            "district": beat // 10 + 1,
            "reported": reported.strftime("%Y-%m-%d"),
            "occurred": occurred.strftime("%Y-%m-%d"),
            "offense": draw.choice(["burglary", "theft"], rows, p=(0.3, 0.7)),
        }
    )


def weekly(weeks: int = 40, cells: int = 12) -> pd.DataFrame:
    """Weekly counts of numbered cells; weeks are named by their Mondays."""
    draw = np.random.default_rng(3)
    rows = [
        (week.strftime("%Y-%m-%d"), cell, int(draw.poisson(1 + cell / 6)))
        for week in pd.date_range("2023-01-02", periods=weeks, freq="7D")
        for cell in range(1, cells + 1)
    ]
    return pd.DataFrame(rows, columns=["week", "cell", "count"])


def chinese(rows: int = 1200, days: int = 400) -> pd.DataFrame:
    """Calls in Chinese, with columns about persons and a lawful civic kind."""
    draw = np.random.default_rng(4)
    date = pd.Timestamp("2023-01-02") + pd.to_timedelta(draw.integers(0, days, rows), unit="D")
    return pd.DataFrame(
        {
            "警情编号": [f"J{at:07d}" for at in range(rows)],
            "报警时间": date.strftime("%Y年%m月%d日 20时30分"),
            "警情类别": draw.choice(["盗窃", "家庭纠纷", "吸毒", "上访"], rows, p=(0.4, 0.4, 0.1, 0.1)),
            "报警人": "张三",
            "联系电话": "13812345678",
            "所属网格": [f"第{cell}网格" for cell in draw.integers(1, 21, rows)],
        }
    )
