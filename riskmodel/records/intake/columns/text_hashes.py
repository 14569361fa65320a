"""64-bit hashes of texts, equal on every machine and in every run.

They identify rows and hide nothing. Whole columns are hashed at once: the 8-byte words of a text (little-endian) are mixed in with
the finaliser of splitmix64 (Steele, Lea and Flood, 2014), and its length last.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Int64, UInt64

if TYPE_CHECKING:
    import pyarrow as pa

_SEED = np.uint64(0x9E3779B97F4A7C15)
_MASKS = np.array([(1 << 8 * n) - 1 for n in range(9)], dtype=np.uint64)
_TOKEN = 17
"""Least length of a token in bytes."""


def text_hashes(values: Sequence[str] | pa.Array) -> UInt64[np.ndarray, " value"]:
    """Return the hash of every text.

    A token (``#`` and a hash in hexadecimal, then anything after a space) has the hash in it.
    """
    import pyarrow as pa

    array: pa.Array = pa.array(values, pa.large_string())
    _, offset_buffer, data = array.buffers()
    offsets = np.frombuffer(offset_buffer, dtype=np.int64, count=len(array) + 1 + array.offset)[array.offset :]
    content = np.concatenate(
        [np.frombuffer(data, dtype=np.uint8) if data is not None else np.zeros(0, np.uint8), np.zeros(8, np.uint8)]
    )
    words = np.ndarray((len(content) - 7,), dtype="<u8", buffer=content.tobytes(), strides=(1,))
    start, length = offsets[:-1], np.diff(offsets)
    hashed = _mixed_words(words, start, length)
    for row in np.flatnonzero((length >= _TOKEN) & (content[np.minimum(start, len(content) - 1)] == ord("#"))):
        replaced = _token_hash(array[int(row)].as_py())
        if replaced is not None:
            hashed[row] = replaced
    return hashed


def _mixed_words(
    words: UInt64[np.ndarray, " word"], start: Int64[np.ndarray, " text"], length: Int64[np.ndarray, " text"]
) -> UInt64[np.ndarray, " text"]:
    """Return the hash of every text, mixed in word by word."""
    hashed = np.full(len(length), _SEED, dtype=np.uint64)
    rows = np.flatnonzero(length > 0)
    at = 0
    while len(rows):
        word = words[start[rows] + at] & _MASKS[np.minimum(length[rows] - at, 8)]
        hashed[rows] = mix(hashed[rows], word)
        at += 8
        rows = rows[length[rows] > at]
    return mix(hashed, length.astype(np.uint64))


def text_hash(text: str) -> int:
    """Return the hash of one text."""
    return int(text_hashes([text])[0])


def _token_hash(text: str) -> int | None:
    """Return the hash in a token; None for other texts."""
    digits = text[1:_TOKEN]
    is_token = text[0] == "#" and text[_TOKEN : _TOKEN + 1] in ("", " ") and set(digits) <= set("0123456789abcdef")
    return int(digits, 16) if is_token else None


def mix(one: UInt64[np.ndarray, " row"], other: UInt64[np.ndarray, ...]) -> UInt64[np.ndarray, " row"]:
    """Return two columns of 64-bit hashes as one; their order matters."""
    with np.errstate(over="ignore"):
        z = one * _SEED + other
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def mix_integers(start: UInt64[np.ndarray, " row"], *columns: Any) -> UInt64[np.ndarray, " row"]:
    """Return hashes with integer columns (or scalars) mixed in, in order."""
    for column in columns:
        start = mix(start, np.asarray(column).astype(np.int64).view(np.uint64))
    return start
