"""Declared columns of histories, places and stored parts.

A table is declared once as a :class:`Schema`. Whatever selects, converts, hashes, packs or stores its columns takes their
names and types from there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Int64, Shaped

Array = Shaped[np.ndarray, "..."]


@dataclass(frozen=True)
class Schema:
    """Names and element types of columns that have one length.

    Parameters
    ----------
    dimension
        What the columns are counted by, such as ``"record"``; every column has the shape ``[dimension]``.
    dtypes
        Column name to numpy type, in the order in which columns are hashed and stored.
    optional
        Columns that may be missing (None in the object that holds them).
    """

    dimension: str
    dtypes: Mapping[str, type[np.generic]]
    optional: frozenset[str] = frozenset()

    def __iter__(self) -> Iterator[str]:
        return iter(self.dtypes)

    def arrays(self, holder: object) -> dict[str, Array]:
        """Return the columns that ``holder`` has as attributes, by name."""
        found = {name: getattr(holder, name) for name in self.dtypes}
        return {name: values for name, values in found.items() if values is not None}

    def take(self, holder: object, rows: Any) -> dict[str, Array]:
        """Return the chosen rows (a mask or numbers) of every column."""
        return {name: values[rows] for name, values in self.arrays(holder).items()}

    def convert(self, columns: Mapping[str, Any]) -> dict[str, Array]:
        """Return ``columns`` as arrays of the declared types, in the declared order.

        An array that has its type already is not copied.

        Raises
        ------
        TypeError
            If a column is missing or not declared.
        """
        found = {name: values for name, values in columns.items() if values is not None}
        missing = [name for name in self.dtypes if name not in found and name not in self.optional]
        unknown = [name for name in columns if name not in self.dtypes]
        if missing or unknown:
            raise TypeError(f"The columns of a {self.dimension} are {', '.join(self)}. Missing: {missing}; unknown: {unknown}.")
        return {name: np.asarray(found[name], dtype=dtype) for name, dtype in self.dtypes.items() if name in found}


def taken(values: Array, rows: Int64[np.ndarray, " chosen"]) -> Array:
    """Return the chosen rows, given by number, of a column.

    A column of one value is not gathered row by row.
    """
    if 0 < len(rows) <= len(values) and values.min() == values.max():
        return values[: len(rows)]
    return values[rows]
