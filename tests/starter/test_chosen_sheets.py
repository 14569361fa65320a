"""Workbooks of which nothing is known: sheets, merged and hidden rows, dates that a program changed."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import riskmodel as rm
from riskmodel.base.errors import UsageError
from riskmodel.records.intake import ingest
from riskmodel.starter.first_project import NewProject, init
from riskmodel.starter.reshaped_tables import reshaped
from riskmodel.starter.table_columns import read_table_file

LATER = "2030-01-01"
DAYS = [date(2022, 1, 3) + timedelta(days=at // 2) for at in range(1000)]
ROWS = [[day.isoformat(), ("theft", "fraud", "arson")[at % 3], f"B{at % 4}"] for at, day in enumerate(DAYS)]
HEAD = ["date", "kind", "beat"]


def workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        page = made.create_sheet(name)
        for row in rows:
            page.append(row)
    made.save(path)
    return made


def days(made: NewProject) -> list[str]:
    """Every day of a record, after an ingest without quarantine."""
    assert ingest(made.project(), LATER).total().quarantined == 0
    return sorted(str(day)[:10] for day in rm.load_history(made.project()).frame()["occurred"].tolist())


def test_sheets_of_years_are_one_table(tmp_path: Path) -> None:
    of = {year: [HEAD, *(row for row in ROWS if row[0].startswith(year))] for year in ("2022", "2023")}
    workbook(tmp_path / "calls.xlsx", {f"{year}年": rows for year, rows in of.items()})
    made = init(tmp_path / "made", tmp_path / "calls.xlsx")
    assert days(made) == sorted(row[0] for row in ROWS)
    assert made.plan.sources[0].table.reshaped == (
        "2 sheets with the same columns are one table (2022年, 2023年); their names are the column 'year'",
    )


def test_sheets_with_columns_in_another_order_or_further_ones_are_parts(tmp_path: Path) -> None:
    of = {year: [row for row in ROWS if row[0].startswith(year)] for year in ("2022", "2023")}
    turned = [[*reversed(HEAD)], *([*reversed(row)] for row in of["2023"])]
    workbook(tmp_path / "calls.xlsx", {"2022": [HEAD, *of["2022"]], "2023": turned})
    made = init(tmp_path / "made", tmp_path / "calls.xlsx")
    assert days(made) == sorted(row[0] for row in ROWS)
    assert made.plan.cells == ("B0", "B1", "B2", "B3")
    wider = [[HEAD[0], "sent", *HEAD[1:]], *([row[0], "x", *row[1:]] for row in of["2023"])]
    workbook(tmp_path / "wider.xlsx", {"2022": [HEAD, *of["2022"]], "2023": wider})
    made = init(tmp_path / "wide", tmp_path / "wider.xlsx")
    assert days(made) == sorted(row[0] for row in ROWS)
    assert ("sent", "only some of the sheets have it") in [(one.subject, one.reason) for one in made.decisions.left_out]


def test_what_a_formula_lacks_is_found_in_sheets_of_another_order(tmp_path: Path) -> None:
    made = workbook(
        tmp_path / "calls.xlsx",
        {
            "2022": [[*HEAD, "note"], *([*row, 1] for row in ROWS[:700])],
            "2023": [["note", *HEAD], *([1, *row] for row in ROWS[700:])],
        },
    )
    made["2023"]["B2"] = "=DATE(2023,1,1)"
    made.save(tmp_path / "calls.xlsx")
    with pytest.raises(UsageError, match="formula"):
        init(tmp_path / "made", tmp_path / "calls.xlsx")


def test_the_names_of_sheets_say_the_kind_or_the_place(tmp_path: Path) -> None:
    of = {
        kind: [[HEAD[0], HEAD[2]], *([row[0], row[2]] for row in ROWS if row[1] == kind)] for kind in ("theft", "fraud", "arson")
    }
    workbook(tmp_path / "calls.xlsx", of)
    made = init(tmp_path / "made", tmp_path / "calls.xlsx")
    assert days(made) == sorted(row[0] for row in ROWS)
    assert {kind.key: kind.events for kind in made.plan.kinds} == {"theft": 334, "fraud": 333, "arson": 333}
    assert made.plan.sources[0].table.reshaped == (
        "3 sheets with the same columns are one table (theft, fraud, arson); their names are the column 'sheet'",
    )
    beats = {beat: [HEAD[:2], *(row[:2] for row in ROWS if row[2] == beat)] for beat in ("B0", "B1", "North", "South")}
    workbook(tmp_path / "beats.xlsx", beats)
    with pytest.raises(UsageError, match="If each sheet of the workbook is a place, state --cell sheet"):
        init(tmp_path / "beats", tmp_path / "beats.xlsx")
    assert init(tmp_path / "beats", tmp_path / "beats.xlsx", cell="sheet").plan.cells == ("B0", "B1")


def test_tables_side_by_side_are_refused(tmp_path: Path) -> None:
    workbook(tmp_path / "calls.xlsx", {"calls": [[*HEAD, None, *HEAD], *([*row, None, *row] for row in ROWS)]})
    with pytest.raises(
        UsageError, match="Every name of a column occurs twice in 'calls.xlsx', perhaps because two tables stand side by side"
    ):
        init(tmp_path / "made", tmp_path / "calls.xlsx")


def test_the_sheet_with_the_rows_is_found_behind_a_legend(tmp_path: Path) -> None:
    legend = [["field", "meaning"], ["date", "day of the call"], ["kind", "its class"]]
    workbook(tmp_path / "calls.xlsx", {"legend": legend, "data": [HEAD, *ROWS]})
    made = init(tmp_path / "made", tmp_path / "calls.xlsx")
    assert 'sheet = "data"' in (tmp_path / "made" / "riskmodel.toml").read_text(encoding="utf-8")
    assert days(made) == sorted(row[0] for row in ROWS)
    assert "sheet 'legend'" in [one.subject for one in made.decisions.left_out]
    assert not any("legend" in limit for limit in made.decisions.limits)


def test_a_large_sheet_that_is_not_read_is_a_limit(tmp_path: Path) -> None:
    workbook(tmp_path / "calls.xlsx", {"a": [HEAD, *ROWS[:600]], "b": [["day", "kind", "beat"], *ROWS[600:]]})
    made = init(tmp_path / "made", tmp_path / "calls.xlsx")
    assert any("The sheet 'b' of 'calls.xlsx' is not read: its 401 rows lack the columns" in one for one in made.decisions.limits)


def test_merged_days_below_titles_count_in_each_row(tmp_path: Path) -> None:
    rows = [[day if at % 2 == 0 else None, kind, beat] for at, (day, kind, beat) in enumerate(ROWS)]
    book = workbook(tmp_path / "calls.xlsx", {"s": [["Calls of the county", None, None], HEAD, *rows]})
    book["s"].merge_cells("A1:C1")
    for at in range(3, len(rows) + 3, 2):
        book["s"].merge_cells(start_row=at, end_row=at + 1, start_column=1, end_column=1)
    book.save(tmp_path / "calls.xlsx")
    assert days(init(tmp_path / "made", tmp_path / "calls.xlsx")) == sorted(row[0] for row in ROWS)


def test_hidden_rows_are_named(tmp_path: Path) -> None:
    book = workbook(tmp_path / "calls.xlsx", {"s": [HEAD, *ROWS]})
    for at in range(10, 40):
        book["s"].row_dimensions[at].hidden = True
    book.save(tmp_path / "calls.xlsx")
    made = init(tmp_path / "made", tmp_path / "calls.xlsx")
    assert "30 rows of 'calls.xlsx' are hidden, perhaps by a filter. They are read like all others." in made.decisions.limits


def test_formulas_without_results_matter_in_columns_that_are_needed(tmp_path: Path) -> None:
    rows = [[*row, f"=A{at + 2}"] for at, row in enumerate(ROWS)]
    workbook(tmp_path / "calls.xlsx", {"s": [[*HEAD, "remainder"], *rows]})
    made = init(tmp_path / "made", tmp_path / "calls.xlsx")
    assert made.plan.sources[0].table.refused == {"remainder": "not read: it holds formulas without a result"}
    workbook(tmp_path / "other.xlsx", {"s": [HEAD, *([day, kind, f'="{beat}"'] for day, kind, beat in ROWS)]})
    with pytest.raises(
        UsageError,
        match=r"The column 'beat' of the table 'other\.xlsx' holds 1,000 formulas without a result, the first in the cell C2",
    ):
        init(tmp_path / "other", tmp_path / "other.xlsx")


def test_days_and_months_that_a_program_exchanged_are_refused(tmp_path: Path) -> None:
    rows = [
        [date(d.year, d.day, d.month) if d.day <= 12 else f"{d:%d/%m/%Y}", *row[1:]] for d, row in zip(DAYS, ROWS, strict=True)
    ]
    workbook(tmp_path / "calls.xlsx", {"s": [HEAD, *rows]})
    with pytest.raises(UsageError, match=r"'date' holds .* a spreadsheet program exchanged day and month"):
        init(tmp_path / "made", tmp_path / "calls.xlsx")


def test_numbers_of_events_in_merged_cells_are_refused(tmp_path: Path) -> None:
    book = workbook(tmp_path / "calls.xlsx", {"s": [[*HEAD, "cases"], *([*row, 6] for row in ROWS)]})
    book["s"].merge_cells("D2:D4")
    book.save(tmp_path / "calls.xlsx")
    with pytest.raises(
        UsageError, match=r"'cases' of 'calls\.xlsx' holds numbers of events in cells that are merged over several rows"
    ):
        init(tmp_path / "made", tmp_path / "calls.xlsx")
    assert not (tmp_path / "made").exists()


def test_the_names_of_sheets_say_the_year(tmp_path: Path) -> None:
    """Also of months, of which the last year has fewer, and of days."""
    months = {2022: range(1, 13), 2023: range(1, 8)}
    sheets = {
        f"{year}年": [["镇街", *(f"{one}月" for one in of)], *([place, *(year - 2000 + one for one in of)] for place in "甲乙")]
        for year, of in months.items()
    }
    workbook(tmp_path / "wide.xlsx", sheets)
    table = reshaped(read_table_file(tmp_path / "wide.xlsx", "wide"))
    assert table.columns["日期"].texts().tolist() == [
        f"{year}-{one:02d}" for year in months for _ in "甲乙" for one in months[year]
    ]
    assert table.columns["数量"].texts().tolist() == [
        f"{year - 2000 + one}" for year in months for _ in "甲乙" for one in months[year]
    ]
    of = {"2022-01": [[3, "甲"]], "2022-12": [[31, "乙"]]}
    workbook(tmp_path / "days.xlsx", {name: [["日", "网格"], *rows] for name, rows in of.items()})
    table = read_table_file(tmp_path / "days.xlsx", "days")
    assert [table.columns[name].texts().tolist() for name in ("年", "月", "日")] == [["2022", "2022"], ["01", "12"], ["3", "31"]]


def test_a_hidden_sheet_is_an_older_copy_or_is_told(tmp_path: Path) -> None:
    made = workbook(tmp_path / "a.xlsx", {"calls": [HEAD, *ROWS[:300]], "backup": [HEAD, *ROWS[:200]]})
    made["backup"].sheet_state = "hidden"
    made.save(tmp_path / "a.xlsx")
    table = read_table_file(tmp_path / "a.xlsx", "a")
    assert table.rows == 300
    assert table.removed[0] == (
        "hidden sheet 'backup'",
        "not read: most of its 200 rows stand in the other sheets, so it is an older copy",
    )
    made = workbook(tmp_path / "b.xlsx", {"2023": [HEAD, *ROWS[200:300]], "2022": [HEAD, *ROWS[:200]]})
    made["2022"].sheet_state = "hidden"
    made.save(tmp_path / "b.xlsx")
    table = read_table_file(tmp_path / "b.xlsx", "b")
    assert table.rows == 300
    assert table.doubts == ("1 sheet of 'b.xlsx' hidden from view, and read like all others.",)
