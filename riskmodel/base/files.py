"""Atomic files: a reader sees the old content or the new.

Nothing in between is ever visible, whatever interrupts the writer.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from riskmodel.base.canonical_text import canonical_text


@contextmanager
def replacing(path: Path, above: Path | None = None) -> Iterator[Path]:
    """Yield a temporary path that replaces ``path`` on success.

    It lies beside ``path`` or in ``above``, a folder above it on the same disk; it is synced and then renamed. The folder is synced after that, so a
    written file survives not only a killed process but a power failure.
    """
    make_folder(path.parent)
    beside = (above or path.parent) / f".{path.name}.{os.getpid()}.part"
    try:
        yield beside
        with open(beside, "rb") as written:
            os.fsync(written.fileno())
        os.replace(beside, path)
        sync_folder(path.parent)
    except OSError as error:
        # a write to an open file fails without the name of the file
        if error.errno is not None and error.filename is None:
            error.filename = str(path)
        raise
    finally:
        beside.unlink(missing_ok=True)


LEFT_BEHIND = 86_400
"""Seconds after which an unfinished file was left by a run that was stopped."""


def is_unfinished(path: Path) -> bool:
    """Return whether ``path`` is the temporary file of a killed writer.

    Such files are never read.

    Examples
    --------
    >>> is_unfinished(Path("data/.cells.csv.4711.part")), is_unfinished(Path("data/cells.csv"))
    (True, False)
    """
    return path.name.startswith(".") and path.suffix == ".part"


def is_utf8_name(name: str) -> bool:
    """Return whether the name of a file is valid UTF-8.

    Examples
    --------
    >>> is_utf8_name("名单.csv"), is_utf8_name(os.fsdecode(bytes([255])))
    (True, False)
    """
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_stream(path: Path) -> bool:
    """Return whether a path is a device, pipe or numbered open file.

    Examples
    --------
    >>> is_stream(Path("/dev/null")), is_stream(Path("README.md"))
    (True, False)
    """
    if not path.exists():
        return False
    opened = (path.readlink() if path.is_symlink() else path).parts[:2] == ("/", "proc")
    return opened or not (path.is_file() or path.is_dir())


def remove_unfinished(path: Path) -> None:
    """Remove the temporary files that killed writers of ``path`` left."""
    ours = re.compile(rf"\.{re.escape(path.name)}\.\d+\.part")
    for beside in path.parent.glob(".*.part"):
        if ours.fullmatch(beside.name):
            beside.unlink(missing_ok=True)


def remove_unfinished_in(folder: Path, name: str) -> None:
    """Remove what killed writers of files left in a folder.

    What a running process writes stays, and so does every other file.

    Parameters
    ----------
    name
        A regular expression of the names of the files.
    """
    ours = re.compile(rf"\.(?:{name})\.(\d+)\.part")
    for left in folder.glob(".*.part"):
        found = ours.fullmatch(left.name)
        if found is not None and not is_running(int(found[1])):
            left.unlink(missing_ok=True)


def is_running(process: int) -> bool:
    """Return whether a process of this machine runs.

    Examples
    --------
    >>> is_running(os.getpid())
    True
    """
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def make_folder(folder: Path) -> None:
    """Make ``folder`` and its parents, synced to disk.

    An empty folder may be that of a process killed before it synced the name, so its name is synced again; a folder gets its first entry
    only after that.
    """
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)
    elif is_empty_folder(folder):
        # a folder that somebody else made may stand in one that we cannot read
        with suppress(PermissionError):
            sync_folder(folder.parent)


def is_empty_folder(folder: Path) -> bool:
    """Return whether a folder has no entry.

    Of many only the first is read.
    """
    with os.scandir(folder) as entries:
        return next(entries, None) is None


def sync_folder(folder: Path) -> None:
    """Write the entries of ``folder`` to disk.

    These are names that were created, renamed or removed. Systems on which a folder cannot be synced are left alone.
    """
    if os.name != "posix":
        return
    entries = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(entries)
    finally:
        os.close(entries)


def write_bytes(path: Path, content: bytes, above: Path | None = None) -> None:
    """Write ``content`` to ``path`` atomically.

    Folders that do not exist are made. ``above`` as in :func:`replacing`. A device or a pipe is written to: root could replace ``/dev/null``
    by a file, and no program of the machine would work as before.
    """
    if is_stream(path):
        with open(path, "ab") as stream:
            stream.write(content)
        return
    with replacing(path, above) as beside:
        beside.write_bytes(content)


def write_private(path: Path, content: bytes) -> None:
    """Write a file atomically that only its owner may ever read."""
    with replacing(path) as beside, open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        stream.write(content)


def refuse_unwritable_folder(folder: Path) -> None:
    """Raise the system's error if nothing can be written to a folder.

    Asked before long work, so that nobody waits for a result that cannot be kept. A folder that is still to be made is judged by the one in which it will be.

    Raises
    ------
    OSError
        If the folder is on a read-only disk, or this account may not write to it.
    """
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        number = errno.EROFS if os.statvfs(there).f_flag & os.ST_RDONLY else errno.EACCES
        raise OSError(number, os.strerror(number), str(folder))


def write_json(path: Path, value: object) -> None:
    """Write ``value`` as canonical JSON with a final line feed, atomically."""
    write_bytes(path, canonical_json(value) + b"\n")


def canonical_json(value: object) -> bytes:
    """Return the canonical JSON of ``value``, for files and fingerprints.

    Keys are sorted and the encoding is UTF-8, so equal values have equal bytes. NaN is a ``ValueError``.

    Examples
    --------
    >>> print(canonical_json({"b": "县", "a": 1}).decode())
    {
     "a": 1,
     "b": "县"
    }
    """
    return canonical_text(value).encode()


def sha256(content: bytes | Path) -> str:
    """Return the hexadecimal sha256 of bytes or of a file.

    A file is read in blocks.

    Examples
    --------
    >>> sha256(b"riskmodel")[:12]
    '387c2be2d06d'
    """
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    with open(content, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def short_digest(digest: str) -> str:
    """Return the short form of a digest, as lists show it.

    Examples
    --------
    >>> short_digest("3f2a9c1d" + 56 * "0")
    '3f2a9c1d'
    """
    return digest[:8]
