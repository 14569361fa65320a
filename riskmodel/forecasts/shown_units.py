"""The units under which rows may be shown, and their groups."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from riskmodel.forecasts.conformal import Groups
from riskmodel.records.places import Places


class ShownUnits(NamedTuple):
    """Units under which rows may be shown, sorted by date and cell.

    ``rows`` are positions of the rows that have a unit, and ``unit`` the number of each one's unit. ``cell`` and ``as_of`` describe
    the units.
    """

    rows: Any
    unit: Any
    cell: Any
    as_of: Any


def shown_units(places: Places, cell: Any, as_of: Any) -> ShownUnits:
    """Apply disclosure control: merge cells with too few households.

    Such a cell joins the cell that hosts it at the row's as-of date.

    Parameters
    ----------
    places
        Places with households and their minimum.
    cell, as_of
        Cell number and as-of day of each row.
    """
    host = np.full(len(cell), -1, dtype=np.int64)
    for day in np.unique(as_of):
        rows = np.flatnonzero(as_of == day)
        host[rows] = places.shown_as(int(day))[cell[rows]]
    rows = np.flatnonzero(host >= 0)
    keys, unit = np.unique(np.asarray(as_of)[rows].astype(np.int64) * (1 << 32) + host[rows], return_inverse=True)
    return ShownUnits(rows, unit, (keys & 0xFFFFFFFF).astype(np.int32), (keys >> 32).astype(np.int32))


def groups_of(places: Places, grouping: str | None, cell: Any, as_of: Any) -> Groups | None:
    """Return each row's group as known at its as-of date.

    None without a grouping.

    Raises
    ------
    UsageError
        If there is no such grouping.
    """
    if grouping is None:
        return None
    dates, at = np.unique(np.asarray(as_of), return_inverse=True)
    code = places.group(grouping, places.version_at(dates.astype(np.int32)))[cell, at]
    return Groups(places.grouping(grouping).labels, code)
