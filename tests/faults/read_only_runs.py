"""Runs commands on a project whose disk is really read-only; started by :mod:`tests.faults.test_read_only`.

It must be run in a mount namespace of its own (``unshare -m``), so that nobody else sees the mount. For each command, a line of JSON says
what came of it.
"""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
import traceback
from pathlib import Path

from riskmodel.cli.app import main


def run(project: Path, words: list[str]) -> dict[str, object]:
    """Run a command and return its exit code and streams; 99 stands for a traceback."""
    sys.argv = ["riskmodel", "--project", str(project), *words]
    out, err, code = io.StringIO(), io.StringIO(), None
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
        except SystemExit as stop:
            code = stop.code
        except Exception:
            traceback.print_exc()
            code = 99
    return {"code": code, "out": out.getvalue(), "err": err.getvalue()}


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    subprocess.run(["mount", "--bind", folder, folder], check=True)
    subprocess.run(["mount", "-o", "remount,ro,bind", folder], check=True)
    for line in sys.argv[2:]:
        print(json.dumps(run(folder, json.loads(line))), flush=True)
