"""A folder shared by the processes of a run."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from riskmodel.asof.blocks import Blocks, Work
from riskmodel.asof.shelf import Shelf
from riskmodel.base.locks import held
from riskmodel.records.history import History
from riskmodel.records.packed import pack, unpack

HISTORY, WORK = "history.packed", "work.json"
PREFIX, LOCK = "riskmodel-", ".in-use"


@contextmanager
def workbench(history: History, work: Work) -> Iterator[Path]:
    """Write a folder with all that a worker needs; finally remove it.

    Only this user may read it. It is locked while it is in use; folders whose run was killed are removed first.
    """
    remove_left_workbenches()
    made = Path(tempfile.mkdtemp(prefix=f".{PREFIX}"))
    folder = made.with_name(made.name.removeprefix("."))
    try:
        with held(made / LOCK):
            # only a locked folder has the name that others look for
            made.rename(folder)
            pack(history, folder / HISTORY)
            (folder / WORK).write_text(json.dumps(work.to_json()), encoding="utf-8")
            yield folder
    finally:
        shutil.rmtree(made, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def remove_left_workbenches() -> None:
    """Remove the workbenches whose process is gone.

    A folder without a lock file is another program's, or holds what a dask worker was sent, and stays.
    """
    for lock in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/{LOCK}"):
        try:
            with held(lock, wait=False):
                shutil.rmtree(lock.parent, ignore_errors=True)
        except OSError:
            # in use, or another user's
            continue


def open_workbench(folder: Path) -> Blocks:
    """Return the blocks of a workbench, in a worker process."""
    work = Work.from_json(json.loads((folder / WORK).read_text(encoding="utf-8")))
    return Blocks(unpack(folder / HISTORY), work, Shelf(folder))
