"""Advisory file locks, so that one process at a time does something."""

from __future__ import annotations

import errno
import fcntl
import logging
import math
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from riskmodel.base.errors import RiskmodelError

log = logging.getLogger("riskmodel")
"""Where a wait is reported; without a handler of its own, on standard error."""

UNWRITABLE = (errno.EROFS, errno.EACCES, errno.EPERM)
"""The system's errors where a file may be read and not written."""

PATIENCE = 1.0
"""Seconds after which a wait is reported."""

LIMIT = 1800.0
"""Seconds after which a wait fails; no command holds for as long what another one needs."""


class StillLockedError(RiskmodelError):
    """Another run holds what this one needs, for too long."""

    def __init__(self, lock: Path, minutes: float) -> None:
        super().__init__(
            f"Another run of riskmodel still holds {str(lock)!r} after {minutes:g} minutes. This run waits no longer. Find out what the other one "
            "does: 'riskmodel doctor' names its process. End it if it hangs, then run the same command again, which completes what was begun."
        )
        self.lock = lock


def report_wait(guarded: Path | str) -> None:
    """Report that another run holds what this one needs."""
    log.warning("Waiting for another run of riskmodel, which holds '%s' ...", guarded)


@contextmanager
def held(lock: Path, wait: bool = True, reads: bool = False, limited: bool = True) -> Iterator[None]:
    """Hold the lock on the file ``lock``, and release it afterwards.

    If the process dies, the system releases the lock. The file stays: if it were removed, two processes could hold locks on two files
    of the same name.

    Parameters
    ----------
    wait
        Whether to wait while another process holds it.
    reads
        Whether only reading happens under it. It is then held on a read-only disk, too; a lock that nobody made there needs no holding.
    limited
        Whether a wait fails after half an hour. Workers of one command wait for each other as long as it takes.

    Raises
    ------
    BlockingIOError
        If another process holds the lock and ``wait`` is false.
    StillLockedError
        If another process held it for half an hour.
    """
    with ExitStack() as stack:
        try:
            lock.parent.mkdir(parents=True, exist_ok=True)
            file = stack.enter_context(open(lock, "a+b"))
        except OSError as error:
            if not reads or error.errno not in UNWRITABLE:
                raise
            if not lock.exists():
                yield
                return
            file = stack.enter_context(open(lock, "rb"))
        try:
            if wait:
                _wait_for(file.fileno(), lock, LIMIT if limited else math.inf)
            else:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            # the system does not say which file cannot be locked
            error.filename = str(lock)
            raise
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)


def _wait_for(file: int, lock: Path, limit: float) -> None:
    """Wait for a lock up to a limit; report a long wait."""
    began, reported = time.monotonic(), False
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waited = time.monotonic() - began
        else:
            return
        if waited >= limit:
            raise StillLockedError(lock, limit / 60)
        if waited >= PATIENCE and not reported:
            report_wait(lock)
            reported = True
        time.sleep(0.1 if reported else 0.02)


def lock_beside(guarded: Path) -> Path:
    """Return the lock file beside ``guarded``."""
    return guarded.with_name(f".{guarded.name}.lock")


def is_lost(guarded: Path) -> bool:
    """Return whether a file that :func:`mark_made` saw is missing or empty."""
    there = guarded.is_dir() or (guarded.exists() and guarded.stat().st_size > 0)
    return not there and was_made(guarded)


def was_made(guarded: Path) -> bool:
    """Return whether :func:`mark_made` noted that ``guarded`` was made."""
    mark = lock_beside(guarded)
    return mark.exists() and mark.stat().st_size > 0


def mark_made(guarded: Path) -> None:
    """Note in the lock file that ``guarded`` was made."""
    mark = lock_beside(guarded)
    if can_write(guarded) and mark.stat().st_size == 0:
        mark.write_bytes(b"made\n")


def can_write(path: Path) -> bool:
    """Return whether a file can be written or made."""
    there = path if path.exists() else path.parent
    return os.access(there, os.W_OK) and os.access(path.parent, os.W_OK)


def refuse_unwritable(path: Path) -> None:
    """Raise the system's error if a file cannot be written.

    Raises
    ------
    OSError
        As the system words it.
    """
    if can_write(path):
        return
    with open(path, "ab"):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path.parent))


@contextmanager
def exclusive(guarded: Path, reads: bool = False, limited: bool = True) -> Iterator[None]:
    """Wait for the lock beside ``guarded``, hold it and release it.

    ``reads`` and ``limited`` as in :func:`held`.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, exclusive(Path(folder) / "ledger.db"):
    ...     print([path.name for path in Path(folder).iterdir()])
    ['.ledger.db.lock']
    """
    with held(lock_beside(guarded), reads=reads, limited=limited):
        yield
