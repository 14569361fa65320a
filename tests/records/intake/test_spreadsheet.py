"""Spreadsheets say the same as a CSV, and faulty ones are named."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from riskmodel.base.errors import UsageError
from riskmodel.records.intake import ingest
from riskmodel.records.intake.readers.file_tables import read_table
from tests.worlds.police_table import DAY, HEADER, County
from tests.worlds.row_origins import ROWS, project, typed


def book(path: Path, rows: list[tuple[Any, ...]], header: tuple[Any, ...] = HEADER, sheet: str = "Sheet") -> None:
    made = openpyxl.Workbook()
    first = made.active
    assert first is not None
    first.title = "Sheet"
    page = made["Sheet"] if sheet == "Sheet" else made.create_sheet(sheet)
    for line in (header, *rows):
        page.append(list(line))
    made.save(path)


@pytest.mark.parametrize("sheet", ["Sheet", "数据"])
def test_a_spreadsheet_says_the_same_as_a_csv(county: County, plain: County, sheet: str) -> None:
    made = project(county, f'path = "police.xlsx"\nsheet = "{sheet}"')
    book(county.folder / "police.xlsx", [*typed(ROWS)[:2], (None,) * 8, *typed(ROWS)[2:]], sheet=sheet)
    report = ingest(made, DAY).sources[0]
    assert (report.rows, report.accepted, report.reasons) == (4, 3, {"unknown cell": 1})
    assert county.history().fingerprint() == plain.history().fingerprint()
    assert ingest(made, DAY).sources[0].unchanged


def test_a_faulty_spreadsheet_is_named(county: County) -> None:
    made = project(county, 'path = "police.xlsx"')
    path = county.folder / "police.xlsx"
    path.write_bytes(b"PK\x03\x04 no archive")
    with pytest.raises(UsageError, match=r"'police\.xlsx' is not a readable spreadsheet\. Export it again"):
        ingest(made, DAY)
    for rows, header, message in (
        ([], HEADER, "has no rows"),
        ([(1,)], ("编号",), r"lacks the mapped column\(s\)"),
        ([(1,)], (*HEADER, "编号"), "has the mapped column '编号' more than once"),
    ):
        book(path, rows, header)
        with pytest.raises(UsageError, match=message):
            ingest(made, DAY)
    book(path, typed(ROWS))
    with pytest.raises(UsageError, match=r"no sheet of 'police\.xlsx' named 'x'\. Available: Sheet"):
        ingest(project(county, 'path = "police.xlsx"\nsheet = "x"'), DAY)


@pytest.mark.parametrize("size", ["A1", "A1:B2", "A1:XFD1048576", "C3:D4"])
def test_a_wrong_size_in_a_sheet_loses_nothing(tmp_path: Path, size: str) -> None:
    made = openpyxl.Workbook()
    page = made.active
    assert page is not None
    for line in (("a", "b", "c"), (1, None, "x"), (2, "y"), (None, "z", "w")):
        page.append(list(line))
    made.save(tmp_path / "right.xlsx")
    with zipfile.ZipFile(tmp_path / "right.xlsx") as right, zipfile.ZipFile(tmp_path / "t.xlsx", "w") as wrong:
        for name in right.namelist():
            content = right.read(name)
            wrong.writestr(name, re.sub(rb'<dimension ref="[^"]*"', f'<dimension ref="{size}"'.encode(), content))
    found = read_table(tmp_path / "t.xlsx", ("a", "b", "c"), "UTC")
    assert [found.columns[name].shown(slice(None)) for name in "abc"] == [["1", "2", None], [None, "y", "z"], ["x", None, "w"]]


def test_rows_are_numbered_as_in_the_sheet(tmp_path: Path) -> None:
    book(tmp_path / "t.xlsx", [(1,), (None,), (None,), (2,)], ("a",))
    assert read_table(tmp_path / "t.xlsx", ("a",), "UTC").row_numbers().tolist() == [1, 4]


@pytest.mark.parametrize(("old", "new"), [("3", "2"), ("3", "1"), ("2", "3")])
def test_two_rows_of_one_number_are_refused(tmp_path: Path, old: str, new: str) -> None:
    """openpyxl leaves one of them out unseen."""
    book(tmp_path / "right.xlsx", [(1,), (2,), (3,)], ("a",))
    with zipfile.ZipFile(tmp_path / "right.xlsx") as right, zipfile.ZipFile(tmp_path / "t.xlsx", "w") as wrong:
        for name in right.namelist():
            content = right.read(name)
            wrong.writestr(name, content.replace(f'<row r="{old}"'.encode(), f'<row r="{new}"'.encode()))
    with pytest.raises(UsageError, match=r"The sheet 'Sheet' of 't.xlsx' has a row with the number \d after the row \d"):
        read_table(tmp_path / "t.xlsx", ("a",), "UTC")


def pages(path: Path, sheets: dict[str, list[tuple[Any, ...]]]) -> Path:
    """Write a workbook of several sheets."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        page = made.create_sheet(name)
        for row in rows:
            page.append(list(row))
    made.save(path)
    return path


def read(path: Path, *columns: str) -> list[list[str | None]]:
    found = read_table(path, columns, "UTC")
    return [list(found.columns[name].shown(slice(None))) for name in columns]


def test_sheets_with_the_same_columns_are_not_left_out_unseen(tmp_path: Path) -> None:
    rows = [("a", "b"), (1, 2)]
    path = pages(tmp_path / "t.xlsx", {"2023年": rows, "2024年": rows, "说明": [("a", "c"), (1, 2)]})
    with pytest.raises(
        UsageError, match=r"'t\.xlsx' has 2 sheets with these columns \('2023年', '2024年'\), and nothing says which"
    ):
        read(path, "a", "b")
    with pytest.raises(UsageError, match=r"The first sheet of 't\.xlsx' lacks the columns 'c', but the sheet '说明' has them"):
        read(path, "c")


def test_a_sheet_of_other_columns_does_not_matter(tmp_path: Path) -> None:
    path = pages(tmp_path / "t.xlsx", {"data": [("a", "b"), (1, 2)], "codes": [("a", "c"), (1, 2)], "empty": [("a", "b")]})
    assert read(path, "a", "b") == [["1"], ["2"]]


def test_a_merged_cell_counts_in_each_of_its_rows(tmp_path: Path) -> None:
    path = pages(
        tmp_path / "t.xlsx", {"s": [("day", "kind"), ("2024-03-01", "x"), (None, "y"), (None, None), (None, "z"), (None, "w")]}
    )
    made = openpyxl.load_workbook(path)
    made["s"].merge_cells("A2:A5")
    made["s"].merge_cells("A1:A1")
    made.save(path)
    assert read(path, "day", "kind") == [["2024-03-01"] * 3 + [None], ["x", "y", "z", "w"]]


def test_merged_numbers_of_events_are_refused(county: County) -> None:
    path = county.folder / "calls.xlsx"
    made = project(county, 'path = "calls.xlsx"')
    book(path, typed(ROWS))
    whole = openpyxl.load_workbook(path)
    whole["Sheet"].merge_cells("H2:H3")
    whole.save(path)
    with pytest.raises(UsageError, match=r"The column '数量' of 'calls\.xlsx' holds numbers of events in cells that are merged"):
        ingest(made, DAY)


def test_a_formula_without_a_result_is_named_where_it_matters(tmp_path: Path) -> None:
    path = pages(tmp_path / "t.xlsx", {"s": [("a", "b"), (1, 2), (3, "=A3+1"), (4, "=A4+1")]})
    with pytest.raises(
        UsageError, match=r"The column 'b' of the table 't\.xlsx' holds 2 formulas without a result, the first in the cell B3"
    ):
        read(path, "a", "b")
    assert read(path, "a") == [["1", "3", "4"]]


def test_an_error_of_a_formula_is_no_value(tmp_path: Path) -> None:
    assert read(pages(tmp_path / "t.xlsx", {"s": [("a", "b"), ("#N/A", 1), ("x", "#REF!")]}), "a", "b") == [
        [None, "x"],
        ["1", None],
    ]
