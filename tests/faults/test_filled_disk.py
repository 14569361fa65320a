"""A disk that is really full: what only reads works, also the commands that free space, and what writes says so and works once there is room."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.ready_project import COMMANDS

READING: dict[str, tuple[str, ...]] = {
    **{name: COMMANDS[name] for name in ("quarantine", "check", "warnings", "status")},
    "why": ("why", "2024-05-30", "c1"),
    "audit": ("audit",),
    "prune": ("prune", "--remove"),
}
WRITING = ("answer", "approve")


@pytest.fixture(scope="module")
def found(ready: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """What came of every command, in one process."""
    disk = tmp_path_factory.mktemp("disk")
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this user may not mount a disk")
    commands = READING | {name: COMMANDS[name] for name in WRITING}
    project = disk / "project"
    lines = [json.dumps([word.format(project=project) for word in words]) for words in commands.values()]
    done = subprocess.run(
        ["unshare", "-m", sys.executable, "-m", "tests.faults.filled_disk_runs", str(ready), str(disk), *lines],
        capture_output=True,
        text=True,
        check=False,
    )
    if "mount:" in done.stderr:
        pytest.skip("this machine mounts nothing here")
    assert done.returncode == 0, done.stderr
    return dict(zip([*commands, "again"], map(json.loads, done.stdout.splitlines()), strict=True))


@pytest.mark.parametrize("command", READING)
def test_what_only_reads_works(command: str, found: dict[str, dict[str, str]]) -> None:
    # status ends with 4 where something waits to be done, as a list that nobody approved does
    assert found[command]["code"] == (4 if command == "status" else 0), found[command]
    assert found[command]["out"].strip()


@pytest.mark.parametrize("command", WRITING)
def test_what_writes_names_the_file_and_what_to_do(command: str, found: dict[str, dict[str, str]]) -> None:
    said = found[command]["err"]
    assert found[command]["code"] == 1, said
    assert "operations.db' cannot be used: " in said
    assert "Nothing was written. Free space" in said
    assert said.count("Error:") == 1


def test_what_was_refused_works_once_there_is_room(found: dict[str, dict[str, str]]) -> None:
    assert found["again"]["code"] == 0, found["again"]
