"""SQLite's view of the simulated disk: a file system of SQLite that reports what it writes.

SQLite reaches files through a table of functions (sqlite.org/vfs.html). This module registers one that passes everything to the
system's, reports writes, syncs, truncations and removals of the files that are watched, and returns the error that the report asks for.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p

OK, IO_ERROR, FULL = 0, 10, 13
CREATE = 0x4
JOURNALS = 0x800 | 0x80000
"""Flags of SQLite: a file may be made; it is a journal or a write-ahead log."""

Report = Callable[[str, str, int, "bytes | None"], int]
"""Called with what happens, the path, a place and the bytes before it happens; returns a result code of SQLite."""

_Open = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, POINTER(c_int))
_Delete = CFUNCTYPE(c_int, c_void_p, c_char_p, c_int)
_Random = CFUNCTYPE(c_int, c_void_p, c_int, c_void_p)
_Close = CFUNCTYPE(c_int, c_void_p)
_Write = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_Truncate = CFUNCTYPE(c_int, c_void_p, c_int64)
_Sync = CFUNCTYPE(c_int, c_void_p, c_int)


class _FileSystem(Structure):
    """``sqlite3_vfs``."""

    _fields_ = (
        ("iVersion", c_int), ("szOsFile", c_int), ("mxPathname", c_int), ("pNext", c_void_p), ("zName", c_char_p),
        ("pAppData", c_void_p), ("xOpen", _Open), ("xDelete", _Delete), ("xAccess", c_void_p), ("xFullPathname", c_void_p),
        ("xDlOpen", c_void_p), ("xDlError", c_void_p), ("xDlSym", c_void_p), ("xDlClose", c_void_p), ("xRandomness", _Random),
        ("xSleep", c_void_p), ("xCurrentTime", c_void_p), ("xGetLastError", c_void_p), ("xCurrentTimeInt64", c_void_p),
        ("xSetSystemCall", c_void_p), ("xGetSystemCall", c_void_p), ("xNextSystemCall", c_void_p),
    )  # fmt: skip


class _Methods(Structure):
    """``sqlite3_io_methods``."""

    _fields_ = (
        ("iVersion", c_int), ("xClose", _Close), ("xRead", c_void_p), ("xWrite", _Write), ("xTruncate", _Truncate),
        ("xSync", _Sync), ("more", c_void_p * 14),
    )  # fmt: skip


class WatchedDatabases:
    """The registered file system; ``watched`` says which paths are reported to ``report``."""

    def __init__(self) -> None:
        self.library = ctypes.CDLL(ctypes.util.find_library("sqlite3") or "libsqlite3.so.0")
        self.library.sqlite3_vfs_find.restype = c_void_p
        self.library.sqlite3_vfs_find.argtypes = [c_char_p]
        self.library.sqlite3_vfs_register.argtypes = [c_void_p, c_int]
        self.library.sqlite3_vfs_unregister.argtypes = [c_void_p]
        self.library.sqlite3_randomness.argtypes = [c_int, c_void_p]
        self.watched: Callable[[str], bool] = lambda _path: False
        self.report: Report = lambda *_: OK
        self.draw = random.Random(0)
        self._paths: dict[int, str] = {}
        self._systems: dict[int, _Methods] = {}
        self._methods: dict[int, tuple[_Methods, _Methods]] = {}
        self._fresh: set[str] = set()
        self._there = self.library.sqlite3_vfs_find(None)
        self._base = _FileSystem.from_address(self._there)
        self._own = _FileSystem()
        ctypes.memmove(ctypes.byref(self._own), self._there, ctypes.sizeof(_FileSystem))
        self._own.zName, self._own.pNext = b"torture", None
        self._own.xOpen, self._own.xDelete = _Open(self._open), _Delete(self._delete)
        self._own.xRandomness = _Random(self._random)
        self._changed = (_Close(self._close), _Write(self._write), _Truncate(self._truncate), _Sync(self._sync))

    @contextmanager
    def registered(self) -> Iterator[None]:
        """Let SQLite open files by this file system."""
        self.library.sqlite3_vfs_register(ctypes.byref(self._own), 1)
        try:
            yield
        finally:
            self.library.sqlite3_vfs_unregister(ctypes.byref(self._own))
            self.library.sqlite3_vfs_register(self._there, 1)

    def begin(self, draw: random.Random) -> None:
        """Let the random numbers of SQLite follow from a seed."""
        self.draw = draw
        self.library.sqlite3_randomness(0, None)

    def _open(self, _system: int, name: int, file: int, flags: int, out: object) -> int:
        path = ctypes.string_at(name).decode() if name else ""
        watched = bool(path) and self.watched(path)
        if watched and flags & CREATE:
            code = self.report("open", path, 0, None)
            if code:
                return code
            if flags & JOURNALS:
                self._fresh.add(path)
        code = self._base.xOpen(self._there, name, file, flags, out)
        if code == OK and watched:
            self._watch(file, path)
        return code

    def _watch(self, file: int, path: str) -> None:
        pointer = c_void_p.from_address(file)
        address = pointer.value or 0
        if address not in self._methods:
            base, own = _Methods.from_address(address), _Methods()
            ctypes.memmove(ctypes.byref(own), address, ctypes.sizeof(_Methods))
            own.xClose, own.xWrite, own.xTruncate, own.xSync = self._changed
            self._methods[address] = (base, own)
        # a database and its log are closed by different functions of the system
        self._systems[file] = self._methods[address][0]
        pointer.value = ctypes.addressof(self._methods[address][1])
        self._paths[file] = path

    def _close(self, file: int) -> int:
        self._paths.pop(file, None)
        return self._systems.pop(file).xClose(file)

    def _write(self, file: int, buffer: int, count: int, at: int) -> int:
        code = self.report("write", self._paths[file], at, ctypes.string_at(buffer, count))
        return code or self._systems[file].xWrite(file, buffer, count, at)

    def _truncate(self, file: int, size: int) -> int:
        code = self.report("truncate", self._paths[file], size, None)
        return code or self._systems[file].xTruncate(file, size)

    def _sync(self, file: int, _flags: int) -> int:
        path = self._paths[file]
        code = self.report("sync", path, 0, None)
        if code == OK and path in self._fresh:
            self._fresh.discard(path)
            code = self.report("sync names", path.rpartition("/")[0], 0, None)
        return code

    def _delete(self, _system: int, name: bytes, synced: int) -> int:
        path = name.decode()
        if not self.watched(path):
            return self._base.xDelete(self._there, name, synced)
        code = self.report("remove", path, 0, None)
        if code:
            return code
        code = self._base.xDelete(self._there, name, 0)
        if code == OK and synced:
            return self.report("sync names", path.rpartition("/")[0], 0, None)
        return code

    def _random(self, _system: int, count: int, out: int) -> int:
        ctypes.memmove(out, self.draw.randbytes(count), count)
        return count
