"""What the doctor examines of folders: space, permissions, locks and remains."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from riskmodel.base.files import is_unfinished
from riskmodel.base.texts import Text
from riskmodel.operations.doctor.doctor_findings import DoctorFinding, fine

FULL, TIGHT = 200 * 2**20, 2 * 2**30
"""Bytes below which a disk is full, or nearly."""
OLD = 86_400
"""Seconds after which an unfinished file was left by a run that was stopped."""


def disk(folder: Path) -> DoctorFinding:
    """Examine the free space and free files of a folder's disk."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    free, files = shutil.disk_usage(there).free, os.statvfs(there)
    shown = f"{free / 2**30:.1f} GB"
    if free >= TIGHT and (files.f_files == 0 or files.f_favail > 1000):
        return fine("disk", str(folder), f"剩余{shown}。", f"{shown} are free.")
    said = Text(
        zh=f"剩余{shown}，可建文件{files.f_favail}个。", en=f"{shown} are free, and {files.f_favail:,} more files can be made."
    )
    remedy = Text(
        zh="释放空间：删除旧备份，或把 warnings.scores_days 调小。",
        en="Free space: remove old backups, or keep scores for fewer days (warnings.scores_days).",
    )
    return DoctorFinding("disk", str(folder), "fault" if free < FULL else "warning", said, remedy)


def permissions(folders: Iterable[Path], user: str) -> Iterator[DoctorFinding]:
    """Examine whether folders may be read and written."""
    denied = [path for path in folders if path.exists() and not os.access(path, os.R_OK | os.W_OK | os.X_OK)]
    for path in denied:
        said = Text(zh=f"用户 {user} 不能读写该文件夹。", en=f"The user {user} cannot read and write this folder.")
        remedy = Text(
            zh=f"运行 chown -R {user} '{path}'，或以其所有者运行。", en=f"Run: chown -R {user} '{path}', or run as its owner."
        )
        yield DoctorFinding("permissions", str(path), "fault", said, remedy)
    if not denied:
        yield fine("permissions", user, "项目的文件夹均可读写。", "The folders of the project can be read and written.")


def open_to_all(paths: Iterable[Path]) -> Iterator[DoctorFinding]:
    """Yield files that every user of the machine may write."""
    for path in paths:
        if path.exists() and path.stat().st_mode & stat.S_IWOTH and not path.stat().st_mode & stat.S_ISVTX:
            said = Text(zh="任何用户都能改写。", en="Every user of this machine may change it.")
            remedy = Text(zh=f"运行 chmod o-w '{path}'。", en=f"Run: chmod o-w '{path}'.")
            yield DoctorFinding("permissions", str(path), "warning", said, remedy)


def locks(folders: Iterable[Path]) -> Iterator[DoctorFinding]:
    """Examine which locks are held, and whether locks work."""
    held: list[Path] = []
    for path in sorted({lock for folder in folders if folder.is_dir() for lock in folder.glob(".*.lock")}):
        try:
            with open(path, "rb") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            held.append(path)
        except OSError as error:
            if error.errno in (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS):
                said = Text(zh="该磁盘不支持文件锁。", en="This disk has no file locks.")
                remedy = Text(
                    zh="把项目移到支持 flock 的磁盘（本地盘、NFS 4）。",
                    en="Move the project to a disk with flock, such as a local one or NFS 4.",
                )
                yield DoctorFinding("locks", str(path), "fault", said, remedy)
                return
    for path in held:
        said = Text(zh="另一个进程正持有该锁。", en="Another process holds this lock.")
        remedy = Text(
            zh=f"若持续数小时，用 fuser '{path}' 找到该进程；进程结束后锁自动释放，文件应保留。",
            en=f"If it does so for hours, find the process with: fuser '{path}'. The lock ends with the process; the file stays.",
        )
        yield DoctorFinding("locks", str(path), "note", said, remedy)
    if not held:
        yield fine("locks", "locks", "没有被占用的锁。", "No lock is held.")


def remains(folders: Iterable[Path], now: int) -> Iterator[DoctorFinding]:
    """Yield unfinished files that a run left behind."""
    for folder in folders:
        left = [path for path in (folder.rglob(".*.part") if folder.is_dir() else ()) if is_unfinished(path)]
        old = [path for path in left if path.exists() and path.stat().st_mtime < now - OLD]
        if old:
            said = Text(
                zh=f"有{len(old)}个中断时留下的未完成文件，如 {old[0].name}。",
                en=f"It holds {len(old)} unfinished files, such as {old[0].name}.",
            )
            remedy = Text(
                zh="确认没有命令在运行后删除；它们从不被读取。", en="Delete them when no command runs; they are never read."
            )
            yield DoctorFinding("remains", str(folder), "note", said, remedy)
