"""Files with their digests, in a manifest or at their end."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from riskmodel.base.files import canonical_json, sha256, write_bytes

MANIFEST = "manifest.json"

_CHECK = 64
"""Bytes at the end of a file: the sha256 of all bytes before, so that damage is noticed."""


def write_digested(folder: Path, files: Mapping[str, bytes], version: int) -> None:
    """Write files into a folder, then the manifest of their format."""
    for name, content in files.items():
        write_bytes(folder / name, content)
    digests = {name: sha256(content) for name, content in files.items()}
    write_bytes(folder / MANIFEST, canonical_json({"format": version, "files": digests}) + b"\n")


def read_digested(folder: Path, names: Iterable[str]) -> tuple[dict[str, bytes], list[str]]:
    """Return contents of files, and those that the manifest does not confirm."""
    found = {name: (folder / name).read_bytes() if (folder / name).is_file() else b"" for name in names}
    try:
        stated = json.loads((folder / MANIFEST).read_bytes())["files"]
        return found, [name for name, content in found.items() if stated[name] != sha256(content)]
    except (ValueError, KeyError, TypeError):
        return found, list(found)


def write_checked(path: Path, body: bytes) -> None:
    """Write bytes and their digest into one file."""
    write_bytes(path, body + sha256(body).encode())


def read_checked(path: Path) -> bytes | None:
    """Return the bytes that :func:`write_checked` wrote, if they are there and whole."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    body = content[:-_CHECK]
    return body if sha256(body).encode() == content[-_CHECK:] else None


def remove_others(folder: Path | None, names: str, used: Collection[str]) -> None:
    """Remove what has a name of a pattern and is not used."""
    for path in sorted(folder.iterdir()) if folder is not None and folder.is_dir() else ():
        if re.fullmatch(names, path.name) and path.name not in used:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
