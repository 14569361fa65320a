"""Temporary files of a run lie in its folder; what a killed run left goes, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from tests.run_folder import LOCK, PREFIX, remove_left_folders, run_folder
from tests.worlds.simulated_county import ROOT

OWNER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from tests.run_folder import run_folder
with run_folder(Path(sys.argv[2])) as folder:
    (folder / "left").touch()
    print(folder, flush=True)
    sys.stdin.read()
"""


def test_the_folder_of_a_killed_run_goes_and_that_of_a_running_one_stays(tmp_path: Path) -> None:
    command = [sys.executable, "-c", OWNER, str(ROOT), str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        folder = Path(run.stdout.readline().strip())
        remove_left_folders(tmp_path)
        assert {path.name for path in folder.iterdir()} == {LOCK, "left"}
        run.kill()
    assert folder.exists()
    remove_left_folders(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_ends_leaves_nothing(tmp_path: Path) -> None:
    with run_folder(tmp_path) as folder:
        (folder / "left").touch()
    assert list(tmp_path.iterdir()) == []


def test_folders_of_others_stay(tmp_path: Path) -> None:
    others = [tmp_path / f"{PREFIX}without-a-lock", tmp_path / "other"]
    for one in others:
        one.mkdir()
    (others[1] / LOCK).touch()
    remove_left_folders(tmp_path)
    assert all(one.exists() for one in others)


def test_this_run_keeps_its_temporary_files_in_a_folder() -> None:
    folder = Path(tempfile.gettempdir())
    assert folder.name.startswith(PREFIX)
    assert (folder / LOCK).exists()


PROGRAM = """
import os, signal, time
signal.signal(signal.SIGQUIT, signal.SIG_DFL)
print(os.getpid(), flush=True)
time.sleep(600)
"""
"""A program that heeds what ends it, as PostgreSQL does: a shell lets programs in the background ignore it."""


def runs(program: int) -> bool:
    """Whether there is a process of this number."""
    try:
        os.kill(program, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_program_ends_with_the_process_that_began_it() -> None:
    code = f"import sys; from tests.records.postgres import bound; bound({[sys.executable, '-c', PROGRAM]}); sys.stdin.read()"
    words = [sys.executable, "-c", code]
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        program = int(run.stdout.readline())
        assert runs(program)
        run.kill()
    for _ in range(6000):
        if not runs(program):
            return
        time.sleep(0.01)
    pytest.fail("the program runs on")
