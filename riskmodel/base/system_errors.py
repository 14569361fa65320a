"""Errors of the system, worded for whoever runs a command."""

from __future__ import annotations

import errno
import re
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from riskmodel.base.dangling_links import dangling_link, led_by
from riskmodel.base.errors import RiskmodelError
from riskmodel.base.shown_texts import as_clause

_NO_FOLDER = "No usable temporary directory found"
"""What Python says where it finds no folder for temporary files."""
_UNFINISHED = re.compile(r"\.([^/]+)\.\d+\.part(?=/|$)")
"""The name of a temporary file of ours, with that of the file that it replaces."""


def system_refused(error: OSError) -> RiskmodelError:
    """Return the error for a file that the system refuses.

    Examples
    --------
    >>> import errno
    >>> print(system_refused(OSError(errno.EROFS, "Read-only file system", "data/history/.current.4711.part")))
    'data/history/current' is on a disk that is read-only, so it could not be written. Make the disk writable, then run the same command again.
    """
    if _NO_FOLDER in str(error):
        return _no_temporary_folder(error)
    # a temporary file of ours stands for the file that it would have replaced
    path = None if (name := error.filename2 or error.filename) is None else _UNFINISHED.sub(r"\1", str(name))
    what = _unnamed(error) if path is None else repr(path)
    link = None if path is None else dangling_link(Path(path))
    if link is not None:
        return RiskmodelError(f"{led_by(link)}. Mount that disk, or make the folder or file, then run the same command again.")
    for numbers, sentence in _REFUSALS.items():
        if error.errno in numbers:
            free = free_space(path) if errno.ENOSPC in numbers and path is not None else ""
            return RiskmodelError(sentence.format(what=what, free=free, reason=as_clause(error.strerror)))
    return RiskmodelError(
        f"The system does not let {what} be used: {as_clause(error.strerror or error)}. Correct that, then run the same command again."
    )


_REFUSALS = {
    (errno.ENOSPC,): "The disk is full: {what} could not be written{free}. Free space, then run the same command again.",
    (errno.EDQUOT,): "The disk quota is used up: {what} could not be written. Remove files of this account or raise its "
    "quota, then run the same command again.",
    (errno.EFBIG,): "{what} could not be written: it is larger than this process may write (ulimit -f, LimitFSIZE of systemd) "
    "or than the disk takes. Raise that limit, then run the same command again.",
    (errno.EROFS,): "{what} is on a disk that is read-only, so it could not be written. Make the disk writable, then run the "
    "same command again.",
    (errno.EACCES, errno.EPERM): "The system does not permit the use of {what}. Correct the permissions of it and of its folder, "
    "then run the same command again.",
    (
        errno.ENOLCK,
        errno.ENOTSUP,
    ): "{what} cannot be locked: {reason}. Two runs at once could damage the project, so nothing was done. Put it on a disk with "
    "file locks (a local disk, NFS 4 or CephFS), then run the same command again; 'riskmodel doctor' examines locks.",
    (
        errno.EISDIR,
        errno.ENOTDIR,
        errno.EEXIST,
        errno.ENOTEMPTY,
    ): "There is a folder where {what} should be a file, or a file where a folder should be. "
    "Move it away, then run the same command again.",
}
"""What is said where the system refuses a file, by the numbers of its errors."""


def _unnamed(error: OSError) -> str:
    """Return what to call a file that an error does not name."""
    there = tempfile.gettempdir()
    has_room = error.errno == errno.ENOSPC and shutil.disk_usage(there).free > 256 << 20
    return "a file of the project" if has_room else f"a file (perhaps in {there!r})"


def _no_temporary_folder(error: OSError) -> RiskmodelError:
    """Return the error where no folder for temporary files can be used."""
    tried = str(error.strerror).partition("[")[2].rpartition("]")[0]
    return RiskmodelError(
        f"No folder for temporary files can be used ({tried} were tried). Set TMPDIR to a folder in which this account may write and that has room, then run the same command again."
    )


def free_space(path: str | None) -> str:
    """Return how much is free on a disk, in parentheses."""
    there = Path(path or tempfile.gettempdir()).absolute()
    while not there.exists() and there != there.parent:
        there = there.parent
    with suppress(OSError):
        return f" ({shutil.disk_usage(there).free / 1e6:,.1f} MB are free there)"
    return ""
