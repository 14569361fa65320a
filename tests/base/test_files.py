"""Atomic files."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from riskmodel.base import files


def test_content_is_written_with_its_folders(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "c.bin"
    files.write_bytes(path, b"one")
    files.write_bytes(path, b"two")
    assert path.read_bytes() == b"two"
    assert [child.name for child in path.parent.iterdir()] == ["c.bin"]


def test_a_device_a_pipe_and_an_open_file_are_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe, name = tmp_path / "pipe", tmp_path / "name"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    files.write_bytes(pipe, b"one")
    assert (os.read(reader, 9), pipe.is_fifo()) == (b"one", True)
    os.close(reader)
    with open(tmp_path / "open", "w+b") as file:
        name.symlink_to(f"/proc/self/fd/{file.fileno()}")
        files.write_bytes(name, b"two")
        assert (file.read(), name.is_symlink()) == (b"two", True)
    name.unlink()
    # where another file system lets root make devices, this one would be replaced by a file
    name.symlink_to("/dev/null")
    files.write_bytes(name, b"three")
    assert (name.is_symlink(), Path("/dev/null").is_char_device()) == (True, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["name", "open", "pipe"]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_writer_that_dies_leaves_the_old_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    path = tmp_path / "x.json"
    files.write_json(path, {"old": 1})

    def dies(*arguments: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, call, dies)
    with pytest.raises(OSError, match="disk full"):
        files.write_json(path, {"new": 1})
    assert path.read_bytes() == b'{\n "old": 1\n}\n'
    assert [child.name for child in tmp_path.iterdir()] == ["x.json"]


def test_a_block_that_fails_replaces_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"old")

    def fail() -> None:
        with files.replacing(path) as beside:
            beside.write_bytes(b"half")
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        fail()
    assert path.read_bytes() == b"old"
    assert [child.name for child in tmp_path.iterdir()] == ["x"]


def test_a_value_has_one_json_form() -> None:
    assert files.canonical_json({"b": "盗窃", "a": (1, None)}) == files.canonical_json({"a": [1, None], "b": "盗窃"})
    assert "盗窃".encode() in files.canonical_json("盗窃")
    with pytest.raises(ValueError, match="Out of range float values are not JSON compliant"):
        files.canonical_json(float("nan"))


def test_the_hash_of_a_file_is_that_of_its_bytes(tmp_path: Path) -> None:
    content = bytes(range(256)) * 5000
    (tmp_path / "x").write_bytes(content)
    assert files.sha256(tmp_path / "x") == files.sha256(content) == hashlib.sha256(content).hexdigest()


def test_a_folder_whose_name_was_not_synced_is_synced_by_the_next_writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other").touch()

    def killed(_: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", killed)
        with pytest.raises(KeyboardInterrupt):
            files.make_folder(tmp_path / "room")
    synced: list[Path] = []
    monkeypatch.setattr(files, "sync_folder", synced.append)
    files.write_bytes(tmp_path / "room" / "x", b"1")
    files.write_bytes(tmp_path / "room" / "y", b"2")
    assert synced == [tmp_path, tmp_path / "room", tmp_path / "room"]


def test_the_folder_is_synced_after_the_renaming(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # a folder that holds something has its own name on the disk
    (tmp_path / "other").touch()
    done: list[str] = []
    fsync, replace = os.fsync, os.replace

    def synced(descriptor: int) -> None:
        done.append(f"fsync {Path(os.readlink(f'/proc/self/fd/{descriptor}')).name}")
        fsync(descriptor)

    def replaced(source: Path, target: Path) -> None:
        done.append(f"replace {target.name}")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", replaced)
    files.write_bytes(tmp_path / "room" / "x", b"1")
    assert done == [f"fsync {tmp_path.name}", f"fsync .x.{os.getpid()}.part", "replace x", "fsync room"]
