"""Copies of SQLite databases that others may be writing."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from riskmodel.base.locks import can_write


def unwritable_database(path: Path, timeout: float = 60) -> sqlite3.Connection:
    """Open a database that may not be written.

    Where another process writes, its log is read, too. Without one the file is whole. If a writer died and left its log, SQLite says that it
    cannot open the file.
    """
    log = path.with_name(f"{path.name}-wal")
    whole = not log.exists() or log.stat().st_size == 0
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if whole else ''}", uri=True, timeout=timeout)


LONGEST_PATH = 504
"""Bytes of the longest path at which SQLite opens a database."""


def why_closed(path: Path) -> str:
    """Return why SQLite cannot open a file, and what to do.

    It only says that it is unable to. Empty if neither its path nor its permissions are the reason.

    Examples
    --------
    >>> why_closed(Path("data/operations.db")), why_closed(Path("/" + "x" * 510))
    ('', 'its path has 511 bytes, more than the 504 that SQLite opens. Move the project to a shorter path')
    """
    length = len(os.fsencode(path))
    if length > LONGEST_PATH:
        return f"its path has {length} bytes, more than the {LONGEST_PATH} that SQLite opens. Move the project to a shorter path"
    if os.path.exists(path) and not os.access(path, os.R_OK):
        return "the system does not permit this user to read it. Correct the permissions of it, or run as its owner"
    return ""


def log_is_closed(path: Path) -> bool:
    """Return whether a database has a write-ahead log that nobody keeps open."""
    log = path.with_name(f"{path.name}-wal")
    try:
        with path.open("rb") as file:
            kept = file.read(20)[18:] == b"\x02\x02"
    except OSError:
        return False
    return kept and (not log.exists() or log.stat().st_size == 0)


def reading_database(path: Path, timeout: float) -> sqlite3.Connection:
    """Open a database of others that is read and never written.

    To read one whose log is closed, SQLite would make files beside it that its owner may not be able to write. So it is read as it stands.
    """
    if log_is_closed(path):
        return unwritable_database(path, timeout)
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=timeout)


_NO_ROOM = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_FSYNC,
    sqlite3.SQLITE_IOERR_SHMOPEN,
    sqlite3.SQLITE_IOERR_SHMSIZE,
    sqlite3.SQLITE_IOERR_SHMMAP,
)
"""What SQLite says where a disk takes no database, log or index of a log."""


def readable_database(path: Path) -> sqlite3.Connection:
    """Open a database to read it, whatever its disk permits."""
    if not can_write(path):
        return unwritable_database(path)
    opened = sqlite3.connect(path, timeout=60)
    try:
        opened.execute("SELECT count(*) FROM sqlite_schema")
    except sqlite3.OperationalError as error:
        opened.close()
        if not is_out_of_space(error):
            raise
        return unwritable_database(path)
    return opened


def is_out_of_space(error: BaseException | None) -> bool:
    """Return whether SQLite failed since the disk takes no log.

    A database with a write-ahead log needs room even to be read. A disk that cannot be read is another matter.
    """
    return getattr(error, "sqlite_errorcode", None) in _NO_ROOM


def copy_database(source: Path, target: Path) -> str:
    """Copy one state of a database and return what SQLite finds wrong.

    The text is empty if the copy is sound. Other processes may read and write meanwhile. The copy is one file without a write-ahead
    log.

    Raises
    ------
    OSError
        If the disk of the target is full.
    sqlite3.Error
        If the source cannot be read or the target cannot be written.
    """
    with closing(readable_database(source)) as one, closing(sqlite3.connect(target)) as copy:
        try:
            one.backup(copy)
        except sqlite3.OperationalError as error:
            if "full" in str(error):
                raise OSError(errno.ENOSPC, str(error), str(target)) from None
            raise
        copy.execute("PRAGMA journal_mode=DELETE")
        said = [line for row in copy.execute("PRAGMA integrity_check(3)") for line in str(row[0]).splitlines()]
    found = [line for line in said if not line.startswith("***")]
    return "" if found == ["ok"] else "; ".join(found)
