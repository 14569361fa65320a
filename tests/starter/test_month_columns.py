"""Tables with a year in each row and a column for each month."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import riskmodel.starter.month_columns as months
from riskmodel.base.days import to_day
from riskmodel.base.errors import UsageError
from riskmodel.records.intake import ingest
from riskmodel.records.store import load_history
from riskmodel.starter.first_project import init
from riskmodel.starter.table_columns import read_frame_table

NAMES = {
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    "es": [
        "Enero",
        "Febrero",
        "Marzo",
        "Abril",
        "Mayo",
        "Junio",
        "Julio",
        "Agosto",
        "Septiembre",
        "Octubre",
        "Noviembre",
        "Diciembre",
    ],
    "zh": [f"{month}月" for month in range(1, 13)],
}


@pytest.mark.parametrize("language", NAMES)
@pytest.mark.parametrize("sign", ["", "."])
def test_one_column_per_month_beside_a_year(tmp_path: Path, language: str, sign: str) -> None:
    numbers = np.random.default_rng(5).poisson(1000, (5, 3, 12))
    year, area, total = ("年份", "区域", "合计") if language == "zh" else ("Year", "Area", "Total")

    def written(values: np.ndarray) -> list[str]:
        return [f"{int(value):,}".replace(",", sign) for value in [*values, values.sum()]]

    rows = [[2018 + at, place, *written(numbers[at, of])] for at in range(5) for of, place in enumerate("ABC")]
    rows += [[2018 + at, total, *written(numbers[at].sum(axis=0))] for at in range(5)]
    if language == "zh":
        rows = [[f"{of}年", *others] for of, *others in rows]
    pd.DataFrame(rows, columns=[year, area, *NAMES[language], total]).to_csv(tmp_path / "c.csv", index=False, sep=";")
    made = init(tmp_path / "made", tmp_path / "c.csv")
    assert {(total, "it adds up the months"), ("rows of totals", "5 rows with the sum of the others")} <= {
        (one.subject, one.reason) for one in made.decisions.left_out
    }
    assert ingest(made.project(), "2030-01-01").total().accepted == 180
    history = load_history(made.project())
    assert history.amount.sum() == numbers.sum()
    assert history.amount[history.occurred == to_day("2019-02-28")].sum() == numbers[1, :, 1].sum()


def test_a_few_names_of_months_make_no_table_of_months(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"date": pd.date_range("2022-01-03", periods=60).strftime("%Y-%m-%d"), "area": ["A", "B"] * 30, "year": 2022, "may": 1}
    )
    assert init(tmp_path / "made", frame).plan.sources[0].table.reshaped == ()


@pytest.mark.parametrize("name", ["Month", "月份"])
@pytest.mark.parametrize("written", [lambda at: f"{at}", lambda at: date(2024, at, 1).strftime("%b"), lambda at: f"{at}月"], ids=["number", "name", "sign"])  # fmt: skip
def test_one_column_per_year_beside_a_month(tmp_path: Path, name: str, written: Callable[[int], str]) -> None:
    draw = np.random.default_rng(4)
    frame = pd.DataFrame(
        {"District": np.repeat(["A", "B"], 12), name: [written(at) for at in range(1, 13)] * 2}
        | {str(year): draw.poisson(9, 24) for year in (2021, 2022, 2023)}
    )
    frame["Total"] = frame[["2021", "2022", "2023"]].sum(axis=1)
    path = tmp_path / "counts.csv"
    frame.rename(columns=lambda one: f"{one}年" if written(5) == "5月" and one.startswith("20") else one).to_csv(
        path, index=False
    )
    project = init(tmp_path / "made", path).project()
    assert ingest(project, "2025-01-01").total().quarantined == 0
    found = load_history(project).frame().groupby("occurred").amount.sum()
    assert found["2022-05-31"] == frame["2022"][[4, 16]].sum()
    assert found.sum() == frame["Total"].sum()


def test_years_that_begin_in_april_are_refused(tmp_path: Path) -> None:
    months = [date(2024, (at + 2) % 12 + 1, 1).strftime("%b") for at in range(1, 13)]
    frame = pd.DataFrame({"District": ["A", "B"] * 2, "Year": [2021, 2021, 2022, 2022]} | dict.fromkeys(months, 3))
    with pytest.raises(UsageError, match="begin with 'Apr', so 'Year' may count years that begin then"):
        init(tmp_path / "made", frame)


def test_without_columns_of_years_no_text_is_looked_at_for_months(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every instant of a large table was tried as the name of a month."""
    tried: list[str] = []
    monkeypatch.setattr(months, "date_part", lambda text: tried.append(text))
    days = [f"2024-01-{day:02d} 08:{minute:02d}" for day in range(1, 29) for minute in range(60)]
    calls = pd.DataFrame({"happened": days, "area": ["north", "south"] * (len(days) // 2)})
    assert months.month_columns(read_frame_table(calls, "calls")) is None
    assert not tried
