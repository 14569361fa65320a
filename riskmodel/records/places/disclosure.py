"""Disclosure control: small cells are shown together with another cell."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float64, Int32


class CellSizes(NamedTuple):
    """Which cells exist at one as-of date, with households and group."""

    there: Bool[np.ndarray, " cell"]
    households: Float64[np.ndarray, " cell"]
    group: Int32[np.ndarray, " cell"]


def shown_cells(
    sizes: CellSizes,
    minimum: float,
    neighbour_start: Int32[np.ndarray, " cell_plus_one"],
    neighbour_cells: Int32[np.ndarray, " pair"],
) -> Int32[np.ndarray, " cell"]:
    """Return under which cell each cell is shown.

    A cell with fewer than ``minimum`` households joins the neighbour with the most households, else the cell with the most
    households of its group, else that of all; only cells that are large enough are joined. Other cells are shown as themselves.
    -1 where a cell does not exist or there is no cell to join.
    """
    there, homes, group = sizes
    shown = np.where(there, np.arange(len(there)), -1).astype(np.int32)
    small = there & (homes < minimum)
    if not small.any():
        return shown
    large = there & ~small
    alone = []
    for cell in np.flatnonzero(small).tolist():
        around = neighbour_cells[neighbour_start[cell] : neighbour_start[cell + 1]]
        around = around[large[around]]
        if len(around):
            shown[cell] = around[np.argmax(homes[around])]
        else:
            alone.append(cell)
    if alone:
        largest = _largest(np.flatnonzero(large).tolist(), homes, group)
        shown[alone] = [largest.get(int(group[cell]), largest[None]) for cell in alone]
    return shown


def _largest(cells: list[int], homes: Float64[np.ndarray, " cell"], group: Int32[np.ndarray, " cell"]) -> dict[int | None, int]:
    """Return the cell with the most households of each group.

    That of all cells is under None; it is -1 without cells.
    """
    largest: dict[int | None, int] = {None: cells[int(np.argmax(homes[cells]))] if cells else -1}
    for cell in cells:
        code = int(group[cell])
        if code not in largest or homes[cell] > homes[largest[code]]:
            largest[code] = cell
    return largest
