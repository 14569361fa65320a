"""Known ids: a sorted file per part of the history.

The ids of an ingest are looked up in it. The file is derived from its part and can be written again at any time, so no manifest names it and no backup needs it. Its rows
lie in blocks of equal length, and its end holds the first id and the checksum of every block. A look-up reads and checks only the
blocks in which the ids can be, so its cost depends on the number of ids sought, not on the size of the history.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from jaxtyping import Int32, Int64, Shaped

from riskmodel.base.arrow_numbers import numbers_of
from riskmodel.base.files import replacing, write_bytes

if TYPE_CHECKING:
    import pyarrow as pa

BLOCK = 256
"""Rows that are read and checked together."""
KNOWN_ROW = np.dtype(
    [
        ("id", "<i8"),
        ("content", "<i8"),
        ("said", "<i8"),
        ("revision", "<i8"),
        ("ended", "<i4"),
        ("ended_known", "<i4"),
        ("last", "<i4"),
        ("ends", "<i4"),
    ]
)
"""A stored row as it is looked up.

``id``, ``content`` and ``said`` are hashes (of its id, of what it means to the project, of what the source says); ``ended`` and
``ended_known`` are days of a state, ``last`` is the last day that the row is about, ``ends`` a number for its successor cell.
"""
Ids = Int64[np.ndarray, " id"]
KnownRows = Shaped[np.ndarray, " stored"]
"""Rows of the type :data:`KNOWN_ROW`."""
_CHECK = 32
_CHUNK = 256 * BLOCK


class PartFile(NamedTuple):
    """The part of a file of known ids: its rows and sha256."""

    rows: int
    sha256: str


class DamagedError(Exception):
    """The file does not match its part and is written again."""


def from_part(part: pa.Table) -> KnownRows:
    """Return the rows of a part as an array of :data:`KNOWN_ROW`.

    The part is sorted by id and revision.
    """
    rows = np.empty(len(part), dtype=KNOWN_ROW)
    for name in ("id", "content", "said", "revision", "ended", "ended_known", "last"):
        rows[name] = numbers_of(part[name])
    successor = part["heir"].combine_chunks()
    rows["ends"] = codes_of(successor.dictionary.to_pylist())[numbers_of(successor.indices)]
    return rows


def codes_of(cells: Sequence[str]) -> Int32[np.ndarray, " cell"]:
    """Return numbers that distinguish cells by their ids.

    0 for an empty id.
    """
    return np.array([zlib.crc32(name.encode()) if name else 0 for name in cells], dtype=np.uint32).view(np.int32)


def ids_to_bytes(rows: KnownRows, digest: str) -> bytes:
    """Return the content of the file for the rows of a part.

    ``digest`` is the sha256 of the part.
    """
    return b"".join(_pieces((rows,), digest))


def write(path: Path, part: pa.Table, digest: str) -> None:
    """Write the file of a part, a few rows at a time.

    ``digest`` is the sha256 of the part.
    """
    with replacing(path) as beside, open(beside, "wb") as file:
        file.writelines(_pieces((from_part(part.slice(at, _CHUNK)) for at in range(0, len(part), _CHUNK)), digest))


def _pieces(chunks: Iterable[KnownRows], digest: str) -> Iterator[bytes | memoryview]:
    """Yield the content of the file, in order.

    All chunks but the last have a multiple of :data:`BLOCK` rows.
    """
    size, ends = BLOCK * KNOWN_ROW.itemsize, []
    for rows in chunks:
        signs: Any = np.ascontiguousarray(rows).view(np.uint8)
        content = memoryview(signs)
        end = np.zeros((-(-len(rows) // BLOCK), 2), dtype="<i8")
        end[:, 0] = rows["id"][::BLOCK]
        end[:, 1] = [_checksum(content[at : at + size]) for at in range(0, len(content), size)]
        ends.append(end)
        yield content
    whole = np.concatenate([np.zeros((0, 2), dtype="<i8"), *ends])
    yield whole.tobytes()
    yield _check(whole, digest)


def find(path: Path, part: PartFile, wanted: Ids, make: Callable[[], KnownRows]) -> KnownRows:
    """Return the rows of a part with the wanted ids.

    Parameters
    ----------
    path
        The file of known ids. It is written if it is missing or damaged.
    wanted
        The ids, sorted, each once.
    make
        Returns all rows of the part, as :func:`from_part` does; called if the file must be written.

    Returns
    -------
    ndarray
        An array of :data:`KNOWN_ROW`.
    """
    if not len(wanted) or not part.rows:
        return np.zeros(0, dtype=KNOWN_ROW)
    try:
        rows = _read(path, part, wanted)
    except (FileNotFoundError, DamagedError):
        rows = make()
        write_bytes(path, ids_to_bytes(rows, part.sha256))
    at = np.minimum(np.searchsorted(wanted, rows["id"]), len(wanted) - 1)
    return rows[wanted[at] == rows["id"]]


def read_all(path: Path, part: PartFile) -> KnownRows | None:
    """Return all rows of a part.

    None if the file is lost or damaged.
    """
    content = path.read_bytes() if path.is_file() else b""
    size = part.rows * KNOWN_ROW.itemsize
    if not size or len(content) < size:
        return None
    rows = np.frombuffer(content[:size], dtype=KNOWN_ROW)
    return rows if content == ids_to_bytes(rows, part.sha256) else None


def _read(path: Path, part: PartFile, wanted: Ids) -> KnownRows:
    """Return the rows of the blocks in which wanted ids can be."""
    blocks = -(-part.rows // BLOCK)
    size = part.rows * KNOWN_ROW.itemsize
    with open(path, "rb") as file:
        file.seek(size)
        tail = file.read(blocks * 16 + _CHECK + 1)
        if len(tail) != blocks * 16 + _CHECK:
            raise DamagedError
        end = np.frombuffer(tail[: blocks * 16], dtype="<i8")
        if tail[-_CHECK:] != _check(end, part.sha256):
            raise DamagedError
        first, checksums = end.reshape(-1, 2).T
        found = []
        for block in _blocks_with(first, wanted).tolist():
            file.seek(block * BLOCK * KNOWN_ROW.itemsize)
            content = file.read(min(BLOCK * KNOWN_ROW.itemsize, size - block * BLOCK * KNOWN_ROW.itemsize))
            if _checksum(content) != checksums[block]:
                raise DamagedError
            found.append(content)
    return np.frombuffer(b"".join(found), dtype=KNOWN_ROW)


def _blocks_with(first: Int64[np.ndarray, " block"], wanted: Ids) -> Int64[np.ndarray, " chosen"]:
    """Return the numbers of the blocks in which wanted ids can be.

    ``first`` is the first id of every block. The revisions of one id may stand in two blocks.
    """
    low = np.maximum(np.searchsorted(first, wanted, side="left") - 1, 0)
    high = np.searchsorted(first, wanted, side="right") - 1
    change = np.zeros(len(first) + 1, dtype=np.int64)
    np.add.at(change, low[high >= low], 1)
    np.subtract.at(change, high[high >= low] + 1, 1)
    return np.flatnonzero(np.cumsum(change[:-1]) > 0)


def _checksum(content: bytes | memoryview) -> int:
    """Return the CRC-32 of a block, which finds every changed byte."""
    return zlib.crc32(content)


def _check(end: Int64[np.ndarray, ...], digest: str) -> bytes:
    return hashlib.sha256(end.tobytes() + digest.encode("ascii")).digest()
