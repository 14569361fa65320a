"""Lists that were filled in and saved by LibreOffice: simulated as it saves them, and by itself where it is installed."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from riskmodel.base.answer_outcomes import OUTCOME_TEXTS
from riskmodel.base.errors import UsageError
from riskmodel.base.texts import LANGUAGES, Language
from riskmodel.desk.answer_files import read_answers
from riskmodel.warning import FORMATS
from riskmodel.warning.formats.answer_words import COLUMN_TEXTS
from riskmodel.warning.formats.xlsx import HEAD_ROW
from tests.worlds.full_list import full

SOFFICE = shutil.which("soffice")

DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet><table:table table:name="今日先办"><table:table-column/>
<table:table-row><table:table-cell office:value-type="string"><text:p>今日先办 · 东区</text:p></table:table-cell>
 <table:table-cell table:number-columns-repeated="16383"/></table:table-row>
<table:table-header-rows><table:table-row><table:table-cell><text:p>序号</text:p></table:table-cell><table:table-cell><text:p>结果</text:p></table:table-cell>
 <table:table-cell><text:p>走访<text:span>日期</text:span></text:p></table:table-cell><table:table-cell><text:p>预警编号</text:p></table:table-cell></table:table-row></table:table-header-rows>
<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="4"/></table:table-row>
<table:table-row><table:table-cell office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell>
 <table:table-cell><text:p>已走访</text:p></table:table-cell>
 <table:table-cell office:value-type="date" office:date-value="2025-01-08T00:00:00"><text:p>08.01.25</text:p></table:table-cell>
 <table:table-cell><text:p>w1</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell><text:p>2</text:p></table:table-cell><table:table-cell table:number-columns-repeated="2"/>
 <table:table-cell><text:p>w2</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>
"""


def open_document(content: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return out.getvalue()


def filled(language: Language) -> tuple[bytes, list[str]]:
    """A list whose first rows have each result, and its ids of warnings."""
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].render(full().approved(), None, language)))
    page = book.worksheets[0]
    at = {cell.value: column for column, cell in enumerate(page[HEAD_ROW], 1)}
    columns = {key: at[COLUMN_TEXTS[key](language)] for key in ("warning", "outcome", "day")}
    ids = []
    for row, (outcome, text) in enumerate(OUTCOME_TEXTS.items(), HEAD_ROW + 1):
        ids.append(str(page.cell(row, columns["warning"]).value))
        page.cell(row, columns["outcome"], text(language))
        if outcome != "not_done":
            page.cell(row, columns["day"], datetime(2025, 1, 6 + row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), ids


def test_an_open_document_is_read_with_its_dates_and_repeated_cells() -> None:
    file = read_answers(Path("list.ods"), open_document(DOCUMENT))
    assert file.language == "zh"
    assert file.rows == ((3, {"warning": "w1", "outcome": "已走访", "day": "2025-01-08"}),)


def test_comments_on_a_cell_are_no_part_of_it_and_its_spaces_are() -> None:
    """LibreOffice keeps a comment inside its cell, and spaces, tabs and breaks as elements."""
    comment = "<office:annotation><text:p>a comment</text:p></office:annotation>"
    spaced = '<text:p><text:s text:c="2"/>已<text:span>走</text:span>访<text:s/></text:p>'
    document = DOCUMENT.replace("<text:p>已走访</text:p>", comment + spaced).replace(
        "<text:p>w1</text:p>", comment + "<text:p>w1</text:p>"
    )
    file = read_answers(Path("list.ods"), open_document(document))
    assert file.rows == ((3, {"warning": "w1", "outcome": "已走访", "day": "2025-01-08"}),)
    broken = DOCUMENT.replace("<text:p>w1</text:p>", "<text:p>w<text:s/>1<text:line-break/>x</text:p>")
    assert read_answers(Path("list.ods"), open_document(broken)).rows[0][1]["warning"] == "w 1\nx"


def merged(language: Language) -> bytes:
    """A list whose first result and date were merged over several places."""
    content, _ = filled(language)
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book.worksheets[0]
    columns = {str(cell.value): at for at, cell in enumerate(page[HEAD_ROW], start=1)}
    last = HEAD_ROW + len(OUTCOME_TEXTS)
    for head in ("outcome", "day"):
        column = columns[COLUMN_TEXTS[head](language)]
        for row in range(HEAD_ROW + 2, last + 1):
            page.cell(row, column).value = None
        page.merge_cells(start_row=HEAD_ROW + 1, end_row=last, start_column=column, end_column=column)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_result_that_is_merged_over_places_counts_for_each() -> None:
    _, ids = filled("zh")
    file = read_answers(Path("list.xlsx"), merged("zh"))
    first = next(iter(OUTCOME_TEXTS.values())).zh
    assert [(row["warning"], row["outcome"]) for _, row in file.rows] == [(id, first) for id in ids]
    assert len({row["day"] for _, row in file.rows}) == 1
    spanned = DOCUMENT.replace(
        "<table:table-cell><text:p>已走访", '<table:table-cell table:number-rows-spanned="2"><text:p>已走访'
    ).replace(
        '<text:p>2</text:p></table:table-cell><table:table-cell table:number-columns-repeated="2"/>',
        "<text:p>2</text:p></table:table-cell><table:covered-table-cell/><table:table-cell><text:p>2025-01-09</text:p></table:table-cell>",
    )
    rows = read_answers(Path("list.ods"), open_document(spanned)).rows
    assert [(row["warning"], row["outcome"], row["day"]) for _, row in rows] == [
        ("w1", "已走访", "2025-01-08"), ("w2", "已走访", "2025-01-09"),
    ]  # fmt: skip


def test_two_columns_of_results_are_refused_and_named() -> None:
    content = b"warning,result,day,outcome\nw1,visited,2025-01-08,needs follow-up\n"
    said = r"more than one column for Result: 'result' \(column 2\) and 'outcome' \(column 4\)\. Nothing was recorded"
    with pytest.raises(UsageError, match=said):
        read_answers(Path("list.csv"), content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (open_document("<a"), "not a readable spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), r"of an old kind \(XLS\)\. Save it as XLSX, ODS or CSV\."),
        (b"%PDF-1.7\n", "is a PDF, no spreadsheet"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "is a picture, no spreadsheet"),
        (b"\xef\xbb\xbf\n<!doctype html><html>", "is a page, no spreadsheet"),
        (b'{"sections": []}', "is a JSON file, no spreadsheet"),
    ],
)
def test_other_spreadsheets_are_named(content: bytes, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_answers(Path("list"), content)


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")
@pytest.mark.parametrize("language", LANGUAGES)
def test_libreoffice_gives_back_what_was_filled_in(language: Language, tmp_path: Path) -> None:
    content, ids = filled(language)
    (tmp_path / "list.xlsx").write_bytes(content)
    suffix = "ods" if language == "zh" else "csv"
    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    command = [str(SOFFICE), "--headless", "--norestore", "--convert-to", suffix, "--outdir", str(tmp_path), "list.xlsx"]
    subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, timeout=120, check=True)
    saved = tmp_path / f"list.{suffix}"
    file = read_answers(saved, saved.read_bytes())
    assert file.language == language
    assert [row["warning"] for _, row in file.rows] == ids
    assert [row["outcome"] for _, row in file.rows] == [text(language) for text in OUTCOME_TEXTS.values()]
    days = [row["day"] for _, row in file.rows]
    assert days == ["" if outcome == "not_done" else f"2025-01-{9 + at:02}" for at, outcome in enumerate(OUTCOME_TEXTS)]


def workbook(*sheets: list[list[str]]) -> bytes:
    """A workbook with the rows of its sheets."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.worksheets[0])
    for number, rows in enumerate(sheets):
        page = book.create_sheet(f"sheet {number}")
        for row in rows:
            page.append(row)
    book.save(out)
    return out.getvalue()


HEAD = ["warning", "outcome", "day"]


def test_answers_on_a_second_sheet_are_read_or_refused_and_never_lost() -> None:
    empty = [["a note on 'warning'"], HEAD, ["w1", "", ""], ["w2", "", ""]]
    one = [HEAD, ["w1", "visited", "2025-01-08"], ["w2", "", ""]]
    other = [HEAD, ["w1", "", ""], ["w2", "visited", "2025-01-09"]]
    legend = [["warning", "what it is"], ["visited", "somebody was there"]]
    rows = read_answers(Path("list.xlsx"), workbook(legend, empty, one)).rows
    assert [(number, row["warning"]) for number, row in rows] == [(1, "w1")]
    assert read_answers(Path("list.xlsx"), workbook(one, legend, one)).rows == rows, "a copy says the same"
    said = r"has answers on several sheets \(2, 4\)\. Nothing was recorded\. Put them on one sheet"
    with pytest.raises(UsageError, match=said):
        read_answers(Path("list.xlsx"), workbook(legend, one, empty, other))
    assert read_answers(Path("list.xlsx"), workbook(empty, legend)).rows == ()


def test_a_formula_without_a_result_is_no_empty_cell() -> None:
    """Programs that write formulas may store no results; such rows are rejected with their number, not left out."""
    content = workbook([HEAD, ["w1", '="visited"', "=DATE(2025,1,8)"], ["w2", "visited", "=DATE(2025,1,8)"], ["w3", "", ""]])
    rows = read_answers(Path("list.xlsx"), content).rows
    assert [(number, row["outcome"], row["day"]) for number, row in rows] == [(1, "=", "="), (2, "visited", "=")]
