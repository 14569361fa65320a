"""Missed nights that are caught up: for the record only, as of their own day, and completed after any interruption."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from riskmodel.base.days import to_iso
from riskmodel.base.errors import RefusedError, UsageError
from riskmodel.base.project import Project, load_project
from riskmodel.ledger import Ledger, audit_ledger
from riskmodel.operations import catch_up as caught
from riskmodel.operations import missed_nights as missed
from riskmodel.operations.night_service import ServiceReport, run_service
from riskmodel.operations.nightly import answer, approve, replay_night, run_nightly
from riskmodel.operations.project_status import project_status
from riskmodel.operations.promotion import promote
from riskmodel.operations.status_text import project_status_text
from riskmodel.records.intake import ingest
from tests.worlds.town import ANSWERS, AS_OF, bodies, experiment, left_by, run, trained

Ready = Callable[..., Project]
ROLE = "duty officer"
LATE = (AS_OF + 1, AS_OF + 2)
"""The nights that are missed in these tests."""


def catching_up(folder: Path, nights: int) -> Project:
    """The project with the setting."""
    path = folder / "riskmodel.toml"
    path.write_text(f"{path.read_text(encoding='utf-8')}\n[service]\ncatch_up = {nights}\n", encoding="utf-8")
    return load_project(folder)


def serve(project: Project, as_of: int) -> ServiceReport:
    return run_service(project, as_of, clock=lambda: as_of * 86_400)


def timings(project: Project) -> dict[int, set[str]]:
    """Night to the marks of its lists."""
    with Ledger.of(project).read() as book:
        return {day: {json.loads(one.body)["timing"] for one in book.lists.of(day)} for day in book.nights.dates()}


def test_missed_nights_are_caught_up_for_the_record_after_the_present_one(make_ready: Ready, tmp_path: Path) -> None:
    project = catching_up(make_ready(tmp_path / "town", approval=False).folder, 2)
    assert serve(project, AS_OF).exit_code == 0
    done = serve(project, AS_OF + 4)
    assert done.lines[0].endswith(
        "3 nights since 2025-12-31 not run. Caught up for the record: 2 missed nights (2026-01-02 to 2026-01-03). 1 older one skipped."
    )
    assert (done.exit_code, len(done.lines), done.to_json()["caught_up"]) == (0, 5, ["2026-01-02", "2026-01-03"])
    marks = {AS_OF: {"night"}, AS_OF + 2: {"late"}, AS_OF + 3: {"late"}, AS_OF + 4: {"night"}}
    assert timings(project) == marks
    with Ledger.of(project).read() as book:
        assert [len(book.receipts.of(day)) for day in marks] == [3, 0, 0, 3], "late lists are never sent, even without approval"
        assert {one.status for one in book.nights.of(AS_OF + 2)} == {"late"}
        assert all(one.scores for one in book.nights.of(AS_OF + 2)), "scores are kept"
        assert audit_ledger(book).faults == ()
    drafts = sorted(path.name for path in project.path(project.table.outbox).glob(f"{to_iso(AS_OF + 2)}/*/*.html"))
    assert len(drafts) == 3
    page = next(project.path(project.table.outbox).glob(f"{to_iso(AS_OF + 2)}/*/*.html")).read_text(encoding="utf-8")
    assert "<strong>草稿 DRAFT · 补算 LATE</strong>" in page
    assert "请以最新名单为准" in page
    with pytest.raises(RefusedError, match=r"is late: its night was missed.* Approve the latest list"):
        approve(project, AS_OF + 2, role=ROLE, day=AS_OF + 4)
    assert not replay_night(project, AS_OF + 2, AS_OF + 4).different
    assert project_status(project, AS_OF + 4).items == ()
    # a ledger from an older backup lacks the nights that were caught up, whatever the note beside it says
    with Ledger.of(project).read() as book:
        assert missed.kept_nights(project, book, [AS_OF, AS_OF + 4]) == {AS_OF + 2, AS_OF + 3}
        missed.note_caught_up(project, AS_OF + 1, since=0)
        assert missed.kept_nights(project, book, [AS_OF, AS_OF + 4]) == {AS_OF + 2, AS_OF + 3}
    # the next night is compared with the last one that people saw, and what was skipped stays so
    before = left_by(project)
    assert serve(project, AS_OF + 4).lines[0] == "The night of 2026-01-04 was done before; its lists stay."
    assert left_by(project) == before
    assert serve(project, AS_OF + 5).lines[0].endswith("warnings.")
    assert {one["sections"][0]["previous_as_of"] for one in bodies(project, AS_OF + 5)} == {to_iso(AS_OF + 4)}
    assert set(timings(project)) == {*marks, AS_OF + 5}


def test_without_the_setting_missed_nights_are_skipped(ready: Project) -> None:
    serve(ready, AS_OF)
    done = serve(ready, AS_OF + 3)
    assert done.lines[0].endswith("2 nights since 2025-12-31 not run; not caught up.")
    assert set(timings(ready)) == {AS_OF, AS_OF + 3}
    assert not [one for one in project_status(ready, AS_OF + 3).items if one.code == "missed-nights"]


def known_then(body: dict[str, Any]) -> dict[str, Any]:
    """A list without what says when it was made."""
    return {key: value for key, value in body.items() if key not in ("timing", "journal", "digest")}


def test_a_night_that_is_caught_up_uses_what_was_known_on_its_day(make_ready: Ready, tmp_path: Path) -> None:
    made = []
    for name in ("on time", "late"):
        folder = make_ready(tmp_path / name).folder
        path = folder / "riskmodel.toml"
        path.write_text(path.read_text(encoding="utf-8") + ANSWERS, encoding="utf-8")
        made.append(catching_up(folder, 5))
    on_time, late = made
    for project in made:
        run(project)
        approve(project, AS_OF, role=ROLE, day=AS_OF)
    warnings = sorted(one["id"] for one in list(bodies(late))[0]["sections"][0]["warnings"])
    answer(on_time, warnings[0], "visited", AS_OF, received=AS_OF)
    answer(late, warnings[0], "visited", AS_OF, received=AS_OF)
    run(on_time, LATE[0])
    # what comes later: the answer to a visit of the first day, reported rows of that day, another champion
    answer(late, warnings[1], "visited", AS_OF, received=AS_OF + 3)
    calls = late.folder / "data" / "calls.csv"
    rows = "".join(f"{90_000 + number},c00{number},{to_iso(AS_OF)},{to_iso(AS_OF + 3)}\n" for number in range(9))
    calls.write_text(calls.read_text(encoding="utf-8") + rows, encoding="utf-8")
    ingest(late, AS_OF + 31)
    made_later = trained(late, experiment(half_life=30))
    promote(late, "fire", made_later.version, role="analyst", day=AS_OF + 3)
    done = serve(late, AS_OF + 3)
    assert done.caught_up == LATE
    first, second = (list(map(known_then, bodies(project, LATE[0]))) for project in made)
    for one, other in zip(first, second, strict=True):
        for key in one:
            assert json.dumps(one[key], indent=1).splitlines() == json.dumps(other[key], indent=1).splitlines(), key
    # what came later does move the night after it
    run(on_time, AS_OF + 3)
    assert list(map(known_then, bodies(on_time, AS_OF + 3))) != list(map(known_then, bodies(late, AS_OF + 3)))


@pytest.mark.parametrize("step", ["plan", "keep", "write files", "done"])
def test_catching_up_is_completed_after_an_interruption(ready: Project, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    project = catching_up(ready.folder, 5)
    run(project)
    with Ledger.of(project).read() as book:
        assert book.nights.dates() == (AS_OF,)

    def stopped(*given: Any, **named: Any) -> object:
        def fail(name: str) -> None:
            if given[1] == LATE[1] and name == step:
                raise KeyboardInterrupt

        return run_nightly(*given, **named, failpoint=fail)

    with monkeypatch.context() as patch:
        patch.setattr(caught, "run_nightly", stopped)
        with pytest.raises(KeyboardInterrupt):
            serve(project, AS_OF + 3)
    text = project_status_text(project_status(project, AS_OF + 3), "en")
    assert "MISSED nightly since 2026-01-02: 1 missed night not caught up yet. Run 'riskmodel night'." in text
    assert "漏跑的夜间批次尚未补算" in project_status_text(project_status(project, AS_OF + 3), "zh")
    first = list(bodies(project, LATE[0]))
    done = serve(project, AS_OF + 3)
    assert (done.exit_code, done.caught_up) == (0, (LATE[1],))
    assert done.lines[0].endswith("its lists stay. Caught up for the record: 1 missed night (2026-01-02).")
    assert list(bodies(project, LATE[0])) == first, "what was caught up is not computed again"
    files = {path.parent.name for path in project.path(project.table.outbox).glob(f"{to_iso(LATE[1])}/*/*.html")}
    assert len(files) == 3
    assert project_status(project, AS_OF + 3).stuck is False
    with Ledger.of(project).read() as book:
        assert audit_ledger(book).faults == ()


def test_a_night_that_cannot_be_caught_up_is_named_and_the_others_are(ready: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project = catching_up(ready.folder, 5)
    run(project)

    def fails(*given: Any, **named: Any) -> object:
        if given[1] == LATE[0]:
            raise UsageError("The places of that night are gone. Restore them.")
        return run_nightly(*given, **named)

    with monkeypatch.context() as patch:
        patch.setattr(caught, "run_nightly", fails)
        done = serve(project, AS_OF + 3)
        assert (done.exit_code, done.state, done.caught_up) == (4, "degraded", (LATE[1],))
        assert "the missed night of 2026-01-01 cannot be caught up (The places of that night are gone)" in done.lines[2]
        again = serve(project, AS_OF + 3)
        assert again.exit_code == 4
    assert serve(project, AS_OF + 3).exit_code == 0
    assert timings(project)[LATE[0]] == {"late"}


def test_a_night_before_any_champion_is_not_caught_up(ready: Project) -> None:
    with pytest.raises(UsageError, match=r"No experiment had a champion on 2025-12-30\. Nothing was written"):
        run_nightly(ready, AS_OF - 1, day=AS_OF, late=True)
    with Ledger.of(ready).read() as book:
        assert book.nights.dates() == ()


def test_a_night_that_is_wanted_all_the_same_can_be_approved(ready: Project) -> None:
    project = catching_up(ready.folder, 5)
    run(project)
    serve(project, AS_OF + 3)
    assert run_nightly(project, LATE[1], day=AS_OF + 3).timing == "night"
    with Ledger.of(project).read() as book:
        digest = book.lists.of(LATE[1], "a/b")[0].digest
    assert approve(project, LATE[1], "a/b", role=ROLE, day=AS_OF + 3, digest=digest or "").receipts


@pytest.mark.parametrize(("value", "said"), [("-1", "0"), ("32", "31"), ('"all"', "catch_up")])
def test_the_setting_is_a_number_of_nights(ready: Project, value: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        catching_up(ready.folder, value)  # type: ignore[arg-type]
