"""Answers handed back: every row is accounted for, taken in once, and nothing of a faulty row is repeated."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from riskmodel.base.days import to_day
from riskmodel.base.errors import UsageError
from riskmodel.base.project import Project
from riskmodel.base.texts import LANGUAGES, Language
from riskmodel.desk import OUTCOME_TEXTS, as_records, take_answers
from riskmodel.ledger import OUTCOMES, ListedWarning, Night, Store, StoredList
from riskmodel.records.history import History
from riskmodel.records.places import Places
from riskmodel.warning.formats.words import WORDS
from tests.worlds.town import make_project

AS_OF = to_day("2025-12-31")
TODAY = AS_OF + 10


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with an approved list (warnings w1 and w2) and a draft (w3)."""
    project = make_project(tmp_path / "project")
    store = Store(project.path(project.table.store))
    east = (ListedWarning("w1", "fire", "c7", "red"), ListedWarning("w2", "fire", "c9", None))
    lists = [
        StoredList("l1", AS_OF, "East", "{}", east),
        StoredList("l2", AS_OF, "West", "{}", (ListedWarning("w3", "fire", "c1", "blue"),)),
    ]
    store.save_night([Night(AS_OF, "fire", "m", 1, "x", 1.0, "centre", "scored", ("East", "West"), None, 0)], lists)
    store.approve(["l1"], "duty officer", AS_OF)
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
    report = take_answers(project, table(project, "\n".join(["warning,outcome,day", *rows])), TODAY)
    assert (report.rows, report.accepted, report.duplicates, len(report.set_aside)) == (9, 2, 1, 6)
    assert [one.row for one in report.set_aside] == [4, 5, 6, 7, 8, 9]
    assert "no approved warning" in report.set_aside[0].reason
    assert "none of visited, needs_followup" in report.set_aside[2].reason
    assert "not a date" in report.set_aside[3].reason
    assert "in the future" in report.set_aside[5].reason
    assert repr(report).startswith("9 answers = 2 accepted + 1 duplicates + 6 set aside\n  row 4: there is no approved warning")
    assert len(report.to_json()["set_aside"]) == 6
    assert report.quarantine is not None
    kept = report.quarantine.read_text(encoding="utf-8")
    assert '"row": 6' in kept
    assert not any(word in kept + repr(report) for word in ("Wang", "nobody", "soon"))


def test_the_same_file_again_adds_nothing(project: Project) -> None:
    path = table(project, "warning,outcome,day\nw1,visited,2026-01-02\nw2,not_done,2026-01-02\n")
    assert take_answers(project, path, TODAY).accepted == 2
    again = take_answers(project, path, TODAY + 1)
    assert (again.rows, again.accepted, again.duplicates, again.quarantine) == (2, 0, 2, None)
    assert len(as_records(Store(project.path("data/operations.db")))) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_chinese_table_is_read_and_other_columns_are_not(project: Project, encoding: str) -> None:
    text = "编号,备注,结果,日期\nw1,张三说没事,已走访,2026-01-02\nw2,,需跟进,2026-01-02\n"
    assert take_answers(project, table(project, text, encoding), TODAY).accepted == 2
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
        take_answers(project, table(project, text), TODAY)


def test_a_missing_or_unreadable_file_is_named(project: Project) -> None:
    with pytest.raises(UsageError, match=r"table of answers '.*none.csv' does not exist"):
        take_answers(project, project.folder / "none.csv", TODAY)
    path = project.folder / "answers.csv"
    path.write_bytes(b"\xff\xff\xff")
    with pytest.raises(UsageError, match="neither UTF-8 nor GB 18030"):
        take_answers(project, path, TODAY)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_ids_of_a_list_are_found_as_the_list_heads_them(project: Project, language: Language) -> None:
    path = table(project, f"{WORDS['id'](language)},outcome,day\nw1,visited,2026-01-02\n")
    assert take_answers(project, path, TODAY).accepted == 1


@pytest.mark.parametrize("day", ["2026/1/2", "2026年1月2日", "20260102", "2026-01-02 15:30", "2026-01-01T18:00:00Z"])
def test_days_are_read_as_spreadsheets_write_them(project: Project, day: str) -> None:
    assert take_answers(project, table(project, f"warning,outcome,day\nw1,visited,{day}\n"), TODAY).accepted == 1
    (filed,) = Store(project.path("data/operations.db")).answers()
    assert filed.answer.day == to_day("2026-01-02")


def test_a_row_is_told_by_its_place_in_the_table_though_others_are_empty(project: Project) -> None:
    report = take_answers(project, table(project, "\nwarning,outcome,day\n,,\n\nw1,visited,soon\n"), TODAY)
    assert (report.rows, [one.row for one in report.set_aside]) == (1, [3])


def test_what_was_set_aside_is_forgotten_once_it_fits(project: Project) -> None:
    path = table(project, "warning,outcome,day\nw3,visited,2026-01-02\n")
    kept = take_answers(project, path, TODAY).quarantine
    assert kept is not None
    Store(project.path("data/operations.db")).approve(["l2"], "duty officer", AS_OF)
    again = take_answers(project, path, TODAY)
    assert (again.accepted, again.quarantine, kept.exists()) == (1, None, False)


def test_answers_come_back_as_records_known_when_they_came_in(project: Project) -> None:
    store = Store(project.path("data/operations.db"))
    assert len(as_records(store)) == 0
    take_answers(project, table(project, "warning,outcome,day\nw1,visited,2026-01-02\n"), TODAY)
    records = as_records(store)
    said = records[["cell", "kind", "family", "target", "warning"]].to_numpy().tolist()
    assert said == [["c7", "outcome_visited", "outcome", "fire", "w1"]]
    places = Places.from_frame(pd.DataFrame({"cell": ["c7"], "centre": ["East"]}), groupings=["centre"])
    history = History.from_frame(records, places)
    assert (int(history.occurred[0]), int(history.known[0])) == (to_day("2026-01-02"), TODAY)


def test_every_outcome_has_words() -> None:
    assert tuple(OUTCOME_TEXTS) == OUTCOMES
