"""One folder for all temporary files of a run of the tests: it goes with the run, and the folder of a killed run goes with the next.

Libraries and programs that tests start leave files where a run is killed: servers of PostgreSQL, Chromium, dask, openpyxl. They all ask
for the same folder.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX, LOCK = "riskmodel-tests-", "owner"


@contextmanager
def run_folder(root: Path) -> Iterator[Path]:
    """Make a folder in ``root`` that is locked while this process lives, and finally remove it.

    Other users may enter it, as PostgreSQL does, but not list it.
    """
    remove_left_folders(root)
    made = Path(tempfile.mkdtemp(prefix=f".{PREFIX}", dir=root))
    folder = made.with_name(made.name.removeprefix("."))
    with open(made / LOCK, "wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made.chmod(0o711)
        # only a locked folder has the name that others look for
        made.rename(folder)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def remove_left_folders(root: Path) -> None:
    """Remove this user's folders whose process is gone; another program's have no such lock."""
    for path in root.glob(f"{PREFIX}*/{LOCK}"):
        try:
            with open(path, "rb") as lock:
                if os.fstat(lock.fileno()).st_uid == os.geteuid():
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(path.parent, ignore_errors=True)
        except OSError:
            # in use, or removed by another run
            continue
