"""Links to files and folders that are not there."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def dangling_link(path: Path) -> Path | None:
    """Return the part of a path that is a link to nothing."""
    with suppress(PermissionError):  # what may not be seen is not missing
        return next((part for part in (path, *path.parents) if part.is_symlink() and not part.exists()), None)
    return None


def led_by(link: Path) -> str:
    """Return where a link to nothing leads."""
    return f"{str(link)!r} is a link to {os.readlink(link)!r}, which is not there"
