"""Every byte of every stored file of a small history is flipped: reading refuses it by name with a remedy, or reads the same.

The bytes of a backup are flipped in ``test_backup.py``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from riskmodel.base.errors import RiskmodelError
from riskmodel.records import known_ids
from riskmodel.records.store import HistoryStore, stated_coverage, verify_files
from tests.records.test_damage import EXPORTS, REMEDY, exports
from tests.worlds.police_table import County, row


class Stored(NamedTuple):
    """A stored file, and how it is read."""

    path: Path
    read: Callable[[], Any]


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> County:
    """One ingest with a part, a quarantine, a snapshot of places and a file of older statements."""
    county = County(tmp_path_factory.mktemp("flipped") / "county")
    rows = [row(str(n), cell="ab"[n % 2], day=f"2024-01-{n + 2:02d}") for n in range(5)]
    county.take([*rows, row("q", cell="z")], "2024-03-29", police="", more=EXPORTS, exports=exports(40))
    county.take([*rows, row("q", cell="z")], "2024-03-29", police="", more=EXPORTS, exports=exports(40))
    return county


def part_of(store: HistoryStore) -> Any:
    (part,) = store.manifest()["parts"]
    return part


def part(store: HistoryStore) -> Stored:
    entry = part_of(store)
    return Stored(store.folder / entry["file"], lambda: store.read_table(entry).to_pydict())


def quarantine(store: HistoryStore) -> Stored:
    entry = store.manifest()["quarantine"]["police"]
    return Stored(store.folder / entry["file"], lambda: store.read_table(entry).to_pydict())


def places(store: HistoryStore) -> Stored:
    manifest = store.manifest()
    return Stored(store.folder / manifest["places"]["file"], lambda: store.places(manifest).fingerprint())


def statements(store: HistoryStore) -> Stored:
    manifest = store.manifest()
    (entry,) = manifest["coverage"]["police"]["older"]
    return Stored(store.folder / entry["file"], lambda: list(stated_coverage(store, manifest)))


def manifest(store: HistoryStore) -> Stored:
    return Stored(store.folder / "manifests" / f"{store.manifest_id}.json", store.manifest)


def pointer(store: HistoryStore) -> Stored:
    return Stored(store.folder / "current", lambda: (store.manifest_id, store.manifest()))


def known_rows(store: HistoryStore) -> Stored:
    """Ids that help to look up rows: what is damaged is read from the part instead."""
    entry = part_of(store)
    rows = known_ids.from_part(store.read_table(entry))
    file, path = known_ids.PartFile(entry["rows"], entry["sha256"]), store.folder / "seen" / entry["sha256"][:32]
    wanted = np.unique(rows["id"])

    def read() -> Any:
        again = known_ids.read_all(path, file)
        assert again is None or (again == rows).all()
        found: list[Any] = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(known_ids, "write_bytes", lambda *_: found.append(None))
            return known_ids.find(path, file, wanted, lambda: rows).tolist()

    return Stored(path, read)


def verified(store: HistoryStore) -> Stored:
    """The list of files that were found intact never hides a damaged one."""
    path, entry = store.folder / "seen" / "verified.json", part_of(store)

    def read() -> Any:
        return [verify_files(store, store.manifest()).damaged, entry["file"]]

    return Stored(path, read)


STORED = (part, quarantine, places, statements, manifest, pointer, known_rows, verified)


def flipped(path: Path) -> Iterator[int]:
    """Flip one bit of each byte of a file in turn, in place."""
    good = path.read_bytes()
    with open(path, "r+b", buffering=0) as file:
        for at, byte in enumerate(good):
            os.pwrite(file.fileno(), bytes([byte ^ (1 << at % 8)]), at)
            yield at
            os.pwrite(file.fileno(), bytes([byte]), at)


def check(stored: Stored) -> None:
    """Flip every byte, and read."""
    good = stored.read()
    for at in flipped(stored.path):
        try:
            found = stored.read()
        except RiskmodelError as error:
            said = str(error)
            assert stored.path.name in said, (at, said)
            assert REMEDY.search(said), (at, said)
        else:
            assert found == good, at
    assert stored.read() == good


@pytest.mark.parametrize("make", STORED, ids=[make.__name__ for make in STORED])
def test_every_flipped_byte_is_refused_by_name_or_harmless(county: County, make: Callable[[HistoryStore], Stored]) -> None:
    check(make(county.store))


def test_no_byte_of_the_list_of_verified_files_hides_damage(county: County) -> None:
    store = county.store
    path = store.folder / part_of(store)["file"]
    good, times = path.read_bytes(), path.stat()
    path.write_bytes(b"damaged")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    list_of_files = verified(store)
    try:
        assert list_of_files.read() == [{part_of(store)["file"]}, part_of(store)["file"]]
        check(list_of_files)
    finally:
        path.write_bytes(good)
