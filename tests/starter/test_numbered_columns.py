"""One column for each hour of a day, or for each day of a month."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from riskmodel.base.errors import UsageError
from riskmodel.records.intake import ingest
from riskmodel.records.store import load_history
from riskmodel.starter.first_project import NewProject, init
from riskmodel.starter.numbered_columns import hour_columns
from riskmodel.starter.table_columns import read_frame_table

DAYS = pd.date_range("2022-01-01", "2023-12-31")
DRAW = np.random.default_rng(4)
EVENTS = pd.DataFrame(
    {"when": DRAW.choice(DAYS, 3_000), "hour": DRAW.integers(0, 24, 3_000), "Ward": DRAW.choice(["North", "South"], 3_000), "Offence": DRAW.choice(["theft", "fraud"], 3_000)}
)  # fmt: skip
TRUE = Counter(zip(EVENTS["when"].dt.strftime("%Y-%m-%d"), EVENTS["Ward"], EVENTS["Offence"], strict=True))


def crossed(across: str, *down: str) -> pd.DataFrame:
    table = EVENTS.assign(n=1).pivot_table(index=list(down), columns=across, values="n", aggfunc="sum", fill_value=0)
    table.columns = pd.Index([int(one) for one in table.columns])
    return table


def events(folder: Path, table: pd.DataFrame) -> tuple[Counter[tuple[str, ...]], NewProject]:
    table.to_csv(folder / "t.csv", index=False)
    made = init(folder / "made", folder / "t.csv")
    assert ingest(made.project(), "2030-01-01").total().quarantined == 0
    found: Counter[tuple[str, ...]] = Counter()
    for one in load_history(made.project()).frame().itertuples():
        values: Any = one
        found[(str(values.occurred)[:10], values.cell, values.kind)] += int(values.amount)
    return found, made


@pytest.mark.parametrize(
    "name", ["{}", "H{:02d}", "{:02d}:00", "Hour {}", "{}時", "{:02d}:00-{:02d}:59", "{}-{}h"],
    ids=["numbers", "H", "clock", "words", "Japanese", "spans", "short spans"],
)  # fmt: skip
@pytest.mark.parametrize("first", [0, 1])
def test_hours_are_added_up(tmp_path: Path, name: str, first: int) -> None:
    table = crossed("hour", "when", "Ward", "Offence")
    table.columns = pd.Index([name.format(hour, hour) for hour in range(first, 24 + first)])
    found, made = events(tmp_path, table.reset_index().assign(Total=table.sum(axis=1).to_numpy()))
    assert found == TRUE
    assert made.plan.sources[0].table.reshaped[0].startswith("24 columns named by hours")
    assert ("Total", "it adds up the hours") in [(one.subject, one.reason) for one in made.decisions.left_out]


@pytest.mark.parametrize(
    ("minutes", "form"),
    [(30, "%H:%M"), (30, "%H%M"), (15, "%I:%M %p"), (480, "%I%p"), (480, "%H:%M"), (60, "%I %p"), (360, "%H:%M-%M:00")],
    ids=["half hours", "digits", "quarters", "AM and PM", "shifts", "hours", "spans"],
)
def test_other_parts_of_a_day_are_added_up(minutes: int, form: str) -> None:
    begins = pd.date_range("2024-01-01 07:00", periods=24 * 60 // minutes, freq=f"{minutes}min").strftime(form)
    counts = DRAW.integers(0, 9, (3, len(begins)))
    found = hour_columns(
        read_frame_table(pd.DataFrame({"Ward": ["North", "South", "East"]}).join(pd.DataFrame(counts, columns=begins)), "t")
    )
    assert found is not None
    assert found.columns == {"Ward": ["North", "South", "East"], "count": [str(one) for one in counts.sum(axis=1)]}
    assert found.why.startswith(f"{len(begins)} columns named by {'hours' if minutes == 60 else 'parts of a day'} (")


@pytest.mark.parametrize("names", [["06:00", "07:00", "08:00"], ["0101", "0102", "0203", "0204"], ["100", "200", "300", "400"]])
def test_other_times_and_codes_divide_no_day(names: list[str]) -> None:
    assert hour_columns(read_frame_table(pd.DataFrame({name: [1, 2] for name in names}), "t")) is None


@pytest.mark.parametrize(("names", "unit"), [(["Year", "Month"], ""), (["年", "月份"], "月")])
def test_days_of_months_become_rows(tmp_path: Path, names: list[str], unit: str) -> None:
    EVENTS["y"], EVENTS["m"], EVENTS["d"] = EVENTS["when"].dt.year, EVENTS["when"].dt.month, EVENTS["when"].dt.day
    table = crossed("d", "Ward", "Offence", "y", "m").reset_index().rename(columns={"y": names[0], "m": names[1]})
    table[names[1]] = table[names[1]].astype(str) + unit
    found, made = events(tmp_path, table)
    assert found == TRUE
    assert f"31 columns of the days of a month beside {names[0]} and {names[1]}" in made.plan.sources[0].table.reshaped[0]
    # every day has a row, and none is there that its month lacks
    assert made.plan.sources[0].table.rows == len(DAYS) * 4


def test_a_number_on_a_day_that_its_month_lacks_goes_to_quarantine(tmp_path: Path) -> None:
    EVENTS["y"], EVENTS["m"], EVENTS["d"] = EVENTS["when"].dt.year, EVENTS["when"].dt.month, EVENTS["when"].dt.day
    table = crossed("d", "Ward", "Offence", "y", "m").reset_index()
    february = table.index[(table["m"] == 2) & (table["y"] == 2023)][0]
    table.loc[february, 30] = 5
    table.rename(columns={"y": "year", "m": "month"}).to_csv(tmp_path / "t.csv", index=False)
    made = init(tmp_path / "made", tmp_path / "t.csv")
    total = ingest(made.project(), "2030-01-01").total()
    assert total.quarantined == 1
    assert int(load_history(made.project()).frame()["amount"].sum()) == len(EVENTS)


@pytest.mark.parametrize(
    ("names", "first"),
    [
        ("Mon Tue Wed Thu Fri Sat Sun", 0), ("Monday Tuesday Wednesday Thursday Friday Saturday Sunday", 6), ("lun mar mié jue vie sáb dom", 0), ("周一 周二 周三 周四 周五 周六 周日", 0), ("po út st čt pá so ne", 0), ("월 화 수 목 금 토 일", 0),
    ],
)  # fmt: skip
def test_weekdays_beside_a_week_become_days(tmp_path: Path, names: str, first: int) -> None:
    weekday = EVENTS["when"].dt.day_of_week
    weeks = EVENTS["when"] - pd.to_timedelta((weekday - first) % 7, unit="D")
    table = EVENTS.assign(week=weeks, wd=weekday).pipe(
        lambda frame: pd.crosstab([frame["week"], frame["Ward"], frame["Offence"]], frame["wd"])
    )
    table.columns = pd.Index([names.split()[int(one)] for one in table.columns])
    found, made = events(
        tmp_path, table.reset_index().rename(columns={"week": "Week start"}).assign(Total=table.sum(axis=1).to_numpy())
    )
    assert +found == TRUE
    assert made.plan.sources[0].table.reshaped == ("columns of the seven weekdays beside Week start: one row per row and day",)
    assert next(one.choice for one in made.decisions.made if one.subject == "period of a row") == "day"


def test_names_of_spans_and_of_periods_of_two_rows(tmp_path: Path) -> None:
    spans = EVENTS.assign(week=EVENTS["when"].dt.to_period("W-SUN"), n=1).pivot_table(
        index=["Ward", "Offence"], columns="week", values="n", aggfunc="sum", fill_value=0
    )
    spans.columns = pd.Index([f"{one.start_time:%d/%m/%Y}-{one.end_time:%d/%m/%Y}" for one in pd.PeriodIndex(spans.columns)])
    spans.reset_index().to_csv(tmp_path / "s.csv", index=False)
    with pytest.raises(
        UsageError, match=r"Each of the columns from '27/12/2021-02/01/2022' .* names a span of days: keep its first day"
    ):
        init(tmp_path / "made", tmp_path / "s.csv")
    months = EVENTS.assign(period=EVENTS["when"].dt.to_period("M"), n=1).pivot_table(
        index=["Ward", "Offence"], columns="period", values="n", aggfunc="sum", fill_value=0
    )
    months.columns = pd.Index([f"{one.year} {one.month}" for one in pd.PeriodIndex(months.columns)])
    found, _ = events(tmp_path, months.reset_index())
    assert sum(found.values()) == len(EVENTS)
    assert len({day for day, _, _ in found}) == 24
