"""What takes seconds to make is made once for all workers of a run: the first that asks makes it, and the others wait for it."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

MakeOnce = Callable[[str, Callable[[Path], object]], Path]
"""Returns the folder of a name, filled by a function that is called once in a run; copy what is in it, never change it."""


def once_for_all_workers(factory: pytest.TempPathFactory) -> MakeOnce:
    """Return a function that makes folders beside those of the workers; without workers, in the folder of the run.

    A folder that could not be made whole is made again by the next worker that asks.
    """
    own = factory.getbasetemp()
    home = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "once"
    home.mkdir(exist_ok=True)

    def make_once(name: str, fill: Callable[[Path], object]) -> Path:
        folder, whole = home / name, home / f"{name}.whole"
        with open(home / f"{name}.lock", "wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not whole.exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                fill(folder)
                whole.touch()
        return folder

    return make_once
