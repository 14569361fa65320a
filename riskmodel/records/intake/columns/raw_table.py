"""Source tables as text, before anything is derived from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Bool, Int64

from riskmodel.records.intake.columns.text_column import Column

NO_ROWS = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class RawTable:
    """The mapped columns of a source table.

    Parameters
    ----------
    rows
        Number of rows, broken ones included.
    columns
        Name to column; they hold the rows that are not broken.
    broken
        Numbers (from 1) of the rows with a wrong number of fields.
    numbers
        Number (from 1) of every other row in its table; consecutive numbers if None.
    """

    rows: int
    columns: dict[str, Column]
    broken: Int64[np.ndarray, " broken"] = field(default_factory=lambda: NO_ROWS)
    numbers: Int64[np.ndarray, " row"] | None = None

    @property
    def whole(self) -> int:
        """Number of rows that are not broken."""
        return self.rows - len(self.broken)

    def row_numbers(self) -> Int64[np.ndarray, " row"]:
        """Return the number (from 1) of every row that is not broken."""
        if self.numbers is not None:
            return self.numbers
        return np.delete(np.arange(1, self.rows + 1, dtype=np.int64), self.broken - 1)

    def take(self, keep: Bool[np.ndarray, " row"]) -> RawTable:
        """Return the rows where ``keep`` is true, and the broken ones."""
        columns = {name: column.take(keep) for name, column in self.columns.items()}
        return RawTable(int(keep.sum()) + len(self.broken), columns, self.broken, self.row_numbers()[keep])

    def only(self, wanted: Mapping[str, tuple[str, ...]]) -> RawTable:
        """Return the rows of a source that shares its table with others.

        These are the rows in which every column of ``wanted`` holds one of its values.
        """
        if not wanted:
            return self
        keep = np.ones(self.whole, dtype=bool)
        for name, values in wanted.items():
            keep &= self.columns[name].map(lambda v, values=values: v in values, False, bool)
        return self.take(keep)

    def join(self, other: RawTable) -> RawTable:
        """Return these rows followed by those of ``other``."""
        return RawTable(
            self.rows + other.rows,
            {name: column.join(other.columns[name]) for name, column in self.columns.items()},
            np.concatenate([self.broken, other.broken]),
            np.concatenate([self.row_numbers(), other.row_numbers()]),
        )
