"""Wrong answers: the report names every row that does not count, and a correction replaces earlier answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from riskmodel.base.project import Project
from riskmodel.cli import app
from riskmodel.desk import AnswerReport, record_answer_table
from riskmodel.ledger import Ledger, counting
from tests.desk.test_answer_table import TODAY, project, table

__all__ = ["project"]

HEAD = "warning,outcome,day\n"


def hand_in(project: Project, *rows: str, day: int = TODAY, correct: bool = False) -> AnswerReport:
    return record_answer_table(project, table(project, HEAD + "\n".join(rows) + "\n"), day, correct=correct)


def counted(project: Project, warning: str = "w1") -> str:
    """What counts of the answers to a warning."""
    with Ledger.of(project).read() as book:
        found = counting(book.answers.to_warnings([warning]))
    return "" if found is None else found.answer.outcome


@pytest.mark.parametrize(
    ("rows", "counts"),
    [
        (["w1,visited,2026-01-02", "w1,not_done,2026-01-02", "w1,not_done,2026-01-05"], "visited"),
        (["w1,not_done,2026-01-05", "w1,nothing_found,2026-01-02"], "nothing_found"),
        (["w1,needs_followup,2026-01-02", "w1,nothing_found,2026-01-02"], "nothing_found"),
        (["w1,needs_followup,2026-01-04", "w1,nothing_found,2026-01-02"], "needs_followup"),
        (["w1,not_done,"], "not_done"),
        ([], ""),
    ],
)
def test_the_latest_visit_counts_and_of_one_day_what_came_in_last(project: Project, rows: list[str], counts: str) -> None:
    for row in rows:
        hand_in(project, row)
    assert counted(project) == counts


def test_a_row_that_counts_now_and_one_that_does_not_are_told_apart(project: Project) -> None:
    hand_in(project, "w1,visited,2026-01-03", "w2,needs_followup,2026-01-02")
    report = hand_in(project, "w1,not_done,", "w2,nothing_found,2026-01-02")
    assert repr(report).splitlines()[1:] == [
        "  row 2: another result was handed in before; both are recorded, and this one counts now",
        "  row 1: it is recorded, but 'visited' of 3 January counts for its warning; if this row is right, hand it in in a table of its own "
        "with 'riskmodel answer --correct'",
    ]
    assert (counted(project), counted(project, "w2")) == ("visited", "nothing_found")


def test_a_result_that_was_replaced_and_comes_in_again_is_named_until_it_is_given_as_a_correction(project: Project) -> None:
    """The right result may be the first one; handed in once more it is a duplicate, and the wrong one holds."""
    right = "w1,needs_followup,2026-01-02"
    hand_in(project, right)
    hand_in(project, "w1,nothing_found,2026-01-02")
    again = hand_in(project, right)
    assert (again.duplicates, [one.row for one in again.overruled], counted(project)) == (1, [1], "nothing_found")
    assert "'nothing found' of 2 January counts for its warning" in repr(again)
    corrected = hand_in(project, right, correct=True)
    assert (corrected.accepted, corrected.overruled, counted(project)) == (1, (), "needs_followup")
    assert repr(corrected).splitlines() == ["1 answer = 1 accepted + 0 duplicates + 0 rejected"]
    old = hand_in(project, "w1,nothing_found,2026-01-02")
    assert (old.duplicates, [one.row for one in old.overruled], counted(project)) == (1, [1], "needs_followup")


def test_a_visit_that_never_was_is_taken_back(project: Project) -> None:
    hand_in(project, "w1,visited,2026-01-02", "w2,visited,2026-01-02")
    report = hand_in(project, "w1,not_done,", correct=True)
    assert (report.accepted, report.contradicting, counted(project)) == (1, (1,), "not_done")
    assert "this one counts now" in repr(report)
    # the sheet in which the mistake stands comes in once more
    sheet = hand_in(project, "w1,visited,2026-01-02", "w2,visited,2026-01-02")
    assert (sheet.duplicates, [one.row for one in sheet.overruled]) == (2, [1])
    assert counted(project) == "not_done"
    # and after it the visit that really was
    assert hand_in(project, "w1,visited,2026-01-06").overruled == ()
    assert counted(project) == "visited"


def test_the_same_correction_again_and_one_that_corrects_nothing_add_nothing(project: Project) -> None:
    hand_in(project, "w1,visited,2026-01-02")
    rows = ["w1,needs_followup,2026-01-02", "w1,visited,2026-01-05", "w2,visited,2026-01-02"]
    assert hand_in(project, *rows, correct=True).accepted == 3
    again = hand_in(project, *rows, correct=True, day=TODAY + 1)
    assert (again.accepted, again.duplicates) == (0, 3)
    assert hand_in(project, *rows).duplicates == 3
    with Ledger.of(project).read() as book:
        found = [(one.number, one.answer.replaces) for one in book.answers.to_warnings(["w1", "w2"])]
    assert found == [(1, None), (2, 1), (3, 1), (4, None)]


def test_a_later_visit_is_no_contradiction_of_the_sheet_that_comes_in_again(project: Project) -> None:
    hand_in(project, "w1,needs_followup,2026-01-02")
    assert hand_in(project, "w1,visited,2026-01-05").overruled == ()
    assert hand_in(project, "w1,needs_followup,2026-01-02").overruled == ()


def test_the_command_corrects(project: Project, tmp_path: Path) -> None:
    hand_in(project, "w1,visited,2026-01-02")
    path = tmp_path / "right.csv"
    path.write_text(f"{HEAD}w1,not_done,\n", encoding="utf-8")
    command = ["--project", str(project.folder), "answer", str(path), "--day", "2026-01-09", "--correct"]
    assert CliRunner().invoke(app, command).exit_code == 0
    assert counted(project) == "not_done"
