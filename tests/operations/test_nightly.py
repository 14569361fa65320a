"""The night: whole, repeatable to the byte, completed after any interruption; drafts stay."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest

from riskmodel.base.errors import RefusedError, RiskmodelError, UsageError
from riskmodel.base.project import Project
from riskmodel.forecasts.bundle import Bundle
from riskmodel.ledger import Ledger
from riskmodel.operations.nightly import NIGHT_STEPS, approve, outbox_files, replay_night, run_nightly
from riskmodel.operations.project_audit import audit_project
from riskmodel.operations.stored_scores import read_scores
from riskmodel.records.intake import ingest
from riskmodel.warning.formats import FORMATS
from riskmodel.warning.summaries import SUMMARY_FORMATS
from tests.worlds.edited_project import edited
from tests.worlds.town import AS_OF, bodies, experiment, left_by, make_project, promoted, run, write_tables

SUMMARIES = ("[warnings]\n", '[warnings]\nsummaries = { town = "village", all = "centre" }\n')
"""The change of a project's file that asks for summaries."""

POINTS = ["plan", *NIGHT_STEPS, "done"]


class Interrupted(Exception):
    """What a failpoint raises."""


def at(point: str) -> Callable[[str], None]:
    def raise_there(reached: str) -> None:
        if reached == point:
            raise Interrupted(point)

    return raise_there


def test_scores_lie_where_the_ledger_looks_whatever_a_bundle_calls_itself(
    ready: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bundle of an earlier version of riskmodel computes another name for itself than the one it was registered by."""
    monkeypatch.setattr(Bundle, "version", property(lambda self: "000720b4097b"))
    run(ready)
    with Ledger.of(ready).read() as book:
        nights = book.nights.of(AS_OF)
    assert {night.model for night in nights} != {"000720b4097b"}
    assert all(read_scores(ready, night).num_rows for night in nights if night.status == "scored")
    assert audit_project(ready, AS_OF).passed
    approve(ready, AS_OF, role="duty officer", day=AS_OF)
    assert not replay_night(ready, AS_OF, AS_OF).different
    assert audit_project(ready, AS_OF).passed


def test_a_night_leaves_a_draft_in_every_form_for_every_centre(ready: Project) -> None:
    report = run(ready)
    outbox = ready.path("outbox") / "2025-12-31"
    assert report.exit_code == 0
    assert len(report.lists) == 3
    assert {path.suffix for path in report.paths} == {".csv", ".json", ".html", ".xlsx", ".xml"}
    assert len(report.paths) == 3 * len(FORMATS)
    assert all(".DRAFT." in path.name and path.is_file() for path in report.paths)
    assert {path.name for path in outbox.iterdir()} == {"东区中心", "West_centre-" + _hash("West centre"), "a_b-" + _hash("a/b")}
    assert not (ready.path("outbox") / "sent").exists()
    assert report.receipts == ()
    assert all(section["warnings"] for body in bodies(ready) for section in body["sections"])
    with Ledger.of(ready).read() as book:
        (night,) = book.nights.of(AS_OF)
    assert (night.experiment, night.registered, night.status, night.share, night.previous) == ("fire", 1, "scored", 1.0, None)
    assert json.dumps(report.to_json())


def _hash(label: str) -> str:
    from riskmodel.base.files import sha256

    return sha256(label.encode())[:8]


def test_a_repeated_night_gives_the_same_bytes(drafted: Project) -> None:
    before = left_by(drafted)
    run(drafted)
    assert left_by(drafted) == before


@patch.dict(FORMATS, {name: FORMATS[name] for name in ("json", "csv")}, clear=True)  # the others show what stands in its JSON
@pytest.mark.parametrize("approval", [True, False])
def test_an_interrupted_night_is_completed_by_running_it_again(
    make_ready: Callable[..., Project], tmp_path: Path, approval: bool
) -> None:
    whole = make_ready(tmp_path / "whole", approval)
    run(whole)
    expected = left_by(whole)
    assert any(str(name).startswith("sent/") for name in expected) is not approval
    for point in POINTS:
        project = make_ready(tmp_path / point.replace(" ", "-"), approval)
        with pytest.raises(Interrupted, match=point):
            run(project, failpoint=at(point))
        run(project)
        assert left_by(project) == expected, point


def test_an_interruption_between_two_files_is_completed_too(
    make_ready: Callable[..., Project], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = make_ready(tmp_path / "whole")
    run(whole)
    expected, write = left_by(whole), outbox_files.write_bytes
    for last in (0, 4, 8):
        project = make_ready(tmp_path / str(last))
        written: list[Path] = []

        def fail(path: Path, content: bytes, last: int = last, written: list[Path] = written) -> None:
            if len(written) == last:
                raise Interrupted
            written.append(path)
            write(path, content)

        with monkeypatch.context() as patch:
            patch.setattr(outbox_files, "write_bytes", fail)
            with pytest.raises(Interrupted):
                run(project)
        run(project)
        assert left_by(project) == expected


def test_nothing_around_it_changes_a_byte(ready: Project, empty_tracking: Path, tmp_path: Path) -> None:
    """Hash seed, time zone, locale, threads, working directory and the order of the input's rows: same bytes."""
    run(edited(ready.folder, SUMMARIES))
    shuffled = edited(make_project(tmp_path / "shuffled", empty_tracking).folder, SUMMARIES)
    write_tables(shuffled.folder, shuffled=True)
    ingest(shuffled, AS_OF + 30)
    code = (
        "import sys; from pathlib import Path\n"
        "from riskmodel.operations.nightly import run_nightly\n"
        "from riskmodel.base.project import load_project\n"
        "from tests.worlds.town import AS_OF, promoted\n"
        "project = load_project(Path(sys.argv[1]))\n"
        "promoted(project)\n"
        "run_nightly(project, AS_OF, day=AS_OF)\n"
    )
    threads = {"NUMBA_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    around = {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", **threads}
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **around}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, str(shuffled.folder)],
        env=env,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    here, there = left_by(ready), left_by(shuffled)
    kinds = {form.suffix for form in FORMATS.values()}
    assert {kind for kind in kinds if sum(name.endswith(f".{kind}") for name in here) >= 3} == kinds
    assert sum("/_summaries/" in name for name in here) == 7 * len(SUMMARY_FORMATS)
    del here["store"], there["store"]
    assert there == here


def test_before_the_commit_nothing_is_stored_or_written(ready: Project) -> None:
    with pytest.raises(Interrupted):
        run(ready, failpoint=at("keep"))
    with Ledger.of(ready).read() as book:
        assert book.nights.dates() == ()
    assert not ready.path("outbox").exists()


def test_summaries_follow_the_approval_of_their_lists_and_are_never_sent(ready: Project) -> None:
    project = edited(ready.folder, SUMMARIES)
    run(project)
    folder = project.path("outbox") / "2025-12-31" / "_summaries"
    names = {path.name for path in folder.iterdir()}
    towns = {f"2025-12-31_town_t{i}.DRAFT" for i in range(6)}
    assert names == {f"{name}.{kind}" for name in (*towns, "2025-12-31_all.DRAFT") for kind in SUMMARY_FORMATS}
    approve(project, AS_OF, "东区中心", role="duty officer", day=AS_OF)
    assert {path.name for path in folder.glob("*.html") if ".DRAFT." not in path.name} == {
        "2025-12-31_town_t0.html", "2025-12-31_town_t1.html",
    }  # fmt: skip
    approve(project, AS_OF, role="duty officer", day=AS_OF)
    assert not list(folder.glob("*.DRAFT.*"))
    whole = json.loads((folder / "2025-12-31_all.json").read_bytes())
    assert {row["group"] for row in whole["rows"]} == {"东区中心", "West centre", "a/b"}
    listed = math.fsum(section["expected"] for body in bodies(project) for section in body["sections"])
    assert whole["total"]["figures"][0]["expected"] == pytest.approx(listed, rel=1e-12)
    assert not any("_summaries" in name for name in left_by(project) if name.startswith("sent/"))
    before = left_by(project)
    run(project)
    assert left_by(project) == before
    replayed = replay_night(edited(project.folder, (SUMMARIES[1], SUMMARIES[0])), AS_OF, AS_OF, project.folder / "again")
    assert replayed.different == ()
    again = project.folder / "again" / "2025-12-31" / "_summaries"
    drafts = {path.name: json.loads(path.read_bytes()) for path in again.glob("*.json")}
    for path in folder.glob("*.json"):
        approved = json.loads(path.read_bytes())
        assert drafts[path.name.replace(".json", ".DRAFT.json")]["digest"] == approved["digest"]


def test_approval_takes_the_mark_away_and_sends_once(drafted: Project) -> None:
    first = approve(drafted, AS_OF, "东区中心", role="duty officer", day=AS_OF)
    assert len(first.receipts) == 1
    folder = drafted.path("outbox") / "2025-12-31"
    assert [".DRAFT." in path.name for path in (folder / "东区中心").iterdir()] == [False] * 5
    assert sum(".DRAFT." in path.name for path in folder.rglob("*.*")) == 10
    everything = approve(drafted, AS_OF, role="duty officer", day=AS_OF + 1)
    assert set(first.receipts) < set(everything.receipts)
    assert len(everything.receipts) == 3
    assert not list(drafted.path("outbox").rglob("*.DRAFT.*"))
    left = left_by(drafted)
    assert sum(str(name).startswith("sent/2025-12-31/") for name in left) == 3 * len(FORMATS)
    assert approve(drafted, AS_OF, role="shift leader", day=AS_OF + 2) == everything
    run(drafted)
    assert left_by(drafted) == left


def test_approval_needs_a_list_and_a_role(ready: Project) -> None:
    with pytest.raises(UsageError, match=r"holds no night yet\. Run 'riskmodel nightly' first"):
        approve(ready, AS_OF, role="duty officer", day=AS_OF)
    run(ready)
    with pytest.raises(UsageError, match=r"no list of 2026-01-01\. Available: 2025-12-31"):
        approve(ready, AS_OF + 1, role="duty officer", day=AS_OF)
    with pytest.raises(UsageError, match=r"no list of 2025-12-31 for 'East'.*Available: West centre"):
        approve(ready, AS_OF, "East", role="duty officer", day=AS_OF)
    with pytest.raises(UsageError, match="a role such as"):
        approve(ready, AS_OF, role=" ", day=AS_OF)
    with pytest.raises(RefusedError, match="none of this project's roles") as caught:
        approve(ready, AS_OF, role="王秀英 13912345678", day=AS_OF)
    assert "王秀英" not in str(caught.value)
    assert stored_roles(ready) == {None}
    approve(ready, AS_OF, role=" Duty Officer ", day=AS_OF)
    assert stored_roles(ready) == {"duty officer"}


def stored_roles(project: Project) -> set[str | None]:
    with Ledger.of(project).read() as book:
        return {one.approved_by for one in book.lists.of(AS_OF)}


def test_what_cannot_be_written_is_not_approved(drafted: Project) -> None:
    (snapshot,) = drafted.path("data/history/places").iterdir()
    snapshot.rename(aside := drafted.folder / "aside")
    with pytest.raises(RiskmodelError, match=rf"'places/{snapshot.name}' of the history is missing or damaged"):
        approve(drafted, AS_OF, role="duty officer", day=AS_OF)
    with Ledger.of(drafted).read() as book:
        assert not any(one.approved for one in book.lists.of(AS_OF))
    aside.rename(snapshot)
    assert len(approve(drafted, AS_OF, role="duty officer", day=AS_OF).receipts) == 3


def test_without_required_approval_lists_leave_at_once(make_ready: Callable[..., Project], tmp_path: Path) -> None:
    project = make_ready(tmp_path / "auto", approval=False)
    report = run(project)
    assert len(report.receipts) == 3
    assert not any(".DRAFT." in path.name for path in report.paths)
    assert {one.status for one in report.lists} == {"approved"}


def test_a_draft_follows_the_champion_and_an_approved_night_does_not(drafted: Project) -> None:
    second = promoted(drafted, experiment(half_life=180))
    report = run(drafted)
    assert not report.plan.replay
    assert {section["model"] for body in bodies(drafted) for section in body["sections"]} == {second.model}
    approve(drafted, AS_OF, "a/b", role="duty officer", day=AS_OF, digest=report.digest)
    left = left_by(drafted)
    promoted(drafted, experiment(half_life=365))
    assert run(drafted).plan.replay
    after = left_by(drafted)
    for found in (left, after):
        found["store"] = [line for line in found["store"] if "promotion" not in line and "sqlite_sequence" not in line]  # type: ignore[attr-defined]
    assert after == left


def test_a_closed_night_reads_the_manifest_that_it_read(drafted: Project) -> None:
    approve(drafted, AS_OF, role="duty officer", day=AS_OF)
    left = left_by(drafted)
    calls = drafted.path("data/calls.csv")
    more = [f"late{i},c001,2025-12-{1 + i % 28:02d},2025-12-29" for i in range(60)]
    calls.write_text(calls.read_text(encoding="utf-8") + "\n".join(more) + "\n", encoding="utf-8")
    ingest(drafted, AS_OF + 31)
    run(drafted)
    assert left_by(drafted) == left
    assert run(drafted, AS_OF + 1).exit_code == 0
    assert not all(section["warnings"] == [] for body in bodies(drafted, AS_OF + 1) for section in body["sections"])


def test_a_later_night_looks_back_and_closes_the_one_before(drafted: Project) -> None:
    left = left_by(drafted)
    run(drafted, AS_OF + 1)
    changes = [
        w["change"]["kind"] for body in bodies(drafted, AS_OF + 1) for section in body["sections"] for w in section["warnings"]
    ]
    assert "unchanged" in changes
    promoted(drafted, experiment(half_life=180))
    assert run_nightly(drafted, AS_OF, day=AS_OF + 1).plan.replay
    assert {name: value for name, value in left_by(drafted).items() if str(name).startswith("2025-12-31")} == {
        name: value for name, value in left.items() if name != "store"
    }


def test_progress_names_every_step(ready: Project) -> None:
    said: list[tuple[str, float]] = []
    run(ready, progress=lambda step, share: said.append((step, share)))
    assert [step for step, _ in said] == [*NIGHT_STEPS, "done"]
    assert [share for _, share in said] == sorted(share for _, share in said)


def test_two_targets_share_the_capacity(ready: Project) -> None:
    promoted(ready, experiment("hazards", "hazard"))
    run(ready)
    for body in bodies(ready):
        assert [section["target"] for section in body["sections"]] == ["fire", "hazards"]
        assert [section["capacity"] for section in body["sections"]] == [4, 4]


def test_without_history_or_champion_it_says_what_to_do(project: Project) -> None:
    with pytest.raises(UsageError, match=r"No experiment of the project 'town' has a champion.*riskmodel promote"):
        run(project)
    write_tables(project.folder)
    ingest(project, AS_OF + 30)
    promoted(project)
    # without the file 'current' alone a history is damaged, not new
    project.path("data/history/current").unlink()
    with pytest.raises(RiskmodelError, match=r"current', which names the current manifest of the history, is missing"):
        run(project)
    shutil.rmtree(project.path("data/history"))
    with pytest.raises(UsageError, match="riskmodel ingest"):
        run(project)
