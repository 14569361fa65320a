"""What was taken in already: of each part of the history a sorted file of ids, in which a night's ids are looked up.

The file is made from its part and can be made again at any time, so no manifest names it and no backup needs it. Its rows lie in
blocks of equal length, and its end holds the first id and the digest of every block: a look-up reads and checks the blocks in
which the ids can be, and its cost follows from the number of ids that are sought, not from what is stored.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Int32, Int64

from riskmodel.base.files import write_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

BLOCK = 256
"""Rows that are read and checked together."""
SEEN = np.dtype(
    [
        ("id", "<i8"),
        ("content", "<i8"),
        ("said", "<i8"),
        ("revision", "<i4"),
        ("ended", "<i4"),
        ("ended_known", "<i4"),
        ("last", "<i4"),
        ("ends", "<i4"),
    ]
)
"""A row as it is looked up: what it is called, what it says as hashes, when a state ended, the last day that it is about, and which part of a split cell it is in."""
_CHECK = 32


class DamagedError(Exception):
    """The file is not what was made from its part; it is made anew."""


def from_part(part: pa.Table) -> Any:
    """The rows of a part (sorted by id and revision) as an array of :data:`SEEN`."""
    rows = np.zeros(len(part), dtype=SEEN)
    for name in ("id", "content", "said", "revision", "ended", "ended_known", "last"):
        rows[name] = part[name].to_numpy(zero_copy_only=False)
    heir = part["heir"].combine_chunks()
    rows["ends"] = codes_of(heir.dictionary.to_pylist())[heir.indices.to_numpy()]
    return rows


def codes_of(cells: Sequence[str]) -> Int32[np.ndarray, " cell"]:
    """Cells as numbers to tell them apart by; 0 for none."""
    return np.array([zlib.crc32(name.encode()) if name else 0 for name in cells], dtype=np.uint32).view(np.int32)


def to_bytes(rows: Any, digest: str) -> bytes:
    """The file of ``rows``, which are those of the part with that sha256."""
    blocks = [rows[at : at + BLOCK] for at in range(0, len(rows), BLOCK)]
    end = np.zeros((len(blocks), 2), dtype="<i8")
    end[:, 0] = [block["id"][0] for block in blocks]
    end[:, 1] = [_digest(block.tobytes()) for block in blocks]
    return rows.tobytes() + end.tobytes() + _check(end, digest)


def find(path: Path, count: int, digest: str, wanted: Int64[np.ndarray, " id"], make: Callable[[], Any]) -> Any:
    """The rows of the part's ``count`` rows whose id is one of ``wanted`` (sorted, each once), as an array of :data:`SEEN`.

    Parameters
    ----------
    path
        Where the file is, or is put.
    digest
        The sha256 of the part.
    make
        Gives the rows of the part if there is no file, or it is damaged.
    """
    if not len(wanted) or not count:
        return np.zeros(0, dtype=SEEN)
    try:
        rows = _read(path, count, digest, wanted)
    except (FileNotFoundError, DamagedError):
        whole = make()
        write_bytes(path, to_bytes(whole, digest))
        rows = whole
    at = np.minimum(np.searchsorted(wanted, rows["id"]), len(wanted) - 1)
    return rows[wanted[at] == rows["id"]]


def _read(path: Path, count: int, digest: str, wanted: Any) -> Any:
    """The rows of the blocks in which ``wanted`` can be."""
    blocks = -(-count // BLOCK)
    size = count * SEEN.itemsize
    with open(path, "rb") as file:
        file.seek(size)
        tail = file.read(blocks * 16 + _CHECK + 1)
        end = np.frombuffer(tail[: blocks * 16], dtype="<i8")
        if len(tail) != blocks * 16 + _CHECK or tail[-_CHECK:] != _check(end, digest):
            raise DamagedError
        first, kept = end.reshape(-1, 2).T
        # revisions of one id may stand on both sides of a border
        low = np.maximum(np.searchsorted(first, wanted, side="left") - 1, 0)
        high = np.searchsorted(first, wanted, side="right") - 1
        change = np.zeros(blocks + 1, dtype=np.int64)
        np.add.at(change, low[high >= low], 1)
        np.subtract.at(change, high[high >= low] + 1, 1)
        chosen = np.flatnonzero(np.cumsum(change[:-1]) > 0)
        found = []
        for block in chosen.tolist():
            file.seek(block * BLOCK * SEEN.itemsize)
            content = file.read(min(BLOCK * SEEN.itemsize, size - block * BLOCK * SEEN.itemsize))
            if _digest(content) != kept[block]:
                raise DamagedError
            found.append(content)
    return np.frombuffer(b"".join(found), dtype=SEEN)


def _digest(content: bytes) -> int:
    return int.from_bytes(hashlib.sha256(content).digest()[:8], "little", signed=True)


def _check(end: Any, digest: str) -> bytes:
    return hashlib.sha256(end.tobytes() + digest.encode("ascii")).digest()
