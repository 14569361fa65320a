"""Shapes to draw: those of the cells, or equal tiles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float64, Int32

from riskmodel.base.natural_order import natural_order
from riskmodel.records.places.cells import Places
from riskmodel.records.places.shapes import Shapes

TILE = 1000.0
"""Width of a tile. It is larger than any degree, so that nobody takes its corners for longitudes."""
WIDER = 1.4
"""Width of the whole drawing over its height."""


class DrawnCells(NamedTuple):
    """The rings to draw of every cell.

    A cell that is left out has none. ``schematic`` says that they are tiles, which show neither where a cell lies nor how large it is.
    """

    shapes: Shapes
    schematic: bool


def drawn_cells(places: Places, as_of: int, cells: Sequence[int] | None = None) -> DrawnCells:
    """Return shapes of cells, or tiles if no cell has one.

    Tiles are ordered by group, the coarsest grouping first, then by the id of the cell.

    Parameters
    ----------
    as_of
        Day whose groups count; a cell that does not exist then has no tile.
    cells
        Numbers of the cells that get a tile; default: all.
    """
    if any(places.shapes or ()):
        assert places.shapes is not None
        return DrawnCells(places.shapes, False)
    version = places.version_at(np.array([as_of], dtype=np.int32))[:, 0]
    chosen = [int(cell) for cell in (range(len(places)) if cells is None else cells) if version[cell] >= 0]
    tiles = dict(zip(_ordered(places, version, chosen), _tiles(len(chosen)), strict=True))
    return DrawnCells(tuple((tiles[cell],) if cell in tiles else () for cell in range(len(places))), True)


def _ordered(places: Places, version: Int32[np.ndarray, " cell"], cells: list[int]) -> list[int]:
    """Return cells by groups, coarse before fine, and by id."""
    coarse = sorted(places.groupings.values(), key=lambda grouping: len(grouping.labels))
    return sorted(
        cells,
        key=lambda cell: (
            *(natural_order(grouping.labels[grouping.codes[version[cell]]]) for grouping in coarse),
            natural_order(places.ids[cell]),
        ),
    )


def _tiles(count: int) -> list[Float64[np.ndarray, "point 2"]]:
    """Return the rings of tiles, row by row from the upper left."""
    across = max(1, round(float(np.sqrt(count * WIDER))))
    corners = np.array([(0, 0), (1, 0), (1, -1), (0, -1), (0, 0)], dtype=np.float64)
    return [(corners + (at % across, -(at // across))) * TILE for at in range(count)]
