"""A backup is the whole project at one moment; elsewhere it replays every closed night and goes on; what is damaged is refused."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from riskmodel import registry
from riskmodel.base.errors import IntegrityError, RiskmodelError, UsageError
from riskmodel.base.own_build import own_build
from riskmodel.base.project import Project, load_project
from riskmodel.ledger import Ledger
from riskmodel.operations import project_backup
from riskmodel.operations.delivery import undelivered
from riskmodel.operations.nightly import approve, run_nightly
from riskmodel.operations.project_backup import back_up_project
from riskmodel.operations.project_restore import restore_lost, restore_project
from riskmodel.operations.promotion import promote
from riskmodel.operations.served_model import load_served
from riskmodel.records.backup import VanishedFileError, read_backup, sealed
from riskmodel.records.store import load_history
from riskmodel.registry.looks import count, look
from tests.worlds.copied_project import copied_project
from tests.worlds.town import AS_OF, bodies, experiment, left_by, promoted, run, trained


@pytest.fixture(scope="module")
def lived_once(drafted_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a town with a closed night, a draft, a look and files that people wrote; copy, never change."""
    ready = copied_project(drafted_once, tmp_path_factory.mktemp("lived") / "ready")
    approve(ready, AS_OF, role="duty officer", day=AS_OF)
    run(ready, AS_OF + 1)
    look(ready, experiment(), AS_OF)
    ready.access_file.write_text('{"codes": []}', encoding="utf-8")
    for name, content in (("features/all.py", "FEATURES = ()\n"), ("experiments/fire.toml", "x = 1\n"), ("reports/r.html", "r")):
        (ready.folder / name).parent.mkdir(exist_ok=True)
        (ready.folder / name).write_text(content, encoding="utf-8")
    return ready.folder


@pytest.fixture
def lived(lived_once: Path, tmp_path: Path) -> Project:
    """A town with a closed night, a draft, a look and files that people wrote."""
    return copied_project(lived_once, tmp_path / "ready")


def test_a_restored_project_replays_closed_nights_to_the_same_bytes_and_goes_on(lived: Project, tmp_path: Path) -> None:
    done = back_up_project(lived, tmp_path / "backup", AS_OF)
    assert (done.nights, done.left_out, done.moved) == (2, ("calls", "checks"), {})
    before, closed, drafts = left_by(lived), list(bodies(lived, AS_OF)), list(bodies(lived, AS_OF + 1))
    shutil.move(lived.folder, tmp_path / "gone")
    restored = load_project(restored_in(tmp_path / "backup", tmp_path / "elsewhere 小城"))
    assert left_by(restored) == before
    assert count(restored, experiment()).count == 1
    assert restored.access_file.read_text(encoding="utf-8") == '{"codes": []}'
    for name in ("features/all.py", "experiments/fire.toml", "reports/r.html", "riskmodel.toml"):
        assert (restored.folder / name).read_bytes() == (tmp_path / "gone" / name).read_bytes()
    shutil.rmtree(restored.path("outbox") / "2025-12-31")
    report = run_nightly(restored, AS_OF, day=AS_OF)
    assert report.plan.replay
    assert [json.loads(json.dumps(body)) for body in bodies(restored, AS_OF)] == closed
    again = left_by(restored)
    assert {name: again[name] for name in before if name != "store"} == {n: c for n, c in before.items() if n != "store"}
    run(restored, AS_OF + 1)
    assert list(bodies(restored, AS_OF + 1)) == drafts
    approve(restored, AS_OF + 1, role="duty officer", day=AS_OF + 1)
    assert load_served(str(registry.champion(restored, "fire").folder)).project.folder == restored.folder
    assert promoted(restored, experiment(half_life=30)).version == 2
    run(restored, AS_OF + 2)
    assert not undelivered(Ledger.of(restored))


def test_a_restore_names_builds_that_differ_from_the_present_one(
    lived: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = own_build()
    with monkeypatch.context() as patch:
        patch.setattr(
            "riskmodel.operations.nightly.output_steps.own_build", lambda: {**now, "source": "3f2a9c1d77e0", "numpy": "1.26.4"}
        )
        run(lived, AS_OF + 2)
        run(lived, AS_OF + 3)
    run(lived, AS_OF + 4)
    with Ledger.of(lived).write() as book:
        book.connection.exec_driver_sql("UPDATE nights SET build = NULL WHERE as_of = '2025-12-31'")
    back_up_project(lived, tmp_path / "backup", AS_OF)
    assert read_backup(tmp_path / "backup").facts["builds"]["writer"] == [list(pair) for pair in now.items()]
    assert [row["nights"] for row in read_backup(tmp_path / "backup").facts["builds"]["nights"]] == [1, 2, 2]
    done = restore_project(tmp_path / "backup", tmp_path / "there")
    assert done.builds == (
        f"Another build made 2 nights, 2026-01-02 to 2026-01-03: source 3f2a9c1d77e0 then, {now['source']} now; numpy 1.26.4 then, {now['numpy']} now.",
        "No build was recorded for the night of 2025-12-31.",
        "Such nights stay as they were stored, but a replay of them may give other bytes here. Install the build that made them to replay them byte for byte.",
    )
    assert repr(done).endswith(done.builds[-1])


def test_a_restore_by_the_same_build_says_nothing_of_builds_and_an_older_backup_cannot(lived: Project, tmp_path: Path) -> None:
    back_up_project(lived, tmp_path / "backup", AS_OF)
    assert restore_project(tmp_path / "backup", tmp_path / "there").builds == ()
    manifest = tmp_path / "backup" / "backup.json"
    body = json.loads(manifest.read_bytes())
    del body["facts"]["builds"], body["sha256"]
    manifest.write_bytes(sealed(body))
    (said,) = restore_project(tmp_path / "backup", tmp_path / "older").builds
    assert said == "The backup was written before builds were kept, so it does not say which build made its nights."


def test_another_build_that_only_restores_is_named(lived: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = own_build()
    back_up_project(lived, tmp_path / "backup", AS_OF)
    monkeypatch.setattr("riskmodel.operations.backup_builds.own_build", lambda: {**now, "source": "3f2a9c1d77e0"})
    done = restore_project(tmp_path / "backup", tmp_path / "there")
    assert (
        done.builds[0] == f"Another build made 2 nights, 2025-12-31 to 2026-01-01: source {now['source']} then, 3f2a9c1d77e0 now."
    )


def restored_in(backup: Path, folder: Path) -> Path:
    """The folder of a project restored from a backup, in which MLflow's database names no other place."""
    restore_project(backup, folder)
    with closing(sqlite3.connect(folder / "mlruns" / "mlflow.db")) as connection:
        sources = {source for (source,) in connection.execute("SELECT source FROM model_versions")}
    assert all(source.startswith((folder / "mlruns").as_uri()) for source in sources)
    return folder


def test_backups_during_other_commands_are_consistent(ready: Project, tmp_path: Path) -> None:
    """Nights, approvals and trainings run in another thread; each backup replays the nights that it holds."""
    failed: list[BaseException] = []

    def work() -> None:
        try:
            for night in range(3):
                run(ready, AS_OF + night)
                approve(ready, AS_OF + night, role="duty officer", day=AS_OF + night)
                promote(ready, "fire", trained(ready, experiment(half_life=30 + night)).version, role="analyst", day=AS_OF)
        except BaseException as error:
            failed.append(error)

    worker = threading.Thread(target=work)
    worker.start()
    numbers = []
    while worker.is_alive():
        done = back_up_project(ready, tmp_path / "backup", AS_OF)
        folder = tmp_path / f"restored{len(numbers)}"
        numbers.append(done.nights)
        restore_project(tmp_path / "backup", folder)
        restored = load_project(folder)
        assert all(one.intact for one in registry.versions(restored, "fire"))
        with Ledger.of(restored).read() as book:
            nights = book.nights.dates()
            champions = [one.version for one in book.promotions.of("fire")]
            manifests = {night.manifest for day in nights for night in book.nights.of(day)}
        assert len(nights) == done.nights
        assert champions[-1] == registry.champion(restored, "fire").version
        for manifest in manifests:
            load_history(restored, manifest)
    worker.join()
    assert failed == []
    back_up_project(ready, tmp_path / "backup", AS_OF)
    whole = load_project(restored_in(tmp_path / "backup", tmp_path / "last"))
    assert left_by(whole) == left_by(ready)


def test_paths_outside_the_project_are_inside_the_restored_one(lived: Project, tmp_path: Path) -> None:
    outside = Path(shutil.move(lived.folder / "mlruns", tmp_path / "tracking"))
    (lived.folder / "data" / "operations.db").rename(tmp_path / "ledger.db")
    (lived.folder / "data" / "looks.json").rename(tmp_path / "looks.json")
    path = lived.folder / "riskmodel.toml"
    keys = f'tracking = "{outside}"  # shared\nstore = "../ledger.db"\n'
    path.write_text(path.read_text(encoding="utf-8").replace("\n[places]", f"{keys}\n[places]", 1), encoding="utf-8")
    project = load_project(lived.folder)
    done = back_up_project(project, tmp_path / "backup", AS_OF)
    assert done.moved == {"store": "data/operations.db", "tracking": "mlruns"}
    restored = load_project(restored_in(tmp_path / "backup", tmp_path / "restored"))
    assert (restored.table.tracking, restored.table.store) == ("mlruns", "data/operations.db")
    assert registry.champion(restored, "fire").folder.is_relative_to(restored.folder)
    assert list(bodies(restored)) == list(bodies(project))
    assert count(restored, experiment()).count == 1
    path.write_text(path.read_text(encoding="utf-8").replace("tracking =", '"tracking" ='), encoding="utf-8")
    with pytest.raises(UsageError, match=r"could not change 'store', 'tracking' in riskmodel.toml.*one line at the top"):
        back_up_project(load_project(lived.folder), tmp_path / "other", AS_OF)
    assert not (tmp_path / "other" / "backup.json").exists()


def test_a_truncated_backup_is_refused_and_nothing_is_restored(lived: Project, tmp_path: Path) -> None:
    back_up_project(lived, tmp_path / "backup", AS_OF)
    backup = read_backup(tmp_path / "backup")
    for path in (backup.folder / "backup.json", *(backup.path(name) for name in ("experiments/fire.toml", "mlruns/mlflow.db"))):
        whole = path.read_bytes()
        for cut in (0, 1, len(whole) // 2, len(whole) - 1):
            path.write_bytes(whole[:cut])
            with pytest.raises(IntegrityError, match=rf"{path.name}.*Restore from another backup"):
                restore_project(backup.folder, tmp_path / "restored")
        path.unlink()
        with pytest.raises(RiskmodelError, match=path.name):
            restore_project(backup.folder, tmp_path / "restored")
        path.write_bytes(whole)
    assert not (tmp_path / "restored").exists()
    assert restore_project(backup.folder, tmp_path / "restored").files == len(backup.files)


def test_a_backup_of_a_later_version_or_with_strange_paths_is_refused(lived: Project, tmp_path: Path) -> None:
    back_up_project(lived, tmp_path / "backup", AS_OF)
    path = tmp_path / "backup" / "backup.json"
    body = json.loads(path.read_bytes())
    path.write_text(json.dumps({**body, "format": 2}), encoding="utf-8")
    with pytest.raises(UsageError, match=r"has format 2, this version reads 1\. Nothing was restored\. Upgrade riskmodel"):
        restore_project(tmp_path / "backup", tmp_path / "restored")
    del body["sha256"]
    for name in ("/etc/x", "../x", "a/../../x", "a//x", ""):
        body["files"] = {name: ["0" * 64, 1]}
        path.write_bytes(sealed(body))
        with pytest.raises(IntegrityError, match="damaged or cut off"):
            restore_project(tmp_path / "backup", tmp_path / "restored")
    assert not (tmp_path / "restored").exists()


def test_an_interrupted_restore_looks_like_no_project_and_is_started_again(
    lived: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # a folder whose name comes after that of the project file, which is moved last all the same
    (lived.folder / "outbox").rename(lived.folder / "sent lists")
    settings = lived.folder / "riskmodel.toml"
    settings.write_text(f'outbox = "sent lists"\n{settings.read_text(encoding="utf-8")}', encoding="utf-8")
    lived = load_project(lived.folder)
    back_up_project(lived, tmp_path / "backup", AS_OF)
    target, real, fatal = tmp_path / "restored", Path.rename, 0
    for fatal in range(10):
        calls = 0

        def fails(self: Path, to: Path, fatal: int = fatal) -> Path:
            nonlocal calls
            calls += 1
            if calls == fatal + 1:
                raise KeyboardInterrupt
            return real(self, to)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "rename", fails)
            try:
                restore_project(tmp_path / "backup", target)
                break
            except KeyboardInterrupt:
                assert not (target / "riskmodel.toml").exists()
    assert fatal == 7
    assert left_by(load_project(target)) == left_by(lived)
    assert sorted(path.name for path in target.iterdir()) == [
        "data", "experiments", "features", "mlruns", "reports", "riskmodel.toml", "sent lists",
    ]  # fmt: skip


@pytest.mark.parametrize("lost", ["data/history", "data/operations.db", "mlruns", "data/looks.json"])
def test_what_a_project_lost_is_restored_and_what_is_there_is_left(lived: Project, tmp_path: Path, lost: str) -> None:
    back_up_project(lived, tmp_path / "backup", AS_OF)
    with pytest.raises(UsageError, match=r"There is a history in .* already"):
        restore_lost(tmp_path / "backup", lived)
    before = left_by(lived)
    path = lived.folder / lost
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    outbox = {file: file.stat().st_mtime_ns for file in lived.path("outbox").rglob("*")}
    assert restore_lost(tmp_path / "backup", lived).places == (str(path),)
    assert left_by(lived) == before
    assert count(lived, experiment()).count == 1
    assert {file: file.stat().st_mtime_ns for file in lived.path("outbox").rglob("*")} == outbox
    run(lived, AS_OF + 1)
    assert registry.champion(lived, "fire").intact


def test_a_lost_or_damaged_database_is_not_backed_up_over_a_good_one(lived: Project, tmp_path: Path) -> None:
    back_up_project(lived, tmp_path / "backup", AS_OF)
    kept = {path: path.read_bytes() for path in (tmp_path / "backup").rglob("*") if path.is_file()}
    for name in ("data/operations.db", "mlruns/mlflow.db"):
        whole = (lived.folder / name).read_bytes()
        for damage in (b"", whole[:5000], b"\xff" * 100):
            (lived.folder / name).write_bytes(damage)
            with pytest.raises(RiskmodelError, match=f"{name.rpartition('/')[2]}.*from a backup"):
                back_up_project(lived, tmp_path / "backup", AS_OF)
            assert {path: path.read_bytes() for path in (tmp_path / "backup").rglob("*") if path.is_file()} == kept
        (lived.folder / name).write_bytes(whole)
    shutil.rmtree(lived.folder / "mlruns")
    with pytest.raises(IntegrityError, match="champions of fire were promoted"):
        back_up_project(lived, tmp_path / "backup", AS_OF)


def test_a_backup_is_in_a_folder_of_its_own(lived: Project, tmp_path: Path) -> None:
    history = lived.path(lived.table.history)
    (link := tmp_path / "link").symlink_to(history)
    for folder in (history, history.parent / "else" / ".." / history.name, link, history / "backup"):
        with pytest.raises(UsageError, match=r"A backup cannot be in the folder of the history itself"):
            back_up_project(lived, folder, AS_OF)
    for folder in ("mlruns/backup", "outbox", "features/x"):
        with pytest.raises(UsageError, match=r"A backup cannot be in .*\. Choose another folder"):
            back_up_project(lived, lived.folder / folder, AS_OF)
    with pytest.raises(UsageError, match="cannot be in a folder that holds the project's own files"):
        back_up_project(lived, lived.folder, AS_OF)
    strange = lived.folder / "reports" / os.fsdecode(b"\xcf\xd8.html")
    strange.write_bytes(b"")
    with pytest.raises(UsageError, match=r"of the file 'reports/.*' is not valid UTF-8, .* Rename the file"):
        back_up_project(lived, tmp_path / "backup", AS_OF)
    strange.unlink()
    inside = lived.folder / "backups" / "daily"
    assert back_up_project(lived, inside, AS_OF).copied
    assert back_up_project(lived, inside, AS_OF).copied == 0


def test_a_part_that_expires_during_a_backup_starts_it_again(
    lived: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole: Callable[..., Any] = project_backup.history_files
    listed = []

    def stale(store: Any) -> Any:
        found = whole(store)
        if not listed:
            name = next(iter(found))
            found[name] = type(found[name])(tmp_path / "gone", "0" * 64)
        listed.append(found)
        return found

    monkeypatch.setattr(project_backup, "history_files", stale)
    assert back_up_project(lived, tmp_path / "backup", AS_OF).nights == 2
    assert len(listed) == 2
    monkeypatch.setattr(
        project_backup, "history_files", lambda store: {"x": type(whole(store)["current"])(tmp_path / "gone", "0" * 64)}
    )
    with pytest.raises(VanishedFileError, match=r"'data/history/x' is missing or damaged.*The backup before stays"):
        back_up_project(lived, tmp_path / "backup", AS_OF)
    assert restore_project(tmp_path / "backup", tmp_path / "restored").files


def test_approvals_that_are_newer_than_the_backup_are_named(lived: Project, tmp_path: Path) -> None:
    back_up_project(lived, tmp_path / "backup", AS_OF)
    approve(lived, AS_OF + 1, "West centre", role="duty officer", day=AS_OF + 1)
    run(lived, AS_OF + 2)
    lived.ledger_file.unlink()
    done = restore_lost(tmp_path / "backup", lived)
    assert (done.lost_nights, done.lost_approvals) == (("2026-01-02",), (("2026-01-01", "West centre"),))
    said = repr(done)
    assert "LOST: the approvals, deliveries and answers of 2026-01-02" in said
    assert "LOST: the approvals of the lists of 2026-01-01 for West centre" in said


def test_the_log_of_a_lost_database_does_not_reach_the_restored_one(lived: Project, tmp_path: Path) -> None:
    """SQLite would write its pages over those of the backup."""
    back_up_project(lived, tmp_path / "backup", AS_OF)
    before, path = left_by(lived), lived.folder / "data" / "operations.db"
    with closing(sqlite3.connect(path)) as held:
        held.execute("SELECT count(*) FROM nights").fetchone()
        run(lived, AS_OF + 1)
        log = path.with_name("operations.db-wal").read_bytes()
    assert log
    path.unlink()
    path.with_name("operations.db-wal").write_bytes(log)
    restore_lost(tmp_path / "backup", lived)
    assert left_by(lived)["store"] == before["store"]
    assert path.with_name("operations.db-wal.lost").read_bytes() == log
