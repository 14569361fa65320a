"""Versions of cells: figures with days of validity and knowledge."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from jaxtyping import Float64, Int32, Int64

from riskmodel.base.errors import unknown_name
from riskmodel.records.column_schema import Array, Schema
from riskmodel.records.successions import Successions

VERSIONS = Schema("version", {"cell": np.int32, "valid_from": np.int32, "valid_to": np.int32, "known": np.int32})
"""The columns that every version of a cell has."""


class VersionSpans(NamedTuple):
    """Each version's cell, and the days between which it counts."""

    cell: Int32[np.ndarray, " version"]
    first: Int64[np.ndarray, " version"]
    stop: Int64[np.ndarray, " version"]

    @classmethod
    def of(cls, versions: Mapping[str, Array]) -> VersionSpans:
        """Return the spans of versions."""
        cell, valid_from, valid_to, known = (versions[name] for name in VERSIONS)
        stop = valid_to.astype(np.int64)
        order = np.lexsort((known, valid_from, cell))
        restated = (np.diff(cell[order]) == 0) & (np.diff(valid_from[order].astype(np.int64)) == 0)
        earlier, later = order[:-1][restated], order[1:][restated]
        stop[earlier] = np.minimum(stop[earlier], known[later].astype(np.int64) + 1)
        return cls(cell, np.maximum(valid_from.astype(np.int64), known.astype(np.int64) + 1), stop)


def versions_at(
    spans: VersionSpans, successions: Successions, cells: int, as_of: Int32[np.ndarray, " date"]
) -> Int32[np.ndarray, "cell date"]:
    """Return the version of each cell at each as-of date.

    Shape ``[cells, date]``. The rule is stated at ``Places.version_at``.
    """
    found = np.full((cells, len(as_of)), -1, dtype=np.int32)
    low, high = np.searchsorted(as_of, spans.first), np.searchsorted(as_of, spans.stop)
    # of hundreds of versions of a cell, few count at the dates of one call
    counting = np.flatnonzero(low < high)
    if len(as_of) == 1:
        # of versions of one cell, the last remains, as below
        found[spans.cell[counting], 0] = counting
    else:
        columns = (counting, spans.cell[counting], low[counting], high[counting])
        for version, place, begin, end in zip(*(column.tolist() for column in columns), strict=True):
            found[place, begin:end] = version
    for old, after in zip(successions.old.tolist(), successions.holds_after.tolist(), strict=True):
        found[old, np.searchsorted(as_of, after, side="right") :] = -1
    return found


def figures_of(
    figures: Mapping[str, Array], what: str, name: str, version: Int32[np.ndarray, "cell date"]
) -> Float64[np.ndarray, "cell date"]:
    """Return a figure of each version number, NaN for -1.

    Raises
    ------
    UsageError
        If there is no figure of this name.
    """
    if name not in figures:
        raise unknown_name(what, name, figures)
    values = figures[name]
    if not len(values):
        return np.full(version.shape, np.nan)
    return np.where(version >= 0, values[np.maximum(version, 0)], np.nan)


ROOM = 8 * 2**20
"""The bytes of arrays of single days that are kept."""


class DayArrays:
    """Arrays of single days, computed once for all lists and forecasters.

    At most :data:`ROOM` bytes are kept, and always the newest array. Safe for several threads.
    """

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._kept: dict[tuple[str, int], Array] = {}

    def once(self, day: tuple[str, int], compute: Callable[[], Array]) -> Array:
        """Return a copy of the array of a name and day."""
        found = self._kept.get(day)
        if found is None:
            found = compute()
            if (len(self._kept) + 1) * found.nbytes > self._room:
                self._kept.clear()
            self._kept[day] = found
        return found.copy()
