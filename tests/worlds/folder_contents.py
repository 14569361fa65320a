"""All that a folder holds, to compare and to put back: a copy that nothing changed needs no second proof."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

Contents = dict[str, bytes | None]
"""The bytes of each file by its path in the folder; None for a folder."""

_OF_PROCESS = re.compile(r"\.\d+\.part$")


def contents_of(folder: Path) -> Contents:
    """Return what a folder holds, without empty locks; the process is left out of the names of its unfinished files."""
    return {
        _OF_PROCESS.sub(".part", name): None if is_folder else _bytes(path)
        for name, path, is_folder in _below(str(folder))
        if is_folder or not name.endswith(".lock") or os.stat(path).st_size
    }


def put_back(folder: Path, contents: Contents) -> None:
    """Let a folder hold exactly these contents again; a file that holds its bytes stays."""
    there = {}
    for name, path, is_folder in [*_below(str(folder))]:
        if name in contents:
            there[name] = is_folder
        elif is_folder:
            shutil.rmtree(path, ignore_errors=True)
        elif os.path.lexists(path):
            os.unlink(path)
    for name, content in contents.items():
        path = folder / name
        if content is None:
            path.mkdir(parents=True, exist_ok=True)
        elif there.get(name) is not False or _bytes(f"{folder}{os.sep}{name}") != content:
            if path.is_dir():
                shutil.rmtree(path)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            path.write_bytes(content)


def _below(folder: str) -> Iterator[tuple[str, str, bool]]:
    """Yield name in the folder, path, and whether it is a folder, of all below; pathlib would take several times as long."""
    for where, folders, files in os.walk(folder):
        inside = where[len(folder) + 1 :].replace(os.sep, "/")
        for names, is_folder in ((folders, True), (files, False)):
            for name in names:
                yield (f"{inside}/{name}" if inside else name), f"{where}{os.sep}{name}", is_folder


def _bytes(path: str) -> bytes:
    with open(path, "rb", buffering=0) as file:
        return file.read()
