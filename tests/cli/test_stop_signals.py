"""A command that is stopped from outside says so, leaves nothing half-written, and its next run completes it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from riskmodel.base.project import Project
from riskmodel.cli.stop_signals import orderly_stop
from riskmodel.operations.night_service import run_service
from tests.operations.test_delivery_rules import with_settings
from tests.worlds.copied_project import copied_project
from tests.worlds.town import AS_OF

STOPPING = """
import json, os, signal, sys
import openpyxl, pandas
import riskmodel.detection.joint, riskmodel.operations.night_service, riskmodel.warning.formats.html
from riskmodel.cli.app import main
from riskmodel.operations.nightly import output_steps

real = output_steps.write_outbox
name = ""
def stopped(*given, **named):
    os.kill(os.getpid(), getattr(signal, name))
    return real(*given, **named)
output_steps.write_outbox = stopped
codes = []
for name, folder in json.loads(sys.argv[1]).items():
    night = os.fork()
    if not night:
        os.dup2(os.open(os.path.join(folder, "said.txt"), os.O_WRONLY | os.O_CREAT), 2)
        if name != "SIGINT":  # whoever runs the tests may ignore it
            signal.signal(getattr(signal, name), signal.SIG_DFL)
        sys.argv = ["riskmodel", "--quiet", "--project", folder, "night", "--as-of", "2025-12-31"]
        main()
    codes.append(os.waitstatus_to_exitcode(os.waitpid(night, 0)[1]))
print(json.dumps(codes))
"""
"""Runs a night in a process of its own for each signal; the libraries, which take longer than the nights, are imported once."""

SIGNALS = ("SIGTERM", "SIGHUP", "SIGINT")


@pytest.fixture(scope="module")
def stopped(prepared: dict[bool, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Project, int]]:
    """For each signal the project whose night it stopped, and the exit code."""
    where = tmp_path_factory.mktemp("stopped")
    projects = {
        name: with_settings(copied_project(prepared[True], where / name), '[service]\nmetrics = "m.prom"\nlog = "night.jsonl"\n')
        for name in SIGNALS
    }
    folders = json.dumps({name: str(project.folder) for name, project in projects.items()})
    done = subprocess.run([sys.executable, "-c", STOPPING, folders], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return dict(zip(SIGNALS, zip(projects.values(), json.loads(done.stdout), strict=True), strict=True))


@pytest.mark.parametrize("name", SIGNALS)
def test_a_night_that_is_stopped_says_so_and_is_completed(stopped: dict[str, tuple[Project, int]], name: str) -> None:
    project, code = stopped[name]
    said = (project.folder / "said.txt").read_text(encoding="utf-8")
    assert code == 130, said
    how = "Interrupted" if name == "SIGINT" else f"Stopped by {name}"
    assert said == f"Error: {how}. Nothing is half-written; run the same command again.\n"
    assert list(project.folder.rglob(".*.part")) == []
    assert 'riskmodel_night_state{state="failed"} 1' in project.path("m.prom").read_text(encoding="utf-8")
    assert json.loads(project.path("night.jsonl").read_text(encoding="utf-8"))["exit_code"] == 130
    assert run_service(project, AS_OF, clock=lambda: AS_OF * 86_400).exit_code == 0


def test_a_signal_that_is_ignored_stays_so_and_handlers_of_others_do_too() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with orderly_stop() as came:
            os.kill(os.getpid(), signal.SIGHUP)
        assert came == []
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    thread = threading.Thread(target=lambda: orderly_stop().__enter__())
    thread.start()
    thread.join()
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_the_same_signal_once_more_ends_the_process(tmp_path: Path, name: str) -> None:
    """Also behind the command, where Python waits for its threads."""
    twice = (
        "import os, signal\nfrom riskmodel.cli.stop_signals import orderly_stop\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"try:\n    with orderly_stop():\n        os.kill(os.getpid(), signal.{name})\nexcept KeyboardInterrupt:\n    os.kill(os.getpid(), signal.{name})\n"
    )
    done = subprocess.run([sys.executable, "-c", twice], capture_output=True, check=False, cwd=tmp_path, env=dict(os.environ))
    assert (done.returncode, done.stderr) == (-getattr(signal, name), b"")
