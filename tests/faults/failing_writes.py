"""Writes that fail as on a full, read-only or over-quota disk, one chosen write at a time.

Python reports each file that it opens for writing, each folder that it makes and each file that it renames before it does so; changes of
a database fail with the words of SQLite.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

ERRORS = {"full": errno.ENOSPC, "quota": errno.EDQUOT, "read-only": errno.EROFS}
"""The errors of the system by what is wrong with the disk."""

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@dataclass
class Failing:
    """Which write below a folder fails, with which error; ``seen`` are the writes so far."""

    folder: str = ""
    last: int = 0
    number: int = 0
    seen: list[str] = field(default_factory=list)

    def count(self, path: Any) -> None:
        """Count a write, and fail from the chosen one on: a full disk stays full."""
        name = os.fsdecode(path) if isinstance(path, (str, bytes, os.PathLike)) else ""
        if self.folder and name.startswith(self.folder) and not name.endswith((".lock", ".pyc")) and "__pycache__" not in name:
            self.seen.append(name)
            if len(self.seen) > self.last:
                raise OSError(self.number, os.strerror(self.number), name)


_failing = Failing()
_denied: set[str] = set()


def _hook(name: str, arguments: tuple[Any, ...]) -> None:
    if name == "open" and _denied and isinstance(arguments[0], (str, os.PathLike)) and os.fspath(arguments[0]) in _denied:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), os.fspath(arguments[0]))
    if not _failing.folder:
        return
    if name == "open":
        path, _mode, flags = arguments
        if isinstance(flags, int) and flags & _WRITING:
            _failing.count(path)
    elif name == "os.mkdir":
        _failing.count(arguments[0])
    elif name in ("os.rename", "shutil.copyfile"):
        _failing.count(arguments[1])


sys.addaudithook(_hook)


@contextmanager
def failing_writes(folder: Path, last: int, number: int) -> Iterator[Failing]:
    """Let every write below a folder fail after the first ``last`` ones."""
    _failing.folder, _failing.last, _failing.number, _failing.seen = str(folder), last, number, []
    try:
        yield _failing
    finally:
        _failing.folder = ""


@contextmanager
def denied(path: Path) -> Iterator[None]:
    """Let the system refuse to open a file, as it does where permissions are missing (not for root, hence this way)."""
    _denied.add(str(path))
    try:
        yield
    finally:
        _denied.clear()


_CHANGES = ("INSERT", "UPDATE", "DELETE", "ALTER", "CREATE")
_SQLITE = {errno.ENOSPC: "database or disk is full", errno.EROFS: "attempt to write a readonly database"}


@contextmanager
def failing_databases(name: str, number: int) -> Iterator[None]:
    """Let every change of the database of that file name fail as SQLite does."""

    def execute(cursor: Any, statement: str, _parameters: object, _context: object) -> None:
        if statement.lstrip().upper().startswith(_CHANGES):
            file = cursor.connection.execute("PRAGMA database_list").fetchone()[2]
            if file.endswith(name):
                raise sqlite3.OperationalError(_SQLITE[number])

    for call in ("do_execute", "do_executemany"):
        event.listen(Engine, call, execute)
    try:
        yield
    finally:
        for call in ("do_execute", "do_executemany"):
            event.remove(Engine, call, execute)
