"""Columns of text and the tables that they make: what a source says before anything is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Int32, Int64

from riskmodel.records.intake.columns.text_hashes import text_hashes, withheld

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Column:
    """A text column, each different value once (ids as they come): row ``i`` holds ``values[codes[i]]``; code -1 is an empty field.

    ``alike`` are codes whose values look like a number of a person by chance; they are never shown or written.
    """

    codes: Int32[np.ndarray, " row"]
    texts: pa.Array | list[str]
    alike: frozenset[int] = frozenset()

    @cached_property
    def values(self) -> list[str]:
        """The values that the codes name."""
        return self.texts if isinstance(self.texts, list) else self.texts.to_pylist()

    @cached_property
    def array(self) -> pa.Array:
        """The values as an arrow array, in which whole columns are looked at at once."""
        import pyarrow as pa

        return pa.array(self.texts, pa.string()) if isinstance(self.texts, list) else self.texts

    def bytes(self) -> tuple[Any, Any, Any]:
        """Where each value starts, how many bytes it has, and the bytes, for whole columns to be read at once."""
        _, offset_buffer, data = self.array.buffers()
        count = len(self.array)
        offsets = np.frombuffer(offset_buffer, dtype=np.int32, count=count + 1, offset=4 * self.array.offset).astype(np.int64)
        content = np.frombuffer(data, dtype=np.uint8) if data is not None else np.zeros(0, np.uint8)
        return offsets[:-1], np.diff(offsets), content

    def map(self, function: Any, empty: Any, dtype: Any) -> Any:
        """``function`` of every value as an array ``[row]``; ``empty`` where the field is empty."""
        return self.spread([function(value) for value in self.values], empty, dtype)

    def spread(self, mapped: Any, empty: Any, dtype: Any) -> Any:
        """What stands in ``mapped`` for every value as an array ``[row]``; ``empty`` where the field is empty."""
        whole = np.empty(len(self.texts) + 1, dtype=dtype)
        whole[:-1] = mapped
        whole[-1] = empty
        return whole[self.codes]

    def hashes(self) -> Any:
        """The hash of every row's text, 0 where it is empty."""
        return self.spread(text_hashes(self.array), 0, np.uint64)

    def take(self, rows: Any) -> Column:
        """The rows at ``rows``, or where it is true."""
        return Column(self.codes[rows], self.texts, self.alike)

    def shown(self, rows: Any) -> list[str | None]:
        """The texts at ``rows`` as they may be shown and kept."""
        import pyarrow as pa

        hashed = text_hashes([self.values[code] for code in sorted(self.alike)]) if self.alike else ()
        hidden = {code: withheld(int(one)) for code, one in zip(sorted(self.alike), hashed, strict=True)}
        codes = self.codes[rows]
        there = self.array.take(pa.array(np.maximum(codes, 0))).to_pylist() if len(self.texts) else [None] * len(codes)
        return [None if code < 0 else hidden.get(int(code), text) for code, text in zip(codes, there, strict=True)]

    def join(self, other: Column) -> Column:
        """The rows of this column, then those of ``other``."""
        count = len(self.values)
        codes = np.concatenate([self.codes, np.where(other.codes < 0, -1, other.codes + count)]).astype(np.int32)
        return Column(codes, self.values + other.values, self.alike | {code + count for code in other.alike})


def joined_column(columns: list[Column], by: str = " | ") -> Column:
    """Several columns as one: values joined with ``by``; empty where one of them is."""
    if len(columns) == 1:
        return columns[0]
    codes = np.zeros(len(columns[0].codes), dtype=np.int64)
    empty = np.zeros(len(codes), dtype=bool)
    for column in columns:
        codes = codes * (len(column.values) + 1) + column.codes
        empty |= column.codes < 0
    _, first, back = np.unique(codes, return_index=True, return_inverse=True)
    values = [by.join(column.values[column.codes[row]] for column in columns) if not empty[row] else "" for row in first]
    return Column(np.where(empty, -1, back).astype(np.int32), values)


NO_ROWS = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class RawTable:
    """The mapped columns of a source table; ``broken`` are the numbers (from 1) of rows with a wrong number of fields."""

    rows: int
    columns: dict[str, Column]
    broken: Int64[np.ndarray, " broken"] = field(default_factory=lambda: NO_ROWS)
    numbers: Int64[np.ndarray, " row"] | None = None

    @property
    def whole(self) -> int:
        """How many rows are not broken."""
        return self.rows - len(self.broken)

    def row_numbers(self) -> Int64[np.ndarray, " row"]:
        """The number in the table, from 1, of every row that is not broken."""
        if self.numbers is not None:
            return self.numbers
        return np.delete(np.arange(1, self.rows + 1, dtype=np.int64), self.broken - 1)

    def take(self, keep: Any) -> RawTable:
        """The rows where ``keep`` is true, and the broken ones."""
        columns = {name: column.take(keep) for name, column in self.columns.items()}
        return RawTable(int(keep.sum()) + len(self.broken), columns, self.broken, self.row_numbers()[keep])

    def only(self, wanted: Mapping[str, tuple[str, ...]]) -> RawTable:
        """The rows whose columns hold one of the ``wanted`` values, column by column; the others are not this source's."""
        if not wanted:
            return self
        keep = np.ones(self.whole, dtype=bool)
        for name, values in wanted.items():
            keep &= self.columns[name].map(lambda v, values=values: v in values, False, bool)
        return self.take(keep)

    def join(self, other: RawTable) -> RawTable:
        """These rows, then those of ``other``, a table with the same columns."""
        return RawTable(
            self.rows + other.rows,
            {name: column.join(other.columns[name]) for name, column in self.columns.items()},
            np.concatenate([self.broken, other.broken]),
            np.concatenate([self.row_numbers(), other.row_numbers()]),
        )
