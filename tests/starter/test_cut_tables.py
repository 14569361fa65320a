"""Tables that were cut within a day, a place or a number of rows, that are samples, or hold snapshots."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskmodel.starter.first_project import init
from riskmodel.starter.row_limits import cut_parts
from riskmodel.starter.split_tables import joined_tables
from riskmodel.starter.table_columns import read_table_file
from tests.worlds.partial_tables import DAYS, END, FIRST, cases, exported, limits, planned

ALL = cases(rate=17.0)
TABLE = exported(ALL, form="%Y-%m-%d %H:%M")
DAYS_ONLY = exported(ALL)
LAST = (END - pd.Timestamp(0)).days - 1


def test_a_whole_table_is_not_named() -> None:
    source, decisions = planned(TABLE[:-1])
    assert (source.since, source.through) == (LAST - DAYS + 1, LAST)
    assert not {"first day", "last day"} & {one.subject for one in decisions.made}
    assert not [said for said in ("looks cut off", "apart", "stands there", "pages") if said in "\n".join(decisions.limits)]


@pytest.mark.parametrize("with_times", [True, False])
def test_a_last_day_that_was_cut_is_left_out(with_times: bool) -> None:
    table, hours = (TABLE, 14) if with_times else (DAYS_ONLY, 22)
    source, decisions = planned(table[ALL["opened"] < END - pd.Timedelta(hours, "h")])
    assert source.through == LAST - 1
    [found] = [one for one in decisions.made if one.subject == "last day"]
    assert found.choice == "2023-05-17 left out"
    assert ("its rows end at " in found.reason) == with_times


def test_the_first_night_of_a_cut_table_is_that_of_the_last_whole_day(tmp_path: Path) -> None:
    made = init(tmp_path / "made", TABLE[ALL["opened"] < END - pd.Timedelta(14, "h")])
    assert made.plan.first_night == LAST


def test_a_first_day_that_was_cut_is_left_out() -> None:
    source, decisions = planned(TABLE[ALL["opened"] >= FIRST + pd.Timedelta(17, "h")])
    assert source.since == LAST - DAYS + 2
    assert [one.choice for one in decisions.made if one.subject == "first day"] == ["2022-01-03 left out"]


@pytest.mark.parametrize("newest_first", [False, True])
def test_a_table_sorted_by_place_that_ends_within_one_is_named(newest_first: bool) -> None:
    ordered = exported(ALL.sort_values(["ward", "opened"], ascending=[True, not newest_first]))
    within = int((ordered["Ward"] < 6).sum()) + 400
    found = limits(ordered[:within])
    last = ordered["Created Date"].iloc[within - 1][:10]
    assert f"is sorted by 'Ward', and the rows of its last value end on {last}, where those of the others go on" in found
    assert "6 values are there" in found
    assert "looks cut off" not in limits(ordered)


def test_rows_in_whole_pages_are_named() -> None:
    assert "has exactly 7,000 rows, whole pages of 1,000" in limits(DAYS_ONLY[:7000])
    assert "whole pages" not in limits(DAYS_ONLY[:7001])


def test_files_that_were_cut_at_a_limit_are_named(tmp_path: Path) -> None:
    for name, rows in (("2022", DAYS_ONLY[:5000]), ("2023", DAYS_ONLY[5000:8001])):
        rows.to_csv(tmp_path / f"cases_{name}.csv", index=False)
    parts = [read_table_file(path, path.stem) for path in sorted(tmp_path.glob("*.csv"))]
    [table] = joined_tables(parts)
    assert table.rows == 8001
    [doubt] = table.doubts
    assert doubt.startswith(
        "1 of 2 files have exactly as many rows as some portals and programs hand out at once: 'cases_2022.csv' (5,000)."
    )
    assert cut_parts(parts[1:]) == ()


def test_every_tenth_row_is_named_by_its_numbers() -> None:
    found = limits(DAYS_ONLY[::10])
    assert "The numbers in 'SR Number' of 'the frame' all lie 10 or a multiple of it apart" in found
    assert "one row in" not in limits(DAYS_ONLY.sample(1001, random_state=1))
    # instants as ids end with the same digits
    assert "one row in" not in limits(
        DAYS_ONLY.assign(**{"SR Number": ALL["opened"].dt.strftime("%Y%m%d%H%M00") + "0"}).drop_duplicates("SR Number")
    )


@pytest.mark.parametrize("times", [2, 3])
def test_snapshots_that_were_joined_and_sorted_are_named(times: int) -> None:
    old = TABLE[ALL["opened"] < "2022-11-01"]
    joined = pd.concat([TABLE, *([old] * (times - 1))]).drop(columns="SR Number").sort_values(["Created Date", "Ward"])
    found = limits(joined)
    often = "twice" if times == 2 else "3 times"
    assert (
        f"Every row of 'the frame' from 2022-01-01 to 2022-10-31 stands there {often} ({times * len(old):,} rows in 10 months)"
        in found
    )
    assert "stands there" not in limits(TABLE.drop(columns="SR Number"))


def test_busy_days_without_times_are_no_snapshots() -> None:
    busy = exported(cases(rate=30.0)).drop(columns="SR Number")
    assert "stands there" not in limits(busy)
    found = limits(pd.concat([busy, busy]).sample(frac=1, random_state=1))
    assert f"({2 * len(busy):,} rows in {len(np.unique(busy['Created Date'].str[:7]))} months)" in found


def test_a_table_sorted_by_kind_that_ends_within_one_is_named() -> None:
    ordered = exported(ALL.sort_values(["type", "opened"]))
    assert "is sorted by 'SR Type', and the rows of its last value end on" in limits(ordered[:7000])
    # a kind that took the place of another is no cut
    renamed = DAYS_ONLY.assign(**{"SR Type": np.where(ALL["opened"] < "2022-09-01", "old", "new")})
    assert "looks cut off" not in limits(renamed)
    assert "looks cut off" not in limits(renamed[::-1])
