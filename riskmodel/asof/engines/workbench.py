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
from riskmodel.records.history import History
from riskmodel.records.packed import pack, unpack

HISTORY, WORK = "history.packed", "work.json"


@contextmanager
def workbench(history: History, work: Work) -> Iterator[Path]:
    """Write a folder with all that a worker needs; finally remove it.

    Only this user may read it.
    """
    folder = Path(tempfile.mkdtemp(prefix="riskmodel-"))
    try:
        pack(history, folder / HISTORY)
        (folder / WORK).write_text(json.dumps(work.to_json()), encoding="utf-8")
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def open_workbench(folder: Path) -> Blocks:
    """Return the blocks of a workbench, in a worker process."""
    work = Work.from_json(json.loads((folder / WORK).read_text(encoding="utf-8")))
    return Blocks(unpack(folder / HISTORY), work, Shelf(folder))
