"""A file that the system does not let be opened is named, with what to do, and the next run completes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.faults.failing_writes import denied
from tests.faults.ready_project import COMMANDS, path_of, run_command
from tests.worlds.copied_project import copied_project

CELLS = (
    ("ingest", "riskmodel.toml"), ("ingest", "cells"), ("ingest", "source"), ("check", "current"), ("check", "manifest"),
    ("check", "part"), ("check", "places"), ("features", "features"), ("train", "experiment"), ("backtest", "looks"),
    ("promote", "bundle"), ("nightly", "MLmodel"), ("answer", "answers"), ("backup", "part"), ("restore", "b-manifest"),
    ("restore", "b-file"),
)  # fmt: skip


@pytest.mark.parametrize(("command", "file"), CELLS, ids=[f"{command}-{file}" for command, file in CELLS])
def test_a_denied_file_is_named_with_what_to_do(
    command: str, file: str, ready: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "project"
    copied_project(ready, project)
    if command == "restore":
        shutil.rmtree(project / "data" / "history")
    path = path_of(project, file)
    capsys.readouterr()
    with denied(path):
        code = run_command(project, COMMANDS[command])
    found = capsys.readouterr()
    # one source that cannot be read leaves the others, and is named in their account
    said = found.out if code == 4 else found.err
    assert code in (1, 2, 4), said
    assert path.name in said or path.parent.name in said, said
    assert "permissions" in said or "ermission" in said, said
    assert "Traceback" not in said
    assert run_command(project, COMMANDS[command]) == 0, capsys.readouterr().err
