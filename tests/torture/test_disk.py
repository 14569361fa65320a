"""The model of the disk: what is synced stays, and what is not may go."""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from riskmodel.base import files
from tests.torture.database_disk import FULL, OK, WatchedDatabases
from tests.torture.disk import Image, image_of, restore
from tests.torture.machine import Fault, Killed, Machine


@pytest.fixture(scope="module")
def databases() -> WatchedDatabases:
    return WatchedDatabases()


@pytest.fixture
def machine(databases: WatchedDatabases, tmp_path: Path) -> Iterator[Machine]:
    """A machine with one old file that runs."""
    root = tmp_path / "root"
    root.mkdir()
    (root / "old").write_bytes(b"before")
    machine = Machine(root, random.Random(1), databases)
    with machine.watched():
        machine.begin(None)
        yield machine


def left(machine: Machine) -> list[Image]:
    """What power cuts may leave of the folder."""
    return [machine.disk.power_cut(random.Random(number)) for number in range(200)]


def test_an_unsynced_content_is_kept_lost_or_torn(machine: Machine) -> None:
    (machine.root / "old").write_bytes(b"afterwards")
    found = {image.get("old") for image in left(machine)}
    assert {b"before", b"afterwards", b"after"} <= found


def test_a_new_name_may_be_lost_until_its_folder_is_synced(machine: Machine) -> None:
    with open(machine.root / "new", "wb") as file:
        file.write(b"new")
        file.flush()
        os.fsync(file.fileno())
    assert {image.get("new") for image in left(machine)} == {None, b"new"}
    files.sync_folder(machine.root)
    assert {image.get("new") for image in left(machine)} == {b"new"}


def test_an_atomic_file_is_the_old_or_the_new_one_at_every_operation(machine: Machine) -> None:
    wanted = {b"before", b"the new content"}
    for number in range(1, 7):
        for seed in range(20):
            restore(str(machine.root), {"old": b"before"})
            again = Machine(machine.root, random.Random(seed), machine.databases)
            with again.watched():
                again.begin(Fault("power cut", number))
                with suppress(Killed):
                    files.write_bytes(machine.root / "old", b"the new content")
                again.end()
            assert image_of(machine.root)["old"] in wanted


def test_a_removed_or_renamed_name_may_come_again(machine: Machine) -> None:
    (machine.root / "old").unlink()
    assert {image.get("old") for image in left(machine)} == {None, b"before"}
    files.sync_folder(machine.root)
    assert {image.get("old") for image in left(machine)} == {None}


def test_a_renamed_folder_has_its_files_under_either_name(machine: Machine) -> None:
    files.write_bytes(machine.root / "staged" / "a", b"a")
    os.rename(machine.root / "staged", machine.root / "place")
    names = {tuple(name for name, content in image.items() if content == b"a") for image in left(machine)}
    assert names == {("staged/a",), ("place/a",)}


def test_a_transaction_is_kept_once_it_is_committed(machine: Machine) -> None:
    path = machine.root / "book.db"
    with machine.databases.registered():
        with closing(sqlite3.connect(path, isolation_level=None)) as book:
            book.execute("PRAGMA journal_mode=WAL")
            book.execute("CREATE TABLE t (x)")
        files.sync_folder(machine.root)
        with closing(sqlite3.connect(path, isolation_level=None)) as book:
            book.execute("PRAGMA synchronous=FULL")
            book.execute("INSERT INTO t VALUES (1)")
            committed = left(machine)
    for number, image in enumerate(committed[:25]):
        folder = machine.root.parent / f"image{number}"
        folder.mkdir()
        restore(str(folder), image)
        with closing(sqlite3.connect(folder / "book.db")) as book:
            assert book.execute("SELECT count(*) FROM t").fetchone() == (1,)


def test_a_database_on_a_full_disk_says_so(machine: Machine) -> None:
    assert machine.database_operation("write", f"{machine.root}/book.db", 0, b"x") == OK
    machine.begin(Fault("disk full", 1, "database"))
    assert machine.database_operation("write", f"{machine.root}/book.db", 0, b"x") == FULL
