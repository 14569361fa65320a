"""Tables in a file return the same columns, rows and batches as in memory."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmodel.asof.spilled import Spilled, SpillFile


@st.composite
def tables(draw: st.DrawFn) -> tuple[Spilled, Any]:
    """A spilled table of up to 4 columns in up to 5 blocks, written in any order, and the same in memory."""
    columns = draw(st.integers(0, 4))
    edges = [0, *np.cumsum(draw(st.lists(st.integers(1, 6), min_size=1, max_size=5))).tolist()]
    values = np.arange(columns * edges[-1], dtype=np.float32).reshape(columns, edges[-1])
    file = SpillFile(columns, edges)
    for block in draw(st.permutations(range(len(edges) - 1))):
        file.write(block, values[:, edges[block] : edges[block + 1]])
    return Spilled(file), values.T


@settings(deadline=None, max_examples=40)
@given(tables(), st.data())
def test_it_is_the_table_in_memory(table: tuple[Spilled, Any], data: st.DataObject) -> None:
    spilled, X = table
    for _ in range(2):
        assert spilled.shape == X.shape
        np.testing.assert_array_equal(spilled.whole(), X)
        for j in range(X.shape[1]):
            np.testing.assert_array_equal(spilled[:, j], X[:, j])
        size = data.draw(st.integers(1, 7))
        np.testing.assert_array_equal(np.concatenate([np.zeros((0, X.shape[1])), *spilled.batches(size)]), X)
        for at in range(len(X)):
            np.testing.assert_array_equal(spilled.row(at), X[at])
        rows = np.array(data.draw(st.lists(st.integers(0, len(X) - 1), max_size=9)) if len(X) else [], dtype=np.int64)
        columns = data.draw(st.permutations(range(X.shape[1])))[: data.draw(st.integers(0, 4))]
        taken = spilled.take(rows)
        if not isinstance(taken, Spilled):
            np.testing.assert_array_equal(taken, X[rows])
            return
        spilled, X = taken.choose(columns), X[rows][:, columns]


def test_few_rows_come_into_memory() -> None:
    file = SpillFile(2, [0, 3, 6])
    for block in (0, 1):
        file.write(block, np.full((2, 3), block))
    few = Spilled(file, small=8).take(np.array([5]))
    assert isinstance(few, np.ndarray)
    assert few.tolist() == [[1, 1]]
    assert isinstance(Spilled(file, small=8).take(slice(0, 2)), Spilled)
