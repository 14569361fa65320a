"""Cells that may be no places, or one place in two spellings, are named."""

from __future__ import annotations

import re
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from riskmodel.starter.doubtful_cells import doubtful_cells
from riskmodel.starter.mapped_columns import ColumnRoles
from riskmodel.starter.replaced_names import replaced_names
from riskmodel.starter.table_columns import read_frame_table

NAMES = ("Ashford", "Bexley", "Camden", "Dunmore", "Easton", "Fairview", "Grafton", "Hillside")


class _Roles:
    cell, amount = "place", None


def doubts(places: list[str]) -> str:
    table = read_frame_table(pd.DataFrame({"place": places}), "frame")
    return "\n".join(doubtful_cells(table, cast("ColumnRoles", cast("Any", _Roles))))


def often(*others: str, rows: int = 30) -> list[str]:
    return [*NAMES * rows, *others]


@pytest.mark.parametrize(
    "names",
    [
        NAMES,
        ("North", "North 2", "South", "South 1", "South 2"),
        ("Rosenheim", "Landkreis Rosenheim", "Springfield", "West Springfield", "Zone 1A", "Zone 1B"),
        ("东门村", "西门村", "南门村", "滨江区", "江滨区", "โรงเรียน", "โรงเรือน"),
        ("กา", "กำ", "कि", "की", "が丘", "か丘", "beat 7", "beat 70"),
        ("0", "00.5", "1.5", "10"),
    ],
)
def test_other_names_are_not_doubted(names: tuple[str, ...]) -> None:
    assert doubts(list(names) * 30) == ""


@pytest.mark.parametrize(
    ("others", "said"),
    [
        (["ASHFORD", "Béxley"], "4 cells of 'the frame' differ from another only in capitals, accents, .*'Bexley' and 'Béxley'"),
        (["Ashf0rd"], "differ from another only in .*'Ashf0rd' and 'Ashford'"),
        (
            ["Ashford (07)", "12 - Bexley"],
            r"2 cells of 'the frame' stand a second time with an addition .*'Ashford' and 'Ashford \(07\)'; '12 - Bexley' and",
        ),
        (["City of Ashford", "Camden District"], "2 cells of .* stand a second time .*'Camden' and 'Camden District'"),
        (["Farview"], "1 rare cell of 'the frame' differ.* from a frequent one in one letter .'Fairview' and 'Farview'"),
        (["0"] * 5 + ["999"], "6 rows of 'the frame' have '0', '999' in 'place', which counts as a cell like all others"),
        (["Citywide", "Out of area", "外地"], "3 rows of 'the frame' have '.*', '.*', '.*' in 'place', which counts as a cell"),
        (["HQ"] * 300, r"'HQ' in 'place' has 56% of the events of 'the frame' \(300\); the next cell has 30"),
    ],
)  # fmt: skip
def test_a_place_in_two_spellings_and_no_place_are_named(others: list[str], said: str) -> None:
    rows = 100 if others == ["Farview"] else 30
    found = doubts(often(*others, rows=rows))
    assert re.search(said, found), found
    assert found.count("\n") == 0


def test_traditional_and_simplified_signs_are_one_spelling() -> None:
    found = doubts(["东门街道", "滨江区", "西门"] * 20 + ["東門街道", "濱江區"] * 5)
    assert "4 cells of 'the frame' differ from another only in" in found
    assert "'滨江区' and '濱江區'" in found


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        (lambda day: day < 300, "Fairview (after 2020-10-26)"),
        (lambda day: day >= 300, "Fairview (before 2020-10-27)"),
        (lambda day: day >= 0, ""),
    ],
)
def test_a_single_cell_that_ends_or_begins_within_a_table_is_named(kept: Any, said: str) -> None:
    day = np.repeat(np.arange(700), 2)
    place = np.where(np.arange(len(day)) % 2 == 0, "Fairview", np.array(NAMES)[day % 5])
    rows = (place != "Fairview") | kept(day)
    table = read_frame_table(pd.DataFrame({"place": place[rows]}), "frame")
    days = 18262 + day[rows]
    found = list(replaced_names(table, "place", "cell", "", days, np.ones(len(days), dtype=bool)))
    assert [said in one and one.startswith("1 cell of 'the frame' without a row") for one in found] == [True] * bool(said)
    assert list(replaced_names(table, "place", "kind", "", days, np.ones(len(days), dtype=bool))) == []


def test_a_city_that_redraws_all_its_areas_is_told_so_in_one_sentence() -> None:
    """A thousand areas of before and of after took ten seconds, three thousand four minutes."""
    many, days = 1_000, np.arange(0, 350, 25)
    place = [f"{when}{at:04d}" for when in "AB" for at in range(many) for _ in days]
    table = read_frame_table(pd.DataFrame({"place": place}), "frame")
    day = np.concatenate([np.tile(days + begin, many) for begin in (0, 350)])
    (said,) = replaced_names(table, "place", "cell", "If renamed, from {day} on", 18262 + day, np.ones(len(day), dtype=bool))
    assert said.startswith(
        "1,000 cells of 'the frame' without a row after 2020-11-21 (A0000, A0001, A0002, …), and 1,000 without one"
    )
    assert "before 2020-12-16 (B0000, B0001, B0002, …). If renamed, from 2020-12-16 on" in said
