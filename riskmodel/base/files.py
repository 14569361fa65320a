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
    """A temporary path beside ``path`` to write to; on success it is synced and takes ``path``'s place at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield beside
        with open(beside, "rb") as written:
            os.fsync(written.fileno())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


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
