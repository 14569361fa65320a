"""A project that was moved or copied uses its own files, whatever MLflow's database stated before."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from riskmodel import registry
from riskmodel.base.errors import UsageError
from riskmodel.base.project import Project, load_project
from riskmodel.cli import app
from riskmodel.operations.champion_notes import champion_notes
from riskmodel.operations.nightly import approve, run_nightly
from riskmodel.operations.served_model import load_served
from riskmodel.registry.artifact_locations import follow_home, has_moved
from riskmodel.registry.champion_folders import champions
from riskmodel.registry.home import client_of, follow_move
from tests.worlds.town import AS_OF, experiment, trained


def locations(project: Project) -> set[str]:
    """Every location in MLflow's database, of this package's experiments."""
    queries = (
        "SELECT artifact_location FROM experiments WHERE experiment_id != 0",
        "SELECT artifact_uri FROM runs",
        "SELECT source FROM model_versions",
        "SELECT storage_location FROM model_versions",
    )
    with closing(sqlite3.connect(registry.home(project) / "mlflow.db")) as connection:
        return {location for query in queries for (location,) in connection.execute(query)}


def test_a_copy_uses_its_own_files_and_leaves_those_of_the_original(ready: Project, tmp_path: Path) -> None:
    copied = load_project(Path(shutil.copytree(ready.folder, tmp_path / "copied 小城 100")))
    before = {path: path.read_bytes() for path in ready.folder.rglob("*") if path.is_file()}
    client = client_of(copied)
    assert all(location.startswith(registry.home(copied).as_uri()) for location in locations(copied))
    champion = registry.champion(copied, "fire")
    found = client.get_model_version_download_uri(champion.name, str(champion.version))
    assert found == champion.folder.parent.as_uri()
    made = trained(copied, experiment(half_life=30))
    assert made.folder.is_relative_to(copied.folder)
    assert [one.name for one in client.search_experiments()] == ["town-fire", "Default"]
    assert {path: path.read_bytes() for path in ready.folder.rglob("*") if path.is_file()} == before


def test_a_copy_serves_its_own_lists(ready: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copied = load_project(Path(shutil.copytree(ready.folder, tmp_path / "copy")))
    run_nightly(copied, AS_OF, day=AS_OF)
    approve(copied, AS_OF, role="duty officer", day=AS_OF)
    theirs = registry.champion(copied, "fire").folder
    assert load_served(str(theirs), {"project": ".."}).project.folder == copied.folder
    assert load_served(str(theirs), {"project": str(ready.folder)}).project.folder == copied.folder
    assert load_served(str(theirs)).predict()
    # the bundle's files come from wherever the database stated, the lists from the registry that serves
    monkeypatch.setenv("MLFLOW_TRACKING_URI", registry.tracking_uri(registry.home(copied)))
    assert load_served(str(registry.champion(ready, "fire").folder)).project.folder == copied.folder


def test_any_command_lets_the_database_follow_a_move(ready: Project, tmp_path: Path) -> None:
    moved = load_project(ready.folder.rename(tmp_path / "moved"))
    database = registry.home(moved) / "mlflow.db"
    assert has_moved(database)
    follow_move(moved)
    assert not has_moved(database)
    assert all(location.startswith(registry.home(moved).as_uri()) for location in locations(moved))
    unchanged = database.stat().st_mtime_ns
    follow_move(moved)
    assert database.stat().st_mtime_ns == unchanged
    for damage in (b"", b"no database"):
        database.write_bytes(damage)
        follow_move(moved)
        assert database.read_bytes() == damage


def test_the_description_of_a_model_holds_no_absolute_path(ready: Project) -> None:
    text = (registry.champion(ready, "fire").folder.parent / "MLmodel").read_text(encoding="utf-8")
    assert str(ready.folder) not in text
    assert "/" not in text.replace("application/", "")
    assert "project: .." in text


def test_a_model_taken_out_of_its_project_names_what_is_needed(ready: Project, tmp_path: Path) -> None:
    taken = Path(shutil.copytree(registry.champion(ready, "fire").folder.parent, tmp_path / "model"))
    with pytest.raises(UsageError, match="Set the environment variable RISKMODEL_PROJECT"):
        load_served(str(taken / "bundle"), {"project": ".."})


def test_a_link_to_a_project_is_no_move(ready: Project, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(ready.folder)
    assert registry.champion(ready, "fire").intact
    before = locations(ready)
    linked = load_project(tmp_path / "link")
    assert registry.champion(linked, "fire").intact
    assert trained(linked, experiment(half_life=30)).version == 2
    assert before < locations(ready)
    assert registry.version_of(ready, "fire", 2).intact


def test_experiments_of_others_stay_where_they_are(ready: Project, tmp_path: Path) -> None:
    other = (tmp_path / "elsewhere" / "artifacts" / "theirs").as_uri()
    client_of(ready).create_experiment("theirs", artifact_location=other)
    moved = load_project(ready.folder.rename(tmp_path / "moved"))
    assert follow_home(registry.home(moved) / "mlflow.db")
    assert not follow_home(registry.home(moved) / "mlflow.db")
    assert other in locations(moved)


def test_a_moved_project_is_served_from_its_own_files(ready: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """MLflow would look for them at the old place; the command lets its database follow first."""
    moved = Path(shutil.move(ready.folder, tmp_path / "moved"))
    started: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr("riskmodel.cli.serve_command.run_whole", lambda words, env: started.append((words, dict(env))) or 0)
    assert CliRunner().invoke(app, ["--project", str(moved), "serve", "fire", "--port", "5001"]).exit_code == 0
    ((words, environment),) = started
    assert words[3:7] == ["models", "serve", "-m", "models:/town-fire@champion"]
    assert words[-2:] == ["--port", "5001"]
    assert environment["MLFLOW_TRACKING_URI"] == f"sqlite:///{moved}/mlruns/mlflow.db"
    assert all(location.startswith((moved / "mlruns").as_uri()) for location in locations(load_project(moved)))
    missing = CliRunner().invoke(app, ["--project", str(moved), "serve", "noise"])
    assert "has no version yet" in str(missing.exception) or "champion" in str(missing.exception)


def test_champions_are_found_without_mlflow(ready: Project) -> None:
    (one,) = champions(ready)
    found = registry.champion(ready, "fire")
    assert replace(found, run="") == one
    (said,) = champion_notes(ready)
    assert (said.experiment, said.version, said.fault) == ("fire", 1, "")
    assert said.notes == registry.load_bundle(found).notes
    (one.folder / "bundle.json").write_bytes(b"{}")
    (said,) = champion_notes(ready)
    assert "are not those that were registered" in said.fault
