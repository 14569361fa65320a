"""Retention: only what the ledger gives again byte for byte is removed, it may stop anywhere, and everything works afterwards."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from riskmodel.base.days import to_day, to_iso
from riskmodel.base.errors import IntegrityError
from riskmodel.base.project import Project, load_project
from riskmodel.cli import app
from riskmodel.ledger import Ledger
from riskmodel.operations import removed_pages
from riskmodel.operations.absent_nights import absent_text
from riskmodel.operations.delivery import undelivered
from riskmodel.operations.doctor.project_checks import removed
from riskmodel.operations.lost_pages import write_lost
from riskmodel.operations.night_service import run_service
from riskmodel.operations.nightly import approve, deliver_waiting, replay_night
from riskmodel.operations.project_audit import audit_project
from riskmodel.operations.project_backup import back_up_project
from riskmodel.operations.project_restore import restore_project
from riskmodel.operations.project_status import project_status
from riskmodel.operations.removed_pages import removed_nights, write_again
from riskmodel.operations.retention import RetentionReport, prune_project
from tests.operations.test_approval import flip
from tests.worlds.copied_project import copied_project
from tests.worlds.town import AS_OF, run

Ready = Callable[..., Project]
LAST = AS_OF + 3
NOW = 2_000_000_000
"""A time at which every file of the test is old."""


@pytest.fixture(scope="module")
def four_nights_once(prepared: dict[bool, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four nights: two approved and delivered, one with drafts, and the last; pages are kept for a day."""
    folder = copied_project(prepared[True], tmp_path_factory.mktemp("nights") / "town").folder
    path = folder / "riskmodel.toml"
    more = 'summaries = { town = "village" }\n\n[retention]\noutbox_days = 1\nwork_days = 1\n'
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    project = load_project(folder)
    for day in range(AS_OF, LAST + 1):
        run(project, day)
        if day < AS_OF + 2:
            approve(project, day, role="duty officer", day=day)
    return folder


@pytest.fixture
def four_nights(four_nights_once: Path, tmp_path: Path) -> Project:
    return copied_project(four_nights_once, tmp_path / "town")


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def outbox(project: Project, day: int) -> Path:
    return project.path("outbox") / to_iso(day)


def pruned(project: Project, remove: bool = True) -> RetentionReport:
    return prune_project(project, LAST, 0, remove)


def test_pages_of_old_nights_are_removed_and_written_again_byte_for_byte(four_nights: Project, tmp_path: Path) -> None:
    before, sent = files(outbox(four_nights, AS_OF)), files(four_nights.path("outbox/sent"))
    drafts = files(outbox(four_nights, AS_OF + 1))
    looked = pruned(four_nights, remove=False)
    assert looked.nights == (AS_OF, AS_OF + 1)
    assert repr(looked).splitlines()[0].endswith("nothing was removed yet. Run 'riskmodel prune --remove' to remove it.")
    assert files(outbox(four_nights, AS_OF)) == before
    done = pruned(four_nights)
    assert (done.found, done.kept, done.nights) == (looked.found, (), looked.nights)
    assert done.found[0].files == len(before) + len(drafts)
    assert not outbox(four_nights, AS_OF).exists()
    # the last night and those before it stay, and receivers keep what they have
    assert outbox(four_nights, AS_OF + 2).is_dir()
    assert files(four_nights.path("outbox/sent")) == sent
    written = write_again(four_nights, Ledger.of(four_nights), AS_OF, tmp_path / "again")
    assert files(tmp_path / "again" / to_iso(AS_OF)) == before
    assert "those that were removed on 2026-01-03, byte for byte" in repr(written)
    assert pruned(four_nights).earlier == (to_iso(AS_OF), to_iso(AS_OF + 1))
    # a night that is run again has its pages again, and is pruned again
    run(four_nights, AS_OF)
    assert files(outbox(four_nights, AS_OF)) == before
    assert pruned(four_nights).nights == (AS_OF,)


def test_everything_works_as_before_without_the_pages(four_nights: Project, tmp_path: Path) -> None:
    status = project_status(four_nights, LAST).to_json()
    pruned(four_nights)
    assert audit_project(four_nights, LAST).passed
    assert replay_night(four_nights, AS_OF, LAST).different == ()
    assert project_status(four_nights, LAST).to_json() == status
    assert approve(four_nights, AS_OF, role="duty officer", day=LAST).undelivered == ()
    pruned(four_nights)
    back_up_project(four_nights, tmp_path / "backup", LAST)
    restore_project(tmp_path / "backup", tmp_path / "elsewhere")
    other = load_project(tmp_path / "elsewhere")
    assert removed_nights(other) == removed_nights(four_nights)
    assert write_again(other, Ledger.of(other), AS_OF, tmp_path / "again").same
    assert run(four_nights, LAST + 1).exit_code == 0


def test_what_the_ledger_does_not_give_again_stays_and_is_named(four_nights: Project) -> None:
    folder = outbox(four_nights, AS_OF)
    page = next(folder.glob("*/*.html"))
    page.write_bytes(page.read_bytes() + b"<!-- a note -->")
    (folder / "notes.txt").write_text("by hand", encoding="utf-8")
    unknown = four_nights.path("outbox") / "2020-01-01"
    unknown.mkdir()
    (unknown / "list.html").write_bytes(b"of another ledger")
    done = pruned(four_nights)
    assert dict(done.kept) == {
        AS_OF: "2 files not as the ledger gives them",
        to_day("2020-01-01"): "the ledger does not know this night",
    }
    assert set(files(folder)) == {page.relative_to(folder).as_posix(), "notes.txt"}
    assert files(unknown) == {"list.html": b"of another ledger"}
    # it does not pass for a night whose pages are gone
    assert done.nights == (AS_OF, AS_OF + 1)
    assert pruned(four_nights).earlier == (to_iso(AS_OF + 1),)


def test_a_night_with_a_damaged_list_stays(four_nights: Project) -> None:
    flip(four_nights, "a/b")
    before = files(outbox(four_nights, AS_OF))
    (kept,) = pruned(four_nights).kept
    assert kept == (
        AS_OF,
        "it cannot be made again (The stored list of 2025-12-31 for 'a/b' is damaged: its sha256 is not the one recorded)",
    )
    assert files(outbox(four_nights, AS_OF)) == before


def test_a_night_that_a_receiver_lacks_stays(make_ready: Ready, tmp_path: Path) -> None:
    project = make_ready(tmp_path / "town")
    path = project.folder / "riskmodel.toml"
    path.write_text(path.read_text(encoding="utf-8") + "\n[retention]\noutbox_days = 1\n", encoding="utf-8")
    project = load_project(project.folder)
    run(project)
    barrier = project.path("outbox/sent")
    barrier.write_bytes(b"in the way")
    assert len(approve(project, AS_OF, role="duty officer", day=AS_OF).undelivered) == 3
    run(project, LAST)
    assert pruned(project).kept == ((AS_OF, "a receiver still lacks a list"),)
    barrier.unlink()
    assert deliver_waiting(project, LAST) == ()
    assert pruned(project).nights == (AS_OF,)
    assert undelivered(Ledger.of(project)) == ()


def test_an_outbox_that_a_receiver_reads_is_left_alone(four_nights: Project) -> None:
    path = four_nights.folder / "riskmodel.toml"
    path.write_text(path.read_text(encoding="utf-8") + '\n[delivery]\nfolder = "outbox"\n', encoding="utf-8")
    done = pruned(load_project(four_nights.folder))
    assert done.nights == ()
    assert {why for _, why in done.kept} == {"outbox/ is also a receiver's folder"}


@pytest.mark.parametrize("at", [0, 1, 2, 20, 36, 40])
def test_it_may_be_stopped_anywhere_and_run_again(four_nights: Project, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    calls = []

    def stopping(real: Callable[..., object]) -> Callable[..., object]:
        def call(*given: object, **named: object) -> object:
            calls.append(given)
            if len(calls) > at:
                raise KeyboardInterrupt
            return real(*given, **named)

        return call

    with monkeypatch.context() as patch:
        patch.setattr(removed_pages, "write_json", stopping(removed_pages.write_json))
        patch.setattr(Path, "unlink", stopping(Path.unlink))
        patch.setattr(Path, "rmdir", stopping(Path.rmdir))
        with pytest.raises(KeyboardInterrupt):
            pruned(four_nights)
    assert pruned(four_nights).kept == ()
    assert not outbox(four_nights, AS_OF).exists()
    assert not outbox(four_nights, AS_OF + 1).exists()
    assert sorted(removed_nights(four_nights)) == [to_iso(AS_OF), to_iso(AS_OF + 1)]


def test_a_full_disk_has_room_for_the_note_once_a_file_is_gone(four_nights: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command that frees space must work where there is none."""
    real, failed = removed_pages.write_json, list[int]()

    def full_at_first(path: Path, content: object) -> None:
        there = sum(1 for one in outbox(four_nights, AS_OF).rglob("*") if one.is_file())
        if not failed:
            failed.append(there)
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        assert there == failed[0] - 1 or len(failed) > 1
        failed.append(there)
        real(path, content)

    monkeypatch.setattr(removed_pages, "write_json", full_at_first)
    report = pruned(four_nights)
    assert AS_OF in report.nights
    assert not outbox(four_nights, AS_OF).exists()
    assert removed_nights(four_nights)[to_iso(AS_OF)]["day"]
    assert write_again(four_nights, Ledger.of(four_nights), AS_OF, four_nights.folder / "again").same


def test_a_damaged_or_lost_note_is_told_and_the_nights_in_it_are_not_forgotten(four_nights: Project, tmp_path: Path) -> None:
    note, ledger, said = (
        four_nights.path("outbox") / "removed.json",
        Ledger.of(four_nights),
        r"removed\.json' is damaged: .* Put the copy of a backup",
    )
    pruned(four_nights)
    back_up_project(four_nights, tmp_path / "backup", LAST)
    whole = note.read_bytes()
    for damage in (b'{"2025-12-3', b"[]", b'{"2025-12-31": {}}', b""):
        note.write_bytes(damage)
        with pytest.raises(IntegrityError, match=said):
            pruned(four_nights)
        assert note.read_bytes() == damage
    note.unlink()
    with pytest.raises(
        IntegrityError, match=r"removed\.json' does not exist, but \d old nights? up to .* put the copy of a backup"
    ):
        pruned(four_nights)
    written = write_again(four_nights, ledger, AS_OF, tmp_path / "again")
    assert written.paths
    assert "NOT COMPARED with those that were removed: The file" in repr(written)
    done = CliRunner().invoke(
        app, ["--project", str(four_nights.folder), "warnings", "--as-of", to_iso(AS_OF), "--to", str(tmp_path / "c")]
    )
    assert (done.exit_code, "NOT COMPARED" in done.output) == (4, True)
    (fault,) = removed(four_nights)
    assert (fault.severity, "removed.json' does not exist" in fault.said.en) == ("fault", True)
    # a page that somebody deleted comes back all the same, and a backup keeps the whole note of before
    next(outbox(four_nights, LAST).glob("*/*.html")).unlink()
    assert len(write_lost(four_nights, ledger, LAST)) == 1
    assert back_up_project(four_nights, tmp_path / "backup", LAST).kept == ("outbox/removed.json",)
    restore_project(tmp_path / "backup", tmp_path / "elsewhere")
    assert (tmp_path / "elsewhere" / "outbox" / "removed.json").read_bytes() == whole
    # without a copy, a person says that these nights are not to be compared
    note.write_bytes(b"{}")
    assert pruned(four_nights).earlier == ()
    assert write_again(four_nights, ledger, AS_OF, tmp_path / "again").fault == ""


def test_lists_of_before_are_found_where_the_outbox_was(four_nights: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> os.stat_result:
        raise PermissionError(errno.EACCES, "Permission denied")

    assert absent_text(four_nights, Ledger.of(four_nights), LAST) is None
    pruned(four_nights)
    assert absent_text(four_nights, Ledger.of(four_nights), LAST) is None
    path, now = four_nights.folder / "riskmodel.toml", lambda: (LAST + 1) * 86_400
    path.write_text(f'outbox = "lists"\n{path.read_text(encoding="utf-8")}', encoding="utf-8")
    project = load_project(four_nights.folder)
    first, again = (run_service(project, LAST + 1, clock=now) for _ in range(2))
    said = f"The outbox {project.path('lists')} has no files of 4 earlier nights (the last {to_iso(LAST)}): that one lies in {project.path('outbox')}."
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert said in first.lines[0]
    assert said in again.lines[0]
    # a folder beside the outbox that this user may not read says nothing
    secret, stat = four_nights.folder / "secret", os.stat
    secret.mkdir()
    with monkeypatch.context() as patch:
        patch.setattr(os, "stat", lambda path, **how: refused() if secret in Path(path).parents else stat(path, **how))
        (item,) = (one for one in project_status(project, LAST + 1).items if one.code == "absent-nights")
    assert (item.stuck, item.said.en) == (False, said)
    assert "warnings --as-of DATE --to" in item.remedy.en
    shutil.rmtree(project.path("outbox"))
    (item,) = (one for one in project_status(project, LAST + 1).items if one.code == "absent-nights")
    assert item.said.en.endswith("'outbox' in riskmodel.toml was changed, or somebody moved or deleted them.")


def test_a_clock_that_runs_ahead_takes_no_pages_of_the_last_nights(four_nights: Project) -> None:
    assert prune_project(four_nights, LAST + 10_000, 0).nights == (AS_OF, AS_OF + 1)


def test_old_work_and_unfinished_files_are_removed_and_nothing_else_is(project: Project) -> None:
    def file(name: str, age: int) -> Path:
        path = project.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"12345")
        os.utime(path, (NOW - age, NOW - age))
        return path

    day, fit = 86_400, "f" * 32
    gone = [
        file(f"data/backtests/fire/{'a' * 64}.npy", 91 * day),
        file(f"data/policies/fire/{fit}/bundle.json", 91 * day),
        file("data/answers-quarantine/0123456789abcdef.json", 91 * day),
        file("data/history/parts/.x.parquet.17.part", 2 * day),
        file("outbox/2025-12-31/east/.x.html.17.part", 2 * day),
    ]
    left = [
        file(f"data/backtests/theft/{'b' * 64}.npy", 91 * day),
        file(f"data/backtests/theft/{'c' * 64}.npy", 89 * day),
        file("data/backtests/fire/notes.txt", 99 * day),
        file("data/answers-quarantine/fedcba9876543210.json", 89 * day),
        file("data/history/parts/.y.parquet.18.part", day // 2),
        file("outbox/sent/2025-12-31/east/.x.html.17.part", 2 * day),
        file("mlruns/artifacts/fire/run/artifacts/model/bundle/bundle.json", 999 * day),
    ]
    looked = prune_project(project, AS_OF, NOW)
    assert [one.files for one in looked.found] == [3, 2]
    assert all(path.exists() for path in (*gone, *left))
    assert prune_project(project, AS_OF, NOW, remove=True).found == looked.found
    assert [path.name for path in gone if path.exists()] == []
    assert [path.name for path in left if not path.exists()] == []
    assert not (project.folder / "data/policies/fire" / fit).exists()
    assert repr(prune_project(project, AS_OF, NOW)) == "Nothing is old enough to be removed."


def test_the_commands_say_it_in_text_and_json(four_nights: Project, tmp_path: Path) -> None:
    def call(*words: str) -> str:
        done = CliRunner().invoke(app, ["--project", str(four_nights.folder), *words])
        assert done.exit_code == 0, done.output
        return done.output

    assert "pages of 2 nights, 2025-12-31 to 2026-01-01: " in call("prune")
    found = json.loads(call("prune", "--remove", "--json", "-"))
    assert (found["removed"], found["nights"], found["kept"]) == (True, ["2025-12-31", "2026-01-01"], {})
    assert "Removed before: pages of 2 nights, 2025-12-31 to 2026-01-01." in call("prune")
    assert "byte for byte" in call("warnings", "--as-of", "2025-12-31", "--to", str(tmp_path / "again"))
