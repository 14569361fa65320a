"""Runs commands on a project whose disk is really full; started by :mod:`tests.faults.test_filled_disk`.

It must be run in a mount namespace of its own (``unshare -m``). For each command, a line of JSON says what came of it; the last command is run
again once there is room.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from tests.faults.read_only_runs import run

if __name__ == "__main__":
    source, disk, lines = Path(sys.argv[1]), Path(sys.argv[2]), [json.loads(line) for line in sys.argv[3:]]
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", disk], check=True)
    project, filling = Path(shutil.copytree(source, disk / "project")), disk / "filling"
    with filling.open("wb", buffering=0) as file:
        try:
            while file.write(b"\0" * 4096):
                pass
        except OSError:
            pass
    for words in lines:
        print(json.dumps(run(project, words)), flush=True)
    filling.unlink()
    print(json.dumps(run(project, lines[-1])), flush=True)
