"""A machine that may be killed, lose its power or fill its disk at any operation.

Every operation of the code under test that a fault could hit is numbered: files opened, written, synced, renamed and removed, what SQLite
writes and syncs, and what goes to receivers. A :class:`Fault` names one of them.
"""

from __future__ import annotations

import errno
import os
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from tests.torture.database_disk import FULL, IO_ERROR, OK, WatchedDatabases
from tests.torture.disk import Disk, Image

Kind = Literal["kill", "power cut", "disk full", "io error"]
KINDS: tuple[Kind, ...] = ("kill", "power cut", "disk full", "io error")
Class = Literal["file", "database", "receiver"]

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_IGNORED = (".lock", ".pyc")


class Killed(BaseException):
    """The process that this would be is dead."""


@dataclass
class Fault:
    """What happens at the operation of a number, counted within its class (empty: over all)."""

    kind: Kind
    number: int
    within: str = ""
    lasting: bool = False

    def __str__(self) -> str:
        lasting = " and from then on" if self.lasting else ""
        return f"{self.kind} at {self.within or 'any'} operation {self.number}{lasting}"


@dataclass
class Machine:
    """The disk and the fault of one simulated machine."""

    root: Path
    draw: random.Random
    databases: WatchedDatabases
    fault: Fault | None = None
    running: bool = False
    dead: bool = False
    struck: bool = False
    image: Image | None = None
    counts: dict[str, int] = field(default_factory=dict)
    trace: Any = field(default_factory=sha256)
    log: list[str] | None = None

    def __post_init__(self) -> None:
        self.disk = Disk(self.root)
        self._real_sync = os.fsync
        self._real_write = Path.write_bytes

    def begin(self, fault: Fault | None) -> None:
        """Start a process with a fault in store."""
        self.fault, self.dead, self.struck, self.image, self.counts = fault, False, False, None, {}
        self.running = True

    def end(self) -> bool:
        """End the process; return whether it was killed, after its folder was restored."""
        self.running = False
        if not self.dead:
            return False
        assert self.image is not None
        self.disk.restore(self.image)
        if self.fault is not None and self.fault.kind == "power cut":
            self.disk = Disk(self.root)
        self.dead = False
        return True

    @contextmanager
    def calm(self) -> Iterator[None]:
        """Let no fault happen; another machine works."""
        fault, self.fault = self.fault, None
        try:
            yield
        finally:
            self.fault = fault

    def reach(self, within: Class, what: str, path: str) -> int:
        """Count an operation and let its fault happen.

        Returns
        -------
        int
            The error number of the system to fail with; 0 if none.
        """
        self.counts[within] = self.counts.get(within, 0) + 1
        self.counts[""] = self.counts.get("", 0) + 1
        line = f"{within} {what} {path.removeprefix(str(self.root))}"
        self.trace.update(line.encode())
        if self.log is not None:
            self.log.append(f"  {self.counts['']:4} {line}")
        fault = self.fault
        if fault is None:
            return 0
        at = self.counts.get(fault.within, 0)
        if self.struck:
            return self._error(fault) if fault.lasting and within != "receiver" else 0
        if at != fault.number or fault.within not in ("", within):
            return 0
        if self.log is not None:
            self.log.append(f"       ^ {fault}")
        if fault.kind in ("kill", "power cut"):
            self.struck = True
            self.image = self.disk.killed(self.draw) if fault.kind == "kill" else self.disk.power_cut(self.draw)
            self.dead = True
            return 0
        if within == "receiver":
            fault.number += 1
            return 0
        self.struck = True
        return self._error(fault)

    @staticmethod
    def _error(fault: Fault) -> int:
        return errno.ENOSPC if fault.kind == "disk full" else errno.EIO

    def file_operation(self, what: str, path: str) -> None:
        """Count an operation on a file, and fail or die there."""
        if self.dead:
            raise Killed
        number = self.reach("file", what, path)
        if self.dead:
            raise Killed
        if number:
            raise OSError(number, os.strerror(number), path)

    def receiver_operation(self, what: str) -> None:
        """Count an operation of a receiver, and die there."""
        if self.dead:
            raise Killed
        self.reach("receiver", what, "")
        if self.dead:
            raise Killed

    def watches(self, path: str) -> bool:
        """Return whether a database file belongs to the machine."""
        return self.running and self.disk.holds(path)

    def database_operation(self, what: str, path: str, at: int, piece: bytes | None) -> int:
        """Count an operation of SQLite; return the code that it fails with."""
        if self.dead or not self.running or path.endswith("-shm"):
            return OK
        if what == "sync names":
            self.disk.folder(path).sync()
            return OK
        number = self.reach("database", what, path)
        if self.dead:
            return OK
        if number:
            return FULL if number == errno.ENOSPC and what in ("write", "truncate") else IO_ERROR
        if what == "remove":
            self.disk.removed(path)
            return OK
        file = self.disk.file(path)
        file.in_place = True
        if file.synced is None:
            file.synced = bytearray()
        if what == "write":
            file.writes.append((at, piece))
        elif what == "truncate":
            file.writes.append((at, None))
        elif what == "sync":
            file.sync(b"")
        return OK

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Follow all operations below the folder."""
        _hooked.append(self)
        self.databases.watched, self.databases.report = self.watches, self.database_operation
        self.databases.begin(random.Random(self.draw.random()))
        before = os.fsync, Path.write_bytes
        os.fsync, Path.write_bytes = self._sync, _writer(self)  # type: ignore[assignment]
        try:
            yield
        finally:
            os.fsync, Path.write_bytes = before
            self.databases.watched, self.databases.report = (lambda _path: False), (lambda *_: OK)
            _hooked.remove(self)

    def _sync(self, file: Any) -> None:
        if not self.running:
            return
        number = file if isinstance(file, int) else file.fileno()
        path = os.readlink(f"/proc/self/fd/{number}")
        if path == str(self.root) or self.disk.holds(path):
            self.file_operation("sync", path)
            self.disk.synced(path)

    def audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Follow one operation that Python reports before it does it."""
        if event == "open":
            path, _mode, flags = arguments
            if isinstance(flags, int) and flags & _WRITING and (path := self._own(path)):
                self.file_operation("open", path)
                self.disk.opened(path)
        elif event == "os.rename":
            old, new = self._own(arguments[0]), self._own(arguments[1])
            if old and new:
                self.file_operation("rename", new)
                self.disk.renamed(old, new)
        elif event in ("os.remove", "os.rmdir"):
            path = self._own(arguments[0])
            if path and os.path.lexists(path):
                self.file_operation("remove", path)
                self.disk.removed(path)
        elif event == "os.mkdir":
            path = self._own(arguments[0])
            if path and not os.path.exists(path):
                self.file_operation("make folder", path)
                self.disk.made(path)

    def _own(self, path: Any) -> str:
        name = os.fsdecode(path) if isinstance(path, (str, bytes, os.PathLike)) else ""
        return name if self.disk.holds(name) and not name.endswith(_IGNORED) and "__pycache__" not in name else ""


_EVENTS = frozenset({"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir"})
_hooked: list[Machine] = []


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _EVENTS and _hooked and _hooked[-1].running:
        _hooked[-1].audit(event, arguments)


sys.addaudithook(_hook)


def _writer(machine: Machine) -> Callable[[Path, bytes], int]:
    """Return a ``Path.write_bytes`` that may stop in the middle."""

    def write_bytes(path: Path, content: bytes) -> int:
        with open(path, "wb", buffering=0) as file:
            if machine.running and machine.disk.holds(str(path)):
                half = len(content) // 2
                file.write(content[:half])
                machine.file_operation("write", str(path))
                file.write(content[half:])
            else:
                file.write(content)
        return len(content)

    return write_bytes
