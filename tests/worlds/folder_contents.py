"""All that a folder holds, to compare and to put back: a copy that nothing changed needs no second proof."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

Contents = dict[str, bytes | None]
"""The bytes of each file by its path in the folder; None for a folder."""

_OF_PROCESS = re.compile(r"\.\d+\.part$")


def contents_of(folder: Path) -> Contents:
    """Return what a folder holds, without empty locks; the process is left out of the names of its unfinished files."""
    return {
        _OF_PROCESS.sub(".part", path.relative_to(folder).as_posix()): None if path.is_dir() else path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_dir() or not path.name.endswith(".lock") or path.stat().st_size
    }


def put_back(folder: Path, contents: Contents) -> None:
    """Let a folder hold exactly these contents again; a file that holds its bytes stays."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.relative_to(folder).as_posix() not in contents:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for name, content in contents.items():
        path = folder / name
        if content is None:
            path.mkdir(parents=True, exist_ok=True)
        elif not path.is_file() or path.read_bytes() != content:
            if path.is_dir():
                shutil.rmtree(path)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            path.write_bytes(content)
