"""Check that two forecasters are compared on the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from riskmodel.base.days import to_iso
from riskmodel.base.errors import UsageError


class NamedRows(NamedTuple):
    """Rows of one result, with the name that messages use for it."""

    name: str
    cell: Any
    as_of: Any
    y: Any


def check_same_rows(one: NamedRows, other: NamedRows, ids: Sequence[str] = ()) -> None:
    """Check that two results have the same rows and counts.

    Rows must also be in the same order.

    Parameters
    ----------
    ids
        Ids of the cells, for the message; without them it gives the cells' numbers.

    Raises
    ------
    UsageError
        Naming the first rows that only one of them has, or whose counts differ, and how many there are.
    """
    pair = (one, other)
    keys = [np.asarray(r.as_of, dtype=np.int64) * (1 << 32) + np.asarray(r.cell, dtype=np.int64) for r in pair]
    for here, there in ((0, 1), (1, 0)):
        missing = np.flatnonzero(~np.isin(keys[here], keys[there]))
        if len(missing):
            raise _unequal(pair[here], f"{pair[there].name} has no such row", missing, ids)
    if len(keys[0]) != len(keys[1]):
        raise UsageError(
            f"{one.name} has {len(keys[0]):,} rows and {other.name} {len(keys[1]):,}: some occur twice. "
            "Evaluate both on the same rows."
        )
    if not np.array_equal(keys[0], keys[1]):
        raise _unequal(one, f"{other.name} has them in another order", np.flatnonzero(keys[0] != keys[1]), ids)
    counts = np.flatnonzero(np.asarray(one.y) != np.asarray(other.y))
    if len(counts):
        raise _unequal(one, f"the counts of {other.name} differ", counts, ids)


def _unequal(of: NamedRows, why: str, rows: Any, ids: Sequence[str]) -> UsageError:
    """Build the error that names the first differing rows."""
    called = [repr(ids[of.cell[row]]) if int(of.cell[row]) < len(ids) else f"number {int(of.cell[row])}" for row in rows[:3]]
    shown = "; ".join(f"cell {one} as of {to_iso(int(of.as_of[row]))}" for one, row in zip(called, rows, strict=False))
    more = f" and {len(rows) - 3:,} more" if len(rows) > 3 else ""
    return UsageError(
        f"{of.name} cannot be compared: {why}: {shown}{more}. Evaluate both on the same rows, from the same history."
    )
