"""What the doctor examines of permissions: folders, files and their owners."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from riskmodel.base.texts import Text
from riskmodel.operations.doctor.doctor_findings import DoctorFinding, fine

MOST_EXAMINED = 20_000
"""Files of a folder that are examined; a project of years has more, and they are alike."""
WRITTEN_IN_PLACE = (".db", ".db-wal", ".db-shm", ".lock", ".jsonl")
"""Endings of files that are changed and not replaced."""
PROJECT_FILE = "riskmodel.toml"


def permissions(whole: Sequence[Path], shallow: Sequence[Path], user: str, uid: int) -> Iterator[DoctorFinding]:
    """Examine whether folders and their files may be read and written.

    Parameters
    ----------
    whole, shallow
        Folders that riskmodel alone fills, and those in which only databases, locks and the project file are its own.
    user, uid
        Name and number of the user of this process; 0 may do everything, which says nothing of the service's user.
    """
    inside = {folder: _inside(folder) for folder in whole if folder.is_dir()}
    inside |= {folder: _own(folder) for folder in shallow if folder.is_dir()}
    found = [
        one for folder, paths in inside.items() for one in (*_denied(folder, paths, user, uid), *_of_others(folder, paths, uid))
    ]
    yield from found
    if not found:
        yield fine(
            "permissions", user, "项目的文件夹和文件均可读写。", "Folders and files of the project can be read and written."
        )


def _denied(folder: Path, paths: Iterable[Path], user: str, uid: int) -> Iterator[DoctorFinding]:
    """Yield a folder or files that may not be used.

    A disk that is read-only is another fault; there only reading is examined.
    """
    writes = 0 if os.statvfs(folder).f_flag & os.ST_RDONLY else os.W_OK
    if not os.access(folder, os.R_OK | writes | os.X_OK):
        said = Text(zh=f"用户 {user} 不能读写该文件夹。", en=f"The user {user} cannot read and write this folder.")
        if os.access(folder, os.R_OK | os.X_OK):
            said = Text(
                zh=f"用户 {user} 能读该文件夹，不能写。", en=f"The user {user} can read this folder and cannot write to it."
            )
        yield DoctorFinding("permissions", str(folder), "fault", said, _right_user(folder, user, uid))
        return
    denied = [path for path in paths if not os.access(path, _needed(path) & (writes | os.R_OK | os.X_OK))]
    if denied:
        first = denied[0].relative_to(folder)
        said = Text(
            zh=f"用户 {user} 不能读写其中{len(denied)}个文件或文件夹，如 {first}。",
            en=f"The user {user} cannot read or write {len(denied)} of its files and folders, such as {first}.",
        )
        yield DoctorFinding("permissions", str(folder), "fault", said, _right_user(folder, user, uid))


def _right_user(folder: Path, user: str, uid: int) -> Text:
    """Return who should run instead of this user.

    A folder of another user stays theirs: with another owner their night would fail.
    """
    owner = folder.stat().st_uid
    if owner == uid != 0:
        return Text(zh=f"运行 chmod -R u+rwX '{folder}'。", en=f"Run: chmod -R u+rwX '{folder}'.")
    if owner in (uid, 0):
        return Text(
            zh=f"运行 chown -R {user} '{folder}'，或以其所有者运行。", en=f"Run: chown -R {user} '{folder}', or run as its owner."
        )
    return Text(
        zh=f"以其所有者运行：sudo -u '#{owner}' riskmodel …；几个账户共用一个项目的设置，见批次说明（docs/night.zh.md）。",
        en=f"Run as its owner: sudo -u '#{owner}' riskmodel ... docs/night.md says how several accounts share a project.",
    )


def _of_others(folder: Path, paths: Iterable[Path], uid: int) -> Iterator[DoctorFinding]:
    """Yield what another user owns, or an examination as root."""
    owner = folder.stat().st_uid
    if uid == 0 and owner != 0:
        said = Text(
            zh=f"以 root 运行，但该文件夹属于用户{owner}：root 写下的文件，服务的用户以后不能改写。",
            en=f"This runs as root, and the folder belongs to user {owner}: what root writes, the service's user cannot change.",
        )
        remedy = Text(
            zh=f"以服务的用户运行：sudo -u '#{owner}' riskmodel …",
            en=f"Run as the service's user: sudo -u '#{owner}' riskmodel ...",
        )
        yield DoctorFinding("permissions", str(folder), "warning", said, remedy)
    others = [path for path in paths if path.stat().st_uid != owner and not _is_shared(folder, path)]
    if others:
        first = others[0].relative_to(folder)
        said = Text(
            zh=f"其中{len(others)}个文件或文件夹属于另一用户，如 {first}；可能有人以 root 运行过命令。",
            en=f"{len(others)} of its files and folders belong to another user, such as {first}; somebody may have run a command as root.",
        )
        remedy = Text(zh=f"运行 chown -R {owner} '{folder}'。", en=f"Run: chown -R {owner} '{folder}'.")
        yield DoctorFinding("permissions", str(folder), "warning", said, remedy)


def _is_shared(folder: Path, path: Path) -> bool:
    """Return whether a folder's group may use its file."""
    whole, part = folder.stat(), path.stat()
    asked = _needed(path) << 3
    return bool(whole.st_mode & stat.S_IWGRP) and part.st_gid == whole.st_gid and part.st_mode & asked == asked


def _inside(folder: Path) -> list[Path]:
    """Return what a folder holds at any depth, without links."""
    there = (Path(at) / name for at, folders, files in os.walk(folder) for name in (*folders, *files))
    return [path for path in islice(there, MOST_EXAMINED) if not path.is_symlink() and path.exists()]


def _own(folder: Path) -> list[Path]:
    """Return databases, logs, locks and the project file of a folder."""
    return [
        path for path in folder.iterdir() if path.is_file() and (path.suffix in WRITTEN_IN_PLACE or path.name == PROJECT_FILE)
    ]


def _needed(path: Path) -> int:
    """Return which access a file or folder needs."""
    if path.is_dir():
        return os.R_OK | os.W_OK | os.X_OK
    return os.R_OK | os.W_OK if path.suffix in WRITTEN_IN_PLACE else os.R_OK


def unreadable(paths: Iterable[Path], user: str) -> Iterator[DoctorFinding]:
    """Yield folders and files that the user may not read."""
    for path in paths:
        if (
            os.path.lexists(path)
            and not os.access(path, os.R_OK | (os.X_OK if os.path.isdir(path) else 0))
            and os.path.exists(path)
        ):
            said = Text(zh=f"用户 {user} 不能读取。", en=f"The user {user} cannot read it.")
            remedy = Text(
                zh=f"更正权限，例如 chmod a+rX '{path}'。", en=f"Correct its permissions, such as: chmod a+rX '{path}'."
            )
            yield DoctorFinding("permissions", str(path), "fault", said, remedy)


def open_to_all(paths: Iterable[Path]) -> Iterator[DoctorFinding]:
    """Yield files that every user of the machine may write."""
    for path in paths:
        if path.exists() and path.stat().st_mode & stat.S_IWOTH and not path.stat().st_mode & stat.S_ISVTX:
            said = Text(zh="任何用户都能改写。", en="Every user of this machine may change it.")
            remedy = Text(zh=f"运行 chmod o-w '{path}'。", en=f"Run: chmod o-w '{path}'.")
            yield DoctorFinding("permissions", str(path), "warning", said, remedy)
