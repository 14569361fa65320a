"""A disk that is full, over quota or read-only, at any write: one message, exit code 1, nothing half-written, and the next run completes."""

from __future__ import annotations

import errno
import re
import shutil
from pathlib import Path

import pytest

from riskmodel.base.files import write_bytes
from riskmodel.base.system_errors import system_refused
from tests.faults.failing_writes import ERRORS, failing_databases, failing_writes
from tests.faults.ready_project import COMMANDS, run_command
from tests.worlds.copied_project import copied_project

WORDS = {
    "full": r"The disk is full: .* could not be written \([\d,.]+ MB are free there\)\. Free space, then run",
    "quota": r"The disk quota is used up: .* could not be written\. Remove files",
    "read-only": r"is on a disk that is read-only, so it could not be written\. Make the disk writable",
}
COMMAND_WRITES = {
    **{name: COMMANDS[name] for name in ("backtest", "train", "nightly", "approve", "backup", "restore")},
    "ingest": ("ingest", "--ingested", "2024-05-31"),
}


def prepared(ready: Path, folder: Path, command: str) -> Path:
    """A copy in which the command has something to write."""
    copied_project(ready, folder)
    if command == "restore":
        shutil.rmtree(folder / "data" / "history")
    if command == "ingest":
        with open(folder / "police.csv", "a", encoding="utf-8") as file:
            file.write("p999,盗窃,c1,2024-05-30,2024-05-30,1\n")
    return folder


@pytest.mark.parametrize("command", COMMAND_WRITES)
def test_no_write_that_fails_leaves_anything_half_written(
    command: str, ready: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words, done = COMMAND_WRITES[command], 0
    with failing_writes(prepared(ready, tmp_path / "counted", command), 10**6, 0) as counted:
        assert run_command(tmp_path / "counted", words) == 0
    for at, last in enumerate(sorted({(len(counted.seen) - 1) * part // 2 for part in range(3)})):
        kind = list(ERRORS)[at % 3]
        project = prepared(ready, tmp_path / str(last), command)
        current = project / "data" / "history" / "current"
        before = current.read_bytes() if current.exists() else None
        capsys.readouterr()
        with failing_writes(project, last, ERRORS[kind]) as failing:
            code = run_command(project, words)
        left = capsys.readouterr()
        said = left.err
        if code:
            done += 1
            if code == 4:
                # approved; the list that could not be delivered is named and waits in the ledger
                assert command == "approve"
                assert re.search("^Approved, not delivered: (east, )?west$", left.out, re.MULTILINE)
                said = next(line for line in left.out.splitlines() if line.startswith("NOT DELIVERED"))
            else:
                assert code == 1, said
                assert said.count("Error:") == 1
            assert re.search(WORDS[kind], said), said
            assert "Traceback" not in said
            assert str(project) in said
            assert ".part" not in said
            assert not current.exists() or current.read_bytes() == before or command == "ingest"
        else:
            # a write that nothing depends on
            assert failing.seen
        assert [path.name for path in project.rglob("*.part")] == []
        assert run_command(project, words) in ((0, 2) if command == "restore" else (0,)), capsys.readouterr().err
        shutil.rmtree(project)
    assert done


@pytest.mark.parametrize("kind", ["full", "read-only"])
@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("mlflow.db", "train"), ("mlflow.db", "promote"),
        ("operations.db", "promote"), ("operations.db", "nightly"), ("operations.db", "approve"), ("operations.db", "answer"),
    ],
)  # fmt: skip
def test_a_database_that_cannot_grow_or_be_written_is_named(
    name: str, command: str, kind: str, ready: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = prepared(ready, tmp_path / "project", command)
    words = ("promote", "thefts", "--role", "data scientist") if command == "promote" else COMMANDS[command]
    if command == "promote":
        assert run_command(project, ("train", "thefts")) == 0
    capsys.readouterr()
    with failing_databases(name, ERRORS[kind]):
        code = run_command(project, words)
    said = capsys.readouterr().err
    assert code == 1, said
    assert re.search(
        rf"{re.escape(name)}' cannot be used: (database or disk is full|attempt to write a readonly database)", said
    ), said
    assert "Nothing was" in said
    assert "Free space" in said
    assert said.count("Error:") == 1
    assert not re.search("sqlalche|MlflowException|Traceback|SQL:", said)
    assert run_command(project, words) == 0, capsys.readouterr().err


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_write_to_an_open_file_names_that_file(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system does not: it reports the number only."""

    def fails(self: Path, content: bytes) -> None:
        raise OSError(number, "no room")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", fails)
        with pytest.raises(OSError, match="no room") as error:
            write_bytes(tmp_path / "cells.csv", b"x")
    assert repr(str(tmp_path / "cells.csv")) in str(system_refused(error.value))
    assert list(tmp_path.iterdir()) == []
    assert ("ulimit -f" in str(system_refused(error.value))) is (number == errno.EFBIG)
