"""A table of features too large for memory, in a file.

The file has no name and vanishes with the last table that reads it. It is read, not mapped, so that the system may keep or drop
its pages, and they do not count as memory of the process.
"""

from __future__ import annotations

import os
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float32, Int64

from riskmodel.base.errors import UsageError


class SpillFile:
    """Blocks of float32 ``[column, row]``, one after another in a file.

    Parameters
    ----------
    columns
        Number of columns.
    edges
        First row of each block, and the number of all rows.
    """

    def __init__(self, columns: int, edges: Sequence[int]) -> None:
        self.columns = columns
        self.edges = np.asarray(edges, dtype=np.int64)
        handle, path = tempfile.mkstemp(prefix="riskmodel-", suffix=".design")
        os.unlink(path)
        self._file = handle
        weakref.finalize(self, os.close, handle)
        size = 4 * columns * int(self.edges[-1])
        if size and hasattr(os, "posix_fallocate"):
            os.posix_fallocate(handle, 0, size)  # a full disk is reported here, not after most of the work
        self._held: tuple[int, Any] = (-1, None)

    def write(self, block: int, values: Any) -> None:
        """Write the values of a block, float32 ``[column, ...]``."""
        rest = _bytes(np.ascontiguousarray(values, dtype=np.float32))
        at = 4 * self.columns * int(self.edges[block])
        while len(rest):
            done = os.pwrite(self._file, rest, at)
            rest, at = rest[done:], at + done

    def block(self, block: int) -> Float32[np.ndarray, "column row"]:
        """Return a whole block, cached for reading row by row."""
        number, values = self._held
        if number != block:
            values = self._read(block, 0, self.columns)
            self._held = block, values
        return values

    def column(self, column: int) -> Float32[np.ndarray, " row"]:
        """Return a column of all rows."""
        parts = [self._read(block, column, column + 1)[0] for block in range(len(self.edges) - 1)]
        return np.concatenate([np.zeros(0, np.float32), *parts])

    def _read(self, block: int, first: int, stop: int) -> Any:
        start, rows = int(self.edges[block]), int(self.edges[block + 1] - self.edges[block])
        values = np.empty((stop - first, rows), dtype=np.float32)
        rest = _bytes(values)
        at = 4 * (self.columns * start + first * rows)
        while len(rest):
            done = os.preadv(self._file, [rest], at)
            rest, at = rest[done:], at + done
        return values


def _bytes(values: Any) -> memoryview:
    return memoryview(values.reshape(-1)).cast("B") if values.size else memoryview(b"")


class Spilled:
    """Rows and columns of a :class:`SpillFile`, in the order chosen.

    It is read by column (``table[rows, column]``, ``table[:, column]``), by row and by batch of rows. Chosen rows of at most
    ``small`` bytes are returned as an array in memory.
    """

    def __init__(
        self, file: SpillFile, small: int = 0, rows: Int64[np.ndarray, " row"] | None = None, columns: Any = None
    ) -> None:
        self.file = file
        self.small = small
        self._rows = rows
        self._columns = np.arange(file.columns) if columns is None else np.asarray(columns, dtype=np.int64)

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and columns."""
        return int(self.file.edges[-1]) if self._rows is None else len(self._rows), len(self._columns)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: Any) -> Float32[np.ndarray, ...]:
        if not (isinstance(key, tuple) and len(key) == 2 and isinstance(key[1], (int, np.integer))):
            raise UsageError(
                "This table of features lies in a file, and is read by column: X[:, 3] or design.column(name). design.take(rows) gives rows in memory, X.whole() all of them."
            )
        rows, column = key
        values = self.file.column(int(self._columns[column]))
        return (values if self._rows is None else values[self._rows])[rows]

    def take(self, rows: Any) -> Spilled | Float32[np.ndarray, "row column"]:
        """Return the chosen rows (a mask, a slice or positions)."""
        mine = np.arange(len(self), dtype=np.int64) if self._rows is None else self._rows
        table = Spilled(self.file, self.small, mine[rows], self._columns)
        if 4 * len(table) * max(1, len(self._columns)) > self.small:
            return table
        return table.whole()

    def choose(self, columns: Sequence[int]) -> Spilled:
        """Return the chosen columns."""
        return Spilled(self.file, self.small, self._rows, self._columns[np.asarray(columns, dtype=np.int64)])

    def whole(self) -> Float32[np.ndarray, "row column"]:
        """Return all values as an array in memory, in Fortran order."""
        out = np.empty(self.shape, dtype=np.float32, order="F")
        for j in range(len(self._columns)):
            out[:, j] = self[:, j]
        return out

    def batch(self, first: int, stop: int) -> Float32[np.ndarray, "row column"]:
        """Return the rows ``first:stop``, in C order."""
        at = np.arange(first, stop, dtype=np.int64) if self._rows is None else self._rows[first:stop]
        out = np.empty((len(at), len(self._columns)), dtype=np.float32)
        block = np.searchsorted(self.file.edges, at, side="right") - 1
        for number in np.unique(block):
            here = block == number
            rows = at[here] - self.file.edges[number]
            out[here] = self.file.block(int(number))[self._columns[:, None], rows[None, :]].T
        return out

    def row(self, at: int) -> Float32[np.ndarray, " column"]:
        """Return one row."""
        place = at if self._rows is None else int(self._rows[at])
        block = int(np.searchsorted(self.file.edges, place, side="right")) - 1
        return self.file.block(block)[self._columns, place - int(self.file.edges[block])]

    def batches(self, rows: int) -> Iterator[Float32[np.ndarray, "row column"]]:
        """Yield all rows, at most ``rows`` at a time."""
        for first in range(0, len(self), rows):
            yield self.batch(first, min(first + rows, len(self)))
