"""A project on a disk that is really read-only: what only reads works, and what writes says which file and what to do."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.ready_project import COMMANDS, run_command

READING: dict[str, tuple[str, ...]] = {
    **{name: COMMANDS[name] for name in ("quarantine", "check", "features", "warnings")},
    "why": ("why", "2024-05-30", "c1"),
    "status": ("status",),
    "audit": ("audit",),
    "replay": ("replay", "--night", "2024-05-29"),
    "prune": ("prune",),
    "backup": ("backup", "{outside}/backup"),
    "restore": ("restore", "{project}/backup", "{outside}/restored"),
}
WRITING = ("ingest", "backtest", "train", "promote", "nightly", "approve", "answer")


@pytest.fixture(scope="module")
def found(ready: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """What came of every command, in one process; it cannot write to the project even as root."""
    outside = tmp_path_factory.mktemp("outside")
    project = Path(shutil.copytree(ready, outside / "project"))
    # a writer that died leaves SQLite's log, which must be read as well
    log = project / "data" / "operations.db-wal"
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this user may not mount a read-only disk")
    commands = READING | {name: COMMANDS[name] for name in WRITING}
    lines = [json.dumps([word.format(project=project, outside=outside) for word in words]) for words in commands.values()]
    done = subprocess.run(
        ["unshare", "-m", sys.executable, "-m", "tests.faults.read_only_runs", str(project), *lines],
        capture_output=True,
        text=True,
        check=False,
    )
    if "mount:" in done.stderr:
        pytest.skip("this machine mounts nothing here")
    assert done.returncode == 0, done.stderr
    assert not log.exists()
    return dict(zip(commands, map(json.loads, done.stdout.splitlines()), strict=True))


@pytest.mark.parametrize("command", READING)
def test_what_only_reads_works(command: str, found: dict[str, dict[str, str]]) -> None:
    # status ends with 4 where something waits to be done, as a list that nobody approved does
    assert found[command]["code"] == (4 if command == "status" else 0), found[command]
    assert found[command]["out"].strip()


@pytest.mark.parametrize("command", WRITING)
def test_what_writes_names_the_file_and_what_to_do(command: str, found: dict[str, dict[str, str]]) -> None:
    said = found[command]["err"]
    assert found[command]["code"] == 1, said
    assert re.fullmatch(
        r"Error: '.+' is on a disk that is read-only, so it could not be written\. Make the disk writable, .+\n", said
    )


def test_a_log_of_a_writer_that_died_is_read_on_a_read_only_disk(
    ready: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its last changes stand in the log only; without it the list would be a draft still."""
    project = Path(shutil.copytree(ready, tmp_path / "project"))
    path = project / "data" / "operations.db"
    held = sqlite3.connect(path)
    held.execute("SELECT count(*) FROM nights").fetchone()
    assert run_command(project, COMMANDS["approve"]) == 0
    dead = Path(shutil.copytree(project, tmp_path / "dead"))
    held.close()
    assert (dead / "data" / "operations.db-wal").stat().st_size > 0
    monkeypatch.setattr("riskmodel.ledger.database.can_write", lambda path: path.name != "operations.db")
    monkeypatch.setattr("riskmodel.base.database_files.can_write", lambda path: path.name != "operations.db")
    capsys.readouterr()
    assert run_command(dead, COMMANDS["warnings"]) == 0
    assert "(approved, list " in capsys.readouterr().out
