"""Atomic files: a reader sees the old content or the new, never a mixture, whatever interrupts the writer."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside ``path`` to write to; on success it is synced and takes ``path``'s place at once.

    The folder is synced after the renaming, so that a file that was written outlasts a power cut, not only a kill.
    """
    make_folder(path.parent)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield beside
        with open(beside, "rb") as written:
            os.fsync(written.fileno())
        os.replace(beside, path)
        sync_folder(path.parent)
    finally:
        beside.unlink(missing_ok=True)


def is_unfinished(path: Path) -> bool:
    """Whether ``path`` is what a writer left that was killed before it could take its place; nobody reads it."""
    return path.name.startswith(".") and path.suffix == ".part"


def make_folder(folder: Path) -> None:
    """Make ``folder`` and those above it, each entered durably in the folder that holds it."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Put the entries of ``folder`` (names made, renamed or removed) on disk, where the system lets a folder be synced."""
    if os.name != "posix":
        return
    entries = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(entries)
    finally:
        os.close(entries)


def write_bytes(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path`` atomically."""
    with replacing(path) as beside:
        beside.write_bytes(content)


def write_json(path: Path, value: object) -> None:
    """Write ``value`` as JSON atomically: sorted keys, UTF-8, one trailing line feed, so the same value has one form."""
    write_bytes(path, canonical_json(value) + b"\n")


def canonical_json(value: object) -> bytes:
    """The one JSON form of ``value`` (sorted keys, no NaN), for files and fingerprints."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False).encode()


def sha256(content: bytes | Path) -> str:
    """Hexadecimal sha256 of bytes or of a file, read in blocks."""
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    with open(content, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
