"""Tables that mislead: persons as kinds or names of columns, telephone numbers as points, dates in several forms, ties."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from pyarrow import parquet

from riskmodel.base.errors import UsageError
from riskmodel.records.intake import ingest
from riskmodel.records.store import load_history
from riskmodel.starter.date_evidence import date_evidence
from riskmodel.starter.first_project import NewProject, init
from riskmodel.starter.time_zones import country_of, zone_of
from riskmodel.starter.title_rows import header_row
from tests.worlds import own_tables

DAYS = 300


def events(rows: int = 600, columns: dict[str, list[str]] | None = None) -> pd.DataFrame:
    draw = np.random.default_rng(5)
    days = pd.Timestamp("2023-01-02") + pd.to_timedelta(np.sort(draw.integers(0, DAYS, rows)), unit="D")
    frame = pd.DataFrame({"date": days.strftime("%Y-%m-%d"), "ward": draw.choice(["A", "B", "C"], rows)})
    return frame.assign(**{name: draw.choice(values, rows) for name, values in (columns or {}).items()})


def decided(made: NewProject, subject: str) -> tuple[str, str]:
    return next((one.choice, one.reason) for one in made.decisions.made if one.subject == subject)


def written(made: NewProject) -> dict[str, bytes]:
    return {name: (made.folder / name).read_bytes() for name in made.files}


@pytest.mark.parametrize("column", ["officer", "handled by", "assigned_to", "Sachbearbeiter", "处理人", "民警"])
def test_who_dealt_with_an_event_is_no_kind(tmp_path: Path, column: str) -> None:
    made = init(tmp_path / "made", events(columns={column: ["Smith", "Jones", "Brown"]}))
    assert len(made.plan.kinds) == 1
    assert not any(name in content for content in written(made).values() for name in (b"Smith", b"smith"))


def test_a_few_words_without_a_name_are_kinds(tmp_path: Path) -> None:
    made = init(tmp_path / "made", events(columns={"what": ["theft", "fire"]}))
    assert {kind.key for kind in made.plan.kinds} == {"theft", "fire"}


def sheet(path: Path, rows: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("above", [[], [["Report of 2023", None, None, None]]])
def test_values_are_never_taken_for_names_of_columns(tmp_path: Path, above: list[list[Any]]) -> None:
    rows = [[day, ward, "John Smith", "theft"] for day, ward in events(50).itertuples(index=False)]
    with pytest.raises(UsageError, match="looks like data, not like names of columns") as caught:
        init(tmp_path / "made", sheet(tmp_path / "calls.xlsx", [*above, *rows]))
    assert "Smith" not in str(caught.value)


def test_a_column_without_a_name_leaves_the_others_theirs(tmp_path: Path) -> None:
    frame = events(columns={"type": ["theft", "fire"]})
    frame.to_csv(tmp_path / "indexed.csv")
    rows = [[day, at, ward, kind] for at, (day, ward, kind) in enumerate(frame.itertuples(index=False))]
    sheet(tmp_path / "blank.xlsx", [["date", None, "ward", "type"], *rows])
    for name in ("indexed.csv", "blank.xlsx"):
        made = init(tmp_path / f"made-{name}", tmp_path / name)
        assert made.plan.cells == ("A", "B", "C")
        assert {kind.key for kind in made.plan.kinds} == {"theft", "fire"}


def test_two_rows_of_names_are_no_data() -> None:
    assert header_row([["", "2023", ""], ["", "Theft", "Fire"], ["ward", "count", "count"], ["A", 1, 2], ["B", 3, 4]]) == 2


def test_telephone_numbers_are_no_points(tmp_path: Path) -> None:
    frame = events().drop(columns="ward")
    frame["where"] = [f"(030 {100_000 + at})" for at in range(len(frame))]
    with pytest.raises(UsageError, match="says where"):
        init(tmp_path / "made", frame)


def test_the_order_of_rows_decides_nothing_else(tmp_path: Path) -> None:
    frame = events(400)
    frame["type"] = np.repeat(["theft", "fire", "noise", "Fire"], 100)
    frame["type"] = frame["type"].replace("Fire", "assault")
    first, second = (
        init(tmp_path / name / "made", one) for name, one in (("a", frame), ("b", frame.sample(frac=1, random_state=1)))
    )
    assert [kind.key for kind in first.plan.kinds] == ["assault", "fire", "noise", "theft"]
    assert written(first) == written(second)


def reported(date: str, known: str) -> pd.DataFrame:
    frame = events()
    days = pd.to_datetime(frame["date"])
    return frame.assign(date=days.dt.strftime(date), reported=(days + pd.Timedelta(days=3)).dt.strftime(known))


def test_the_day_of_knowledge_may_be_written_in_another_form(tmp_path: Path) -> None:
    made = init(tmp_path / "made", reported("%Y-%m-%d", "%d-%b-%Y"))
    assert decided(made, "known")[0] == "reported"
    assert made.project().table.sources[0].dates == "d-mmm-yyyy"
    assert made.plan.first_night == made.plan.through + 4


def test_a_day_of_knowledge_that_cannot_be_read_is_a_limit(tmp_path: Path) -> None:
    made = init(tmp_path / "made", reported("%m/%d/%Y", "%d-%b-%Y"))
    choice, why = decided(made, "known")
    assert choice == "the same day"
    assert why.startswith("'reported' is called so, but its dates are written as d-mmm-yyyy")
    assert any("a backtest sees late rows too early" in one for one in made.decisions.limits)
    with pytest.raises(UsageError, match="'reported' of 'the frame' cannot be the day of knowledge: its dates are written as"):
        init(tmp_path / "again", reported("%m/%d/%Y", "%d-%b-%Y"), known="reported")


def test_a_stated_form_holds_for_the_day_of_knowledge(tmp_path: Path) -> None:
    frame = events(400)
    frame["date"] = [f"2024-{1 + at % 9:02d}-{1 + at % 8:02d}" for at in range(400)]
    days = pd.to_datetime(frame["date"])
    frame = frame.assign(date=days.dt.strftime("%d/%m/%Y"), reported=(days + pd.Timedelta(days=3)).dt.strftime("%d/%m/%Y"))
    made = init(tmp_path / "made", frame, date="date", dates="d/m/yyyy")
    assert decided(made, "known")[0] == "reported"


@pytest.mark.parametrize("name", ["Gemeldet am", "Fecha de denuncia", "Date de signalement", "报警时间"])
def test_the_day_of_knowledge_is_found_by_its_name_in_other_languages(tmp_path: Path, name: str) -> None:
    table = reported("%Y-%m-%d", "%Y-%m-%d").rename(columns={"reported": name})
    assert decided(init(tmp_path / "both", table), "known")[0] == name
    # alone it is the only day that is told
    assert decided(init(tmp_path / "alone", table.drop(columns="date")), "date")[0].startswith(name)


def test_unknown_numbers_of_events_are_named(tmp_path: Path) -> None:
    frame = own_tables.weekly(20, 4).astype({"count": object})
    frame.loc[:7, "count"] = None
    made = init(tmp_path / "made", frame)
    assert decided(made, "unusable rows") == (
        "8 of 80",
        "without a date, a place or a number of events; they go to quarantine, counted",
    )
    assert any("8 rows of 'the frame' without a whole number in 'count'" in one for one in made.decisions.limits)


def test_all_in_every_row_is_no_total(tmp_path: Path) -> None:
    wide = own_tables.weekly(20, 4).pivot(index="cell", columns="week", values="count").reset_index()
    assert init(tmp_path / "made", wide.assign(sex="all")).plan.cells == ("1", "2", "3", "4")


def test_columns_taken_for_places_are_a_limit(tmp_path: Path) -> None:
    wide = own_tables.weekly(20, 3).pivot(index="week", columns="cell", values="count").reset_index()
    wide.columns = pd.Index(["week", "theft", "fire", "noise"])
    made = init(tmp_path / "made", wide)
    assert any("(theft, fire, noise) are taken for places" in one for one in made.decisions.limits)
    with pytest.raises(UsageError, match="says where"):
        init(tmp_path / "again", wide.rename(columns={"noise": "temperature"}))


@pytest.mark.parametrize("index", ["date", None])
def test_an_index_called_like_a_column_has_another_name(tmp_path: Path, index: str | None) -> None:
    frame = events()
    frame.index = pd.DatetimeIndex(frame["date"], name=index)
    made = init(tmp_path / "made", frame)
    assert decided(made, "date")[0] == "date"
    assert "date_index" in {one.subject for one in made.decisions.left_out}


def test_zones_are_of_the_country() -> None:
    places = {"Oslo": (10.7, 59.9), "Amsterdam": (4.9, 52.4), "Manchester": (-2.2, 53.5), "Chicago": (-87.6, 41.9)}
    assert [country_of(zone_of(*place)) for place in places.values()] == ["NO", "NL", "GB", "US"]


@pytest.mark.parametrize("place", [(102.7, 25.0), (126.6, 45.8), (114.06, 22.54)])
def test_a_chinese_table_keeps_the_time_of_china(tmp_path: Path, place: tuple[float, float]) -> None:
    frame = own_tables.chinese(400).drop(columns="所属网格")
    draw = np.random.default_rng(6)
    frame["经度"], frame["纬度"] = (np.asarray(place) + draw.normal(0, 0.02, (400, 2))).T.round(6)
    made = init(tmp_path / "made", frame)
    assert made.plan.time_zone == "Asia/Shanghai"
    assert decided(made, "public holidays")[0] == "CN"


def test_days_are_those_of_the_zone_that_a_column_states(tmp_path: Path) -> None:
    frame = events()
    days = pd.to_datetime(frame["date"])
    made = init(tmp_path / "made", frame.assign(date=days.dt.tz_localize("Asia/Shanghai")))
    assert decided(made, "time zone") == (
        "Asia/Shanghai",
        "the zone of the column of dates; days of instants with an offset are counted in it",
    )
    assert ingest(made.project(), "2024-01-01").total().accepted == len(frame)
    assert sorted(load_history(made.project()).occurred.tolist()) == sorted((days - pd.Timestamp(0)).dt.days.tolist())


def test_only_the_needed_columns_of_a_frame_are_written(tmp_path: Path) -> None:
    frame = events().assign(note="seen")
    frame.index = pd.Index(13_812_345_678 + np.arange(len(frame)))
    frame.attrs = {"source": "the register of 13812345678"}
    made = init(tmp_path / "made", frame)
    written = made.folder / made.plan.sources[0].path
    assert parquet.read_schema(written).names == ["date", "ward"]
    assert b"13812345678" not in written.read_bytes()
    assert parquet.read_schema(written).metadata is None


@pytest.mark.parametrize("library", ["polars", "pyarrow"])
def test_frames_of_other_libraries_are_written_too(tmp_path: Path, library: str) -> None:
    import polars
    import pyarrow as pa

    frame = events()
    made = init(tmp_path / "made", polars.from_pandas(frame) if library == "polars" else pa.Table.from_pandas(frame))
    assert ingest(made.project(), "2024-01-01").total().accepted == len(frame)


def test_rows_below_titles_are_as_wide_as_their_names(tmp_path: Path) -> None:
    lines = events(columns={"type": ["theft"]}).to_csv(index=False).splitlines()
    lines[3] = lines[3].replace(",", ",one more,", 1)
    (tmp_path / "t.csv").write_text("\n".join(["Report of 2023", "", *lines, "Source: register"]), encoding="utf-8")
    made = init(tmp_path / "made", tmp_path / "t.csv")
    assert made.plan.cells == ("A", "B", "C")
    assert ("rows", "2 rows with another number of fields than there are names") in {
        (one.subject, one.reason) for one in made.decisions.left_out
    }
    assert ingest(made.project(), "2024-01-01").total().accepted == 599


def test_a_text_below_titles_is_of_one_encoding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("riskmodel.starter.text_files.SAMPLE", 4_000)
    text = "Report of 2023\n\n" + events().to_csv(index=False)
    (tmp_path / "t.csv").write_bytes(text.encode() + b"2023-03-01,\xff\n")
    with pytest.raises(UsageError, match="The beginning of the table .* is utf-8, but the rest is not"):
        init(tmp_path / "made", tmp_path / "t.csv")


def counts(form: str) -> pd.DataFrame:
    return own_tables.weekly(20, 4).assign(count=lambda frame: frame["count"].map(lambda number: form.format(number + 1200)))


@pytest.mark.parametrize("form", ["{:.1f}5", "<{}", "-{}"])
def test_numbers_of_events_that_are_not_whole_are_refused(tmp_path: Path, form: str) -> None:
    with pytest.raises(UsageError, match="'count' of 'the frame' should hold numbers of events, but in 80 of 80 rows"):
        init(tmp_path / "made", counts(form))
    with pytest.raises(UsageError, match="'wide' of 'the frame' should hold numbers of events"):
        init(tmp_path / "made", counts(form).rename(columns={"count": "wide"}), amount="wide")


def test_an_amount_of_something_else_is_a_limit(tmp_path: Path) -> None:
    made = init(tmp_path / "made", events(columns={"total": ["12.50", "8.25"]}))
    assert sum(kind.events for kind in made.plan.kinds) == 600
    assert any("'total' of 'the frame' holds numbers that are not all whole" in one for one in made.decisions.limits)


def test_a_column_of_words_under_the_name_of_a_number_is_nothing(tmp_path: Path) -> None:
    made = init(tmp_path / "made", events(columns={"cases": ["open", "shut"]}))
    assert [kind.events for kind in made.plan.kinds] == [600]


def test_what_adds_up_the_others_is_no_place_whatever_its_name(tmp_path: Path) -> None:
    wide = own_tables.weekly(20, 4).pivot(index="week", columns="cell", values="count").add_prefix("W")
    events_of = int(wide.to_numpy().sum())
    by_cell = init(tmp_path / "a", wide.assign(City=wide.sum(axis=1)).reset_index())
    across = wide.T.rename_axis("cell")
    across.loc["City"] = across.sum()
    by_date = init(tmp_path / "b", across.reset_index())
    for made in (by_cell, by_date):
        assert made.plan.cells == ("W1", "W2", "W3", "W4")
        assert made.plan.target.events == events_of


@pytest.mark.parametrize(
    ("x", "y"),
    [
        (np.arange(1, 601), np.arange(600) % 2),  # a number of the row and a flag
        (np.arange(600) % 50, np.arange(600) // 12),  # row and column of something
        (np.zeros(600), np.zeros(600)),
        (np.arange(5_000, 5_600), np.arange(600) % 7 + 4_000_000),
    ],
)
def test_numbers_of_rows_are_no_coordinates(tmp_path: Path, x: np.ndarray, y: np.ndarray) -> None:
    made = init(tmp_path / "made", events().assign(x=x, y=y))
    assert made.plan.cells == ("A", "B", "C")


def test_eastings_in_whole_metres_are_coordinates(tmp_path: Path) -> None:
    draw = np.random.default_rng(7)
    made = init(
        tmp_path / "made", events().assign(x=draw.integers(530_000, 540_000, 600), y=draw.integers(180_000, 190_000, 600))
    )
    assert decided(made, "place")[0] == "x = x, y = y"


@pytest.mark.parametrize("other", ["month", "week", "period"])
def test_a_day_says_more_than_its_month(tmp_path: Path, other: str) -> None:
    frame = events()
    form = "%G-W%V" if other == "week" else "%Y-%m"
    made = init(tmp_path / "made", frame.assign(**{other: pd.to_datetime(frame["date"]).dt.strftime(form)}))
    assert (decided(made, "date")[0], decided(made, "period of a row")[0]) == ("date", "day")


@pytest.mark.parametrize(("today", "strays"), [(None, ["2099-01-01"]), ("2024-06-01", ["2025-01-05"] * 9)])
def test_a_few_wrong_dates_move_neither_history_nor_first_night(tmp_path: Path, today: str | None, strays: list[str]) -> None:
    frame = events().assign(reported=lambda table: table["date"])
    right = init(tmp_path / "right", frame, today=today)
    for column in ("date", "reported"):
        wrong = frame.copy()
        for name in (column, "reported"):
            wrong.loc[: len(strays) - 1, name] = strays
        made = init(tmp_path / column, wrong, today=today)
        assert (made.plan.through, made.plan.first_night) == (right.plan.through, right.plan.first_night)
        assert any(f"as late as {strays[0]}" in one for one in made.decisions.limits) == (column == "date")


def test_rare_events_are_no_mistakes(tmp_path: Path) -> None:
    frame = events(120)
    frame.loc[119, "date"] = "2025-06-01"
    assert init(tmp_path / "made", frame).plan.through == (pd.Timestamp("2025-06-01") - pd.Timestamp(0)).days


def test_rows_without_a_kind_are_named_and_expected(tmp_path: Path) -> None:
    made = init(tmp_path / "made", events(columns={"type": ["theft", "fire", ""]}))
    empty = int(decided(made, "unusable rows")[0].split()[0])
    assert decided(made, "unusable rows")[1] == "without a date, a place or a kind; they go to quarantine, counted"
    report = ingest(made.project(), "2024-01-01")
    assert (report.total().quarantined, report.sources[0].alert) == (empty, None)


def test_dates_are_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They take longest; what a table is not can be seen without them."""
    read: list[str] = []

    def counted(column: Any, *given: Any) -> Any:
        read.append(column.name)
        return date_evidence(column, *given)

    for module in ("reshaped_tables", "event_dates"):
        monkeypatch.setattr(f"riskmodel.starter.{module}.date_evidence", counted)
    init(tmp_path / "made", own_tables.points(400))
    assert read.count("Date") == 1


@pytest.mark.parametrize("name", ["injuries_total", "fatalities count", "vehicles_involved_count", "stolen value", "伤亡数量"])
@pytest.mark.parametrize("places", [30, 600])
def test_numbers_of_persons_and_things_beside_points_are_no_numbers_of_events(tmp_path: Path, name: str, places: int) -> None:
    made = init(tmp_path / "made", at_points(events(columns={name: ["0", "1", "3", "2"]}), places))
    assert sum(kind.events for kind in made.plan.kinds) == 600
    assert any(
        f"'{name}' of 'the frame' holds whole numbers, but its name speaks of persons" in one for one in made.decisions.limits
    )


def test_a_number_beside_points_of_their_own_is_none_of_events(tmp_path: Path) -> None:
    made = init(tmp_path / "made", at_points(events(columns={"response total": ["1", "4", "2"]}), 600))
    assert sum(kind.events for kind in made.plan.kinds) == 600
    assert any("most rows have a point of their own: every row counts as one event" in one for one in made.decisions.limits)


def test_a_number_of_persons_per_week_and_place_is_one_of_events(tmp_path: Path) -> None:
    frame = own_tables.weekly(20, 4).rename(columns={"count": "arrest count"})
    made = init(tmp_path / "made", frame)
    assert sum(kind.events for kind in made.plan.kinds) == frame["arrest count"].sum()


def at_points(frame: pd.DataFrame, places: int) -> pd.DataFrame:
    draw = np.random.default_rng(4)
    lat, lon = 45.5 + draw.normal(0, 0.03, places), -122.6 + draw.normal(0, 0.04, places)
    at = np.arange(len(frame)) % places
    return frame.drop(columns="ward").assign(lat=lat[at], lon=lon[at])


def test_a_code_and_its_text_are_one_column_of_kinds(tmp_path: Path) -> None:
    table = own_tables.by_cell().rename(columns={"offense": "Text"})
    table["UCR"] = table["Text"].map({"burglary": "22A", "theft": "23F"})
    made = init(tmp_path / "made", table)
    assert {kind.key for kind in made.plan.kinds} == {"burglary", "theft"}


def test_a_column_that_says_the_same_in_all_rows_gives_way_to_a_fuller_name(tmp_path: Path) -> None:
    table = own_tables.by_cell().rename(columns={"offense": "Initial Call Type"}).assign(**{"Call Type": "911"})
    assert {kind.key for kind in init(tmp_path / "made", table).plan.kinds} == {"burglary", "theft"}
    alone = own_tables.by_cell().drop(columns="offense").assign(**{"Call Type": "911", "Weapon Type": "none"})
    assert [kind.label for kind in init(tmp_path / "alone", alone).plan.kinds] == ["911"]
