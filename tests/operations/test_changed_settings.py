"""Settings and places that change between nights: nothing is lost, and what no longer fits is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from riskmodel.base.errors import UsageError
from riskmodel.base.project import Project
from riskmodel.ledger import Ledger
from riskmodel.operations.night_service import run_service
from riskmodel.operations.nightly import answer, approve, replay_night
from riskmodel.operations.project_status import project_status
from tests.worlds.edited_project import edited
from tests.worlds.town import ANSWERS, AS_OF, bodies, run


def cells(project: Project, change: dict[str, str]) -> None:
    """Give cells of ``a/b`` other centres; an empty name removes the cell."""
    path = project.folder / "data" / "cells.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    changed = []
    for row in rows:
        cell, village, town, centre, households = row.split(",")
        centre = change.get(cell, change.get(centre, centre))
        if centre:
            changed.append(",".join((cell, village, town, centre, households)))
    path.write_text("\n".join([head, *changed, ""]), encoding="utf-8")


@pytest.fixture
def followed(ready: Project) -> tuple[Project, str]:
    """A town whose list was answered: one place of ``a/b`` needs follow-up."""
    path = ready.folder / "riskmodel.toml"
    path.write_text(path.read_text(encoding="utf-8") + ANSWERS, encoding="utf-8")
    project = edited(ready.folder)
    run(project)
    approve(project, AS_OF, role="duty officer", day=AS_OF)
    with Ledger.of(project).read() as book:
        warning = next(iter(book.lists.of(AS_OF, "a/b")[0].warnings))
    answer(project, warning.id, "needs_followup", AS_OF, received=AS_OF)
    return project, warning.place


@pytest.mark.parametrize("change", ["renamed", "merged", "moved", "split"])
def test_a_follow_up_goes_with_its_cell_to_whichever_centre_has_it(followed: tuple[Project, str], change: str) -> None:
    project, place = followed
    new, centre = {
        "renamed": ({"a/b": "new"}, "new"),
        "merged": ({"a/b": "West centre"}, "West centre"),
        "moved": ({place: "东区中心"}, "东区中心"),
        "split": ({place: "half"}, "half"),
    }[change]
    cells(project, new)
    done = run_service(project, AS_OF + 1, clock=lambda: (AS_OF + 1) * 86_400)
    # the night names a centre that no longer has a list, once
    gone = (
        ["Problems: a/b had a list on 2025-12-31 and has none now. Run 'riskmodel status' and 'riskmodel check' for what to do."]
        if change in ("renamed", "merged")
        else []
    )
    assert done.exit_code == (4 if gone else 0)
    assert [line for line in done.lines if "has none now" in line] == gone
    lists = {body["centre"]: [one["place"] for one in body["follow_ups"]] for body in bodies(project, AS_OF + 1)}
    assert {name: places for name, places in lists.items() if places} == {centre: [place]}
    assert replay_night(project, AS_OF, AS_OF + 1).different == ()


def test_lists_and_status_say_that_nothing_was_ingested_because_a_cell_is_gone(followed: tuple[Project, str]) -> None:
    project, place = followed
    cells(project, {place: ""})
    done = run_service(project, AS_OF + 1, clock=lambda: (AS_OF + 1) * 86_400)
    assert (done.state, done.exit_code) == ("degraded", 4)
    assert "calls: ingest failed or incomplete; checks: ingest failed or incomplete" in done.lines[2]
    for body in bodies(project, AS_OF + 1):
        assert [one["source"] for one in body["freshness"] if one["alert"]] == ["calls", "checks"]
    said = [one.said.en for one in project_status(project, AS_OF + 1).items if one.code == "source-alert"]
    assert len(said) == 2
    assert (
        said[0]
        == f"The history names the cell '{place}', which the project no longer has. Put it back into the project's table of cells."
    )


def test_a_project_under_another_name_is_told_that_its_champions_have_the_old_one(ready: Project) -> None:
    run(ready)
    renamed = edited(ready.folder, ('name = "town"', 'name = "city"'))
    said = r"Champions of fire were promoted, but MLflow has none of a project 'city'\. If 'name' or 'tracking' was changed"
    with pytest.raises(UsageError, match=said):
        run(renamed, AS_OF + 1)
    with pytest.raises(UsageError, match="'city-fire' has no version 1, and no other. If 'name' or 'tracking' was changed"):
        replay_night(renamed, AS_OF, AS_OF)
    assert run(edited(ready.folder, ('name = "city"', 'name = "town"')), AS_OF + 1).exit_code == 0


def test_a_list_is_approved_as_it_was_read_whatever_the_settings_are_now(ready: Project) -> None:
    run(ready)
    before = list(bodies(ready))
    changed = edited(
        ready.folder, ('grouping = "centre"', 'grouping = "town"\nlanguage = "en"'), ("Asia/Shanghai", "America/New_York")
    )
    approve(changed, AS_OF, role="duty officer", day=AS_OF)
    assert list(bodies(changed)) == before
    sent = {path.name: json.loads(path.read_bytes()) for path in changed.path("outbox/sent").rglob("2025*.json")}
    assert sorted(one["centre"] for one in sent.values()) == sorted(one["centre"] for one in before)
    assert replay_night(changed, AS_OF, AS_OF).different == ()


def test_an_outbox_that_leads_nowhere_is_named_and_the_next_run_completes_the_night(ready: Project, tmp_path: Path) -> None:
    away = tmp_path / "disk"
    ready.path("outbox").symlink_to(away)
    with pytest.raises(OSError, match="File exists"):
        run_service(ready, AS_OF, clock=lambda: AS_OF * 86_400)
    away.mkdir()
    assert run_service(ready, AS_OF, clock=lambda: AS_OF * 86_400).exit_code == 0
    assert len(list(away.rglob("*.DRAFT.html"))) == 3
