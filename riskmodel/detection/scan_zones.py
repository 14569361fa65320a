"""Zones of a scan: each cell with its nearest cells.

The zones around a centre are the first 1, 2, ... cells of its row, nearest first, so they are nested. Nearest is by distance between
centroids, or by steps between neighbours where there are no shapes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Int32, Int64

from riskmodel.asof.rings import flat_centres
from riskmodel.base.errors import bad_argument
from riskmodel.base.given_values import Described
from riskmodel.detection.compiled import in_blocks, kernel
from riskmodel.records.places import Places

Zones = Int32[np.ndarray, "centre place"]
"""Cells by nearness to each centre, the centre first, -1 where there are no more."""


def zones_of_places(places: Places, largest: int, threads: int) -> Zones:
    """Return zones by distance where all cells have shapes, else by steps."""
    if places.shapes is not None:
        at = flat_centres(places)
        if not np.isnan(at).any():
            return zones_by_distance(at, largest)
    start = places.neighbour_start if len(places.neighbour_start) == len(places) + 1 else np.zeros(len(places) + 1, np.int32)
    return _zones_by_steps(start.astype(np.int64), places.neighbour_cells.astype(np.int64), largest, threads)


def zones_by_distance(centroids: Any, largest: int) -> Zones:
    """Return zones by distance between centroids ``[cell, 2]``, on a plane.

    Raises
    ------
    UsageError
        If they are not pairs of finite numbers.
    """
    from scipy.spatial import KDTree

    at = np.asarray(centroids, dtype=np.float64)
    if at.ndim != 2 or at.shape[1] != 2 or not np.isfinite(at).all():
        raise bad_argument("centroids", "scan", "finite coordinates [cell, 2]", Described(f"an array of shape {at.shape}"))
    distance, cell = KDTree(at).query(at, k=min(largest, len(at)))
    distance, cell = (np.asarray(values).reshape(len(at), -1) for values in (distance, cell))
    own = cell == np.arange(len(at))[:, None]
    order = np.lexsort((cell, np.where(own, -1.0, distance)), axis=1)
    found = np.take_along_axis(cell, order, axis=1).astype(np.int32)
    found[:, 0] = np.arange(len(at))  # among more cells at one place than a zone may have, the centre itself may be missing
    return found


def zones_by_steps(pairs: Any, cells: int, largest: int, threads: int) -> Zones:
    """Return zones by steps between neighbours, given as pairs of cell numbers.

    Raises
    ------
    UsageError
        If a number is not that of a cell.
    """
    table = np.asarray(pairs)
    if table.size == 0:
        table = np.zeros((0, 2), dtype=np.int64)
    if table.ndim != 2 or table.shape[1] != 2 or table.dtype.kind not in "iu":
        raise bad_argument(
            "neighbours", "scan", "pairs of cell numbers [pair, 2]", Described(f"{table.dtype} of shape {table.shape}")
        )
    if table.size and (table.min() < 0 or table.max() >= cells):
        wrong = table[(table < 0) | (table >= cells)][0]
        raise bad_argument("neighbours", "scan", f"cell numbers from 0 to {cells - 1}", int(wrong))
    both = np.unique(np.concatenate([table, table[:, ::-1]]).astype(np.int64), axis=0)
    both = both[both[:, 0] != both[:, 1]]
    start = np.searchsorted(both[:, 0], np.arange(cells + 1))
    return _zones_by_steps(start, np.ascontiguousarray(both[:, 1]), largest, threads)


def _zones_by_steps(
    start: Int64[np.ndarray, " cell_plus_one"], members: Int64[np.ndarray, " pair"], largest: int, threads: int
) -> Zones:
    """Return zones by steps from neighbours as compressed rows."""
    cells = len(start) - 1
    found = np.full((cells, min(largest, cells)), -1, dtype=np.int32)
    in_blocks(lambda low, high: _walk(start, members, low, high, found), cells, threads)
    return found


@kernel
def _walk(start, members, low, high, found):  # pragma: no cover - compiled
    """Write the cells around the centres ``low:high``, breadth first."""
    seen = np.full(found.shape[0], -1, dtype=np.int64)
    for centre in range(low, high):
        found[centre, 0], seen[centre] = centre, centre
        filled, at = 1, 0
        while at < filled and filled < found.shape[1]:
            cell = found[centre, at]
            at += 1
            for pair in range(start[cell], start[cell + 1]):
                other = members[pair]
                if seen[other] != centre and filled < found.shape[1]:
                    seen[other] = centre
                    found[centre, filled] = other
                    filled += 1
