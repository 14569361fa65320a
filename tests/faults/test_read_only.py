"""A project on a disk that is really read-only: what only reads works, and what writes says which file and what to do."""

from __future__ import annotations

import re
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.faults.mounted_disks import Found, assert_read, on_mounted_disk, refusal
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
def found(ready: Path, tmp_path_factory: pytest.TempPathFactory) -> Found:
    """What came of every command, in one process; it cannot write to the project even as root."""
    outside = tmp_path_factory.mktemp("outside")
    project = Path(shutil.copytree(ready, outside / "project"))
    # a writer that died leaves SQLite's log, which must be read as well
    log = project / "data" / "operations.db-wal"
    commands = READING | {name: COMMANDS[name] for name in WRITING}
    stated = {name: [word.format(project=project, outside=outside) for word in words] for name, words in commands.items()}
    done = on_mounted_disk("read_only_runs", (project,), stated)
    assert not log.exists()
    return done


@pytest.mark.parametrize("command", READING)
def test_what_only_reads_works(command: str, found: Found) -> None:
    assert_read(command, found)


@pytest.mark.parametrize("command", WRITING)
def test_what_writes_names_the_file_and_what_to_do(command: str, found: Found) -> None:
    said = refusal(command, found)
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
