"""Two forecasters are compared on the same rows or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from riskmodel.base.days import to_iso
from riskmodel.base.errors import UsageError


def check_same_rows(
    names: tuple[str, str], cell: tuple[Any, Any], as_of: tuple[Any, Any], y: tuple[Any, Any], ids: Sequence[str] = ()
) -> None:
    """Check that two sets of rows hold the same cells at the same as-of dates, in the same order, with the same counts.

    ``ids`` are the cells' ids, by which the message calls them.

    Raises
    ------
    UsageError
        Naming the first rows that only one of them has, or whose counts differ, and how many there are.
    """
    keys = [np.asarray(a, dtype=np.int64) * (1 << 32) + np.asarray(c, dtype=np.int64) for c, a in zip(cell, as_of, strict=True)]
    for here, there in ((0, 1), (1, 0)):
        missing = np.flatnonzero(~np.isin(keys[here], keys[there]))
        if len(missing):
            raise _unequal(names[here], f"{names[there]} has no such row", missing, cell[here], as_of[here], ids)
    if len(keys[0]) != len(keys[1]):
        raise UsageError(
            f"{names[0]} has {len(keys[0]):,} rows and {names[1]} {len(keys[1]):,}: some stand twice. Judge both on the same rows."
        )
    if not np.array_equal(keys[0], keys[1]):
        moved = np.flatnonzero(keys[0] != keys[1])
        raise _unequal(names[0], f"{names[1]} has them in another order", moved, cell[0], as_of[0], ids)
    other = np.flatnonzero(np.asarray(y[0]) != np.asarray(y[1]))
    if len(other):
        raise _unequal(names[0], f"the counts of {names[1]} differ", other, cell[0], as_of[0], ids)


def _unequal(name: str, why: str, rows: Any, cell: Any, as_of: Any, ids: Sequence[str]) -> UsageError:
    called = [repr(ids[cell[row]]) if int(cell[row]) < len(ids) else f"number {int(cell[row])}" for row in rows[:3]]
    shown = "; ".join(f"cell {one} as of {to_iso(int(as_of[row]))}" for one, row in zip(called, rows, strict=False))
    more = f" and {len(rows) - 3:,} more" if len(rows) > 3 else ""
    return UsageError(f"{name} cannot be compared: {why}: {shown}{more}. Judge both on the same rows, from the same history.")
