"""Tables that are no rows under names: wide counts, titles, points in one text, weeks in two columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import riskmodel as rm
from riskmodel.base.errors import RefusedError, UsageError
from riskmodel.records.intake import ingest
from riskmodel.starter.first_project import NewProject, init
from riskmodel.starter.title_rows import header_names, header_row
from tests.worlds import own_tables

LATER = "2025-01-01"


def started(folder: Path, frame: Any, name: str = "counts.csv") -> NewProject:
    path = folder / name
    frame.to_csv(path, index=False)
    return init(folder / "made", path)


def chosen(made: NewProject, subject: str) -> str:
    return next(one.choice for one in made.decisions.made if one.subject == subject)


def columns(made: NewProject) -> dict[str, Any]:
    [source] = made.project().table.sources
    return source.columns.model_dump(exclude_defaults=True)


def total(made: NewProject) -> int:
    return int(rm.load_history(made.project()).amount.sum()) if ingest(made.project(), LATER).total().quarantined == 0 else -1


def test_one_column_per_week(tmp_path: Path) -> None:
    long = own_tables.weekly(20, 5)
    wide = long.pivot(index="cell", columns="week", values="count").reset_index().astype(object)
    wide.loc[len(wide)] = ["Total", *wide.drop(columns="cell").sum()]
    made = started(tmp_path, wide)
    assert chosen(made, "period of a row") == "week"
    assert columns(made) == {"id": ("date", "cell"), "occurred": "date", "cell": "cell", "amount": "count"}
    assert made.plan.cells == ("1", "2", "3", "4", "5"), "a row of totals is no cell"
    assert any(one.reason == "1 row with the sum of the others" for one in made.decisions.left_out)
    assert any("reads a copy of 'counts.csv'" in one for one in made.decisions.limits)
    assert total(made) == long["count"].sum()


def test_months_below_years_and_kinds_below_months() -> None:
    years, months = ["", "2022年", "", "", "2023年", "", "合计"], ["镇街", "11月", "", "12月", "11月", "12月", ""]
    assert header_names([years, months], 1) == [
        "镇街",
        "2022年 11月",
        "2022年",
        "2022年 12月",
        "2023年 11月",
        "2023年 12月",
        "合计",
    ]
    months[2] = "1月"
    assert header_names([years, months], 1)[1:4] == ["2022年 11月", "2022年 1月", "2022年 12月"], "also those that occur once"
    rows = [["某县", *[""] * 6], years[:6], ["", "1月", "", "2月", "1月", ""], ["镇街", "盗窃", "火灾", "盗窃", "盗窃", "火灾"]]
    assert header_names(rows, 3)[1:] == [
        "2022年 1月 盗窃",
        "2022年 1月 火灾",
        "2022年 2月 盗窃",
        "2023年 1月 盗窃",
        "2023年 1月 火灾",
    ]


@pytest.mark.parametrize("form", ["%d %b %y", "W/E %d %b %y"])
def test_one_column_per_week_with_the_name_of_a_month(tmp_path: Path, form: str) -> None:
    weeks = pd.date_range("2022-01-02", periods=40, freq="7D")
    wide = pd.DataFrame(
        {
            "Ward": [f"Ward {at}" for at in range(6)],
            **{week.strftime(form): np.random.default_rng(at).poisson(5.0, 6) for at, week in enumerate(weeks)},
        }
    )
    wide.to_csv(tmp_path / "wide.csv", index=False)
    made = init(tmp_path / "made", tmp_path / "wide.csv")
    assert made.plan.target.events == wide.iloc[:, 1:].to_numpy().sum()
    days = made.plan.sources[0].roles.date.days
    assert np.array_equal(np.unique(days).astype("datetime64[D]"), weeks.to_numpy().astype("datetime64[D]"))


def test_one_column_per_cell(tmp_path: Path) -> None:
    long = own_tables.weekly(20, 5)
    long["cell"] = [f"Ward {one}" for one in long["cell"]]
    wide = long.pivot(index="week", columns="cell", values="count").reset_index()
    wide["Total"] = wide.drop(columns="week").sum(axis=1)
    made = started(tmp_path, wide)
    assert made.plan.cells == tuple(f"Ward {one}" for one in range(1, 6))
    assert total(made) == long["count"].sum()


def test_one_column_per_kind_beside_a_property_of_the_cell(tmp_path: Path) -> None:
    long = own_tables.weekly(20, 5)
    frame = long.rename(columns={"count": "burglary"}).assign(theft=long["count"] + 1, dwellings=100 * long["cell"])
    made = started(tmp_path, frame)
    assert {kind.key for kind in made.plan.kinds} == {"burglary", "theft"}
    assert made.plan.target.key == "theft"
    assert total(made) == 2 * long["count"].sum() + len(long)


def test_a_number_without_a_telling_name_beside_cell_and_date(tmp_path: Path) -> None:
    frame = own_tables.weekly(20, 5).rename(columns={"count": "robberies"})
    made = started(tmp_path, frame)
    assert made.plan.target.key == "robberies"
    assert made.plan.target.events == frame["robberies"].sum()


def test_a_year_and_a_week_in_two_columns(tmp_path: Path) -> None:
    frame = own_tables.weekly(20, 3)
    frame.insert(0, "year", 2023)
    frame["week"] = np.repeat(np.arange(1, 21), 3)
    made = started(tmp_path, frame)
    assert chosen(made, "period of a row") == "week"
    assert chosen(made, "history") == "2023-01-02 to 2023-05-21"


@pytest.mark.parametrize("form", ["({y}, {x})", "POINT ({x} {y})", "{y:.6f},{x:.6f}", "{y:.6f} {x:.6f}"])
def test_points_in_one_text(tmp_path: Path, form: str) -> None:
    frame = own_tables.points(200)
    frame["Location"] = [form.format(x=x, y=y) for x, y in zip(frame.pop("Longitude"), frame.pop("Latitude"), strict=True)]
    made = started(tmp_path, frame)
    assert chosen(made, "place") == "x = longitude, y = latitude"
    assert made.project().table.time_zone == "America/Chicago"


def test_titles_above_the_names_of_a_sheet(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.append(["Counts of the year 2023"])
    page.append([])
    page.append(["When", "", "Number"])
    page.append(["week", "cell", "count"])
    page.merge_cells("A1:C1")
    frame = own_tables.weekly(12, 3)
    for row in frame.itertuples(index=False):
        page.append([pd.Timestamp(str(row.week)).to_pydatetime(), row.cell, row.count])
    book.save(tmp_path / "titled.xlsx")
    made = init(tmp_path / "made", tmp_path / "titled.xlsx")
    assert columns(made)["amount"] == "count"
    assert total(made) == frame["count"].sum()


def test_titles_above_the_names_of_a_text(tmp_path: Path) -> None:
    frame = own_tables.weekly(12, 3)
    (tmp_path / "t.csv").write_text("Counts of the year 2023\n\n" + frame.to_csv(index=False), encoding="utf-8")
    made = init(tmp_path / "made", tmp_path / "t.csv")
    assert total(made) == frame["count"].sum()
    assert "below 1 row of titles" in next(one.reason for one in made.decisions.made if one.choice == "reshaped")


def test_names_are_completed_from_the_row_above() -> None:
    rows = [("Place", None, "Day", None), ("x", "y", "from", "from"), (1, 2, 3, 4), (1, 2, 3, 4)]
    assert header_row(rows) == 1
    assert header_names(rows, 1) == ["x", "y", "Day from", "Day from"]


def test_a_frame_with_dates_in_its_index() -> None:
    wide = own_tables.weekly(20, 4).pivot(index="week", columns="cell", values="count")
    wide.index = pd.DatetimeIndex(wide.index)
    look = rm.quick(wide)
    assert len(look.history.places) == 4
    assert int(look.history.amount.sum()) == int(wide.to_numpy().sum())


def test_a_table_of_events_stays_as_it_is(tmp_path: Path) -> None:
    made = started(tmp_path, own_tables.by_cell(300), "events.csv")
    assert not [one for one in made.decisions.made if one.choice == "reshaped"]
    assert str(made.project().table.sources[0].path).endswith("events.csv")
    assert not (made.folder / "data").exists()


@pytest.mark.parametrize("above", ["kind", "month"])
def test_kinds_and_months_in_two_rows_of_names(tmp_path: Path, above: str) -> None:
    draw, months, kinds = np.random.default_rng(6), [f"2023年{at:02d}月" for at in range(1, 13)], ["盗窃", "诈骗"]
    pairs = (
        [(kind, month) for kind in kinds for month in months]
        if above == "kind"
        else [(kind, month) for month in months for kind in kinds]
    )
    first, second = zip(*pairs if above == "kind" else [pair[::-1] for pair in pairs], strict=True)
    upper = [name if at == 0 or first[at - 1] != name else "" for at, name in enumerate(first)]
    counts = draw.poisson(5, (4, len(pairs)))
    lines = [["派出所", *upper], ["", *second], *([f"{at}所", *map(str, row)] for at, row in enumerate(counts))]
    (tmp_path / "counts.csv").write_text("\n".join(",".join(line) for line in lines), encoding="utf-8")
    made = init(tmp_path / "made", tmp_path / "counts.csv")
    assert {kind.key: kind.events for kind in made.plan.kinds} == {
        kind: counts[:, [one == kind for one, _ in pairs]].sum() for kind in kinds
    }
    assert total(made) == counts.sum()


@pytest.mark.parametrize("other", ["Population", "Injured", "Total", "Cleared"])
def test_columns_of_something_else_by_month_are_no_kinds(tmp_path: Path, other: str) -> None:
    months = [f"2023-{at:02d}" for at in range(1, 13)]
    frame = pd.DataFrame(
        {"Beat": ["A", "B", "C"]} | {f"{kind} {month}": [1, 2, 3] for kind in ("Theft", other) for month in months}
    )
    with pytest.raises(UsageError, match="holds dates"):
        started(tmp_path, frame)


@pytest.mark.parametrize("ids", ["编号", "案件编号"])
def test_codes_beside_instants_are_no_counts(tmp_path: Path, ids: str) -> None:
    times = pd.date_range("2023-01-02 00:07", periods=600, freq="13h17min")
    frame = pd.DataFrame(
        {
            ids: range(700_000, 700_600),
            "报警时间": times.strftime("%Y-%m-%d %H:%M"),
            "报警类型代码": [10_100, 20_100] * 300,
            "派出所代码": [3_201, 3_202, 3_203] * 200,
        }
    )
    made = started(tmp_path, frame)
    assert made.plan.cells == ("3201", "3202", "3203")
    assert {kind.key: kind.events for kind in made.plan.kinds} == {"kind_10100": 300, "kind_20100": 300}
    days = frame.assign(报警时间=times.strftime("%Y-%m-%d")).drop_duplicates("报警时间")
    (tmp_path / "days").mkdir()
    assert started(tmp_path / "days", days).plan.cells == made.plan.cells


@pytest.mark.parametrize("total", ["total", "合计"])
def test_one_column_per_kind_beside_their_total(tmp_path: Path, total: str) -> None:
    draw = np.random.default_rng(5)
    weeks = pd.date_range("2022-01-03", periods=80, freq="7D").repeat(2)
    frame = pd.DataFrame(
        {
            "week": weeks.strftime("%Y-%m-%d"),
            "area": ["A", "B"] * 80,
            "theft": draw.poisson(9, 160),
            "assault": draw.poisson(4, 160),
        }
    )
    frame[total] = frame["theft"] + frame["assault"]
    made = init(tmp_path / "made", frame)
    assert {kind.key: kind.events for kind in made.plan.kinds} == {
        "theft": frame["theft"].sum(),
        "assault": frame["assault"].sum(),
    }
    assert (total, "it adds up the other columns") in [(one.subject, one.reason) for one in made.decisions.left_out]
    # a total that says something else stays the number of events
    frame[total] += 1
    assert len(init(tmp_path / "other", frame).plan.kinds) == 1


def test_a_title_over_the_last_columns_completes_their_names() -> None:
    assert header_names([["", "theft", None, "fraud"], ["day", "east", "west", "east", "west"]], 1) == [
        "day", "theft east", "theft west", "fraud east", "fraud west",
    ]  # fmt: skip


def test_columns_of_counts_under_names_of_persons_are_refused_in_the_words_of_the_table(tmp_path: Path) -> None:
    frame = pd.DataFrame({"date": pd.date_range("2024-01-01", periods=60)})
    for name in ("Mary Jones", "Peter Brown", "Susan Clark", "David Lee"):
        frame[name] = np.arange(60) % 3
    frame["Anna Bell"] = (np.arange(60) + 1) % 4
    with pytest.raises(RefusedError) as caught:
        started(tmp_path, frame)
    said = str(caught.value)
    assert said.startswith(
        "'counts.csv' with a column of counts for each place is refused: of the names of these columns, 5 of 5 look like personal names."
    )
    assert "Mary" not in said
    assert "such as Ward Baker" in said


@pytest.mark.parametrize("form", ["{0} - {1}", "{1}_{0}", "{0} {1}"])
def test_columns_that_name_a_place_and_a_kind(tmp_path: Path, form: str) -> None:
    draw = np.random.default_rng(3)
    frame = pd.DataFrame({"date": pd.date_range("2023-01-01", periods=200)})
    true: dict[tuple[str, str], int] = {}
    for place in ("North", "South", "Mill"):
        for kind in ("theft", "assault"):
            numbers = draw.poisson(2, len(frame))
            frame[form.format(place, kind)] = numbers
            true[(place, kind)] = int(numbers.sum())
    made = started(tmp_path, frame)
    assert total(made) == sum(true.values())
    history = rm.load_history(made.project()).frame()
    assert history.groupby(["cell", "kind"])["amount"].sum().to_dict() == true
