"""The server ends with the command that started it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from riskmodel.cli.serve_command import run_whole


def ends(number: int) -> bool:
    """Return whether a process is gone within two seconds."""
    for _ in range(200):
        try:
            os.kill(number, 0)
            if Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.01)
    return False


def test_what_a_server_started_ends_with_it(tmp_path: Path) -> None:
    noted = tmp_path / "number"

    def stopped(process: subprocess.Popen[bytes]) -> int:
        while not noted.exists() or not noted.read_text().endswith("\n"):
            time.sleep(0.01)
        assert process.poll() is None
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_whole(["sh", "-c", f"sleep 60 & echo $! > {noted}; wait"], os.environ, stopped)
    assert ends(int(noted.read_text()))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_a_server_ends_with_a_command_that_is_killed(tmp_path: Path) -> None:
    noted = tmp_path / "number"
    program = f"import os; from riskmodel.cli.serve_command import run_whole; run_whole(['sh', '-c', 'echo $$ > {noted}; exec sleep 60'], os.environ)"
    command = subprocess.Popen([sys.executable, "-c", program])
    while not noted.exists() or not noted.read_text().endswith("\n"):
        time.sleep(0.01)
    command.kill()
    command.wait()
    assert ends(int(noted.read_text()))


def test_the_exit_code_is_that_of_the_command() -> None:
    assert run_whole(["sh", "-c", "exit 3"], os.environ) == 3
