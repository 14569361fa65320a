"""Sexes, ages and descent are no kinds of event: counts by them are added up, or the table is refused."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskmodel.base.errors import UsageError
from riskmodel.records.intake import ingest
from riskmodel.records.store import load_history
from riskmodel.starter.first_project import NewProject, init
from riskmodel.starter.person_words import are_person_groups

MONTHS = pd.period_range("2018-01", "2023-12", freq="M").astype(str)


def counts(names: Sequence[str]) -> pd.DataFrame:
    draw = np.random.default_rng(4)
    frame = pd.DataFrame([(month, cell) for month in MONTHS for cell in ("N", "S", "E")], columns=["month", "district"])
    return frame.assign(**{name: draw.poisson(8, len(frame)) for name in names})


def events(made: NewProject) -> dict[str, int]:
    ingest(made.project(), "2030-01-01")
    found = load_history(made.project()).frame().groupby("kind", observed=True)["amount"].sum()
    return {str(kind): int(count) for kind, count in found.items()}


@pytest.mark.parametrize(
    "names",
    [
        ("male", "female"),
        ("hombres", "mujeres"),
        ("男", "女"),
        ("0-17", "18-24", "25-64", "65+"),
        ("age_0_17", "age_18_24", "age_25_44"),
        ("under 18", "adults"),
        ("18岁以下", "18-60岁", "60岁以上"),
        ("black", "white", "hispanic"),
    ],
)
def test_columns_of_persons_are_added_up(tmp_path: Path, names: tuple[str, ...]) -> None:
    frame = counts(names)
    # the numbers of rows that pandas writes say nothing of them
    made = init(tmp_path / "made", frame.rename_axis("Unnamed: 0").reset_index() if names[0] == "male" else frame)
    assert list(events(made).values()) == [int(frame[list(names)].to_numpy().sum())]
    assert {one.subject for one in made.decisions.left_out} >= set(names)


def test_a_total_beside_them_is_the_number_of_events(tmp_path: Path) -> None:
    frame = counts(("male", "female"))
    made = init(tmp_path / "made", frame.assign(total=frame["male"] + frame["female"]))
    assert sum(events(made).values()) == int(frame[["male", "female"]].to_numpy().sum())


def test_kinds_by_sex_are_added_up_for_each(tmp_path: Path) -> None:
    frame = counts(("theft_male", "theft_female", "burglary_male", "burglary_female"))
    found = events(init(tmp_path / "made", frame))
    assert found == {kind: int(frame[[f"{kind}_male", f"{kind}_female"]].to_numpy().sum()) for kind in ("theft", "burglary")}


def test_two_divisions_count_once_or_are_refused(tmp_path: Path) -> None:
    frame = counts(("male", "female"))
    both = frame.assign(juvenile=frame["male"] // 2, adult=lambda table: table["male"] + table["female"] - table["juvenile"])
    assert sum(events(init(tmp_path / "made", both)).values()) == int(frame[["male", "female"]].to_numpy().sum())
    with pytest.raises(UsageError, match="divide events by persons in several ways whose sums differ"):
        init(tmp_path / "differ", both.assign(adult=3))


def test_numbers_of_persons_of_single_events_are_not_added_up(tmp_path: Path) -> None:
    draw = np.random.default_rng(5)
    day = pd.Timestamp("2022-01-03") + pd.to_timedelta(draw.integers(0, 700, 800), unit="D")
    frame = pd.DataFrame(
        {
            "date": day.strftime("%Y-%m-%d"),
            "district": draw.choice(["N", "S"], 800),
            "crash type": draw.choice(["rear", "side"], 800),
        }
    )
    frame = frame.assign(male=draw.integers(0, 4, 800), female=draw.integers(0, 4, 800))
    assert sum(events(init(tmp_path / "made", frame)).values()) == 800


def long_table(name: str) -> pd.DataFrame:
    return counts(("Male", "Female")).melt(["month", "district"], var_name=name, value_name="count")


@pytest.mark.parametrize("name", ["Category", "breakdown"])
def test_sexes_in_a_column_are_no_kinds(tmp_path: Path, name: str) -> None:
    frame = long_table(name)
    assert list(events(init(tmp_path / "made", frame)).values()) == [int(frame["count"].sum())]


@pytest.mark.parametrize("name", ["Sex", "Category"])
def test_totals_beside_sexes_are_refused_although_the_column_is_not_read(tmp_path: Path, name: str) -> None:
    parts = long_table(name)
    totals = parts.groupby(["month", "district"], as_index=False)["count"].sum().assign(**{name: "Total"})
    with pytest.raises(UsageError, match="the sum of the others|hold the sums of the other rows"):
        init(tmp_path / "made", pd.concat([parts, totals]))
    assert sum(events(init(tmp_path / "parts", parts)).values()) == int(parts["count"].sum())


def test_words_of_kinds_are_none_of_persons() -> None:
    assert are_person_groups(["Male", "Female", "Unknown"])
    assert are_person_groups(["Mężczyźni", "Kobiety"])
    assert are_person_groups(["0-17 years", "18 and over years", "65 years and over"]) or are_person_groups(
        ["0-17 years", "18-64 years"]
    )
    assert not are_person_groups(["Child abuse", "Elder abuse"])
    assert not are_person_groups(["theft", "male"])
    assert not are_person_groups(["Unknown"])
