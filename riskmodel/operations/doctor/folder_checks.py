"""What the doctor examines of folders: space, files and remains."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from riskmodel.base.files import LEFT_BEHIND, is_unfinished
from riskmodel.base.texts import Text
from riskmodel.operations.doctor.doctor_findings import DoctorFinding, fine

FULL, TIGHT = 200 * 2**20, 2 * 2**30
"""Bytes below which a disk is full, or nearly."""
FEW_FILES, MANY_FILES = 1_000, 20_000
"""Files that can still be made below which a disk is full, or nearly; a night makes some hundred."""


def disk(folder: Path) -> Iterator[DoctorFinding]:
    """Examine free space, free files and the mount of a folder's disk."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    state = os.statvfs(there)
    if state.f_flag & os.ST_RDONLY:
        said = Text(zh="该磁盘以只读方式挂载。", en="This disk is mounted read-only.")
        remedy = Text(
            zh="查看 dmesg 有无磁盘错误；若无，运行 mount -o remount,rw。",
            en="Look for faults of the disk in dmesg; if there are none, run: mount -o remount,rw.",
        )
        yield DoctorFinding("disk", str(folder), "fault", said, remedy)
    yield _space(folder, shutil.disk_usage(there).free)
    yield _files_left(folder, state.f_files, state.f_favail)


def temporary() -> DoctorFinding:
    """Examine the folder of temporary files, without which no night runs."""
    try:
        folder = tempfile.gettempdir()
    except OSError:
        said = Text(zh="本账号在任何临时文件夹里都不可写。", en="This account can write in no folder for temporary files.")
        remedy = Text(
            zh="把 TMPDIR 设为本账号可写、有剩余空间的文件夹。",
            en="Set TMPDIR to a folder in which it may write and that has room.",
        )
        return DoctorFinding("temporary", "TMPDIR", "fault", said, remedy)
    free = shutil.disk_usage(folder).free
    if free >= FULL:
        return fine("temporary", folder, f"剩余{free / 2**30:.1f} GB。", f"{free / 2**30:.1f} GB are free.")
    said = Text(zh=f"剩余{free / 2**20:.0f} MB。", en=f"{free / 2**20:.0f} MB are free.")
    remedy = Text(zh="清理该文件夹，或把 TMPDIR 设为另一个文件夹。", en="Clear this folder, or set TMPDIR to another one.")
    return DoctorFinding("temporary", folder, "warning", said, remedy)


def _space(folder: Path, free: int) -> DoctorFinding:
    """Return how much space is free."""
    shown = f"{free / 2**30:.1f} GB"
    if free >= TIGHT:
        return fine("disk", str(folder), f"剩余{shown}。", f"{shown} are free.")
    said = Text(zh=f"剩余{shown}。", en=f"{shown} are free.")
    remedy = Text(
        zh="释放空间：运行 riskmodel prune，删除旧备份，或把 warnings.scores_days 调小。",
        en="Free space: run 'riskmodel prune', remove old backups, or keep scores for fewer days (warnings.scores_days).",
    )
    return DoctorFinding("disk", str(folder), "fault" if free < FULL else "warning", said, remedy)


def _files_left(folder: Path, most: int, left: int) -> DoctorFinding:
    """Return how many files (inodes) can still be made."""
    if most == 0:
        return fine("inodes", str(folder), "该磁盘不限文件数。", "This disk has no limit of files.")
    if left >= MANY_FILES:
        return fine("inodes", str(folder), f"还可建文件{left}个。", f"{left:,} more files can be made.")
    said = Text(zh=f"还可建文件{left}个（共{most}个）。", en=f"{left:,} more files can be made, of {most:,}.")
    remedy = Text(
        zh="即使有剩余空间也会写不进：用 du --inodes -x / 找出文件最多的文件夹，删除或移走；旧备份先打包。",
        en="Nothing can be written although space is free: find the folders with most files by 'du --inodes -x /', and remove or move them; pack "
        "old backups into one file.",
    )
    return DoctorFinding("inodes", str(folder), "fault" if left < FEW_FILES else "warning", said, remedy)


def remains(folders: Iterable[Path], now: int) -> Iterator[DoctorFinding]:
    """Yield unfinished files that a run left behind."""
    for folder in folders:
        left = [path for path in (folder.rglob(".*.part") if folder.is_dir() else ()) if is_unfinished(path)]
        old = [path for path in left if path.exists() and path.stat().st_mtime < now - LEFT_BEHIND]
        if old:
            said = Text(
                zh=f"有{len(old)}个中断时留下的未完成文件，如 {old[0].name}。",
                en=f"It holds {len(old)} unfinished files, such as {old[0].name}.",
            )
            remedy = Text(
                zh="它们从不被读取；riskmodel prune --remove 会删除。",
                en="They are never read; 'riskmodel prune --remove' removes them.",
            )
            yield DoctorFinding("remains", str(folder), "note", said, remedy)
