"""Advisory file locks, so that one process at a time does something."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def held(lock: Path, wait: bool = True) -> Iterator[None]:
    """Hold the lock on the file ``lock``, and release it afterwards.

    If the process dies, the system releases the lock. The file stays: if it were removed, two processes could hold locks on two files
    of the same name.

    Raises
    ------
    BlockingIOError
        If another process holds the lock and ``wait`` is false.
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
    """Wait for the lock beside ``guarded``, hold it and release it.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, exclusive(Path(folder) / "ledger.db"):
    ...     print([path.name for path in Path(folder).iterdir()])
    ['.ledger.db.lock']
    """
    with held(guarded.with_name(f".{guarded.name}.lock")):
        yield
