"""Workbenches: removed at the end, and by the next start if their process was killed."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from riskmodel.asof.engines.workbench import HISTORY, LOCK, open_workbench, remove_left_workbenches, workbench
from riskmodel.base.locks import held
from tests.worlds.grid import a_town, work_on


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def left_by_a_killed_run(folder: Path) -> Path:
    """A workbench whose lock nobody holds."""
    folder.mkdir()
    for name in (HISTORY, LOCK):
        (folder / name).write_bytes(b"")
    return folder


def test_a_workbench_is_for_this_user_only_and_is_removed(temporary: Path) -> None:
    history = a_town()
    with workbench(history, work_on(history)) as folder:
        assert folder.parent == temporary
        assert folder.name.startswith("riskmodel-")
        assert folder.stat().st_mode & 0o077 == 0
        assert len(open_workbench(folder).work) == len(work_on(history))
        with pytest.raises(BlockingIOError), held(folder / LOCK, wait=False):
            pass
    assert list(temporary.iterdir()) == []


def test_the_next_start_removes_what_a_killed_run_left(temporary: Path) -> None:
    left = left_by_a_killed_run(temporary / "riskmodel-killed")
    history = a_town()
    with workbench(history, work_on(history)) as folder:
        assert not left.exists()
        assert list(temporary.iterdir()) == [folder]


def test_a_run_that_is_killed_leaves_a_folder_that_is_recognised(temporary: Path) -> None:
    history = a_town()
    work = work_on(history)
    child = os.fork()
    if not child:
        with workbench(history, work):
            os._exit(9)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert [path.name.startswith("riskmodel-") for path in temporary.iterdir()] == [True]
    remove_left_workbenches()
    assert list(temporary.iterdir()) == []


def test_what_is_in_use_or_of_others_stays(temporary: Path) -> None:
    history = a_town()
    (temporary / "riskmodel-of-others").mkdir()
    with workbench(history, work_on(history)) as folder:
        remove_left_workbenches()
        assert (folder / HISTORY).is_file()
    assert [path.name for path in temporary.iterdir()] == ["riskmodel-of-others"]
