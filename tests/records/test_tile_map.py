"""Shapes to draw: real ones where there are any, else tiles in a stated order."""

from __future__ import annotations

import numpy as np

from riskmodel.base.days import ALWAYS, NEVER
from riskmodel.records.places import Grouping, drawn_cells
from tests.worlds.plain import make_cells

DAY = 20_000
TOWNS = {"town": Grouping(("north", "south"), np.array([1, 0, 1, 0, 0], dtype=np.int32))}


def where(found, cell: int) -> tuple[float, float]:
    """Upper left corner of a cell's tile: row, column."""
    [ring] = found.shapes[cell]
    return float(-ring[:, 1].max() // 1000), float(ring[:, 0].min() // 1000)


def test_tiles_stand_by_group_and_then_by_number() -> None:
    places = make_cells(["b10", "b2", "b1", "b30", "b4"], groupings=TOWNS)
    found = drawn_cells(places, DAY)
    assert found.schematic
    order = sorted(range(5), key=lambda cell: where(found, cell))
    assert [places.ids[cell] for cell in order] == ["b2", "b4", "b30", "b1", "b10"]
    assert np.abs(np.concatenate([ring for shape in found.shapes for ring in shape])).max() > 180


def test_cells_that_do_not_exist_or_are_not_asked_for_have_no_tile() -> None:
    opens = np.where(np.arange(5) == 4, DAY + 1, ALWAYS).astype(np.int32)
    places = make_cells("abcde", valid_from=opens, valid_to=np.full(5, NEVER))
    assert [len(shape) for shape in drawn_cells(places, DAY).shapes] == [1, 1, 1, 1, 0]
    assert [len(shape) for shape in drawn_cells(places, DAY, [0, 4]).shapes] == [1, 0, 0, 0, 0]


def test_shapes_are_drawn_where_there_are_any() -> None:
    ring = np.array([(0, 0), (1, 0), (1, 1), (0, 0)], dtype=np.float64)
    places = make_cells("ab", shapes=((ring,), ()))
    found = drawn_cells(places, DAY)
    assert not found.schematic
    assert found.shapes is places.shapes
    assert drawn_cells(make_cells("ab", shapes=((), ())), DAY).schematic
