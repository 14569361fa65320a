"""The doctor names what is wrong with a remedy, changes nothing, and works on a broken project."""

from __future__ import annotations

import ast
import errno
import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from riskmodel import registry
from riskmodel.base.locks import held, lock_beside
from riskmodel.base.project import Project, load_project
from riskmodel.cli import app
from riskmodel.ledger import Ledger
from riskmodel.operations.doctor import (
    DoctorFinding,
    Surroundings,
    database_checks,
    examination,
    examine,
    folder_checks,
    machine_checks,
)
from riskmodel.operations.doctor.examination import CODES
from riskmodel.operations.doctor.project_checks import read_only_files
from riskmodel.records.store import HistoryStore
from tests.records.postgres import emptied, server
from tests.worlds.folder_contents import contents_of

NOW = 4_102_444_800
"""2100-01-01, so that no file is newer than the clock."""


def found(project: Project, code: str, **around: object) -> DoctorFinding:
    """The worst finding of a code."""
    order = ("fault", "warning", "note", "ok")
    every = examine(project.folder, Surroundings(**{"now": NOW, "user": "duty", **around})).findings
    return min((one for one in every if one.code == code), key=lambda one: order.index(one.severity))


def test_a_sound_project_has_no_fault_and_nothing_is_written(ready: Project) -> None:
    Ledger.of(ready)
    before = contents_of(ready.folder)
    done = examine(ready.folder, Surroundings(NOW, "duty"))
    assert [one for one in done.findings if one.severity in ("fault", "warning") and one.code != "disk"] == []
    assert {one.code for one in done.findings} >= {
        "version", "encoding", "project", "history", "ledger", "mlflow", "model", "port", "disk", "permissions", "locks", "clock"
    }  # fmt: skip
    assert contents_of(ready.folder) == before
    assert {one.code for one in done.findings} <= set(CODES)
    said = done.text()
    assert "正常 台账" in said
    assert "正常 模型 " in said
    assert "\n正常 锁：" in said


def test_every_check_has_a_name_in_chinese() -> None:
    parts = Path(machine_checks.__file__).parent.glob("*.py")
    calls = [
        node for path in parts for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
    ]
    named = [call.args[0] for call in calls if getattr(call.func, "id", "") in ("fine", "DoctorFinding") and call.args]
    codes = {one.value for one in named if isinstance(one, ast.Constant)}
    assert {"experiment", "removed", "kernels", "clock"} <= codes <= set(CODES)


def test_a_project_without_a_readable_file_is_examined_as_far_as_possible(tmp_path: Path) -> None:
    (tmp_path / "riskmodel.toml").write_text("name = [", encoding="utf-8")
    for folder in (tmp_path, tmp_path / "missing"):
        done = examine(folder, Surroundings(NOW, "duty"))
        fault = next(one for one in done.findings if one.code == "project")
        assert (fault.severity, done.exit_code) == ("fault", 1)
        assert fault.said.en
        assert fault.remedy.zh


def lose(project: Project) -> None:
    Ledger.of(project)
    for path in project.ledger_file.parent.glob("operations.db*"):
        path.unlink()


def damage(project: Project) -> None:
    Ledger.of(project)
    with closing(sqlite3.connect(project.ledger_file)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    content = bytearray(project.ledger_file.read_bytes())
    content[4096:8192] = os.urandom(4096)
    project.ledger_file.write_bytes(content)


def upgrade(project: Project) -> None:
    Ledger.of(project)
    with closing(sqlite3.connect(project.ledger_file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()


@pytest.mark.parametrize(
    ("wreck", "said"),
    [(lose, "missing or empty"), (damage, "damaged or cannot be read"), (upgrade, "schema version 9999; this riskmodel knows")],
    ids=["lost", "damaged", "newer"],
)
def test_a_ledger_that_cannot_be_used_is_a_fault_with_a_remedy(
    ready: Project, wreck: Callable[[Project], None], said: str
) -> None:
    wreck(ready)
    fault = found(ready, "ledger")
    assert fault.severity == "fault"
    assert said in fault.said.en
    assert fault.remedy.en
    assert fault.remedy.zh


def test_a_ledger_in_postgresql_is_examined_without_being_made(project: Project) -> None:
    with server() as address:
        path = project.folder / "riskmodel.toml"
        text = path.read_text(encoding="utf-8")
        path.write_text(f'store = "{emptied(address).replace("+psycopg", "")}"\n{text}', encoding="utf-8")
        there = load_project(project.folder)
        assert "schema version none" in found(there, "ledger").said.en
        Ledger.of(there)
        assert found(there, "ledger").severity == "ok"
    fault = found(there, "ledger")
    assert (fault.severity, "It cannot be reached" in fault.said.en) == ("fault", True)


@pytest.mark.parametrize("wreck", ["bundle", "MLmodel", "folder"])
def test_damaged_or_missing_files_of_a_champion_are_found_before_a_night_needs_them(ready: Project, wreck: str) -> None:
    Ledger.of(ready)
    assert found(ready, "model").said.en == "The files of version 1 are whole."
    folder = registry.champion(ready, "fire").folder
    if wreck == "folder":
        shutil.rmtree(folder.parent)
    else:
        (file,) = folder.parent.rglob("bundle.json" if wreck == "bundle" else wreck)
        file.write_bytes(file.read_bytes()[:-2])
    before = contents_of(ready.folder)
    one = found(ready, "model")
    assert (one.subject, one.severity) == ("fire", "fault")
    assert "version 1 of 'town-fire' are not those that were registered" in one.said.en
    assert one.said.zh.startswith("现用模型的文件缺失或损坏，下次夜间批次不会评估该目标（英文）：")
    assert (
        one.remedy.en == "Restore its files from a backup. Without one: Run 'riskmodel train fire' and 'riskmodel promote fire'."
    )
    assert examine(ready.folder, Surroundings(NOW, "duty")).exit_code == 1
    assert contents_of(ready.folder) == before


def test_a_database_whose_version_cannot_be_compared_is_not_called_whole(ready: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("riskmodel.operations.doctor.database_checks._mlflow_head", lambda: "")
    Ledger.of(ready)
    mlflow = found(ready, "mlflow")
    assert mlflow.severity == "warning"
    assert "not compared" in mlflow.said.en
    assert found(ready, "ledger").severity == "ok"


def test_history_clock_secrets_locks_and_remains_are_examined(ready: Project) -> None:
    path = ready.folder / "riskmodel.toml"
    channel = '[[delivery.channels]]\ntype = "webhook"\nname = "x"\nurl = "https://a.example/"\nhosts = ["a.example"]\nsecret = "HOOK"\n'
    path.write_text(path.read_text(encoding="utf-8") + channel, encoding="utf-8")
    assert "'HOOK' is not set" in found(ready, "secret").said.en
    assert {one.code for one in examine(ready.folder, Surroundings(NOW, "duty", environment={"HOOK": "s"})).findings}.isdisjoint(
        {"secret"}
    )
    path.write_text(f'{path.read_text(encoding="utf-8")}[service]\nping = "WATCH"\n', encoding="utf-8")
    (ping,) = [
        one
        for one in examine(ready.folder, Surroundings(NOW, "duty", environment={"HOOK": "s"})).findings
        if one.code == "secret"
    ]
    assert (ping.subject, "'WATCH' is not set" in ping.said.en) == ("service.ping", True)
    early = found(ready, "clock", now=1_500_000_000)
    assert (early.severity, "minutes before the time of the newest file" in early.said.en) == ("fault", True)
    history = ready.path("data/history")
    unfinished = history / ".part.4711.part"
    unfinished.write_bytes(b"")
    assert "1 unfinished file" in found(ready, "remains").said.en
    Ledger.of(ready)
    with held(lock_beside(ready.ledger_file)):
        assert found(ready, "locks").severity == "note"
    assert found(ready, "locks").severity == "ok"
    path.chmod(0o666)
    assert "chmod o-w" in found(ready, "permissions").remedy.en
    (ready.ledger_file.with_name("looks.json")).write_bytes(b"[1]")
    assert "looks.json' is damaged" in found(ready, "looks").said.en
    (history / "current").write_bytes(b"nothing")
    assert found(ready, "history").severity == "fault"
    assert [one for one in examine(ready.folder, Surroundings(NOW, "duty")).findings if one.code == "experiment"] == []
    experiment = ready.folder / "experiments" / "fire.toml"
    experiment.parent.mkdir(exist_ok=True)
    experiment.write_bytes(b"")
    wrong = found(ready, "experiment")
    assert (wrong.severity, wrong.subject, "It cannot be trained again: " in wrong.said.en) == ("warning", str(experiment), True)


def test_a_full_disk_and_packages_of_other_versions_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_checks, "FULL", 2**60)
    monkeypatch.setattr(folder_checks, "TIGHT", 2**61)
    assert [one.severity for one in folder_checks.disk(tmp_path / "not there") if one.code == "disk"] == ["fault"]
    needs = ["numpy>=999", "no-such-package>=1", "scipy<999; extra == 'x'"]
    monkeypatch.setattr(machine_checks.metadata, "requires", lambda _name: needs)
    said = {one.subject: one.said.en for one in machine_checks.installed_versions()}
    assert "999 is needed" in said["numpy"]
    assert said["no-such-package"] == "It is not installed."
    lacking = machine_checks.encoding("ascii")
    assert (lacking.severity, lacking.said.zh) == ("warning", "输出的编码不支持中文。")
    assert machine_checks.encoding("utf-8").severity == "ok"


def test_the_command_says_it_in_text_and_json(ready: Project) -> None:
    done = CliRunner().invoke(app, ["--project", str(ready.folder), "doctor", "--json", "-"])
    assert done.exit_code in (0, 4)
    assert {one["severity"] for one in json.loads(done.output)["findings"]} <= {"ok", "note", "warning"}
    broken = CliRunner().invoke(app, ["--project", str(ready.folder / "data"), "doctor"])
    assert (broken.exit_code, broken.output.startswith("故障 项目")) == (1, True)


def test_what_the_system_does_not_permit_is_named_and_the_rest_is_examined(
    ready: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    Ledger.of(ready)
    access, hidden = os.access, {*read_only_files(ready), ready.ledger_file}
    (ready.folder / "features").mkdir(exist_ok=True)
    read = {one.name for one in read_only_files(ready) if one.exists()}
    assert len(read) > 1

    def stopped(*_: object) -> list[DoctorFinding]:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(ready.path("data/scores")))

    monkeypatch.setattr(examination, "remains", stopped)
    monkeypatch.setattr(HistoryStore, "manifest", stopped)
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) not in hidden and access(path, mode))
    monkeypatch.setattr(database_checks, "unwritable_database", lambda *_: sqlite3.connect("/nowhere/none.db"))
    every = examine(ready.folder, Surroundings(NOW, "duty")).findings
    refused = {(one.code, Path(one.subject).name): one for one in every if one.severity == "fault"}
    assert "It could not be examined: The system does not permit the use of" in refused["remains", "scores"].said.en
    history = refused["history", "history"]
    assert ("does not permit the use of" in history.said.en, history.remedy.en) == (True, ""), "an ingest would not help"
    assert "does not permit this user to read it" in refused["ledger", "operations.db"].said.en
    assert refused["ledger", "operations.db"].remedy.en == "", "nobody moves a whole ledger away"
    assert read <= {name for code, name in refused if code == "permissions"}
