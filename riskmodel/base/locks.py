"""One process at a time: an advisory lock on a file beside what it guards."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def exclusive(guarded: Path) -> Iterator[None]:
    """Wait for, hold and release the lock of ``guarded``; a process that dies lets go of it.

    The lock file stays: removing it would let two processes hold two locks of one name.
    """
    guarded.parent.mkdir(parents=True, exist_ok=True)
    with open(guarded.with_name(f".{guarded.name}.lock"), "a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)
