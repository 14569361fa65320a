"""Tables whose rows are not what they seem: several rows of one incident, one table in several files, rows that mean nothing."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from riskmodel.base.errors import UsageError
from riskmodel.records.intake import ingest
from riskmodel.starter.first_project import init

KINDS = ("burglary", "robbery", "assault", "theft")
DAYS = pd.date_range("2022-01-01", "2023-12-31")


def incidents(seed: int = 3, rows: int = 3_000) -> pd.DataFrame:
    """One row per incident, in the order of time."""
    rng = np.random.default_rng(seed)
    at = np.sort(rng.integers(0, len(DAYS), rows))
    return pd.DataFrame(
        {
            "incident_id": [f"I{number}" for number in range(rows)],
            "date": DAYS[at].strftime("%Y-%m-%d"),
            "beat": rng.choice([f"b{number:02d}" for number in range(12)], rows),
            "offense": rng.choice(KINDS, rows, p=(0.2, 0.1, 0.3, 0.4)),
        }
    )


def limits(table: pd.DataFrame, folder: Path) -> str:
    return "\n".join(init(folder, table).decisions.limits)


def test_rows_of_one_incident_count_once_per_kind(tmp_path: Path) -> None:
    one = incidents()
    often = np.random.default_rng(4).integers(1, 4, len(one))
    table = one.loc[one.index.repeat(often)].reset_index(drop=True)
    made = init(tmp_path / "victims", table)
    (why,) = [each.reason for each in made.decisions.made if each.subject == "id"]
    assert (
        why
        == f"'incident_id' names 3,000 incidents in {len(table):,} rows that agree in date and place: rows of one incident and kind count once"
    )
    assert made.plan.target.events == (one["offense"] == "theft").sum()
    told = ingest(made.project(), "2024-01-02").total()
    assert (told.accepted, told.duplicates, told.quarantined) == (3_000, len(table) - 3_000, 0)
    # one row per offence: an incident counts once of each of its kinds
    table["offense"] = np.random.default_rng(5).choice(KINDS, len(table))
    made = init(tmp_path / "offences", table)
    assert ingest(made.project(), "2024-01-02").total().accepted == len(table.drop_duplicates(["incident_id", "offense"]))


def test_an_id_of_something_else_names_no_incident(tmp_path: Path) -> None:
    """A case that comes up again on other days, and a place, are several events."""
    table = incidents()
    table["incident_id"] = np.random.default_rng(6).choice([f"C{number}" for number in range(1_500)], len(table))
    made = init(tmp_path / "cases", table)
    assert ingest(made.project(), "2024-01-02").total().accepted == len(table)


def test_files_of_years_are_one_table(tmp_path: Path) -> None:
    table, folder = incidents(), tmp_path / "exports"
    folder.mkdir()
    for year in ("2022", "2023"):
        table[table["date"].str.startswith(year)].to_csv(folder / f"crime_{year}.csv", index=False)
    made = init(tmp_path / "city", folder)
    assert (made.plan.name, [one.path.rsplit("/", 1)[1] for one in made.plan.sources]) == ("crime", ["crime_*.csv"])
    assert ("files", "2, as one table") in {(one.subject, one.choice) for one in made.decisions.made}
    assert ingest(made.project(), "2024-01-02").total().accepted == len(table)
    whole = init(tmp_path / "whole", table)
    assert made.plan.target.events == whole.plan.target.events
    assert made.plan.schedule == whole.plan.schedule
    table.assign(date="2024-01-05", incident_id=[f"J{number}" for number in range(len(table))]).to_csv(
        folder / "crime_2024.csv", index=False
    )
    assert ingest(made.project(), "2024-01-10").total().accepted == len(table)


def test_files_with_further_columns_are_one_table(tmp_path: Path) -> None:
    table, folder = incidents(), tmp_path / "exports"
    folder.mkdir()
    old = table["date"].str.startswith("2022")
    table[old].to_csv(folder / "crime_2022.csv", index=False)
    table[~old].assign(source="web").to_csv(folder / "crime_2023.csv", index=False)
    made = init(tmp_path / "city", folder)
    assert ("files", "2, as one table") in {(one.subject, one.choice) for one in made.decisions.made}
    assert ("source", "only some of the files have it") in {(one.subject, one.reason) for one in made.decisions.left_out}
    assert ingest(made.project(), "2024-01-02").total().accepted == len(table)
    table[~old].rename(columns={"offense": "crime type"}).to_csv(folder / "crime_2023.csv", index=False)
    with pytest.raises(UsageError, match="give them the same columns, one encoding and one separator"):
        init(tmp_path / "renamed", folder)


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("calls_%b_%Y.csv", "calls_*_*.csv"), ("311 %Y-%m.csv", "311 *-*.csv"), ("%B%Y.csv", "*.csv"), ("接警%Y年%m月.csv", "接警*年*月.csv"),
        ("May Street %Y%m.csv", "May Street *.csv"),
    ],
)  # fmt: skip
def test_files_of_months_are_one_table(tmp_path: Path, name: str, pattern: str) -> None:
    table, folder = incidents(), tmp_path / "exports"
    folder.mkdir()
    for month, rows in table.groupby(table["date"].str[:7]):
        rows.to_csv(folder / pd.Timestamp(f"{month}-01").strftime(name), index=False)
    (source,) = init(tmp_path / "city", folder).plan.sources
    assert (source.path.rsplit("/", 1)[1], source.table.rows, len(source.table.parts)) == (pattern, len(table), 24)


def test_other_files_of_a_folder_stay_tables_of_their_own(tmp_path: Path) -> None:
    table, folder = incidents(), tmp_path / "exports"
    folder.mkdir()
    table.to_csv(folder / "police_1.csv", index=False)
    table.assign(offense="noise").to_csv(folder / "police_2.csv", index=False)
    # other events, since a table without kinds that has the same ones would be a copy
    others = table.assign(date=table["date"].to_numpy()[::-1])
    others.rename(columns={"offense": "topic"}).assign(topic="dirt").to_csv(folder / "police_3.csv", index=False)
    assert [one.table.name for one in init(tmp_path / "city", folder).plan.sources] == ["police_1", "police_2", "police_3"]


def test_tables_without_a_common_day_are_named(tmp_path: Path) -> None:
    table = incidents()
    table[table["date"] < "2023"].to_csv(tmp_path / "old.csv", index=False)
    table[table["date"] >= "2023"].to_csv(tmp_path / "new.csv", index=False)
    with pytest.raises(
        UsageError, match=r"no day in common \(old.csv: 2022-01-0\d to 2022-12-3\d; new.csv: 2023-01-0\d to 2023-12-3\d\)"
    ):
        init(tmp_path / "city", [tmp_path / "old.csv", tmp_path / "new.csv"])


def test_reports_of_nothing_are_named_with_the_setting(tmp_path: Path) -> None:
    table = incidents()
    table["disposition"] = np.where(np.arange(len(table)) % 10 == 0, "Unfounded", "Report taken")
    found = limits(table, tmp_path / "city")
    assert "300 rows of 'the frame' (10%) may not be about an event, by 'disposition': Unfounded (300)" in found
    assert 'only = { "disposition" = [...] }' in found
    assert "may not be about" not in limits(table.assign(disposition="Report taken"), tmp_path / "other")


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("Action", ("DELETE", "ADD"), "DELETE"),
        ("是否撤销", ("是", "否"), "是"),
        ("is_test", ("1", "0"), "1"),
        ("变更类型", ("作废", "新增"), "作废"),
    ],
)
def test_rows_that_take_others_back_are_named(tmp_path: Path, name: str, values: tuple[str, str], said: str) -> None:
    table = incidents()
    found = limits(table.assign(**{name: np.where(np.arange(len(table)) % 10 == 0, *values)}), tmp_path / "city")
    assert f"may not be about an event, by '{name}': {said} (300)" in found
    assert "If they take back earlier rows, remove these, too." in found


def test_reports_of_one_incident_beside_an_id_of_each_row_are_named(tmp_path: Path) -> None:
    table = incidents()
    again = pd.concat([table, table[::3]], ignore_index=True)
    again = again.drop(columns="incident_id")
    again["案件编号"], again["接警编号"] = [*range(len(table)), *range(0, len(table), 3)], range(10_000, 10_000 + len(again))
    again["接警编号"] = "J" + again["接警编号"].astype(str)
    assert (
        "'案件编号' has 3,000 different values in 4,000 rows of 'the frame', and rows with the same one agree in kind and place"
        in limits(again, tmp_path / "city")
    )
    again["案件编号"] = np.random.default_rng(1).permutation(again["案件编号"])
    assert "agree in kind and place" not in limits(again, tmp_path / "other")


def test_a_point_that_stands_for_unknown_places_is_named(tmp_path: Path) -> None:
    rng, table = np.random.default_rng(9), incidents().drop(columns="beat")
    table["lon"], table["lat"] = -87.6 + rng.normal(0, 0.05, len(table)), 41.8 + rng.normal(0, 0.04, len(table))
    assert "exactly one point" not in limits(table, tmp_path / "spread")
    table.loc[::5, ["lon", "lat"]] = (-87.65, 41.85)
    assert "600 rows of 'the frame' (20%) lie at exactly one point (-87.65, 41.85); the next has 1." in limits(
        table, tmp_path / "city"
    )


def test_days_at_the_end_that_are_not_complete_are_named(tmp_path: Path) -> None:
    table = incidents(rows=6_000)
    assert "The last" not in limits(table, tmp_path / "whole")
    late = (table["date"] > "2023-12-03") & (np.arange(len(table)) % 5 > 0)
    assert "The last 28 days of 'the frame' have" in limits(table[~late], tmp_path / "cut")
    reported = table.assign(reported=table["date"])
    assert "The last" not in limits(reported[~late], tmp_path / "reported"), "a day of knowledge says how late rows come"


@pytest.mark.parametrize(("column", "what"), [("beat", "12 cells"), ("offense", "4 kinds")])
def test_names_that_end_where_others_begin_are_named(tmp_path: Path, column: str, what: str) -> None:
    table = incidents(rows=6_000)
    assert "without a row after" not in limits(table, tmp_path / "same")
    late = table["date"] >= "2023-01-01"
    table.loc[late, column] = "new " + table.loc[late, column]
    assert f"{what} of 'the frame' without a row after 202" in limits(table, tmp_path / "city")


def test_a_frame_of_several_rows_per_incident_keeps_its_id(tmp_path: Path) -> None:
    table = incidents(rows=400)
    doubled = pd.concat([table, table]).sort_values("date", kind="stable")
    csv = io.StringIO(doubled.to_csv(index=False))
    made = init(tmp_path / "city", pd.read_csv(csv), id="incident_id")
    assert made.plan.sources[0].roles.id == ("incident_id", "date", "offense", "beat")


def test_a_day_of_the_month_that_may_stand_for_unknown_ones_is_named(tmp_path: Path) -> None:
    table = incidents()
    first = np.random.default_rng(9).random(len(table)) < 0.2
    named = limits(table.assign(date=table["date"].where(~first, table["date"].str[:8] + "01")), tmp_path / "first")
    assert (
        "(21%) stand on day 1 of a month, where 3% would be usual. If that day stands for an unknown one, forecasts of the days around it are too high"
        in named
    )
    assert "of a month" not in limits(table, tmp_path / "even")


def test_a_table_of_as_many_rows_as_a_portal_hands_out_at_once_is_named(tmp_path: Path) -> None:
    assert "has exactly 2,000 rows, as many as some portals and programs hand out at once" in limits(
        incidents(rows=2_000), tmp_path / "cut"
    )
    assert "at once" not in limits(incidents(rows=2_001), tmp_path / "whole")


def test_a_share_of_usable_rows_that_changes_for_good_is_named(tmp_path: Path) -> None:
    table = incidents()
    lost = (np.random.default_rng(9).random(len(table)) < 0.6) & (table["date"] < "2023-01-01")
    named = limits(table.assign(beat=table["beat"].where(~lost, "")), tmp_path / "located")
    assert (
        "40% of the rows of 'the frame' before 2023-01-01 can be used, and 100% since: counts rise then for that reason alone"
        in named
    )
    assert "since = 2023-01-01" in named
    even = np.random.default_rng(9).random(len(table)) < 0.3
    assert "can be used, and" not in limits(table.assign(beat=table["beat"].where(~even, "")), tmp_path / "even")
    few = table.assign(beat=table["beat"].where(table["date"] >= "2022-02-01", ""))
    assert "can be used, and" not in limits(few, tmp_path / "one month")


def districts(change: Callable[[pd.DataFrame, np.ndarray], None] | None = None) -> pd.DataFrame:
    """40 districts over 900 days; ``change`` acts on the rows of the fourth from day 500 on."""
    draw = np.random.default_rng(1)
    share = draw.gamma(1.5, 1.0, 40)
    day, district = np.sort(draw.integers(0, 900, 6_000)), draw.choice(40, 6_000, p=share / share.sum())
    date = pd.Timestamp("2022-01-01") + pd.to_timedelta(day, unit="D")
    frame = pd.DataFrame(
        {"date": date.strftime("%Y-%m-%d"), "district": [f"District {one:02d}" for one in district], "kind": "a"}
    )
    if change is not None:
        change(frame, (district == 3) & (day >= 500))
    return frame


def divided(frame: pd.DataFrame, later: np.ndarray) -> None:
    frame.loc[later, "district"] = np.where(np.arange(later.sum()) % 2, "District 03A", "District 03B")


def renamed(frame: pd.DataFrame, later: np.ndarray) -> None:
    frame.loc[later, "district"] = "Neustadt"


def joined(frame: pd.DataFrame, later: np.ndarray) -> None:
    both = later | ((frame["district"] == "District 04") & (frame["date"] >= "2023-05-16"))
    frame.loc[both, "district"] = "District 03 and 04"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (renamed, "1 cell of 'the frame' without a row after 2023-05-15 (District 03), and 1 without one before 2023-05-16 (Neustadt)"),
        (divided, "1 cell of 'the frame' without a row after 2023-05-15 (District 03), and 2 without one before 2023-05-16 (District 03A, District 03B)"),
        (joined, "2 cells of 'the frame' without a row after 2023-05-15 (District 03, District 04), and 1 without one before 2023-05-16 (District 03 and 04)"),
    ],
)  # fmt: skip
def test_one_cell_that_is_renamed_divided_or_joined_is_told_with_the_day(tmp_path: Path, change: Any, told: str) -> None:
    said = limits(districts(change), tmp_path / "city")
    assert told in said
    assert "say in places.successions which follows which from 2023-05-16 on" in said


def test_a_cell_that_only_ends_or_begins_or_rests_is_none_that_was_renamed(tmp_path: Path) -> None:
    frame = districts()
    fourth = frame["district"] == "District 03"
    assert "without a row after" not in limits(frame, tmp_path / "none")
    assert "without a row after" not in limits(frame[~(fourth & (frame["date"] >= "2023-05-16"))], tmp_path / "ended")
    assert "without a row after" not in limits(frame[~(fourth & (frame["date"] < "2023-05-16"))], tmp_path / "begun")
    # open in summers only, as another is in winters
    summer = frame["date"].str[5:7].isin(["05", "06", "07", "08", "09"])
    resting = frame[~(fourth & ~summer) & ~((frame["district"] == "District 07") & summer)]
    assert "without a row after" not in limits(resting, tmp_path / "resting")
