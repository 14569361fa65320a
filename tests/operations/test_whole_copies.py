"""A backup never replaces the last whole copy of something by what is damaged or missing in the project."""

from __future__ import annotations

import shutil
from pathlib import Path

from typer.testing import CliRunner

from riskmodel.base.project import Project
from riskmodel.cli import app
from riskmodel.ledger import Ledger, damaged_lists
from riskmodel.operations.project_backup import back_up_project
from riskmodel.operations.project_restore import restore_project
from riskmodel.records.intake import ingest
from riskmodel.records.store import HistoryStore
from riskmodel.registry.looks import look
from tests.worlds.folder_contents import contents_of
from tests.worlds.town import AS_OF, experiment, left_by, run


def damage(project: Project, old: str) -> tuple[str, ...]:
    """Damage a list, looks, scores, a manifest and a model; return what a backup says of it, in its order."""
    folder = project.folder
    with Ledger.of(project).write() as book:
        book.connection.exec_driver_sql("UPDATE warning_lists SET body = replace(body, 'v', 'w') WHERE centre = 'a/b'")
    (folder / "data" / "looks.json").write_bytes(b"[1]")
    (scores,) = (folder / "data" / "scores").rglob("*.parquet")
    scores.unlink()
    manifest = folder / "data" / "history" / "manifests" / f"{old}.json"
    manifest.write_bytes(manifest.read_bytes()[:-9])
    (bundle,) = (folder / "mlruns").rglob("bundle.json")
    bundle.write_bytes(bundle.read_bytes().replace(b"1", b"2", 1))
    (bundle.parent / "added").write_bytes(b"x")
    named = (folder / "data" / "operations.db", folder / "data" / "looks.json", scores, manifest, bundle.parents[1])
    return tuple(path.relative_to(folder).as_posix() for path in named)


def files_and_records(project: Project) -> dict[str, object]:
    """Every file, and every record of the ledger in place of its bytes."""
    return {**contents_of(project.folder), "data/operations.db": left_by(project)["store"]}


def test_what_is_damaged_is_not_backed_up_over_its_whole_copy(ready: Project, tmp_path: Path) -> None:
    run(ready)
    look(ready, experiment(), AS_OF)
    old = HistoryStore(ready.path("data/history")).manifest_id
    with open(ready.folder / "data" / "calls.csv", "a", encoding="utf-8") as table:
        table.write("x1,c001,2025-12-30,2025-12-30\n")
    ingest(ready, AS_OF + 31)
    first, backup = back_up_project(ready, tmp_path / "backup", AS_OF), tmp_path / "backup"
    assert (first.kept, first.lost) == ((), ())
    whole = files_and_records(ready)
    # a part of the history that only the backup has is named, whatever is the matter with it here
    part = min((ready.folder / "data" / "history" / "parts").iterdir())
    content = part.read_bytes()
    for wrong in (b"", content[:-1], content[:-1] + b"x"):
        part.write_bytes(wrong)
        assert back_up_project(ready, backup, AS_OF).kept == (part.relative_to(ready.folder).as_posix(),)
    part.write_bytes(content)
    assert old is not None
    named = damage(ready, old)
    # what was kept once is kept on
    kept = [back_up_project(ready, backup, AS_OF) for _ in range(2)]
    assert [(one.kept, one.lost, one.manifests, one.files) for one in kept] == [(named, (), first.manifests, first.files + 1)] * 2
    restore_project(backup, tmp_path / "there")
    shutil.copy(tmp_path / "there" / "data" / "operations.db.earlier", ready.folder / "data" / "operations.db")
    for name in named[1:4]:
        shutil.copy(tmp_path / "there" / name, ready.folder / name)
    shutil.rmtree(ready.folder / named[4])
    shutil.copytree(tmp_path / "there" / named[4], ready.folder / named[4])
    assert files_and_records(ready) == whole
    with Ledger(tmp_path / "there" / "data" / "operations.db").read() as book:
        assert damaged_lists(book) == [(AS_OF, "a/b")]
    mended = back_up_project(ready, backup, AS_OF)
    assert (mended.kept, mended.lost, mended.files) == ((), (), first.files)
    damage(ready, old)
    elsewhere = CliRunner().invoke(app, ["--project", str(ready.folder), "backup", str(tmp_path / "elsewhere")])
    assert elsewhere.exit_code == 4
    assert "without a whole copy in the backup: 'data/operations.db', 'data/looks.json'" in elsewhere.output
    # a copy that was damaged when it was made is no whole one
    assert back_up_project(ready, tmp_path / "elsewhere", AS_OF).lost == named
