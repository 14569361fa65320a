"""The ranges of the bytes of texts that have one length.

Ids and instants of exports mostly have one length. Whether all of them have a form then follows from the smallest and the largest
byte at each position, which is far quicker than a pattern for each text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from jaxtyping import UInt8

if TYPE_CHECKING:
    import pyarrow as pa

_ROW = 1 << 13
"""Bytes of the texts that are compared as one row: short rows are slow, and long ones take memory."""


class ByteRanges(NamedTuple):
    """The smallest and the largest byte at each position of some texts."""

    lowest: UInt8[np.ndarray, " position"]
    highest: UInt8[np.ndarray, " position"]

    def lie_between(self, low: str, high: str) -> bool:
        """Return whether all texts lie between two, position by position.

        Both are ASCII and have the length of the form.
        """
        least, most = (np.frombuffer(text.encode("ascii"), dtype=np.uint8) for text in (low, high))
        return len(least) == len(self.lowest) and bool((self.lowest >= least).all() and (self.highest <= most).all())

    def are_codes(self, letters: int, digits: int) -> bool:
        """Return whether all texts are letters, then at least one digit.

        There are at most so many of both. A position has letters of one case only, since other signs stand between the cases.
        """
        letter = ((self.lowest >= ord("A")) & (self.highest <= ord("Z"))) | (
            (self.lowest >= ord("a")) & (self.highest <= ord("z"))
        )
        digit = (self.lowest >= ord("0")) & (self.highest <= ord("9"))
        heading = int(digit.argmax())
        return bool(letter[:heading].all() and digit[heading:].all()) and heading <= letters and len(digit) - heading <= digits


def byte_ranges(texts: pa.Array) -> ByteRanges | None:
    """Return the ranges of the bytes of texts, empty ones apart.

    Returns
    -------
    ByteRanges or None
        None unless all texts that are not empty have one length and there is one; None if a text is missing.
    """
    _, offset_buffer, data = texts.buffers()
    if texts.null_count or data is None:
        return None
    offsets = np.frombuffer(offset_buffer, dtype=np.int32, count=len(texts) + 1, offset=4 * texts.offset)
    lengths = np.diff(offsets)
    longest = int(lengths.max(initial=0))
    if not longest or not ((lengths == longest) | (lengths == 0)).all():
        return None
    content = np.frombuffer(data, dtype=np.uint8)[offsets[0] : offsets[-1]]
    row = max(_ROW // longest, 1) * longest
    whole = len(content) - len(content) % row
    blocks, rest = content[:whole].reshape(-1, row), content[whole:].reshape(-1, longest)
    lowest, highest = blocks.min(axis=0, initial=255).reshape(-1, longest), blocks.max(axis=0, initial=0).reshape(-1, longest)
    return ByteRanges(np.concatenate([lowest, rest]).min(axis=0), np.concatenate([highest, rest]).max(axis=0))
