"""New projects from tables of which nothing is known: what is decided, and that it works."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from riskmodel.asof.library import load_features
from riskmodel.base.errors import RefusedError, UsageError
from riskmodel.base.shown_texts import HIDDEN
from riskmodel.forecasts.backtesting.preconditions import check_history_span
from riskmodel.forecasts.experiment import load_experiment
from riskmodel.records.intake import ingest
from riskmodel.records.store import load_history
from riskmodel.starter.decision_table import decision_table
from riskmodel.starter.first_project import NewProject, init
from tests.worlds import own_tables

Start = Callable[..., NewProject]


YEARS = (2022, 2023)


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Write a frame as a file and start a project from it, which must load."""

    def go(frame: pd.DataFrame, name: str = "calls.csv", csv: dict[str, Any] | None = None, **stated: str) -> NewProject:
        path = tmp_path / name
        if name.endswith(".parquet"):
            frame.to_parquet(path, index=False)
        elif name.endswith(".xlsx"):
            frame.to_excel(path, index=False)
        else:
            frame.to_csv(path, index=False, **(csv or {}))
        made = init(tmp_path / "city", path, **stated)
        project = made.project()
        load_experiment(project, "main")
        assert load_features(project).features
        return made

    return go


def source(made: NewProject) -> dict[str, Any]:
    """The source as the project file states it, with its columns."""
    [found] = made.project().table.sources
    return found.model_dump(exclude_defaults=True)


def reason(made: NewProject, subject: str) -> str:
    """The reason of a decision, or of what was left out."""
    return next(one.reason for one in (*made.decisions.made, *made.decisions.left_out) if one.subject == subject)


def test_points_with_month_first_dates(start: Start) -> None:
    made = start(own_tables.points())
    found = source(made)
    assert found["dates"] == "m/d/yyyy"
    assert found["columns"] == {
        "id": "Case Number",
        "occurred": "Date",
        "kind": "Primary Type",
        "x": "Longitude",
        "y": "Latitude",
    }
    table = made.project().table
    assert table.time_zone == "America/Chicago"
    assert table.places.grid is not None
    assert (table.places.grid.crs, table.places.grid.size) == ("EPSG:32616", 2000)
    assert [(name, kind.discretionary) for name, kind in table.kinds.items()] == [
        ("theft", False), ("burglary", False), ("narcotics", True), ("other_kinds", False),
    ]  # fmt: skip
    assert made.plan.target.key == "theft"
    assert "never read" in reason(made, "Victim Name")
    assert "never read" in reason(made, "Description")
    assert ingest(made.project(), "2025-01-01").total().accepted == 1200


def test_a_table_of_cells_with_a_day_of_knowledge(start: Start) -> None:
    made = start(own_tables.by_cell())
    assert source(made)["columns"] == {
        "id": "incident_id", "occurred": "occurred", "known": "reported", "kind": "offense", "cell": "beat",
    }  # fmt: skip
    assert made.plan.cell_count == 30
    assert reason(made, "lists").startswith("the coarsest grouping of the cells")
    assert list(made.plan.groupings) == ["district"]
    assert any("no shapes" in one for one in made.decisions.limits)
    report = ingest(made.project(), "2025-01-01")
    assert report.total().accepted == 1500


def test_a_chinese_table_in_gb_18030(start: Start) -> None:
    made = start(own_tables.chinese(), "警情.csv", {"encoding": "gb18030"})
    found = source(made)
    assert found["encoding"] == "gb18030"
    assert found["only"] == {"警情类别": ("盗窃", "家庭纠纷", "吸毒")} or set(found["only"]["警情类别"]) == {
        "盗窃",
        "家庭纠纷",
        "吸毒",
    }
    table = made.project().table
    assert table.warnings.language == "zh"
    assert table.time_zone == "Asia/Shanghai"
    assert table.kinds["吸毒"].discretionary
    assert "never read" in reason(made, "联系电话")
    assert "lawful civic activity" in reason(made, "kind 上访")
    total = ingest(made.project(), "2025-01-01").total()
    assert total.accepted == total.rows > 1000
    assert "上访" not in made.folder.joinpath("riskmodel.toml").read_text(encoding="utf-8")


def test_semicolons_decimal_commas_and_days_first(start: Start) -> None:
    frame = own_tables.points()
    frame["Datum"] = pd.to_datetime(frame.pop("Date").str[:10], format="%m/%d/%Y").dt.strftime("%d.%m.%Y")
    for name, moved in (("Latitude", 10), ("Longitude", 100)):
        frame[name] = (frame[name] + moved).map(lambda one: f"{one:.5f}".replace(".", ","))
    frame = frame.rename(columns={"Latitude": "Breitengrad", "Longitude": "Längengrad", "Primary Type": "Art"})
    made = start(frame.drop(columns="Case Number"), csv={"sep": ";", "encoding": "cp1252"})
    found = source(made)
    assert (found["separator"], found["decimal"], found["dates"], found["encoding"]) == (";", ",", "d.m.yyyy", "cp1252")
    assert ingest(made.project(), "2025-01-01").total().accepted == 1200


@pytest.mark.parametrize("name", ["calls.xlsx", "calls.csv"])
def test_dates_as_numbers_of_a_spreadsheet(name: str, start: Start) -> None:
    frame = own_tables.points(300)
    frame["Date"] = (pd.to_datetime(frame["Date"].str[:10], format="%m/%d/%Y") - pd.Timestamp("1899-12-30")).dt.days + 0.5
    made = start(frame, name)
    assert source(made)["dates"] == "excel"
    assert ingest(made.project(), "2025-01-01").total().accepted == 300


def test_instants_with_an_offset_are_days_of_the_place(start: Start) -> None:
    frame = own_tables.points(300)
    frame["Date"] = pd.to_datetime(frame["Date"].str[:10], format="%m/%d/%Y").dt.strftime("%Y-%m-%dT03:00:00Z")
    made = start(frame)
    assert "instants with an offset" in reason(made, "time zone")
    ingest(made.project(), "2025-01-01")


def test_swapped_coordinates_are_swapped_back(start: Start) -> None:
    frame = own_tables.points().rename(columns={"Latitude": "lon", "Longitude": "lat"})
    made = start(frame)
    columns = made.project().table.sources[0].columns
    assert (columns.x, columns.y) == ("lat", "lon")
    assert "swapped" in reason(made, "place")
    assert ingest(made.project(), "2025-01-01").total().accepted == 1200


def test_missing_coordinates_and_no_id(start: Start) -> None:
    frame = own_tables.points().drop(columns="Case Number")
    frame.loc[::5, ["Latitude", "Longitude"]] = np.nan
    frame.loc[1::20, ["Latitude", "Longitude"]] = 0
    made = start(frame)
    found = source(made)
    assert found["repeats"] is True or "together" in reason(made, "id")
    assert found["may_quarantine"] == 0.3
    total = ingest(made.project(), "2025-01-01").total()
    assert (total.accepted, total.quarantined) == (900, 300)


def test_a_national_grid_of_zones_with_x_to_the_north(start: Start) -> None:
    frame = own_tables.points().drop(columns=["Latitude", "Longitude"])
    draw = np.random.default_rng(5)
    frame["X"], frame["Y"] = draw.normal(3_450_000, 3000, 1200).round(1), draw.normal(40_520_000, 3000, 1200).round(1)
    made = start(frame)
    columns = made.project().table.sources[0].columns
    assert (columns.x, columns.y) == ("Y", "X")
    assert made.project().table.sources[0].crs == "EPSG:4528"
    assert made.project().table.time_zone == "Asia/Shanghai"
    assert any("Xian 1980" in one for one in made.decisions.limits)


@pytest.mark.parametrize("name", ["calls.tsv", "CALLS.TXT"])
def test_tabs_in_a_text_file(name: str, start: Start) -> None:
    made = start(own_tables.points(300), name, {"sep": "\t"})
    assert source(made)["separator"] == "\t"
    assert ingest(made.project(), "2025-01-01").total().accepted == 300


def test_a_plane_without_a_name_is_called_unknown(start: Start) -> None:
    frame = own_tables.points().drop(columns=["Latitude", "Longitude"])
    draw = np.random.default_rng(6)
    frame["x_ft"], frame["y_ft"] = draw.normal(7_650_000, 9000, 1200).round(), draw.normal(680_000, 9000, 1200).round()
    made = start(frame)
    assert reason(made, "reference system").startswith("The numbers are taken as feet")
    grid = made.project().table.places.grid
    assert grid is not None
    assert grid.crs == "local"
    assert ingest(made.project(), "2025-01-01").total().accepted == 1200
    other = init(made.folder.parent / "stated", made.folder.parent / "calls.csv", crs="EPSG:2913")
    assert other.plan.time_zone == "America/Los_Angeles" or other.plan.time_zone.startswith("America/")


def test_months_in_two_columns_hold_one_end_of_a_month_each(start: Start) -> None:
    rows = [(year, month, tract, (month + tract) % 4) for year in YEARS for month in range(1, 13) for tract in range(1, 9)]
    made = start(pd.DataFrame(rows, columns=["year", "month", "tract", "cases"]))
    found = source(made)
    assert found["columns"]["occurred"] == ("year", "month")
    assert (found["period"], found["columns"]["amount"]) == ("month", "cases")
    ingest(made.project(), "2025-01-01")
    stated = load_experiment(made.project(), "main")
    check_history_span(stated, load_history(made.project()))
    dates = stated.dates
    days = [*dates.learning(int(np.datetime64(dates.test_from).astype(int))), *dates.test()]
    for day in days:
        inside = np.arange(day, day + 31).astype("datetime64[D]")
        assert ((inside + 1).astype("datetime64[M]") != inside.astype("datetime64[M]")).sum() == 1


def test_a_single_cell_a_single_kind_and_three_months_state_their_limits(start: Start) -> None:
    frame = own_tables.points(300, days=90)[["Date"]].assign(site="A")
    made = start(frame)
    text = " ".join(made.decisions.limits)
    assert "single cell" in text
    assert "single kind" in text
    assert "less than two seasons" in text
    assert "No exposure is known" in text


def test_dates_that_can_be_two_are_asked_for_and_a_statement_decides(start: Start, tmp_path: Path) -> None:
    frame = pd.DataFrame({"date": ["1/2/2024", "3/4/2024", "12/6/2024", "5/6/2024"] * 30, "cell": [1, 2, 3] * 40})
    with pytest.raises(
        UsageError, match=r"can be month/day/year or day/month/year, and nothing .* add --dates m/d/yyyy or --dates d/m/yyyy"
    ):
        start(frame)
    assert not (tmp_path / "city").exists()
    assert source(start(frame, dates="d/m/yyyy"))["dates"] == "d/m/yyyy"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a,b\n1,x\n2,y\n", r"No column of 'calls.csv' holds dates\. Columns: a, b\. Name one with --date"),
        ("date,what\n2024-01-01,x\n2024-01-02,y\n", r"says where\. Columns: date, what\. Name a column of cells with --cell"),
        ("date,cell\n2024-01-01,1\n2024-01-02,1\n", r"cover 2 days .* at least six dates"),
        ("2024-01-01,5\n2024-01-02,6\n", r"first line of 'calls.csv' looks like data"),
        ("date,cell\n", r"has no rows"),
        ("cell,2024-01-01,2024-01-08\na,1,2\n", r"cover 14 days .* at least six dates"),
    ],
)
def test_a_table_that_does_not_do_says_what_is_needed(content: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        init(tmp_path / "city", tmp_path / "calls.csv")
    assert not (tmp_path / "city").exists()


def test_a_stated_column_is_checked(tmp_path: Path) -> None:
    own_tables.points(300).to_csv(tmp_path / "calls.csv", index=False)
    with pytest.raises(UsageError, match=r"no column of 'calls.csv' named 'Primary Typ'.*did you mean"):
        init(tmp_path / "city", tmp_path / "calls.csv", kind="Primary Typ")
    with pytest.raises(RefusedError, match="never read"):
        init(tmp_path / "city", tmp_path / "calls.csv", kind="Victim Name")
    with pytest.raises(UsageError, match=r"no parameter 'when'\. Expected: date, known"):
        init(tmp_path / "city", tmp_path / "calls.csv", when="Date")
    with pytest.raises(UsageError, match="a frame, a path or a list of paths"):
        init(tmp_path / "city", [1])


def test_a_folder_of_tables_with_another_that_is_none(tmp_path: Path) -> None:
    tables = tmp_path / "tables"
    tables.mkdir()
    own_tables.points(600, seed=1).to_csv(tables / "2023.csv", index=False)
    own_tables.points(600, seed=2).assign(**{"Case Number": lambda d: "B" + d["Case Number"]}).to_csv(
        tables / "more.csv", index=False
    )
    pd.DataFrame({"code": [1, 2], "meaning": ["a", "b"]}).to_csv(tables / "codes.csv", index=False)
    made = init(tmp_path / "city", tables)
    assert [one.name for one in made.project().table.sources] == ["2023", "more"]
    assert "holds dates" in reason(made, "table codes")
    assert ingest(made.project(), "2025-01-01").total().accepted == 1200


def test_frames_of_all_makers_and_nothing_personal_is_written(tmp_path: Path) -> None:
    polars = pytest.importorskip("polars")
    import pyarrow as pa

    frame = own_tables.points(400)
    frame["Date"] = pd.to_datetime(frame["Date"], format="%m/%d/%Y %I:%M:%S %p")
    texts = []
    for at, one in enumerate((frame, polars.from_pandas(frame), pa.Table.from_pandas(frame, preserve_index=False))):
        made = init(tmp_path / f"city{at}", one)
        written = pd.read_parquet(made.folder / "data" / "tables" / "frame.parquet")
        assert set(written) == {"Case Number", "Date", "Primary Type", "Latitude", "Longitude"}
        texts.append(made.folder.joinpath("riskmodel.toml").read_text(encoding="utf-8").replace(f"city{at}", "city"))
    assert texts[0] == texts[1] == texts[2]
    with pytest.raises(UsageError, match="a frame .pandas, polars, pyarrow., a path or a list of paths"):
        init(tmp_path / "other", 5)


def test_the_decisions_are_a_table_that_fits(start: Start) -> None:
    made = start(own_tables.chinese(), "警情.csv", {"encoding": "gb18030"})
    lines = decision_table(made.decisions, 100).splitlines()
    assert lines[0].split() == ["decided", "why"]
    assert all(len(line.encode("gb18030")) <= 100 for line in lines)


def _quarters(**more: list[str]) -> pd.DataFrame:
    """Return 800 rows of 200 days in four cells."""
    days = [str(day) for day in np.arange("2024-01-01", "2024-07-19", dtype="datetime64[D]").repeat(4)]
    return pd.DataFrame({"date": days, "cell": ["a", "b", "c", "d"] * 200, **more})


@pytest.mark.parametrize("kind", ["noi\u200bse", "noi\u200dse", "noi\U000e0041se"])
def test_values_with_hidden_signs_are_written_escaped_and_ingested(tmp_path: Path, kind: str) -> None:
    made = init(tmp_path / "city", _quarters(kind=["theft", kind] * 400, id=[f"P{at}" for at in range(800)]))
    assert not HIDDEN.search((tmp_path / "city" / "riskmodel.toml").read_text().replace("\n", ""))
    assert {value for one in made.project().table.sources for value in one.kinds} == {"theft", kind}
    total = ingest(made.project(), made.plan.first_night + 1).total()
    assert (total.rows, total.accepted) == (800, 800)


@pytest.mark.parametrize("other", ["updated", "report_date", "closed"])
def test_another_date_does_not_stand_in_for_an_ambiguous_day_of_the_event(tmp_path: Path, other: str) -> None:
    table = _quarters().rename(columns={"date": other})
    table["occurred"] = [f"{at % 12 + 1:02d}/{at * 5 % 12 + 1:02d}/2024" for at in range(800)]
    with pytest.raises(UsageError, match="'occurred' can be month/day/year or day/month/year"):
        init(tmp_path / "city", table)
    assert not (tmp_path / "city").exists()
    assert init(tmp_path / "city", table, dates="m/d/yyyy", date="occurred").plan.sources[0].roles.occurred == "occurred"


def test_spellings_of_a_kind_are_one_kind(start: Start) -> None:
    frame = own_tables.points(400)
    frame.loc[::3, "Primary Type"] = frame["Primary Type"].str.lower() + " "
    made = start(frame)
    assert made.plan.target.key == "theft"
    assert set(made.plan.kinds[0].values) == {"THEFT", "theft"}
    assert not any(kind.key.endswith("_2") for kind in made.plan.kinds)
    assert "capitals or spaces" in reason(made, "kinds")
    assert ingest(made.project(), "2025-01-01").total().quarantined == 0


def test_kinds_in_the_only_column_of_a_few_words(start: Start) -> None:
    frame = own_tables.points(400).rename(columns={"Primary Type": "Was geschah"}).drop(columns=["Case Number"])
    frame["Status"] = np.where(np.arange(400) % 2 == 0, "open", "closed")
    made = start(frame)
    assert source(made)["columns"]["kind"] == "Was geschah"
    assert "--kind states another" in reason(made, "kinds")


def test_columns_in_german_with_decimal_commas(start: Start) -> None:
    frame = own_tables.points(400)
    for name, axis in (("Breite", "Latitude"), ("Länge", "Longitude")):
        frame[name] = frame.pop(axis).map(lambda number: str(number).replace(".", ","))
    frame = frame.rename(columns={"Primary Type": "Delikt", "Case Number": "Aktenzeichen"})
    made = start(frame, csv={"sep": ";", "encoding": "cp1252"})
    found = source(made)
    assert found["decimal"] == ","
    assert {found["columns"][role] for role in ("x", "y", "kind")} == {"Länge", "Breite", "Delikt"}


def test_a_column_that_occurs_twice_is_named(tmp_path: Path) -> None:
    text = own_tables.weekly(10, 2).to_csv(index=False)
    (tmp_path / "calls.csv").write_text(text.replace("week,cell,count", "week,week,count"), encoding="utf-8")
    with pytest.raises(UsageError, match=r"holds dates. Columns: count \('week' is not read: two columns have this name\)"):
        init(tmp_path / "city", tmp_path / "calls.csv")


def test_instants_of_a_frame_end_with_the_last_day_of_their_zone(start: Start) -> None:
    frame = own_tables.points(600).assign(
        Date=lambda f: pd.to_datetime(f["Date"], format="%m/%d/%Y %I:%M:%S %p") + pd.Timedelta(hours=8)
    )
    frame["Date"] = frame["Date"].dt.tz_localize("America/Chicago").dt.tz_convert("UTC")
    made = start(frame, "calls.parquet")
    assert made.project().table.time_zone == "America/Chicago"
    project = made.project()
    ingest(project, "2025-01-01")
    check_history_span(load_experiment(project, "main"), load_history(project))


def test_points_in_the_sea_are_doubted(start: Start) -> None:
    frame = own_tables.points(300)
    frame["Latitude"], frame["Longitude"] = frame["Longitude"] + 87.65 + 11.58, frame["Latitude"] - 41.85 + 48.14
    made = start(frame)
    assert any("exchanged they lie" in one and "--x 'Latitude' --y 'Longitude'" in one for one in made.decisions.limits)
    again = init(made.folder.parent / "other", made.folder.parent / "calls.csv", x="Latitude", y="Longitude")
    assert again.project().table.time_zone.startswith("Europe/")


def test_few_events_of_the_target_are_a_limit(start: Start) -> None:
    made = start(own_tables.points(90))
    assert any("differences between forecasters and between places are mostly chance" in one for one in made.decisions.limits)
    assert not any(table.type == "BoostedCount" for table in load_experiment(made.project(), "main").forecasters)
