"""Nights under a clock that runs ahead or behind: what they say, what they may do, and that nothing of them lasts once the clock is right."""

from __future__ import annotations

from pathlib import Path

import pytest

from riskmodel.asof.target import last_knowledge
from riskmodel.base.days import to_day, to_iso
from riskmodel.base.errors import RefusedError, UsageError
from riskmodel.base.project import Project, load_project
from riskmodel.cli import model_inputs
from riskmodel.cli.model_inputs import known_day
from riskmodel.ledger import Ledger
from riskmodel.operations.catch_up import CaughtUp
from riskmodel.operations.night_ingest import IngestAccount
from riskmodel.operations.night_lines import CLOCK_NEXT, DATA_NEXT, next_line, night_lines
from riskmodel.operations.night_service import run_service
from riskmodel.operations.nightly import approve, run_nightly
from riskmodel.operations.project_status import project_status
from riskmodel.operations.stored_scores import scores_folder
from riskmodel.records.intake import ingest
from tests.worlds.town import ANSWERS, AS_OF, bodies, history_of, make_project, promoted, write_tables


def test_a_night_far_ahead_names_the_clock_and_suggests_no_approval(ready: Project) -> None:
    run_nightly(ready, AS_OF, day=AS_OF)
    late = run_nightly(ready, AS_OF + 400, day=AS_OF + 400)
    assert (late.exit_code, late.to_json()["silent_since"]) == (4, to_iso(AS_OF + 4))
    assert all(one.unscored() for one in late.lists)
    assert next_line(late) == CLOCK_NEXT
    said = night_lines(late, IngestAccount(), CaughtUp())
    assert (
        "no source is complete beyond 2026-01-04, 396 days before this night, so the clock of this machine may be wrong"
        in said[2].en
    )
    assert "所有数据源均只到2026-01-04或更早，早于该批次396天，请核对本机时钟" in said[2].zh
    assert not any("riskmodel approve" in line.zh + line.en for line in said)
    items = project_status(ready, AS_OF + 400).items
    assert not any("riskmodel approve" in one.remedy.zh + one.remedy.en for one in items)
    # the scores of the night before are not older because a clock says so
    assert (scores_folder(ready) / to_iso(AS_OF)).is_dir()


def test_a_night_of_which_one_source_is_fresh_names_no_clock(ready: Project) -> None:
    night = run_nightly(ready, AS_OF, day=AS_OF)
    assert night.silent_since is None
    line = next_line(night)
    assert line is not None
    assert "riskmodel approve" in line.en


def test_lists_of_which_nothing_is_scored_wait_for_data_where_one_source_is_fresh(ready: Project) -> None:
    path = ready.folder / "riskmodel.toml"
    head, tail = path.read_text(encoding="utf-8").split('name = "checks"')
    path.write_text(head + 'name = "checks"' + tail.replace("stale_after = 7", "stale_after = 60", 1), encoding="utf-8")
    project = load_project(ready.folder)
    ingest(project, AS_OF + 30)
    night = run_nightly(project, AS_OF + 20, day=AS_OF + 20)
    assert (sorted(night.stale), night.silent_since) == (["calls"], None)
    assert next_line(night) == DATA_NEXT


def test_a_list_of_a_day_to_come_is_not_approved(ready: Project) -> None:
    for ahead in (2, 3):
        run_nightly(ready, AS_OF + ahead, day=AS_OF + ahead)
    with pytest.raises(
        RefusedError, match=rf"of {to_iso(AS_OF + 2)} are of a day to come: today is {to_iso(AS_OF)} .* Check the clock"
    ):
        approve(ready, AS_OF + 2, role="duty officer", day=AS_OF)
    assert {one["status"] for one in bodies(ready, AS_OF + 2)} == {"draft"}


def test_a_night_that_was_made_ahead_is_made_again_on_its_day(ready: Project) -> None:
    for ahead in (2, 3):
        run_nightly(ready, AS_OF + ahead, day=AS_OF + ahead)
    with Ledger.of(ready).read() as book:
        assert book.nights.closed(AS_OF + 2)
        assert not book.nights.closed(AS_OF + 2, AS_OF + 2)
    assert not run_nightly(ready, AS_OF + 2, day=AS_OF + 2).plan.replay
    # on the day after, the night before is closed by tonight's
    run_nightly(ready, AS_OF + 3, day=AS_OF + 3)
    assert run_nightly(ready, AS_OF + 2, day=AS_OF + 3).plan.replay


def test_a_clock_that_was_set_back_is_named(ready: Project) -> None:
    days = (AS_OF + 1, AS_OF, AS_OF, AS_OF + 2, AS_OF + 3)
    runs = [run_service(ready, day, clock=lambda day=day: day * 86_400) for day in days]
    said = f"the last entry of the journal is of {to_iso(AS_OF + 1)}, later than today"
    assert [(one.exit_code, one.state, said in one.lines[0]) for one in runs] == [
        (0, "done", False),
        (4, "degraded", True),
        (0, "done", False),
        (0, "done", False),
        (0, "done", False),
    ]
    # so does a clock that shows a day long ago, whatever comes of the night
    ahead = run_service(ready, AS_OF - 1, clock=lambda: (AS_OF - 400) * 86_400)
    assert (ahead.exit_code, "later than today" in ahead.lines[0]) == (4, True)
    assert [one.lines[2] for one in runs[:2]] == ["No problems.", "No other problems."]


def test_a_night_before_the_first_cell_says_when_the_places_begin(empty_tracking: Path, tmp_path: Path) -> None:
    project = make_project(tmp_path / "young", empty_tracking)
    write_tables(project.folder)
    path, cells = project.folder / "riskmodel.toml", project.folder / "data" / "cells.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace('id = "cell"', 'id = "cell"\nvalid_from = "since"', 1), encoding="utf-8"
    )
    head, *rows = cells.read_text(encoding="utf-8").splitlines()
    cells.write_text("\n".join([f"{head},since", *(f"{row},2024-12-01" for row in rows), ""]), encoding="utf-8")
    project = load_project(project.folder)
    ingest(project, AS_OF + 30)
    promoted(project)
    with pytest.raises(
        UsageError, match=r"No cell was there on 2019-01-01: the table of places begins on 2024-12-01\. .* correct the clock"
    ):
        run_nightly(project, "2019-01-01", day=to_day("2019-01-01"))
    with Ledger.of(project).read() as book:
        assert book.nights.dates() == ()


def test_what_a_clock_ahead_said_of_answers_is_dropped_once_it_is_right(ready: Project) -> None:
    path = ready.folder / "riskmodel.toml"
    path.write_text(path.read_text(encoding="utf-8") + ANSWERS, encoding="utf-8")
    project = load_project(ready.folder)
    ingest(project, AS_OF)
    run_nightly(project, AS_OF, day=AS_OF)
    approve(project, AS_OF, role="duty officer", day=AS_OF)
    run_nightly(project, AS_OF + 1, day=AS_OF + 1)
    before = last_knowledge(history_of(project))
    run_nightly(project, AS_OF + 400, day=AS_OF + 400)
    assert last_knowledge(history_of(project)) == AS_OF + 400
    run_nightly(project, AS_OF + 3, day=AS_OF + 3)
    assert last_knowledge(history_of(project)) == before == AS_OF + 5
    of_answers = [one for one in history_of(project).coverage if one.source == "answers"]
    assert [one.known for one in of_answers if one.known >= AS_OF] == [AS_OF, AS_OF + 1, AS_OF + 2]


def test_a_model_is_trained_on_what_was_known_up_to_today(ready: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else tonight's list is one of a model that has seen tomorrow, and nobody can approve it."""
    history = history_of(ready)
    monkeypatch.setattr(model_inputs, "today", lambda _project: AS_OF - 30)
    assert known_day(ready, history) == AS_OF - 30
    monkeypatch.setattr(model_inputs, "today", lambda _project: AS_OF + 30)
    assert known_day(ready, history) == last_knowledge(history) == AS_OF + 5
