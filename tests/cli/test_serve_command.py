"""The server ends with the command that started it."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from riskmodel.cli.serve_command import run_whole


def test_what_a_server_started_ends_with_it(tmp_path: Path) -> None:
    noted = tmp_path / "number"

    def stopped(process: subprocess.Popen[bytes]) -> int:
        while not noted.exists() or not noted.read_text().endswith("\n"):
            time.sleep(0.01)
        assert process.poll() is None
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_whole(["sh", "-c", f"sleep 60 & echo $! > {noted}; wait"], os.environ, stopped)
    number = int(noted.read_text())
    for _ in range(200):
        try:
            os.kill(number, 0)
        except ProcessLookupError:
            return
        if Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return
        time.sleep(0.01)
    raise AssertionError("the server of the command goes on")


def test_the_exit_code_is_that_of_the_command() -> None:
    assert run_whole(["sh", "-c", "exit 3"], os.environ) == 3
