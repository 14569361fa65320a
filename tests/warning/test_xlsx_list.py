"""Lists as XLSX: a sheet to fill in, inert, locked where it is not filled in, and the same bytes at any time."""

from __future__ import annotations

import io
import time
import zipfile
from dataclasses import replace
from typing import Any

import openpyxl
import pytest

from riskmodel.base.answer_outcomes import OUTCOME_TEXTS
from riskmodel.base.texts import LANGUAGES, Language, Text
from riskmodel.warning import FORMATS
from riskmodel.warning.formats.answer_words import COLUMN_TEXTS
from riskmodel.warning.formats.worklist import work_rows
from riskmodel.warning.formats.xlsx import HEAD_ROW, WIDTHS
from tests.warning.test_csv_list import DANGEROUS
from tests.worlds.full_list import full
from tests.worlds.listed_county import county


def sheet_of(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_is_the_worklist_with_columns_to_fill_in(language: Language):
    sheet = sheet_of(FORMATS["xlsx"].render(full(), None, language))
    heads = [cell.value for cell in sheet[HEAD_ROW]]
    assert len(heads) == len(WIDTHS)
    assert [heads[-3], heads[-2], heads[-1]] == [COLUMN_TEXTS[key](language) for key in ("outcome", "day", "warning")]
    rows = list(sheet.iter_rows(min_row=HEAD_ROW + 1, values_only=True))
    assert [row[-1] for row in rows] == [row.id for row in work_rows(full(), language)]
    assert all(row[-2] is None and row[-3] is None for row in rows)
    assert "DRAFT" in sheet["A1"].value
    result, day = sheet.data_validations.dataValidation
    assert result.formula1 == '"' + ",".join(text(language) for text in OUTCOME_TEXTS.values()) + '"'
    assert (day.type, day.formula1) == ("date", "DATE(2025,1,6)")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", int(sheet.PAPERSIZE_A4))


@pytest.mark.parametrize("digit", [7, 9])
def test_rows_are_high_enough_to_be_written_on_by_hand_and_seventeen_fit_on_a_page(digit: int):
    """A digit is 7 pixels wide in Calibri, and 9 in the font that LibreOffice takes where Calibri is missing."""
    sheet = sheet_of(FORMATS["xlsx"].render(full(), None, "zh"))
    # A4 landscape within the margins, in points; the sheet is printed one page wide
    wide = 0.75 * sum(int(one.width * digit + 5) for one in sheet.column_dimensions.values())
    scale = (842 - 72 * (sheet.page_margins.left + sheet.page_margins.right)) / wide
    heights = [sheet.row_dimensions[at].height for at in range(HEAD_ROW + 1, sheet.max_row + 1)]
    assert min(heights) * scale >= 18
    assert (17 * max(heights) + 45) * scale <= 595 - 72 * (sheet.page_margins.top + sheet.page_margins.bottom)
    first = replace(full().sections[0], title=Text(zh="很长的事项" * 6, en="matter"))
    long = sheet_of(FORMATS["xlsx"].render(replace(full(), sections=(first,)), None, "zh"))
    assert long.row_dimensions[HEAD_ROW + 1].height >= 60


def test_only_what_is_filled_in_may_be_changed():
    sheet = sheet_of(FORMATS["xlsx"].render(full(), None, "zh"))
    assert sheet.protection.sheet
    unlocked = {cell.column for row in sheet.iter_rows(min_row=HEAD_ROW + 1) for cell in row if not cell.protection.locked}
    assert {list(WIDTHS)[column - 1] for column in unlocked} == {"person", "outcome", "day"}


@pytest.mark.parametrize("name", [*DANGEROUS, "=cmd|'/c calc'!A0"])
def test_no_name_becomes_a_formula_or_a_link(name: str):
    content = FORMATS["xlsx"].render(replace(full(villages=[name] * 48), centre=name), None, "zh")
    for page in openpyxl.load_workbook(io.BytesIO(content)).worksheets:
        assert all(cell.data_type != "f" and cell.hyperlink is None for row in page.iter_rows() for cell in row)
        # a text stays one where somebody edits its cell
        assert all(cell.quotePrefix for row in page.iter_rows() for cell in row if cell.data_type == "s")
    parts = zipfile.ZipFile(io.BytesIO(content))
    assert not any(b"<f>" in parts.read(part) or b"externalLink" in parts.read(part) for part in parts.namelist())


def test_the_bytes_do_not_depend_on_the_time(monkeypatch: pytest.MonkeyPatch):
    first = FORMATS["xlsx"].render(full(), county(), "zh")
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    later = time.time() + 86_400
    monkeypatch.setattr(time, "time", lambda: later)
    assert FORMATS["xlsx"].render(full(), county(), "zh") == first
    monkeypatch.undo()
    time.tzset()
