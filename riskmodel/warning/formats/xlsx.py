"""The XLSX format: the worklist as a sheet to fill in.

The result is chosen from a list and the date is checked; everything else is locked. No cell is a formula or a link, whatever a
name holds. It prints on A4 landscape.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Any, cast

from riskmodel.base.answer_outcomes import OUTCOME_TEXTS
from riskmodel.base.days import to_date, to_iso
from riskmodel.base.files import short_digest
from riskmodel.base.shown_texts import columns_of, shown
from riskmodel.base.texts import Language, bracketed, enumerated, labelled
from riskmodel.warning.formats.answer_words import COLUMN_TEXTS
from riskmodel.warning.formats.kept_grades import kept_grades_text
from riskmodel.warning.formats.list_phrases import PHRASES
from riskmodel.warning.formats.list_summary import empty_text
from riskmodel.warning.formats.matters import matters
from riskmodel.warning.formats.notes import data_notes, unscored_targets
from riskmodel.warning.formats.plain_text import action_text, date_text, list_status_text
from riskmodel.warning.formats.worklist import WorkRow, grade_terms, work_rows
from riskmodel.warning.warn.warning_list import WarningList

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.worksheet import Worksheet

    from riskmodel.records.places import Places

WIDTHS = {
    "number": 6, "grade": 10, "matter": 16, "place": 24, "wider": 12, "why_one": 40, "change": 20, "deadline": 11, "person": 14, "outcome": 14,
    "day": 13, "warning": 14,
}  # fmt: skip
"""The columns, as keys of phrases, and their widths in characters."""

HEAD_ROW = 2
"""The row of the heads; the list's name stands above it."""

FILLS = {"red": "F6C9C6", "orange": "FBDDBB", "yellow": "FCF1BF", "blue": "D5E6F6"}
FILLED_IN = ("person", "outcome", "day")
WRAPPED = ("why_one", "place", "matter", "change")
LINE, LEAST = 15, 32
"""Points of a line of text, and of the lowest row: printed one page wide, a row is then high enough to be written on by hand.

It is so too where a wider font stands for Calibri, as in LibreOffice, and the sheet is printed smaller.
"""

STAMP = b"2000-01-01T00:00:00Z"
"""The time that the properties of every workbook state."""


def render(warning_list: WarningList, places: Places | None = None, language: Language = "zh") -> bytes:
    """Return the bytes of a workbook: the worklist and notes."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet: Worksheet = book.worksheets[0]
    sheet.title = PHRASES["today"](language)
    _write_rows(sheet, warning_list, language)
    _check_answers(sheet, warning_list, language)
    _set_paper(sheet, warning_list, language)
    _write_notes(book, warning_list, language)
    return _fixed(book)


def _write_rows(sheet: Worksheet, whole: WarningList, language: Language) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

    below = Border(bottom=Side(style="thin", color="AEB7C0"))
    whole_text, wrapped = (Alignment(horizontal="left", vertical="center", wrap_text=wraps) for wraps in (False, True))
    unlocked = Protection(locked=False)
    fills = {grade: PatternFill("solid", fgColor=color) for grade, color in FILLS.items()}
    title = _cell(sheet, 1, 1)
    _write_text(title, _title(whole, language))
    title.font = Font(bold=True, size=14)
    for column, (key, width) in enumerate(WIDTHS.items(), 1):
        head = COLUMN_TEXTS[key] if key in COLUMN_TEXTS else PHRASES["groups" if key == "wider" else key]
        cell = _cell(sheet, HEAD_ROW, column)
        _write_text(cell, head(language))
        cell.font, cell.border = Font(bold=True), Border(bottom=Side(style="medium"))
        sheet.column_dimensions[cell.column_letter].width = width
    for at, row in enumerate(work_rows(whole, language), HEAD_ROW + 1):
        for column, key in enumerate(WIDTHS, 1):
            cell = _cell(sheet, at, column)
            _write_value(cell, row, key, language)
            cell.alignment = wrapped if key in WRAPPED else whole_text
            cell.border = below
            if key in FILLED_IN:
                cell.protection = unlocked
            if key == "grade" and row.grade in FILLS:
                cell.fill = fills[row.grade]
        lines = max(
            _lines(str(sheet.cell(at, column).value or ""), WIDTHS[key]) for column, key in enumerate(WIDTHS, 1) if key in WRAPPED
        )
        sheet.row_dimensions[at].height = max(LEAST, LINE * lines)
    if said := empty_text(whole, language):
        cell = _cell(sheet, sheet.max_row + 1, list(WIDTHS).index("why_one") + 1)
        _write_text(cell, said)
        cell.alignment = wrapped
    sheet.freeze_panes = _cell(sheet, HEAD_ROW + 1, 1)
    sheet.protection.enable()


def _cell(sheet: Worksheet, row: int, column: int) -> Cell:
    """Return a cell of a sheet, which has no merged ones."""
    return cast("Cell", sheet.cell(row, column))


def _write_value(cell: Cell, row: WorkRow, key: str, language: Language) -> None:
    """Write what a row has in a column."""
    if key == "number" and row.number is not None:
        cell.value = row.number
        return
    if key in ("deadline", "day"):
        if key == "deadline" and row.deadline is not None:
            cell.value = to_date(row.deadline)
        elif key == "deadline":
            _write_text(cell, PHRASES["until_closed"](language))
        cell.number_format = "yyyy-mm-dd"
        return
    own = f"{row.place} ({row.code})" if row.code not in row.place else row.place
    texts = {
        "change": " ".join(part for part in (row.standing, row.missed) if part),
        "grade": row.label,
        "matter": row.matter,
        "place": own,
        "wider": row.wider,
        "why_one": row.reason,
        "warning": row.id,
    }
    _write_text(cell, texts.get(key, ""))


def _lines(text: str, width: int) -> int:
    """Return how many lines a text takes in a column.

    A Chinese sign is two wide.
    """
    return -(-columns_of(text) // (width - 1))


def _check_answers(sheet: Worksheet, whole: WarningList, language: Language) -> None:
    """Add the list of results and the check of dates.

    A place of an earlier list may have been visited before tonight.
    """
    from openpyxl.worksheet.datavalidation import DataValidation

    listed = sum(row.number is not None for row in work_rows(whole, language))
    end, last = HEAD_ROW + max(listed, 1), max(HEAD_ROW + 1, sheet.max_row)
    words = ",".join(text(language) for text in OUTCOME_TEXTS.values())
    chosen = DataValidation("list", formula1=f'"{words}"', allow_blank=True, showErrorMessage=True)
    chosen.error = PHRASES["result_error"](language)
    earliest = min([whole.as_of, *(one.as_of for one in whole.past), *(one.since for one in whole.follow_ups)])
    rules = [("outcome", chosen, HEAD_ROW + 1, last), ("day", _date_from(whole.as_of, language), HEAD_ROW + 1, end)]
    if last > end:
        rules.append(("day", _date_from(earliest, language), end + 1, last))
    keys = list(WIDTHS)
    for key, rule, first, final in rules:
        letter = _cell(sheet, 1, keys.index(key) + 1).column_letter
        rule.add(f"{letter}{first}:{letter}{final}")
        sheet.add_data_validation(rule)


def _date_from(day: int, language: Language) -> DataValidation:
    """Return the check of a date from a day on."""
    from openpyxl.worksheet.datavalidation import DataValidation

    first = to_date(day)
    rule = DataValidation(
        "date",
        operator="greaterThanOrEqual",
        formula1=f"DATE({first.year},{first.month},{first.day})",
        allow_blank=True,
        showErrorMessage=True,
    )
    rule.error = PHRASES["date_error"](language, first=to_iso(day))
    return rule


def _set_paper(sheet: Any, whole: WarningList, language: Language) -> None:
    """Set A4 landscape, one page wide."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top = margins.bottom = 0.5
    # an ampersand begins a code there
    sheet.oddFooter.left.text = f"{short_digest(whole.digest)} {list_status_text(whole, language)}".replace("&", "&&")
    sheet.oddFooter.right.text = "&P / &N"


def _write_notes(book: Workbook, whole: WarningList, language: Language) -> None:
    """Write status, notes on data and the meaning of grades."""
    from openpyxl.styles import Alignment

    page: Worksheet = book.create_sheet(PHRASES["data_note"](language))
    lines = [_title(whole, language), PHRASES["answer_note"](language)]
    lines += [labelled(label, meaning, language) for _, label, meaning in grade_terms(whole, language)]
    lines += [said for said in (kept_grades_text(whole, language),) if said]
    lines += _actions(whole, language)
    lines += [labelled(title, why, language) for title, why in unscored_targets(whole, language)]
    for at, line in enumerate([*lines, *data_notes(whole, language), PHRASES["what_not_body"](language)], 1):
        cell = _cell(page, at, 1)
        _write_text(cell, line)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    page.column_dimensions["A"].width = 110
    page.protection.enable()


def _actions(whole: WarningList, language: Language) -> list[str]:
    """Return the suggested service of each target that lists places."""
    called = matters(whole.sections, language)
    listed = {section.target: one.action for section in whole.sections for one in (*section.warnings, *section.spot_checks)}
    suggested = PHRASES["action"](language)
    return [
        labelled(bracketed(suggested, called[target], language), action_text(action, language), language)
        for target, action in listed.items()
    ]


def _title(whole: WarningList, language: Language) -> str:
    unscored = enumerated((title for title, _ in unscored_targets(whole, language)), language)
    night = f"{date_text(whole.as_of, language)} {PHRASES['midnight'](language)}"
    parts = [
        PHRASES["today"](language),
        whole.centre,
        night,
        list_status_text(whole, language),
        labelled(PHRASES["cannot_score"](language), unscored, language) if unscored else "",
        short_digest(whole.digest),
        whole.journal,
    ]
    return " · ".join(part for part in parts if part)


def _write_text(cell: Any, text: str) -> None:
    """Write a text, never a formula."""
    if text:
        cell.value = shown(text)
        cell.data_type = "s"
        cell.quotePrefix = True


def _fixed(book: Workbook) -> bytes:
    """Return a workbook's bytes without the time at which it was saved."""
    from openpyxl.writer.excel import ExcelWriter

    made, out = io.BytesIO(), io.BytesIO()
    # what is read again at once is not compressed
    ExcelWriter(book, zipfile.ZipFile(made, "w")).save()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", STAMP, content)
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            new.writestr(entry, content)
    return out.getvalue()
