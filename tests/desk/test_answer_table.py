"""Answers handed back: every row is accounted for, recorded once, and nothing of a faulty row is repeated."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from riskmodel.base.answer_outcomes import OUTCOME_TEXTS
from riskmodel.base.days import to_day, to_iso
from riskmodel.base.errors import UsageError
from riskmodel.base.project import Project
from riskmodel.base.texts import LANGUAGES, Language
from riskmodel.desk import as_records, record_answer_table
from riskmodel.ledger import Ledger, ListedWarning, Night, StoredList
from riskmodel.records.history import History
from riskmodel.records.places import Places
from riskmodel.warning import FORMATS
from riskmodel.warning.formats.answer_words import COLUMN_TEXTS
from riskmodel.warning.formats.list_phrases import PHRASES
from riskmodel.warning.formats.xlsx import HEAD_ROW
from tests.worlds.full_list import full
from tests.worlds.town import make_project

AS_OF = to_day("2025-12-31")
TODAY = AS_OF + 10


def in_language(project: Project, language: Language) -> Project:
    """The project with its lists in another language."""
    warnings = project.table.warnings.model_copy(update={"language": language})
    return Project(project.folder, project.table.model_copy(update={"warnings": warnings}))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project in English with an approved list (warnings w1 and w2) and a draft (w3)."""
    project = in_language(make_project(tmp_path / "project"), "en")
    east = (ListedWarning("w1", "fire", "c7", "red"), ListedWarning("w2", "fire", "c9", None))
    lists = [
        StoredList("l1", AS_OF, "East", "{}", east),
        StoredList("l2", AS_OF, "West", "{}", (ListedWarning("w3", "fire", "c1", "blue"),)),
    ]
    with Ledger.of(project).write() as book:
        book.save_night([Night(AS_OF, "fire", "m", 1, "x", 1.0, "centre", "scored", ("East", "West"), None, 0)], lists)
        book.lists.approve(["l1"], "duty officer", AS_OF)
    return project


def table(project: Project, text: str, encoding: str = "utf-8") -> Path:
    path = project.folder / "answers.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_every_row_is_accounted_for(project: Project) -> None:
    rows = [
        "w1,visited,2026-01-02",
        "w1,visited,2026-01-02",
        "w2,nothing_found,2026/01/03",
        "w3,visited,2026-01-02",
        "nobody,visited,2026-01-02",
        "w1,Wang was rude,2026-01-02",
        "w1,visited,soon",
        "w1,visited,2025-12-30",
        "w1,visited,2026-03-01",
    ]
    report = record_answer_table(project, table(project, "\n".join(["warning,outcome,day", *rows])), TODAY)
    assert (report.rows, report.accepted, report.duplicates, len(report.rejected)) == (9, 2, 1, 6)
    assert [one.row for one in report.rejected] == [4, 5, 6, 7, 8, 9]
    assert [one.reason for one in report.rejected[:2]] == [
        "the list of this warning is not approved; approve it, then hand in the row again",
        "there is no warning of this id; copy the id from the list",
    ]
    assert "none of visited, needs follow-up, nothing found, not done;" in report.rejected[2].reason
    assert "2026-01-02 or 2 Jan" in report.rejected[3].reason
    last = to_iso(TODAY)
    assert report.rejected[5].reason == f"the date must be from that of the list, 2025-12-31, to today, {last}; correct it"
    assert repr(report).splitlines()[-2].startswith("  rows 8, 9: the date must be from")
    assert repr(report).startswith(
        "9 answers = 2 accepted + 1 duplicate + 6 rejected\n  row 4: the list of this warning is not approved"
    )
    assert len(report.to_json()["rejected"]) == 6
    assert report.quarantine is not None
    kept = report.quarantine.read_text(encoding="utf-8")
    assert '"row": 6' in kept
    assert not any(word in kept + repr(report) for word in ("Wang", "nobody", "soon"))


def test_the_same_file_again_adds_nothing(project: Project) -> None:
    path = table(project, "warning,outcome,day\nw1,visited,2026-01-02\nw2,not_done,2026-01-02\n")
    assert record_answer_table(project, path, TODAY).accepted == 2
    again = record_answer_table(project, path, TODAY + 1)
    assert (again.rows, again.accepted, again.duplicates, again.quarantine) == (2, 0, 2, None)
    assert len(as_records(Ledger.of(project))) == 2


def test_an_answer_to_a_warning_of_another_centre_is_recorded_and_named(project: Project) -> None:
    """Whoever was at the place, it was visited; but an id that was mistaken must not pass without a word."""
    with Ledger.of(project).write() as book:
        book.lists.approve(["l2"], "duty officer", AS_OF)
    rows = "w1,visited,2026-01-02\nw3,visited,2026-01-02\nw2,not_done,\n"
    report = record_answer_table(project, table(project, f"warning,outcome,day\n{rows}"), TODAY)
    assert (report.accepted, report.elsewhere) == (3, ((2, "West"),))
    assert report.to_json()["elsewhere"] == [{"row": 2, "centre": "West"}]
    assert repr(report).endswith(
        "\n  row 2: the warning is on the list of West; it is recorded all the same. If the id is wrong, hand in the right row as well, and tell that centre"
    )
    again = record_answer_table(project, table(project, f"编号,结果,日期\n{rows}"), TODAY)
    assert (again.duplicates, again.elsewhere) == (3, ((2, "West"),))
    assert "表头下第2行：该预警在West的名单上，已照常记录" in repr(again)
    sheet = record_answer_table(project, table(project, "warning,outcome,day\nw1,,\nw3,visited,2026-01-02\nw2,,\n"), TODAY)
    assert sheet.elsewhere == ((2, "West"),), "rows that are not filled in say whose sheet it is"
    both = record_answer_table(
        project, table(project, "warning,outcome,day\nw1,visited,2026-01-02\nw3,visited,2026-01-02\n"), TODAY
    )
    assert both.elsewhere == (), "a table of several centres belongs to none"
    assert both.to_json()["several"] == [{"centre": "East", "rows": 1}, {"centre": "West", "rows": 1}]
    assert "of several centres (East 1, West 1); all are recorded" in repr(both)
    assert report.several == again.several == sheet.several == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_chinese_table_is_read_and_other_columns_are_not(project: Project, encoding: str) -> None:
    text = "编号,备注,结果,日期\nw1,张三说没事,已走访,2026-01-02\nw2,,需跟进,2026-01-02\n"
    assert record_answer_table(project, table(project, text, encoding), TODAY).accepted == 2
    assert b"\xe5\xbc\xa0" not in project.path("data/operations.db").read_bytes()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no rows"),
        ("warning,outcome,day\n", "has no rows"),
        (
            "warning,outcome\nw1,visited\n",
            r"lacks a column for day \(headed 'day' or 'date' or 'date of visit' or '日期' or '走访日期'\)\. Add it",
        ),
        ("warning|outcome|day\nw1|visited|2026-01-02\n", "or save the table as CSV with commas"),
        (
            'warning,outcome,day\nw1,visited,2026-01-02\n"' + "x" * 200_000 + '",visited,2026-01-02\n',
            r"is not CSV in line 3: field",
        ),
    ],
)
def test_a_faulty_table_is_refused_whole(project: Project, text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        record_answer_table(project, table(project, text), TODAY)


def test_a_missing_or_unreadable_file_is_named(project: Project) -> None:
    with pytest.raises(UsageError, match=r"table of answers '.*none.csv' does not exist"):
        record_answer_table(project, project.folder / "none.csv", TODAY)
    path = project.folder / "answers.csv"
    path.write_bytes(b"\xff\xff\xff")
    with pytest.raises(UsageError, match="neither UTF-8 nor GB 18030"):
        record_answer_table(project, path, TODAY)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_ids_of_a_list_are_found_as_the_list_heads_them(project: Project, language: Language) -> None:
    path = table(project, f"{PHRASES['id'](language)},outcome,day\nw1,visited,2026-01-02\n")
    assert record_answer_table(project, path, TODAY).accepted == 1


@pytest.mark.parametrize("day", ["2026/1/2", "2026年1月2日", "20260102", "2026-01-02 15:30", "2026-01-01T18:00:00Z"])
def test_days_are_read_as_spreadsheets_write_them(project: Project, day: str) -> None:
    assert record_answer_table(project, table(project, f"warning,outcome,day\nw1,visited,{day}\n"), TODAY).accepted == 1
    with Ledger.of(project).read() as book:
        (filed,) = book.answers.up_to()
    assert filed.answer.day == to_day("2026-01-02")


@pytest.mark.parametrize(
    ("day", "read"), [("1月3日", "2026-01-03"), ("12月31日", "2025-12-31"), ("1月3号", "2026-01-03"), ("3 Jan", "2026-01-03")]
)
def test_a_day_as_lists_write_it_is_the_first_such_day_from_that_of_the_list(project: Project, day: str, read: str) -> None:
    assert record_answer_table(project, table(project, f"warning,outcome,day\nw1,visited,{day}\n"), TODAY).accepted == 1
    with Ledger.of(project).read() as book:
        (filed,) = book.answers.up_to()
    assert filed.answer.day == to_day(read)


def test_a_day_without_a_year_that_is_not_over_is_rejected(project: Project) -> None:
    report = record_answer_table(
        project, table(project, "编号,结果,日期\nw1,已走访,12月30日\nw1,已走访,2月30日\nw1,已走访,1.3\n"), TODAY
    )
    assert [one.reason for one in report.rejected] == [
        f"日期应在名单日期2025-12-31至今天{to_iso(TODAY)}之间；请改正",
        "日期无法识别；请写成 2026-01-02 或 1月2日",
        "日期无法识别；请写成 2026-01-02 或 1月2日",
    ]


def test_an_id_is_found_as_telephones_and_chinese_keyboards_write_it(project: Project) -> None:
    text = "编号,结果,日期\nW1,已走访,2026-01-02\nｗ２,未走访,\n"
    assert record_answer_table(project, table(project, text), TODAY).accepted == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("编号,结果,日期\n", r"反馈表'answers.csv'没有任何行。请提交指挥中心填写的表格。"),
        (
            "编号,处理情况,日期\nw1,已走访,2026-01-02\n",
            r"反馈表'answers.csv'缺少以下列：结果（表头可写“结果”、“走访结果”）。请补上表头",
        ),
    ],
)
def test_a_chinese_project_is_told_in_chinese_why_a_file_cannot_be_read(project: Project, text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        record_answer_table(in_language(project, "zh"), table(project, text), TODAY)


def test_rows_of_one_warning_with_different_results_are_named(project: Project) -> None:
    text = "编号,结果,日期\nw1,已走访,2026-01-02\nw2,已走访,2026-01-02\nw1,需跟进,2026-01-03\nw2,已走访,2026-01-03\n"
    report = record_answer_table(project, table(project, text), TODAY)
    assert (report.accepted, report.differing) == (4, ((1, 3),))
    assert repr(report).splitlines()[1:] == [
        "  表头下第1、3行：同一预警填了不同结果，均已记录；以走访日期较晚的为准，同日的以靠后的行为准，未走访的不抵走访的"
    ]
    assert report.to_json()["differing"] == [[1, 3]]


def test_a_result_that_contradicts_an_earlier_file_is_named(project: Project) -> None:
    head = "编号,结果,日期\n"
    first = record_answer_table(project, table(project, f"{head}w1,已走访,2026-01-03\nw2,需跟进,2026-01-02\n"), TODAY)
    assert first.contradicting == ()
    # a later visit finds something else, and a file of another name brings what is known; neither contradicts
    later = f"{head}w1,已走访,2026-01-03\nw2,未发现问题,2026-01-04\n"
    assert record_answer_table(project, table(project, later), TODAY).contradicting == ()
    same = record_answer_table(project, table(project, f"{head}w2,未发现问题,2026-01-04\nw1,未走访,2026-01-03\n"), TODAY)
    assert (same.accepted, same.duplicates, same.contradicting) == (1, 1, (2,))
    assert repr(same).splitlines()[1:] == [
        "  表头下第2行：已记录，但该预警以1月3日的“已走访”为准；若本行才正确，请将本行单独成表，用 riskmodel answer --correct 提交"
    ]
    assert same.to_json()["contradicting"] == [2]
    assert same.to_json()["overruled"] == [{"row": 2, "day": "2026-01-03", "outcome": "visited"}]


def test_a_row_is_told_by_its_place_in_the_table_though_others_are_empty(project: Project) -> None:
    report = record_answer_table(project, table(project, "\nwarning,outcome,day\n,,\n\nw1,visited,soon\n"), TODAY)
    assert (report.rows, [one.row for one in report.rejected]) == (1, [3])


def test_what_was_rejected_is_forgotten_once_it_fits(project: Project) -> None:
    path = table(project, "warning,outcome,day\nw3,visited,2026-01-02\n")
    kept = record_answer_table(project, path, TODAY).quarantine
    assert kept is not None
    with Ledger.of(project).write() as book:
        book.lists.approve(["l2"], "duty officer", AS_OF)
    again = record_answer_table(project, path, TODAY)
    assert (again.accepted, again.quarantine, kept.exists()) == (1, None, False)


def test_answers_come_back_as_records_known_when_they_came_in(project: Project) -> None:
    ledger = Ledger.of(project)
    assert len(as_records(ledger)) == 0
    record_answer_table(project, table(project, "warning,outcome,day\nw1,visited,2026-01-02\n"), TODAY)
    records = as_records(ledger)
    said = records[["cell", "kind", "family", "target", "warning"]].to_numpy().tolist()
    assert said == [["c7", "outcome_visited", "outcome", "fire", "w1"]]
    places = Places.from_frame(pd.DataFrame({"cell": ["c7"], "centre": ["East"]}), groupings=["centre"])
    history = History.from_frame(records, places)
    assert (int(history.occurred[0]), int(history.known[0])) == (to_day("2026-01-02"), TODAY)


def test_answers_that_a_missing_quotation_mark_hides_are_not_lost_unseen(project: Project) -> None:
    text = 'warning,outcome,day,note\nw1,visited,2025-06-20,"all well\nw2,visited,2025-06-20,\nw3,visited,2025-06-20,"x"\n'
    with pytest.raises(
        UsageError, match=r"In row 1 of the table of answers .* a quotation mark is missing, and other rows stand inside"
    ):
        record_answer_table(project, table(project, text), to_day("2025-06-30"))


@pytest.mark.parametrize(
    ("sign", "encoding"), [(";", "utf-8-sig"), ("\t", "utf-16"), ("\t", "gb18030"), (",", "utf-16"), (";", "gb18030")]
)
def test_tables_are_read_in_the_forms_in_which_spreadsheets_save_them(project: Project, sign: str, encoding: str) -> None:
    rows = [
        ["今日先办 West · 2025年12月31日"],
        ["序号", "预警编号", "结果", "走访日期"],
        ["1", "w1", "已走访", "2026/1/2"],
        ["2", "w2", "", ""],
    ]
    report = record_answer_table(project, table(project, "\r\n".join(map(sign.join, rows)), encoding), TODAY)
    assert (report.rows, report.accepted, report.language) == (1, 1, "zh")


def sheet(project: Project, rows: list[list[Any]], from_1904: bool = False) -> Path:
    """A workbook whose second sheet holds the rows."""
    book = openpyxl.Workbook()
    if from_1904:
        book.epoch = CALENDAR_MAC_1904
    page = book.create_sheet("answers")
    for row in rows:
        page.append(row)
    path = project.folder / "answers.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize("from_1904", [False, True])
def test_a_workbook_is_read_with_its_dates_below_a_title(project: Project, from_1904: bool) -> None:
    head = ["No.", "Result", "Date of visit", "Warning id"]
    rows = [
        ["First today"],
        head,
        [1, "Needs follow-up", date(2026, 1, 2), "w1"],
        [2, "visited", 44_562 if from_1904 else 46_024, "w2"],
        [3, None, None, "w3"],
    ]
    report = record_answer_table(project, sheet(project, rows, from_1904), TODAY)
    assert (report.rows, report.accepted, report.rejected) == (2, 2, ())
    with Ledger.of(project).read() as book:
        assert {(filed.answer.warning, filed.answer.day) for filed in book.answers.up_to()} == {
            ("w1", to_day("2026-01-02")), ("w2", to_day("2026-01-02")),
        }  # fmt: skip


def test_no_date_is_needed_where_nobody_went(project: Project) -> None:
    path = table(project, "预警编号,结果,走访日期\nw1,未走访,\nw2,已走访,\n")
    report = record_answer_table(project, path, TODAY)
    assert (report.accepted, len(report.rejected)) == (1, 1)
    again = record_answer_table(project, path, TODAY + 5)
    assert (again.accepted, again.duplicates) == (0, 1)


def test_messages_are_in_the_language_of_the_file_with_row_and_remedy(project: Project) -> None:
    path = table(
        project, "预警编号,结果,走访日期\nw9,已走访,2026-01-02\nw1,很好,2026-01-02\nw1,,2026-01-02\nw1,已走访,明天\nw1,已走访,\n"
    )
    report = record_answer_table(project, path, TODAY)
    assert repr(report).splitlines()[:6] == [
        "5条反馈＝采纳0条＋重复0条＋退回5条",
        "  表头下第1行：没有这个编号的预警；请从名单中复制预警编号",
        "  表头下第2行：结果只能是以下之一：已走访、需跟进、未发现问题、未走访；请改填",
        "  表头下第3行：填了日期，没有填结果；请选择结果",
        "  表头下第4行：日期无法识别；请写成 2026-01-02 或 1月2日",
        "  表头下第5行：没有填走访日期；请写成 2026-01-02 或 1月2日",
    ]
    assert report.failure("a.csv") == "'a.csv'中没有一行被采纳。请改正退回的行后重新提交。"


def test_a_table_without_any_result_records_nothing_and_says_so(project: Project) -> None:
    report = record_answer_table(project, table(project, "warning,outcome,day\nw1,,\nw2, ,\n"), TODAY)
    assert (report.rows, report.accepted) == (0, 0)
    assert report.failure("a.csv") == "There is no answer in 'a.csv' yet. Fill in results and dates, then pass it again."


def test_a_damaged_workbook_is_refused(project: Project) -> None:
    path = project.folder / "answers.xlsx"
    path.write_bytes(b"PK\x03\x04 and nothing more")
    with pytest.raises(UsageError, match="not a readable spreadsheet"):
        record_answer_table(project, path, TODAY)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_a_list_that_was_filled_in_comes_back(project: Project, language: Language, suffix: str) -> None:
    whole = full().approved()
    warned = tuple(ListedWarning(w.id, w.target, w.place, w.grade) for s in whole.sections for w in (*s.warnings, *s.spot_checks))
    with Ledger.of(project).write() as book:
        night = Night(whole.as_of, "fire", "m", 1, "x", 1.0, "centre", "scored", (whole.centre,), None, 0)
        book.save_night([night], [StoredList("l9", whole.as_of, whole.centre, "{}", warned)])
        book.lists.approve(["l9"], "duty officer", whole.as_of)
    path = project.folder / f"list.{suffix}"
    content = FORMATS[suffix].render(whole, None, language)
    heads = {key: text(language) for key, text in COLUMN_TEXTS.items()}
    done = OUTCOME_TEXTS["visited"](language)
    if suffix == "xlsx":
        book_ = openpyxl.load_workbook(io.BytesIO(content))
        page = book_.worksheets[0]
        at = {cell.value: column for column, cell in enumerate(page[HEAD_ROW], 1)}
        page.cell(HEAD_ROW + 1, at[heads["outcome"]], done)
        page.cell(HEAD_ROW + 1, at[heads["day"]], datetime(2025, 1, 7))
        book_.save(path)
    else:
        lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
        lines[1][lines[0].index(heads["outcome"])] = done
        lines[1][lines[0].index(heads["day"])] = "2025-01-07"
        out = io.StringIO(newline="")
        csv.writer(out).writerows(lines)
        path.write_text(out.getvalue(), encoding="utf-8-sig", newline="")
    report = record_answer_table(project, path, TODAY)
    assert (report.rows, report.accepted, report.language) == (1, 1, language)
