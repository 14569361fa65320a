"""64-bit hashes of texts, whole columns at a time: the same on every machine and in every run.

They tell rows apart, they do not hide them. Texts come in 8-byte words, little-endian, each mixed in by the finaliser of
splitmix64 (Steele, Lea and Flood, 2014), and the length last.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import UInt64

if TYPE_CHECKING:
    import pyarrow as pa

_SEED = np.uint64(0x9E3779B97F4A7C15)
_MASKS = np.array([(1 << 8 * n) - 1 for n in range(9)], dtype=np.uint64)
_WITHHELD = 17


def text_hashes(values: Sequence[str] | pa.Array) -> UInt64[np.ndarray, " value"]:
    """The hash of every text; that of a withheld text (see :func:`withheld`) is the hash of what it stands for."""
    import pyarrow as pa

    array: pa.Array = pa.array(values, pa.large_string())
    _, offset_buffer, data = array.buffers()
    offsets = np.frombuffer(offset_buffer, dtype=np.int64, count=len(array) + 1 + array.offset)[array.offset :]
    content = np.concatenate(
        [np.frombuffer(data, dtype=np.uint8) if data is not None else np.zeros(0, np.uint8), np.zeros(8, np.uint8)]
    )
    words = np.ndarray((len(content) - 7,), dtype="<u8", buffer=content.tobytes(), strides=(1,))
    start, left = offsets[:-1], np.diff(offsets)
    hashed = np.full(len(array), _SEED, dtype=np.uint64)
    rows = np.flatnonzero(left > 0)
    at = 0
    while len(rows):
        word = words[start[rows] + at] & _MASKS[np.minimum(left[rows] - at, 8)]
        hashed[rows] = mix(hashed[rows], word)
        at += 8
        rows = rows[left[rows] > at]
    hashed = mix(hashed, left.astype(np.uint64))
    for row in np.flatnonzero((left == _WITHHELD) & (content[np.minimum(start, len(content) - 1)] == ord("#"))):
        stated = _stated(array[int(row)].as_py())
        if stated is not None:
            hashed[row] = stated
    return hashed


def text_hash(text: str) -> int:
    """The hash of one text."""
    return int(text_hashes([text])[0])


def withheld(hashed: int) -> str:
    """What stands for a text that may not be shown: ``#`` and its hash, so that a row with it is still the same row."""
    return f"#{hashed:016x}"


def _stated(text: str) -> int | None:
    digits = text[1:]
    return int(digits, 16) if text[0] == "#" and len(digits) == 16 and set(digits) <= set("0123456789abcdef") else None


def mix(one: Any, other: Any) -> Any:
    """Two columns of 64-bit hashes into one; the order matters."""
    with np.errstate(over="ignore"):
        z = one * _SEED + other
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))
