"""One ingest of a history at a time."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from riskmodel.base.errors import RiskmodelError
from riskmodel.base.files import make_folder

NAME = ".lock"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the lock of the history in ``folder``. A process that ends, however it ends, lets go of it; the file stays.

    Raises
    ------
    RiskmodelError
        If another process holds it.
    """
    make_folder(folder)
    with open(folder / NAME, "ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RiskmodelError(
                f"Another ingest of the history in {folder.name!r} is running. Wait until it has ended, then run the same command "
                "again; nothing was changed."
            ) from None
        yield
