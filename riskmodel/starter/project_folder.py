"""The folder of a new project, and paths in its file."""

from __future__ import annotations

from pathlib import Path

from riskmodel.base.errors import UsageError
from riskmodel.base.project import FILE_NAME

__all__ = ["FILE_NAME", "refuse_project", "stated_path"]


def refuse_project(folder: Path) -> None:
    """Refuse a folder that holds a project.

    Raises
    ------
    UsageError
        If it has a project file.
    """
    if (folder / FILE_NAME).exists():
        raise UsageError(
            f"There is a project in {str(folder)!r} already ({FILE_NAME}). Choose another folder, or edit that file."
        )


def stated_path(path: Path, folder: Path, data: str | Path | None) -> str:
    """Return the path of a table as the project file states it.

    A table is referenced, not copied: what is appended to it is ingested next time, and columns about persons stay where they are.

    Parameters
    ----------
    folder
        Folder of the project; a table inside it has a relative path.
    data
        Folder of open data, or None.
    """
    if path.is_relative_to(folder.resolve()):
        return path.relative_to(folder.resolve()).as_posix()
    if data is not None and path.is_relative_to(Path(data).resolve()):
        return f"$RISKMODEL_DATA/{path.relative_to(Path(data).resolve()).as_posix()}"
    return path.as_posix()
