"""The file ``current``, which names the current manifest of a history."""

from __future__ import annotations

import re
from pathlib import Path

from riskmodel.base.files import is_unfinished, write_bytes
from riskmodel.records.store.faults import damaged_pointer

CURRENT = "current"
BEGUN = ".begun"
"""The file that is there until the first ingest, backup or restore is finished.

So files of an interrupted first ingest are not taken for those of a history that lost the file ``current``.
"""


def read_current(folder: Path) -> str | None:
    """Return the id of the current manifest; None before the first ingest.

    Raises
    ------
    RiskmodelError
        If the file is damaged, or missing beside files that it should name.
    """
    path = folder / CURRENT
    if not path.exists():
        if _has_files(folder) and not (folder / BEGUN).exists():
            raise damaged_pointer(path, "missing")
        return None
    identity = "" if path.is_dir() else path.read_text(encoding="ascii", errors="replace").strip()
    if not re.fullmatch(r"[0-9a-f]{64}", identity):
        raise damaged_pointer(path, "damaged")
    return identity


def write_current(folder: Path, identity: str) -> None:
    """Name the current manifest."""
    write_bytes(folder / CURRENT, identity.encode("ascii") + b"\n")
    clear_begun(folder)


def begin(folder: Path) -> None:
    """Mark a new history as begun until its first manifest is current."""
    if not (folder / CURRENT).exists() and not _has_files(folder):
        write_bytes(folder / BEGUN, b"")


def clear_begun(folder: Path) -> None:
    """Remove the mark of a begun history that has a current manifest."""
    if (folder / CURRENT).exists():
        (folder / BEGUN).unlink(missing_ok=True)


def _has_files(folder: Path) -> bool:
    """Return whether any stored file is there."""
    return any(not is_unfinished(path) for name in ("manifests", "parts", "places") for path in (folder / name).glob("*"))
