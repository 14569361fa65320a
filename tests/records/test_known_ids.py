"""Known ids: look-ups find the rows that a full scan finds, at a cost that does not depend on the stored rows."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmodel.records import known_ids
from riskmodel.records.known_ids import BLOCK, KNOWN_ROW, PartFile, find, from_part, ids_to_bytes
from riskmodel.records.store import verified_files
from riskmodel.records.store.parts import MOST_PARTS
from tests.worlds.police_table import County, counties, row

DIGEST = "0" * 64


def made(ids: list[int]) -> Any:
    rows = np.zeros(len(ids), dtype=KNOWN_ROW)
    rows["id"] = np.sort(ids)
    rows["revision"] = np.arange(len(ids))
    rows["said"] = np.arange(len(ids)) * 7
    return rows


def never() -> Any:
    raise AssertionError("the part was read")


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.integers(-5, 5) | st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=40),
    st.sets(st.integers(-7, 7) | st.integers(-(2**63), 2**63 - 1)),
    st.integers(1, 4),
)
def test_a_look_up_finds_every_row_of_an_id_and_no_other(ids: list[int], wanted: set[int], block: int) -> None:
    rows = made(ids)
    keys = np.array(sorted(wanted), dtype=np.int64)
    with pytest.MonkeyPatch.context() as patch, counties() as (county,):
        patch.setattr(known_ids, "BLOCK", block)
        path = county.folder / "file"
        for make in (lambda: rows, never):
            found = find(path, PartFile(len(rows), DIGEST), keys, make)
            np.testing.assert_array_equal(found, rows[np.isin(rows["id"], keys)])


def test_a_look_up_reads_the_blocks_of_its_ids_only(tmp_path: Path) -> None:
    rows = made(list(range(100 * BLOCK)))
    path = tmp_path / "file"
    path.write_bytes(ids_to_bytes(rows, DIGEST))
    content = bytearray(path.read_bytes())
    for damaged in range(100):
        if damaged not in (7, 8, 50, 99):
            content[damaged * BLOCK * KNOWN_ROW.itemsize + 5] ^= 1
    path.write_bytes(content)
    keys = np.array([8 * BLOCK - 1, 8 * BLOCK + 1, 50 * BLOCK + 9, 10**9], dtype=np.int64)
    # if other blocks were read, their damage would be noticed
    assert find(path, PartFile(len(rows), DIGEST), keys, never)["id"].tolist() == keys[:3].tolist()


@pytest.mark.parametrize("at", [0, 1000, -40, -1], ids=["first block", "a block", "list of blocks", "check"])
@pytest.mark.parametrize("damage", ["changed", "cut", "grown", "gone", "of another part"])
def test_a_damaged_file_is_written_again(tmp_path: Path, at: int, damage: str) -> None:
    rows = made(list(range(3 * BLOCK)))
    path = tmp_path / "file"
    path.write_bytes(ids_to_bytes(rows, "1" * 64 if damage == "of another part" else DIGEST))
    content = bytearray(path.read_bytes())
    content[at] ^= 64
    changed = {"changed": bytes(content), "cut": bytes(content[:-1]), "grown": bytes(content) + b"x"}
    if damage in changed:
        path.write_bytes(changed[damage])
    elif damage == "gone":
        path.unlink()
    keys = np.arange(3 * BLOCK, dtype=np.int64)
    np.testing.assert_array_equal(find(path, PartFile(len(rows), DIGEST), keys, lambda: rows), rows)
    assert path.read_bytes() == ids_to_bytes(rows, DIGEST)


def test_what_is_looked_up_is_what_the_parts_say(tmp_path: Path) -> None:
    county = County(tmp_path / "county")
    county.take([row(str(i), n=str(i % 3)) for i in range(50)])
    county.take([row(str(i), n=str(i % 3)) for i in range(60)])
    manifest = county.store.manifest()
    parts = [from_part(county.store.read_table(part)) for part in manifest["parts"]]
    wanted = np.unique(np.concatenate([part["id"] for part in parts])[::3])
    found = county.store.stored_rows(manifest, "police", wanted)
    np.testing.assert_array_equal(found, np.concatenate([part[np.isin(part["id"], wanted)] for part in parts]))


def test_a_night_reads_no_part_and_no_file_of_coverage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A night reads the manifest, the places and the blocks in which its ids can be, however large the history is."""
    monkeypatch.setattr(verified_files, "BUDGET", 0)  # what is intact for long is read again by turns; not here
    county = County(tmp_path / "county")
    opened: list[str] = []
    real = builtins.open

    def noting(path: Any, mode: str = "r", *more: Any, **named: Any) -> Any:
        if "w" not in mode and "history" in str(path) and not Path(path).name.startswith("."):
            opened.append(Path(path).parent.name)
        return real(path, mode, *more, **named)

    for night in range(MOST_PARTS // 2):  # before small parts are merged
        county.take([row(str(night))], f"2024-06-{night + 1:02d}", police="")
        opened.clear()
        with monkeypatch.context() as patch:
            patch.setattr(builtins, "open", noting)
            county.take([row(str(night)), row(f"{night} again")], f"2024-06-{night + 1:02d}", police="")
        # the part of the night before is read once, and looked up from then on
        assert opened.count("parts") == 1
        assert opened.count("seen") == 2 * night + 1
        assert "coverage" not in opened
    needed = {part["sha256"][:32] for part in county.store.manifest()["parts"]}
    assert {path.name for path in (county.store.folder / "seen").iterdir()} <= needed | {"verified.json"}
