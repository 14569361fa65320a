"""Rings of cells and distances."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from riskmodel.asof.design import design
from riskmodel.asof.rings import centres, inverse_distances, rings
from riskmodel.asof.vocabulary import NEIGHBOURS, RING2, Count, Nearby
from riskmodel.base.errors import UsageError
from riskmodel.records.history import History
from riskmodel.records.places import Places
from tests.oracles import Oracle
from tests.worlds.drawn_histories import histories
from tests.worlds.leap_day import two_cells


def row_of_cells(*x: float, y: float = 30.0) -> Places:
    """Cells side by side, each a square about ``x``."""
    names = [f"c{i}" for i in range(len(x))]
    shapes = {
        n: [np.array([(at - 0.1, y - 0.1), (at + 0.1, y - 0.1), (at + 0.1, y + 0.1), (at - 0.1, y + 0.1)])]
        for n, at in zip(names, x, strict=True)
    }
    pairs = pd.DataFrame({"cell": names[:-1], "neighbour": names[1:]})
    return Places.from_frame(pd.DataFrame({"cell": names}), neighbours=pairs, shapes=shapes)


@settings(deadline=None, max_examples=30)
@given(histories())
def test_rings_are_the_neighbours_and_theirs(history: History) -> None:
    for ring, over in zip(rings(history.places), (NEIGHBOURS, RING2), strict=True):
        start, members = ring
        for cell in range(len(history.places)):
            assert members[start[cell] : start[cell + 1]].tolist() == Oracle(history, cell, 0).members(over)


def test_degrees_of_longitude_are_shorter_than_those_of_latitude() -> None:
    start, members, weight = inverse_distances(row_of_cells(100, 101, 102, y=60))
    assert start.tolist() == [0, 2, 4, 6]
    assert members.tolist() == [1, 2, 0, 2, 0, 1]
    np.testing.assert_allclose(weight, [2, 1, 2, 2, 1, 2], rtol=1e-6)


def test_the_centre_of_a_shape_is_that_of_its_area() -> None:
    ring = np.array([(0.0, 0.0), (3.0, 0.0), (3.0, 1.0), (1.0, 1.0), (1.0, 3.0), (0.0, 3.0)])
    places = Places.from_frame(
        pd.DataFrame({"cell": ["a", "b"]}), shapes={"a": [ring], "b": [np.array([(1.0, 1.0), (3.0, 3.0)])]}
    )
    np.testing.assert_allclose(centres(places), [[1.1, 1.1], [2, 2]])


def test_without_neighbours_there_is_no_ring() -> None:
    places = Places.from_frame(pd.DataFrame({"cell": ["a", "b"]}))
    assert all(len(members) == 0 for _, members in rings(places))


def test_without_shapes_nothing_is_nearby() -> None:
    with pytest.raises(UsageError, match=r"The places have no shapes, so distances between cells are unknown"):
        design(two_cells(), "2020-03-01", [Nearby(Count("theft", 7))])
