"""Commands in a process that mounts a disk of its own, which nobody else sees."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence

import pytest

Found = Mapping[str, Mapping[str, str]]
"""Exit code, output and errors of each command, by its name."""


def on_mounted_disk(
    module: str, arguments: Sequence[object], commands: Mapping[str, Sequence[str]], after: Sequence[str] = ()
) -> Found:
    """Return what came of every command, and of those that the module runs ``after`` them; skip where nothing can be mounted."""
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this user may not mount a disk")
    lines = [json.dumps(words) for words in commands.values()]
    done = subprocess.run(
        ["unshare", "-m", sys.executable, "-m", f"tests.faults.{module}", *map(str, arguments), *lines],
        capture_output=True,
        text=True,
        check=False,
    )
    if "mount:" in done.stderr:
        pytest.skip("this machine mounts nothing here")
    assert done.returncode == 0, done.stderr
    return dict(zip([*commands, *after], map(json.loads, done.stdout.splitlines()), strict=True))


def assert_read(command: str, found: Found) -> None:
    """Fail if a command that only reads did not work."""
    # status ends with 4 where something waits to be done, as a list that nobody approved does
    assert found[command]["code"] == (4 if command == "status" else 0), found[command]
    assert found[command]["out"].strip()


def refusal(command: str, found: Found) -> str:
    """Return what a command said that the system refused."""
    assert found[command]["code"] == 1, found[command]
    return found[command]["err"]
