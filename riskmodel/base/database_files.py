"""Copies of SQLite databases that others may be writing."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import closing
from pathlib import Path


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
    with closing(sqlite3.connect(source, timeout=60)) as one, closing(sqlite3.connect(target)) as copy:
        try:
            one.backup(copy)
        except sqlite3.OperationalError as error:
            if "full" in str(error):
                raise OSError(errno.ENOSPC, str(error), str(target)) from None
            raise
        copy.execute("PRAGMA journal_mode=DELETE")
        found = [str(row[0]) for row in copy.execute("PRAGMA integrity_check(3)")]
    return "" if found == ["ok"] else "; ".join(found)
