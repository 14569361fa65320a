"""Text columns in which every different value is held once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Int32, Int64, Integer, Shaped, UInt8, UInt64
from numpy.typing import DTypeLike

from riskmodel.records.intake.columns.text_hashes import text_hashes

if TYPE_CHECKING:
    import pyarrow as pa

ChosenRows = Bool[np.ndarray, " row"] | Integer[np.ndarray, " chosen"] | list[int] | slice
"""Rows of a table, by a mask or by their numbers."""

BETWEEN = " | "
"""What stands between the parts of a name that several columns give together."""
_MOST_CODES = 1 << 62
"""Combinations of codes that one integer holds."""


class TextBytes(NamedTuple):
    """The texts of a column as bytes: ``content[start[i] : start[i] + length[i]]``."""

    start: Int64[np.ndarray, " text"]
    length: Int64[np.ndarray, " text"]
    content: UInt8[np.ndarray, " byte"]


@dataclass(frozen=True)
class Column:
    """A text column in which each different value is held once.

    Row ``i`` holds ``values[codes[i]]``; code -1 is an empty field. Every different value is held once, except in columns of ids or
    instants that mostly differ, which keep their order. ``alike`` are codes whose values look like a number of a person by chance.
    """

    codes: Int32[np.ndarray, " row"]
    texts: pa.Array | list[str]
    alike: frozenset[int] = frozenset()

    @cached_property
    def values(self) -> list[str]:
        """The values that the codes refer to."""
        return self.texts if isinstance(self.texts, list) else self.texts.to_pylist()

    @cached_property
    def array(self) -> pa.Array:
        """The values as an arrow array, for vectorised functions."""
        import pyarrow as pa

        return pa.array(self.texts, pa.string()) if isinstance(self.texts, list) else self.texts

    def bytes(self) -> TextBytes:
        """Return the bytes of all values, for vectorised reading."""
        _, offset_buffer, data = self.array.buffers()
        count = len(self.array)
        offsets = np.frombuffer(offset_buffer, dtype=np.int32, count=count + 1, offset=4 * self.array.offset).astype(np.int64)
        content = np.frombuffer(data, dtype=np.uint8) if data is not None else np.zeros(0, np.uint8)
        return TextBytes(offsets[:-1], np.diff(offsets), content)

    def map(self, function: Callable[[str], Any], empty: Any, dtype: DTypeLike) -> Shaped[np.ndarray, " row"]:
        """Return ``function`` of every value as an array ``[row]``.

        Empty fields get ``empty``.
        """
        return self.spread([function(value) for value in self.values], empty, dtype)

    def spread(self, mapped: Any, empty: Any, dtype: DTypeLike) -> Shaped[np.ndarray, " row"]:
        """Return results per value as an array ``[row]``.

        Empty fields get ``empty``.
        """
        whole = np.empty(len(self.texts) + 1, dtype=dtype)
        whole[:-1] = mapped
        whole[-1] = empty
        return whole[self.codes]

    def hashes(self) -> UInt64[np.ndarray, " row"]:
        """Return the hash of every row's text, 0 for empty fields."""
        return self.spread(text_hashes(self.array), 0, np.uint64)

    def take(self, rows: ChosenRows) -> Column:
        """Return the chosen rows (numbers or a mask)."""
        return Column(self.codes[rows], self.texts, self.alike)

    def shown(self, rows: ChosenRows) -> list[str | None]:
        """Return the texts of chosen rows, None for empty fields."""
        import pyarrow as pa

        codes = self.codes[rows]
        there = self.array.take(pa.array(np.maximum(codes, 0))).to_pylist() if len(self.texts) else [None] * len(codes)
        return [None if code < 0 else text for code, text in zip(codes, there, strict=True)]

    def distinct(self) -> Column:
        """Return the column with each different value once."""
        encoded = self.array.dictionary_encode()
        code = encoded.indices.to_numpy(zero_copy_only=False)
        codes = np.append(code, -1)[self.codes].astype(np.int32)
        return Column(codes, encoded.dictionary, frozenset(code[list(self.alike)].tolist()))

    def join(self, other: Column) -> Column:
        """Return the rows of this column followed by those of ``other``."""
        count = len(self.values)
        codes = np.concatenate([self.codes, np.where(other.codes < 0, -1, other.codes + count)]).astype(np.int32)
        return Column(codes, self.values + other.values, self.alike | {code + count for code in other.alike})


def joined_column(columns: list[Column], by: str = BETWEEN) -> Column:
    """Return several columns as one, their values joined with ``by``.

    A row is empty where one of them is.
    """
    if len(columns) == 1:
        return columns[0]
    codes, most = columns[0].codes.astype(np.int64), len(columns[0].texts)
    empty = codes < 0
    for column in columns[1:]:
        size = len(column.texts) + 1
        if most * size > _MOST_CODES:
            codes, most = np.unique(codes, return_inverse=True)[1], len(codes)
        codes, most = codes * size + column.codes, most * size
        empty |= column.codes < 0
    _, first, back = np.unique(codes, return_index=True, return_inverse=True)
    values = [by.join(column.values[column.codes[row]] for column in columns) if not empty[row] else "" for row in first]
    return Column(np.where(empty, -1, back).astype(np.int32), values)
