"""What the doctor examines of locks and network disks."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from riskmodel.base.texts import Text
from riskmodel.operations.doctor.doctor_findings import DoctorFinding, fine

MOUNTS, LOCKS, PROCESSES = Path("/proc/self/mountinfo"), Path("/proc/locks"), Path("/proc")
"""What Linux says of mounted disks, of locks, and of processes."""
NETWORK = (
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "afs",
    "ceph",
    "glusterfs",
    "lustre",
    "beegfs",
    "gpfs",
    "fuse.sshfs",
    "fuse.glusterfs",
)
"""File systems over a network."""
ALONE = ("nolock", "local_lock=all", "local_lock=flock", "nobrl", "localflock")
"""Options of mounts under which a lock holds on this machine only."""
NO_LOCKS = ("fuse.sshfs", "9p", "afs")
"""File systems over a network whose locks no other machine sees."""
STATES = {"T": "stopped", "t": "stopped", "Z": "dead"}
"""States of a process that will not release its lock by itself."""


@dataclass(frozen=True)
class Mount:
    """A mounted disk: where, of which type, and with which options."""

    point: str
    type: str
    options: frozenset[str]

    @property
    def is_network(self) -> bool:
        """Whether it lies behind a network."""
        return self.type in NETWORK

    @property
    def holds_alone(self) -> str:
        """Why its locks hold here only; empty if they are shared."""
        if not self.is_network:
            return ""
        return self.type if self.type in NO_LOCKS else next((one for one in ALONE if one in self.options), "")


def mount_of(path: Path) -> Mount | None:
    """Return the mounted disk of a path; None if unknown."""
    try:
        lines = MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    best: Mount | None = None
    whole = str(path.resolve())
    for line in lines:
        before, _, after = line.partition(" - ")
        fields, kinds = before.split(), after.split()
        if len(fields) < 6 or len(kinds) < 3:
            continue
        point = fields[4].replace("\\040", " ")
        inside = point == "/" or whole == point or whole.startswith(f"{point}/")
        # of two disks mounted at one place the later hides the earlier
        if inside and (best is None or len(point) >= len(best.point)):
            best = Mount(point, kinds[0], frozenset((*fields[5].split(","), *kinds[2].split(","))))
    return best


def file_systems(folders: Iterable[Path], ledger: Path | None) -> Iterator[DoctorFinding]:
    """Examine whether locks of folders hold between machines.

    Parameters
    ----------
    ledger
        The ledger's SQLite file; None if it is in PostgreSQL or unknown.
    """
    seen: set[str] = set()
    for folder in folders:
        mount = mount_of(folder)
        if mount is None or mount.point in seen:
            continue
        seen.add(mount.point)
        if mount.holds_alone:
            said = Text(
                zh=f"网络盘（{mount.type}，{mount.holds_alone}）的锁只在本机有效，其他机器会同时写入。",
                en=f"Locks on this network disk ({mount.type}, {mount.holds_alone}) hold on this machine only; another may write at once.",
            )
            remedy = Text(
                zh="以 NFS 4 且不带 nolock、local_lock 重新挂载，或把项目移到本地盘；在此之前只用一台机器运行。",
                en="Mount it with NFS 4 and without nolock or local_lock, or move the project to a local disk; until then run on one machine only.",
            )
            yield DoctorFinding("locks", mount.point, "fault", said, remedy)
    mount = None if ledger is None else mount_of(ledger)
    if mount is not None and mount.is_network:
        said = Text(
            zh=f"台账（SQLite，预写日志）在网络盘（{mount.type}）上，两台机器同时使用会损坏它。",
            en=f"The ledger (SQLite with a write-ahead log) lies on a network disk ({mount.type}); two machines that use it at once damage it.",
        )
        remedy = Text(
            zh="把 store 移到本地盘，或改用 PostgreSQL；在此之前只用一台机器运行。",
            en="Move 'store' to a local disk or to PostgreSQL; until then run on one machine only.",
        )
        yield DoctorFinding("locks", str(ledger), "warning", said, remedy)


def locks(folders: Iterable[Path]) -> Iterator[DoctorFinding]:
    """Examine whether locks work, and who holds them."""
    files = sorted({lock for folder in folders if folder.is_dir() for name in (".lock", ".*.lock") for lock in folder.glob(name)})
    held: list[Path] = []
    tried = 0
    for path in files:
        try:
            if not _excludes(path):
                yield _without_effect(path)
                return
            tried += 1
        except BlockingIOError:
            held.append(path)
        except OSError as error:
            if error.errno in (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS):
                yield _without_effect(path)
                return
    for path in held:
        yield _held(path)
    if not held and not tried:
        said = Text(zh="还没有可以试用的锁文件，未检查锁。", en="Locks were not tried: no lock file is there that can be opened.")
        remedy = Text(zh="导入数据后再运行一次 riskmodel doctor。", en="Run 'riskmodel doctor' again after the first ingest.")
        yield DoctorFinding("locks", "locks", "note", said, remedy)
    elif not held:
        yield fine("locks", "locks", "锁有效，没有被占用。", "Locks work, and none is held.")


def _excludes(path: Path) -> bool:
    """Return whether a held lock keeps another holder away.

    Raises
    ------
    BlockingIOError
        If another process holds it.
    OSError
        If it cannot be opened, the disk has no locks, or an exclusive lock needs a file that was opened for writing (some network disks).
    """
    with open(path, "rb") as one, open(path, "rb") as other:
        fcntl.flock(one, fcntl.LOCK_SH | fcntl.LOCK_NB)
        try:
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def _without_effect(path: Path) -> DoctorFinding:
    said = Text(zh="该磁盘的文件锁不起作用。", en="File locks have no effect on this disk.")
    remedy = Text(
        zh="把项目移到支持 flock 的磁盘（本地盘、NFS 4）。",
        en="Move the project to a disk with flock, such as a local one or NFS 4.",
    )
    return DoctorFinding("locks", str(path), "fault", said, remedy)


def _held(path: Path) -> DoctorFinding:
    """Return who holds a lock, and whether it will end by itself."""
    holders = holders_of(path)
    stuck = [(number, STATES[state]) for number in holders if (state := process_state(number)) in STATES]
    if stuck:
        number, state = stuck[0]
        said = Text(zh=f"进程 {number} 持有该锁，但已停止或已死。", en=f"Process {number} holds this lock and is {state}.")
        remedy = Text(
            zh=f"运行 kill -CONT {number} 使其继续，或 kill -9 {number} 结束；锁随进程释放，文件应保留。",
            en=f"Let it go on with: kill -CONT {number}, or end it with: kill -9 {number}. The lock ends with the process; the file stays.",
        )
        return DoctorFinding("locks", str(path), "warning", said, remedy)
    if holders:
        number = holders[0]
        said = Text(zh=f"进程 {number} 正持有该锁。", en=f"Process {number} holds this lock.")
        remedy = Text(
            zh=f"若持续数小时，用 ps -fp {number} 查看；进程结束后锁自动释放，文件应保留。",
            en=f"If it does so for hours, look at it with: ps -fp {number}. The lock ends with the process; the file stays.",
        )
        return DoctorFinding("locks", str(path), "note", said, remedy)
    mount = mount_of(path)
    where = f" ({mount.type})" if mount is not None and mount.is_network else ""
    said = Text(
        zh=f"该锁被占用{where}，但持有者不是本机的进程：另一台机器或容器正在运行，或已中断。",
        en=f"This lock is held{where}, and not by a process of this machine: another machine or container runs, or died with it.",
    )
    remedy = Text(
        zh="查看其他机器和容器上是否有 riskmodel 在运行；若没有，等文件服务器收回锁（NFS 4 约90秒），或重启其锁服务。不要删除锁文件。",
        en="Look for riskmodel on the other machines and containers. If none runs, wait until the file server takes the lock back (NFS 4: about "
        "90 seconds), or restart its lock service. Do not delete the file.",
    )
    return DoctorFinding("locks", str(path), "warning", said, remedy)


def holders_of(path: Path) -> list[int]:
    """Return this machine's processes that hold a lock."""
    try:
        lines, file = LOCKS.read_text(encoding="ascii", errors="replace").splitlines(), path.stat()
    except OSError:
        return []
    here = f"{os.major(file.st_dev):02x}:{os.minor(file.st_dev):02x}:{file.st_ino}"
    found = [fields for line in lines if "->" not in line and len(fields := line.split()) >= 6 and fields[5] == here]
    return [int(fields[4]) for fields in found if fields[4].isdigit() and (PROCESSES / fields[4]).exists()]


def process_state(number: int) -> str:
    """Return the state of a process as one letter; empty if unknown."""
    try:
        return (PROCESSES / str(number) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return ""
