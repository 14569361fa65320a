"""A file that the system does not let be opened is named, with what to do, and the next run completes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.faults.failing_writes import denied
from tests.faults.ready_project import COMMANDS, path_of, ready_project, run_command

CELLS = (
    ("ingest", "riskmodel.toml"), ("ingest", "cells"), ("ingest", "source"), ("check", "current"), ("check", "manifest"),
    ("check", "part"), ("check", "places"), ("features", "features"), ("train", "experiment"), ("backtest", "looks"),
    ("promote", "bundle"), ("nightly", "MLmodel"), ("answer", "answers"), ("backup", "part"), ("restore", "b-manifest"),
    ("restore", "b-file"),
)  # fmt: skip


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("denied") / "ready"
    ready_project(folder)
    return folder


@pytest.mark.parametrize(("command", "file"), CELLS, ids=[f"{command}-{file}" for command, file in CELLS])
def test_a_denied_file_is_named_with_what_to_do(
    command: str, file: str, ready: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "project"
    shutil.copytree(ready, project)
    if command == "restore":
        shutil.rmtree(project / "data" / "history")
    path = path_of(project, file)
    capsys.readouterr()
    with denied(path):
        code = run_command(project, COMMANDS[command])
    found = capsys.readouterr()
    assert code in (1, 2, 4), found.err
    assert path.name in found.err or path.parent.name in found.err, found.err
    assert "Correct the permissions" in found.err or "ermission" in found.err, found.err
    assert "Traceback" not in found.err
    assert run_command(project, COMMANDS[command]) == 0, capsys.readouterr().err
