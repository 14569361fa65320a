"""Answers handed back: every row is accounted for, recorded once, and nothing of a faulty row is repeated."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from riskmodel.base.days import to_day
from riskmodel.base.errors import UsageError
from riskmodel.base.project import Project
from riskmodel.base.texts import LANGUAGES, Language
from riskmodel.desk import OUTCOME_TEXTS, as_records, record_answer_table
from riskmodel.ledger import OUTCOMES, Ledger, ListedWarning, Night, StoredList
from riskmodel.records.history import History
from riskmodel.records.places import Places
from riskmodel.warning.formats.list_phrases import PHRASES
from tests.worlds.town import make_project

AS_OF = to_day("2025-12-31")
TODAY = AS_OF + 10


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with an approved list (warnings w1 and w2) and a draft (w3)."""
    project = make_project(tmp_path / "project")
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
    assert "no approved warning" in report.rejected[0].reason
    assert "none of visited, needs_followup" in report.rejected[2].reason
    assert "not a date" in report.rejected[3].reason
    assert "in the future" in report.rejected[5].reason
    assert repr(report).startswith("9 answers = 2 accepted + 1 duplicate + 6 rejected\n  row 4: there is no approved warning")
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
        ("warning,outcome\nw1,visited\n", r"lacks a column for day \(headed 'day' or 'date' or '日期' or '走访日期'\)\. Add it"),
        ("warning;outcome;day\nw1;visited;2026-01-02\n", "or save the table as CSV with commas"),
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


def test_every_outcome_has_words() -> None:
    assert tuple(OUTCOME_TEXTS) == OUTCOMES


def test_answers_that_a_missing_quotation_mark_hides_are_not_lost_unseen(project: Project) -> None:
    text = 'warning,outcome,day,note\nw1,visited,2025-06-20,"all well\nw2,visited,2025-06-20,\nw3,visited,2025-06-20,"x"\n'
    with pytest.raises(
        UsageError, match=r"In row 1 of the table of answers .* a quotation mark is missing, and other rows stand inside"
    ):
        record_answer_table(project, table(project, text), to_day("2025-06-30"))
