"""The doctor's checks of disks, permissions and locks: each can fail, and names a remedy."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from riskmodel.base.locks import held
from riskmodel.operations.doctor import DoctorFinding, folder_checks, lock_checks, permission_checks
from riskmodel.operations.doctor.lock_checks import file_systems, holders_of, locks, mount_of, process_state
from riskmodel.operations.doctor.permission_checks import permissions

HOLDER = "import fcntl, sys, time; file = open(sys.argv[1], 'rb'); fcntl.flock(file, fcntl.LOCK_EX); print('held', flush=True); time.sleep(60)"


def one_of(findings: Iterator[DoctorFinding]) -> DoctorFinding:
    """The only finding, which has a remedy in both languages unless all is well."""
    (found,) = findings
    if found.severity != "ok":
        assert found.remedy.en
        assert found.remedy.zh
    return found


def disk_of(monkeypatch: pytest.MonkeyPatch, files: int, left: int, flags: int = 0) -> None:
    space = {"f_frsize": 4096, "f_blocks": 2**30, "f_bfree": 2**30, "f_bavail": 2**30}
    state = SimpleNamespace(f_files=files, f_favail=left, f_flag=flags, **space)
    monkeypatch.setattr(folder_checks.os, "statvfs", lambda _path: state)


@pytest.mark.parametrize(
    ("files", "left", "severity"), [(10**6, 10**6, "ok"), (0, 0, "ok"), (10**6, 19_999, "warning"), (10**6, 999, "fault")]
)
def test_a_disk_without_room_for_files_is_named_although_it_has_space(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: int, left: int, severity: str
) -> None:
    disk_of(monkeypatch, files, left)
    found = one_of(one for one in folder_checks.disk(tmp_path) if one.code == "inodes")
    assert found.severity == severity
    assert severity == "ok" or "du --inodes" in found.remedy.en


@pytest.mark.parametrize(("free", "severity"), [(2**30, "ok"), (2**20, "warning")])
def test_a_folder_of_temporary_files_without_room_is_named(monkeypatch: pytest.MonkeyPatch, free: int, severity: str) -> None:
    monkeypatch.setattr(folder_checks.shutil, "disk_usage", lambda _path: SimpleNamespace(free=free))
    found = folder_checks.temporary()
    assert (found.code, found.subject, found.severity) == ("temporary", tempfile.gettempdir(), severity)


def test_a_machine_without_a_folder_of_temporary_files_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: ["/no/such/folder"])
    found = folder_checks.temporary()
    assert found.severity == "fault"
    assert found.said.en == "This account can write in no folder for temporary files."
    assert "TMPDIR" in found.remedy.zh


def test_a_disk_that_became_read_only_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk_of(monkeypatch, 10**6, 10**6, os.ST_RDONLY)
    found = next(folder_checks.disk(tmp_path))
    assert (found.severity, found.said.en) == ("fault", "This disk is mounted read-only.")


@contextmanager
def holder(path: Path) -> Iterator[int]:
    """A process that holds a lock."""
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process.pid
        finally:
            process.send_signal(signal.SIGKILL)


@pytest.mark.parametrize("name", [".service.lock", ".lock"])
def test_the_holder_of_a_lock_is_named_and_a_stopped_one_is_a_warning(tmp_path: Path, name: str) -> None:
    """The lock of a history is the file .lock."""
    path = tmp_path / name
    path.write_bytes(b"")
    assert one_of(locks([tmp_path])).severity == "ok"
    with holder(path) as number:
        found = one_of(locks([tmp_path]))
        if holders_of(path):
            assert (found.severity, found.said.en) == ("note", f"Process {number} holds this lock.")
            os.kill(number, signal.SIGSTOP)
            while process_state(number) != "T":
                time.sleep(0.01)
            found = one_of(locks([tmp_path]))
            assert (found.severity, found.said.en) == ("warning", f"Process {number} holds this lock and is stopped.")
            assert f"kill -9 {number}" in found.remedy.en
    assert one_of(locks([tmp_path])).severity == "ok", "the lock ended with the process"
    assert path.exists()


def test_a_lock_that_no_process_of_this_machine_holds_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / ".night.lock"
    state = tmp_path / "locks"
    monkeypatch.setattr(lock_checks, "LOCKS", state)
    with held(path):
        file = path.stat()
        where = f"{os.major(file.st_dev):02x}:{os.minor(file.st_dev):02x}:{file.st_ino}"
        state.write_text("", encoding="ascii")
        found = one_of(locks([tmp_path]))
        assert (found.severity, "not by a process of this machine" in found.said.en) == ("warning", True)
        assert "Do not delete the file" in found.remedy.en
        # a line of a process that is gone, as a file server keeps it for a while
        state.write_text(f"1: FLOCK  ADVISORY  WRITE 999999999 {where} 0 EOF\n", encoding="ascii")
        assert one_of(locks([tmp_path])).severity == "warning"
        state.write_text(f"1: FLOCK  ADVISORY  WRITE {os.getpid()} {where} 0 EOF\n", encoding="ascii")
        assert one_of(locks([tmp_path])).severity == "note"


def test_locks_without_effect_are_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".night.lock").write_bytes(b"")
    monkeypatch.setattr(lock_checks.fcntl, "flock", lambda *_: None)
    found = one_of(locks([tmp_path]))
    assert (found.severity, found.said.en) == ("fault", "File locks have no effect on this disk.")


MOUNT = "36 25 0:31 / {point} rw,relatime shared:1 - {type} server:/county rw,{options}\n"


@pytest.mark.parametrize(
    ("type", "options", "severities"),
    [
        ("ext4", "errors=continue", []),
        ("nfs4", "vers=4.2,local_lock=none", ["warning"]),
        ("nfs", "vers=3,nolock", ["fault", "warning"]),
        ("nfs4", "vers=4.0,local_lock=all", ["fault", "warning"]),
        ("cifs", "nobrl", ["fault", "warning"]),
        ("fuse.sshfs", "user_id=0", ["fault", "warning"]),
        ("ceph", "acl", ["warning"]),
    ],
)
def test_network_disks_are_known_by_their_mount(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, type: str, options: str, severities: list[str]
) -> None:
    table = tmp_path / "mountinfo"
    project = tmp_path / "a county"
    project.mkdir()
    point = str(project.resolve()).replace(" ", "\\040")
    root = MOUNT.format(point="/", type="ext4", options="rw")
    table.write_text(root + MOUNT.format(point=point, type=type, options=options), encoding="utf-8")
    monkeypatch.setattr(lock_checks, "MOUNTS", table)
    mount = mount_of(project / "data")
    assert mount is not None
    assert mount.type == type
    other = mount_of(tmp_path / "a county seat")
    assert other is not None
    assert other.point == "/", "a name that only begins alike lies elsewhere"
    found = list(file_systems([project, project / "outbox"], project / "operations.db"))
    assert [one.severity for one in found] == severities
    assert all(one.remedy.en and one.remedy.zh for one in found)
    assert len(list(file_systems([project], None))) == severities.count("fault"), "a ledger in PostgreSQL may lie anywhere"


def test_files_that_the_user_may_not_use_are_faults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own, data = tmp_path / "history", tmp_path / "data"
    (own / "parts").mkdir(parents=True)
    data.mkdir()
    part, ledger, table = own / "parts" / "a.parquet", data / "operations.db", data / "calls.csv"
    for path in (part, ledger, table):
        path.write_bytes(b"x")
    assert one_of(permissions([own], [data], "duty", 1)).severity == "ok"
    refused: dict[Path, int] = {}
    monkeypatch.setattr(permission_checks.os, "access", lambda path, mode: not refused.get(Path(path), 0) & mode)
    refused[table] = os.R_OK | os.W_OK
    assert one_of(permissions([own], [data], "duty", 1)).severity == "ok", "tables belong to others"
    refused[part] = os.W_OK
    assert one_of(permissions([own], [data], "duty", 1)).severity == "ok", "parts are replaced and never changed"
    refused[part] = os.R_OK
    found = one_of(permissions([own], [data], "duty", 1))
    assert (found.severity, found.said.en) == (
        "fault", f"The user duty cannot read or write 1 of its files and folders, such as {Path('parts', 'a.parquet')}.",
    )  # fmt: skip
    refused[ledger] = os.W_OK
    assert [one.subject for one in permissions([own], [data], "duty", 1)] == [str(own), str(data)]
    refused.clear()
    refused[own] = os.X_OK
    assert "cannot read and write this folder" in one_of(permissions([own], [data], "duty", 1)).said.en
    # the user's own folder needs other permissions and no other owner
    refused[own] = os.W_OK
    found = one_of(permissions([own], [data], "duty", own.stat().st_uid or 1))
    assert "can read this folder and cannot write to it" in found.said.en
    assert found.remedy.en == (
        f"Run: chmod -R u+rwX '{own}'." if own.stat().st_uid else f"Run: chown -R duty '{own}', or run as its owner."
    )


def test_files_of_another_user_and_an_examination_as_root_are_warnings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "history"
    own.mkdir()
    (own / "part").write_bytes(b"x")
    owners = {own: 1000, own / "part": 1000}
    modes = {own: 0o40770, own / "part": 0o100600}
    stat = Path.stat

    def owned(path: Path, **options: bool) -> object:
        return SimpleNamespace(st_uid=owners[path], st_gid=7, st_mode=modes[path]) if path in owners else stat(path, **options)

    monkeypatch.setattr(Path, "stat", owned)
    assert one_of(permissions([own], [], "duty", 1000)).severity == "ok"
    found = one_of(permissions([own], [], "root", 0))
    assert (found.severity, "sudo -u '#1000'" in found.remedy.en) == ("warning", True)
    owners[own / "part"] = 0
    found = one_of(permissions([own], [], "duty", 1000))
    assert (found.severity, found.remedy.en) == ("warning", f"Run: chown -R 1000 '{own}'.")
    modes[own / "part"] = 0o100640
    assert one_of(permissions([own], [], "duty", 1000)).severity == "ok", "accounts of the group share the folder"
    modes[own] = 0o40750
    assert one_of(permissions([own], [], "duty", 1000)).severity == "warning", "the group may not write here"
    monkeypatch.setattr(permission_checks.os, "access", lambda *_: False)
    found = next(permissions([own], [], "another", 1001))
    assert "sudo -u '#1000'" in found.remedy.en, "the folder stays with the night's user"
    disk_of(monkeypatch, 10**6, 10**6, os.ST_RDONLY)
    monkeypatch.setattr(permission_checks.os, "access", lambda _path, mode: not mode & os.W_OK)
    assert [one.severity for one in permissions([own], [], "duty", 1000)] == ["warning"], "a read-only disk is named as one"


def test_locks_that_were_not_tried_are_not_said_to_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert one_of(locks([tmp_path])).severity == "note"
    (tmp_path / ".history.lock").touch()
    assert one_of(locks([tmp_path])).severity == "ok"

    def cannot(_file: object, _how: int) -> None:
        raise OSError(errno.EBADF, "Bad file descriptor")

    monkeypatch.setattr(fcntl, "flock", cannot)
    assert one_of(locks([tmp_path])).said.en == "Locks were not tried: no lock file is there that can be opened."
