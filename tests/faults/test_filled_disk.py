"""A disk that is really full: what only reads works, also the commands that free space, and what writes says so and works once there is room."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.mounted_disks import Found, assert_read, on_mounted_disk, refusal
from tests.faults.ready_project import COMMANDS

READING: dict[str, tuple[str, ...]] = {
    **{name: COMMANDS[name] for name in ("quarantine", "check", "warnings", "status")},
    "why": ("why", "2024-05-30", "c1"),
    "audit": ("audit",),
    # on another disk; the registry of a project that was copied need not follow it first
    "backup": ("backup", "{project}/../../backup"),
    "prune": ("prune", "--remove"),
}
WRITING = ("answer", "approve")


@pytest.fixture(scope="module")
def found(ready: Path, tmp_path_factory: pytest.TempPathFactory) -> Found:
    """What came of every command, in one process."""
    disk = tmp_path_factory.mktemp("disk")
    commands = READING | {name: COMMANDS[name] for name in WRITING}
    stated = {name: [word.format(project=disk / "project") for word in words] for name, words in commands.items()}
    return on_mounted_disk("filled_disk_runs", (ready, disk), stated, after=["again"])


@pytest.mark.parametrize("command", READING)
def test_what_only_reads_works(command: str, found: Found) -> None:
    assert_read(command, found)


@pytest.mark.parametrize("command", WRITING)
def test_what_writes_names_the_file_and_what_to_do(command: str, found: Found) -> None:
    said = refusal(command, found)
    assert "operations.db' cannot be used: " in said
    assert "Nothing was written. Free space" in said
    assert said.count("Error:") == 1


def test_what_was_refused_works_once_there_is_room(found: Found) -> None:
    assert found["again"]["code"] == 0, found["again"]
