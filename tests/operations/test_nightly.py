"""The night: whole, repeatable to the byte, completed after any interruption; drafts stay, stale feeds are said."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from riskmodel.base.errors import UsageError
from riskmodel.base.periods import to_day, to_iso
from riskmodel.base.project import Project, load_project
from riskmodel.operations.nightly import STEPS, answer, approve, run_nightly
from riskmodel.operations.nightly import writing as writing_module
from riskmodel.operations.store import Store
from riskmodel.records.intake import ingest
from tests.operations.town import AS_OF, experiment, make_project, promoted, write_tables

POINTS = ["plan", *STEPS, "done"]


class Interrupted(Exception):
    """What a failpoint raises."""


def at(point: str) -> Callable[[str], None]:
    def raise_there(reached: str) -> None:
        if reached == point:
            raise Interrupted(point)

    return raise_there


def left_by(project: Project) -> dict[str, object]:
    """Every byte of the outbox and every row of the store."""
    outbox = project.path(project.table.outbox)
    found: dict[str, object] = {p.relative_to(outbox).as_posix(): p.read_bytes() for p in outbox.rglob("*") if p.is_file()}
    with closing(sqlite3.connect(project.path(project.table.store))) as connection:
        found["store"] = list(connection.iterdump())
    return found


def run(project: Project, as_of: int = AS_OF, **options: object):
    return run_nightly(project, as_of, day=as_of, **options)  # type: ignore[arg-type]


def bodies(project: Project, as_of: int = AS_OF) -> Iterator[dict]:
    return (json.loads(one.body) for one in Store(project.path(project.table.store)).lists(as_of))


def test_a_night_leaves_a_draft_in_three_forms_for_every_centre(ready: Project) -> None:
    report = run(ready)
    outbox = ready.path("outbox") / "2025-12-31"
    assert report.exit_code == 0
    assert len(report.lists) == 3
    assert {path.suffix for path in report.paths} == {".csv", ".json", ".html"}
    assert len(report.paths) == 9
    assert all(".DRAFT." in path.name and path.is_file() for path in report.paths)
    assert {path.name for path in outbox.iterdir()} == {"东区中心", "West_centre-" + _hash("West centre"), "a_b-" + _hash("a/b")}
    assert not (ready.path("outbox") / "sent").exists()
    assert report.receipts == ()
    assert all(section["warnings"] for body in bodies(ready) for section in body["sections"])
    (night,) = Store(ready.path("data/operations.db")).nights(AS_OF)
    assert (night.experiment, night.registered, night.status, night.share, night.previous) == ("fire", 1, "scored", 1.0, None)
    assert json.dumps(report.to_json())


def _hash(label: str) -> str:
    from riskmodel.base.files import sha256

    return sha256(label.encode())[:8]


def test_a_repeated_night_gives_the_same_bytes(ready: Project) -> None:
    run(ready)
    before = left_by(ready)
    run(ready)
    assert left_by(ready) == before


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
    expected, write = left_by(whole), writing_module.write_bytes
    for last in (0, 4, 8):
        project = make_ready(tmp_path / str(last))
        written: list[Path] = []

        def fail(path: Path, content: bytes, last: int = last, written: list[Path] = written) -> None:
            if len(written) == last:
                raise Interrupted
            written.append(path)
            write(path, content)

        with monkeypatch.context() as patch:
            patch.setattr(writing_module, "write_bytes", fail)
            with pytest.raises(Interrupted):
                run(project)
        run(project)
        assert left_by(project) == expected


def test_nothing_around_it_changes_a_byte(ready: Project, empty_tracking: Path, tmp_path: Path) -> None:
    """Hash seed, time zone, locale, threads, working directory and the order of the input's rows: same bytes."""
    run(ready)
    shuffled = make_project(tmp_path / "shuffled", empty_tracking)
    write_tables(shuffled.folder, shuffled=True)
    ingest(shuffled, AS_OF + 30)
    code = (
        "import sys; from pathlib import Path\n"
        "from riskmodel.operations.nightly import run_nightly\n"
        "from riskmodel.base.project import load_project\n"
        "from tests.operations.town import AS_OF, promoted\n"
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
    del here["store"], there["store"]
    assert there == here


def test_before_the_commit_nothing_is_stored_or_written(ready: Project) -> None:
    with pytest.raises(Interrupted):
        run(ready, failpoint=at("keep"))
    assert Store(ready.path("data/operations.db")).dates() == ()
    assert not ready.path("outbox").exists()


def test_approval_takes_the_mark_away_and_sends_once(ready: Project) -> None:
    run(ready)
    first = approve(ready, AS_OF, "东区中心", role="duty officer", day=AS_OF)
    assert len(first.receipts) == 1
    folder = ready.path("outbox") / "2025-12-31"
    assert [".DRAFT." in path.name for path in (folder / "东区中心").iterdir()] == [False] * 3
    assert sum(".DRAFT." in path.name for path in folder.rglob("*.*")) == 6
    everything = approve(ready, AS_OF, role="duty officer", day=AS_OF + 1)
    assert set(first.receipts) < set(everything.receipts)
    assert len(everything.receipts) == 3
    assert not list(ready.path("outbox").rglob("*.DRAFT.*"))
    left = left_by(ready)
    assert sum(str(name).startswith("sent/2025-12-31/") for name in left) == 9
    assert approve(ready, AS_OF, role="another", day=AS_OF + 2) == everything
    run(ready)
    assert left_by(ready) == left


def test_approval_needs_a_list_and_a_role(ready: Project) -> None:
    with pytest.raises(UsageError, match="no list of 2025-12-31"):
        approve(ready, AS_OF, role="duty officer", day=AS_OF)
    run(ready)
    with pytest.raises(UsageError, match=r"no list of 2025-12-31 for 'East'.*Available: West centre"):
        approve(ready, AS_OF, "East", role="duty officer", day=AS_OF)
    with pytest.raises(UsageError, match="a role such as"):
        approve(ready, AS_OF, role=" ", day=AS_OF)


def test_without_required_approval_lists_leave_at_once(make_ready: Callable[..., Project], tmp_path: Path) -> None:
    project = make_ready(tmp_path / "auto", approval=False)
    report = run(project)
    assert len(report.receipts) == 3
    assert not any(".DRAFT." in path.name for path in report.paths)
    assert {one.status for one in report.lists} == {"approved"}


def test_a_draft_follows_the_champion_and_an_approved_night_does_not(ready: Project) -> None:
    run(ready)
    second = promoted(ready, experiment(half_life=180))
    report = run(ready)
    assert not report.plan.replay
    assert {section["model"] for body in bodies(ready) for section in body["sections"]} == {second.model}
    approve(ready, AS_OF, "a/b", role="duty officer", day=AS_OF)
    left = left_by(ready)
    promoted(ready, experiment(half_life=365))
    assert run(ready).plan.replay
    after = left_by(ready)
    for found in (left, after):
        found["store"] = [line for line in found["store"] if "promotions" not in line and "sqlite_sequence" not in line]  # type: ignore[attr-defined]
    assert after == left


def test_a_closed_night_reads_the_manifest_that_it_read(ready: Project) -> None:
    run(ready)
    approve(ready, AS_OF, role="duty officer", day=AS_OF)
    left = left_by(ready)
    calls = ready.path("data/calls.csv")
    more = [f"late{i},c001,2025-12-{1 + i % 28:02d},2025-12-29" for i in range(60)]
    calls.write_text(calls.read_text(encoding="utf-8") + "\n".join(more) + "\n", encoding="utf-8")
    ingest(ready, AS_OF + 31)
    run(ready)
    assert left_by(ready) == left
    assert run(ready, AS_OF + 1).exit_code == 0
    assert not all(section["warnings"] == [] for body in bodies(ready, AS_OF + 1) for section in body["sections"])


def test_a_later_night_looks_back_and_closes_the_one_before(ready: Project) -> None:
    run(ready)
    left = left_by(ready)
    run(ready, AS_OF + 1)
    changes = [
        w["change"]["kind"] for body in bodies(ready, AS_OF + 1) for section in body["sections"] for w in section["warnings"]
    ]
    assert "unchanged" in changes
    promoted(ready, experiment(half_life=180))
    assert run(ready).plan.replay
    assert {name: value for name, value in left_by(ready).items() if str(name).startswith("2025-12-31")} == {
        name: value for name, value in left.items() if name != "store"
    }


def test_a_stale_feed_is_said_and_nothing_is_silently_shorter(ready: Project) -> None:
    late = AS_OF + 60
    report = run(ready, late)
    assert report.exit_code == 4
    assert sorted(report.stale) == ["calls", "checks"]
    assert len(report.lists) == 3
    for body in bodies(ready, late):
        (section,) = body["sections"]
        assert section["warnings"] == []
        assert "cannot be scored" in section["cannot_score"]["en"]
    (night,) = Store(ready.path("data/operations.db")).nights(late)
    assert night.status == "stale"
    assert Store(ready.path("data/operations.db")).scored_before("fire", late + 1) is None


def test_one_stale_target_does_not_silence_the_other(project: Project) -> None:
    write_tables(project.folder, checks_days=380)
    ingest(project, AS_OF + 30)
    promoted(project)
    promoted(project, experiment("hazards", "hazard"))
    report = run(project)
    assert report.exit_code == 4
    assert list(report.stale) == ["checks"]
    for body in bodies(project):
        fire, hazards = body["sections"]
        assert fire["warnings"]
        assert fire["cannot_score"] is None
        assert "'checks' is complete only through" in hazards["cannot_score"]["en"]
    assert [night.status for night in Store(project.path("data/operations.db")).nights(AS_OF)] == ["scored", "stale"]


@pytest.mark.parametrize(("last_week", "what", "code"), [(0, "disappears", 4), (90, "jumps", 0)])
def test_a_sudden_kind_is_said_on_every_list_and_one_that_disappears_degrades_the_night(
    project: Project, last_week: int, what: str, code: int
) -> None:
    write_tables(project.folder)
    weeks = [(week, 21, 2) for week in range(55)] + [(55, last_week, 2)]
    monday = to_day("2024-12-02")
    days = [(to_iso(monday + 7 * w + i % 7), "ab"[i >= many]) for w, many, few in weeks for i in range(many + few)]
    rows = [f"{i},c{i % 60:03d},{day},{day},{letter}" for i, (day, letter) in enumerate(days)]
    project.path("data/checks.csv").write_text("\n".join(["id,cell,day,known,what", *rows, ""]), encoding="utf-8")
    path = project.folder / "riskmodel.toml"
    text = path.read_text(encoding="utf-8").replace(
        'kind = "hazard"', 'kinds = { a = "hazard", b = "fire" }\nthrough = "2025-12-29"'
    )
    at = text.index('name = "checks"')
    path.write_text(text[:at] + text[at:].replace('id = "id"', 'id = "id", kind = "what"', 1), encoding="utf-8")
    project = load_project(project.folder)
    ingest(project, AS_OF + 30)
    promoted(project)
    report = run(project)
    assert (report.exit_code, report.stale) == (code, {})
    (told,) = report.to_json()["sudden"]
    assert told == {
        "source": "checks", "kind": {"zh": "隐患", "en": "hazard"}, "what": what, "since": "2025-12-22",
        "count": last_week, "usual": 21.0,
    }  # fmt: skip
    assert all([one["what"] for one in body["sudden"]] == [what] for body in bodies(project))
    assert all("隐患" in path.read_text(encoding="utf-8") for path in report.paths if path.suffix == ".html")
    assert all(section["warnings"] for body in bodies(project) for section in body["sections"])
    assert run(project, AS_OF - 20).sudden == ()


def promise(project: Project, **split: float) -> Project:
    """The project with a split of the capacity, and an experiment file for each of its names but 'typo'."""
    path = project.folder / "riskmodel.toml"
    shares = ", ".join(f"{name} = {share}" for name, share in split.items())
    path.write_text(path.read_text(encoding="utf-8") + f"split = {{ {shares} }}\n", encoding="utf-8")
    for name in set(split) - {"typo"}:
        content = EXPERIMENT.replace("NAME", name).replace("KIND", "hazard" if name == "hazards" else "fire")
        (project.folder / "experiments").mkdir(exist_ok=True)
        (project.folder / "experiments" / f"{name}.toml").write_text(content, encoding="utf-8")
    return load_project(project.folder)


EXPERIMENT = """
title = { zh = "目标 NAME", en = "Target NAME" }
champion = "decayed"
target = { kinds = ["KIND"], horizon = 28 }
dates = { first = "2025-03-01", test_from = "2025-08-30", test_to = "2025-11-29", refit_every = 49 }
[[forecasters]]
type = "DecayedRate"
name = "decayed"
"""


def test_a_target_without_a_champion_does_not_silence_the_others_and_is_not_silent(ready: Project) -> None:
    project = promise(ready, fire=0.5, hazards=0.5)
    report = run(project)
    assert (report.exit_code, report.stale, report.plan.missing, report.to_json()["missing"]) == (
        4,
        {},
        ("hazards",),
        ["hazards"],
    )
    for body in bodies(project):
        (fire,) = body["sections"]
        # what is missing keeps its share
        assert (fire["target"], fire["capacity"], fire["cannot_score"]) == ("fire", 4, None)
        assert fire["warnings"]
        assert [one["title"]["zh"] for one in body["untrained"]] == ["目标 hazards"]
    told = "“目标 hazards”无法评分：没有正式模型。没有名单不代表没有风险；请先运行 riskmodel train hazards 和 riskmodel promote hazards。"
    for path in report.paths:
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix == ".html":
            assert f'role="alert"><span aria-hidden="true">⚠</span> {told}</p>' in text
        if path.suffix == ".csv":
            assert "目标 hazards,无法评分" in text
            assert told in text
    nights = Store(project.path("data/operations.db")).nights(AS_OF)
    assert [(one.experiment, one.status, one.registered, one.share) for one in nights] == [
        ("fire", "scored", 1, 0.5),
        ("hazards", "missing", 0, 0.5),
    ]
    assert Store(project.path("data/operations.db")).scored_before("hazards", AS_OF + 1) is None
    promoted(project, experiment("hazards", "hazard"))
    whole = run(project)
    assert (whole.exit_code, whole.plan.missing) == (0, ())
    assert all(body["untrained"] == [] and len(body["sections"]) == 2 for body in bodies(project))


def test_a_closed_night_says_again_what_was_missing(ready: Project) -> None:
    project = promise(ready, fire=0.5, hazards=0.5)
    run(project)
    approve(project, AS_OF, role="duty officer", day=AS_OF)
    left = left_by(project)
    promoted(project, experiment("hazards", "hazard"))
    (project.folder / "experiments" / "hazards.toml").write_text("title = 1", encoding="utf-8")
    again = run(project)
    assert (again.plan.replay, again.plan.missing, again.exit_code) == (True, ("hazards",), 4)
    assert {name: value for name, value in left_by(project).items() if name != "store"} == {
        name: value for name, value in left.items() if name != "store"
    }


def test_a_faulty_file_of_a_missing_target_stops_no_night(ready: Project) -> None:
    project = promise(ready, fire=0.5, hazards=0.5)
    (project.folder / "experiments" / "hazards.toml").write_text("title = 1", encoding="utf-8")
    run(project)
    assert all([one["title"]["en"] for one in body["untrained"]] == ["hazards"] for body in bodies(project))


def test_a_promise_that_nobody_can_keep_is_a_fault(ready: Project, project: Project) -> None:
    with pytest.raises(UsageError, match=r"no experiment \(in warnings\.split\) named 'typo'\. Available: fire"):
        run(promise(ready, fire=0.5, typo=0.5))
    write_tables(project.folder)
    ingest(project, AS_OF + 30)
    nothing = r"has a champion\. Run 'riskmodel train fire' and 'riskmodel promote fire', 'riskmodel train hazards' and 'riskmodel promote hazards' first"
    with pytest.raises(UsageError, match=nothing):
        run(promise(project, fire=0.5, hazards=0.5))


def test_progress_names_every_step(ready: Project) -> None:
    said: list[tuple[str, float]] = []
    run(ready, progress=lambda step, share: said.append((step, share)))
    assert [step for step, _ in said] == [*STEPS, "done"]
    assert [share for _, share in said] == sorted(share for _, share in said)


def test_an_answered_place_rests(ready: Project) -> None:
    run(ready)
    approve(ready, AS_OF, role="duty officer", day=AS_OF)
    body = next(body for body in bodies(ready) if body["sections"][0]["warnings"])
    warning = body["sections"][0]["warnings"][0]
    assert answer(ready, warning["id"], "visited", AS_OF + 1)
    assert not answer(ready, warning["id"], "visited", AS_OF + 1)
    run(ready, AS_OF + 3)
    again = [w["place"] for body in bodies(ready, AS_OF + 3) for section in body["sections"] for w in section["warnings"]]
    assert warning["place"] not in again
    withheld = [c for body in bodies(ready, AS_OF + 3) for section in body["sections"] for c in section["withheld"]]
    assert {"cool-down"} == {c["reason"] for c in withheld if c["place"] == warning["place"]}


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
    project.path("data/history/current").unlink()
    with pytest.raises(UsageError, match="riskmodel ingest"):
        run(project)
