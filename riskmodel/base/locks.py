"""One process at a time: an advisory lock on a file beside what it guards."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def held(lock: Path, wait: bool = True) -> Iterator[None]:
    """Hold and release the lock on the file ``lock``; a process that dies lets go of it.

    The file stays: removing it would let two processes hold two locks of one name.

    Raises
    ------
    BlockingIOError
        If another process holds it and ``wait`` is false.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with open(lock, "a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)


@contextmanager
def exclusive(guarded: Path) -> Iterator[None]:
    """Wait for, hold and release the lock beside ``guarded``."""
    with held(guarded.with_name(f".{guarded.name}.lock")):
        yield
