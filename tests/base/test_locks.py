"""Locks: a wait is reported, and the loss of a guarded file is seen."""

from __future__ import annotations

import errno
import fcntl
import time
from pathlib import Path
from threading import Event, Thread

import pytest

from riskmodel.base import locks
from riskmodel.base.locks import StillLockedError, exclusive, held, is_lost, lock_beside, mark_made
from riskmodel.base.system_errors import system_refused


def test_a_wait_is_reported_after_a_second(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, holding, reported, kept = tmp_path / "ledger.db", Event(), Event(), caplog.handler.emit

    def hold() -> None:
        with exclusive(path):
            holding.set()
            reported.wait(60)

    # the other lets go once the wait was reported, however slow the machine is
    monkeypatch.setattr(caplog.handler, "emit", lambda record: (kept(record), reported.set()))
    other = Thread(target=hold)
    other.start()
    assert holding.wait(60)
    began = time.monotonic()
    with exclusive(path):
        assert time.monotonic() - began >= locks.PATIENCE
    other.join()
    with exclusive(path):
        pass
    (record,) = caplog.records
    assert record.getMessage() == f"Waiting for another run of riskmodel, which holds '{lock_beside(path)}' ..."


def test_a_wait_ends_after_the_limit_and_names_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert locks.LIMIT == 1800, "half an hour, as the documents say"
    monkeypatch.setattr(locks, "LIMIT", 0.3)
    path = tmp_path / "night"
    with exclusive(path):
        with pytest.raises(StillLockedError) as caught, exclusive(path):
            pass
        assert caught.value.lock == lock_beside(path)
        assert str(caught.value).startswith(f"Another run of riskmodel still holds '{lock_beside(path)}' after 0.005 minutes. ")
        assert "'riskmodel doctor' names its process" in str(caught.value)
    with exclusive(path):
        pass


def test_workers_of_one_command_wait_for_each_other_as_long_as_it_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "LIMIT", 0.1)
    path, holding = tmp_path / "array.npy", Event()

    def hold() -> None:
        with exclusive(path):
            holding.set()
            Event().wait(0.5)

    other = Thread(target=hold)
    other.start()
    assert holding.wait(10)
    with exclusive(path, limited=False):
        other.join(0)
    other.join()


def test_a_file_that_was_made_and_is_gone_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    assert not is_lost(path)
    with exclusive(path):
        assert not is_lost(path)
        path.write_bytes(b"content")
        mark_made(path)
    assert not is_lost(path)
    path.write_bytes(b"")
    assert is_lost(path)
    path.unlink()
    assert is_lost(path)


def test_a_disk_without_locks_is_named_with_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_given: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuses)
    lock = tmp_path / ".night.lock"
    for wait in (True, False):
        with pytest.raises(OSError, match="No locks available") as caught, held(lock, wait=wait):
            pass
        said = str(system_refused(caught.value))
        assert said.startswith(f"'{lock}' cannot be locked: No locks available. Two runs at once could damage the project")
