"""Numbers beside one row for each day, kind and place, which may be those of events."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskmodel.starter.first_project import init
from tests.worlds import own_tables

DRAW = np.random.default_rng(7)
EVENTS = pd.DataFrame(
    {"date": DRAW.choice(pd.date_range("2022-01-01", periods=500), 3_000), "offence": DRAW.choice(["theft", "fraud"], 3_000), "ward": DRAW.choice(["N", "S", "E"], 3_000)}
)  # fmt: skip


def limits(folder: Path, table: pd.DataFrame, **stated: str) -> list[str]:
    return [one for one in init(folder, table, **stated).decisions.limits if "counts as one event, though" in one]


def test_one_row_for_each_day_kind_and_place_is_told(tmp_path: Path) -> None:
    summed = EVENTS.groupby(["date", "offence", "ward"]).size().reset_index(name="quanta")
    (told,) = limits(tmp_path / "a", summed)
    assert "one row for each date, offence and ward, and 'quanta' holds whole numbers" in told
    assert told.endswith("state --amount quanta.")
    assert limits(tmp_path / "b", summed, amount="quanta") == []
    (told,) = limits(tmp_path / "c", summed.assign(more=summed["quanta"] % 3))
    assert "'quanta', 'more' hold whole numbers" in told
    assert "or write their sum into one column" in told


def test_numbers_of_the_rows_are_no_ids(tmp_path: Path) -> None:
    summed = EVENTS.groupby(["date", "offence", "ward"]).size().reset_index(name="quanta")
    assert limits(tmp_path / "a", summed.assign(OBJECTID=range(len(summed))))
    lone = summed.drop(columns="offence").drop_duplicates(["date", "ward"])
    made = init(tmp_path / "b", lone.assign(FID=range(len(lone))))
    assert [(kind.key, kind.events) for kind in made.plan.kinds] == [("quanta", int(lone["quanta"].sum()))]


def test_single_events_with_numbers_are_not_told(tmp_path: Path) -> None:
    single = EVENTS.assign(quanta=DRAW.integers(1, 5, len(EVENTS)))
    # rows agree in day, kind and place
    assert limits(tmp_path / "a", single) == []
    assert limits(tmp_path / "b", single.assign(**{"case number": [f"C{at}" for at in range(len(single))]})) == []
    # of few rows none agree by chance
    few = single.drop_duplicates(["date", "offence", "ward"]).iloc[::12]
    assert limits(tmp_path / "c", few) == []
    summed = single.drop_duplicates(["date", "offence", "ward"])
    code = summed["offence"].map({"theft": 10, "fraud": 20})
    assert limits(tmp_path / "d", summed.drop(columns="quanta").assign(quanta=code)) == []


@pytest.mark.parametrize(("name", "kind"), [("警情数", "警情"), ("投诉量", "投诉"), ("盗窃件数", "盗窃"), ("发案数", "事件")])
def test_a_chinese_number_is_called_by_what_it_counts(tmp_path: Path, name: str, kind: str) -> None:
    frame = own_tables.weekly(20, 4).rename(columns={"week": "周起始", "cell": "镇街", "count": name})
    made = init(tmp_path / "made", frame)
    assert [(one.key, one.label) for one in made.plan.kinds] == [(kind, kind)]
    assert made.plan.sources[0].roles.amount == name


@pytest.mark.parametrize("name", ["reported", "this year", "offences recorded on date"])
def test_numbers_called_by_times_that_are_too_small_for_days_are_told(tmp_path: Path, name: str) -> None:
    summed = EVENTS.groupby(["date", "offence", "ward"]).size().reset_index(name=name)
    (told,) = limits(tmp_path / "a", summed)
    assert f"and {name!r} holds whole numbers" in told
    assert limits(tmp_path / "b", summed.assign(**{name: 2_021 + summed[name] % 2})) == []
