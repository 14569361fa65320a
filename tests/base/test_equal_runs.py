"""Runs of equal keys, compared with a loop."""

from __future__ import annotations

import numpy as np
import pytest

from riskmodel.base.equal_runs import first_of_runs, last_of_runs, run_of


@pytest.mark.parametrize("rows", [0, 1, 50])
def test_runs_begin_and_end_where_a_key_differs_from_its_neighbour(rows: int) -> None:
    rng = np.random.default_rng(rows)
    one, other = np.sort(rng.integers(0, 6, rows)), rng.integers(-(2**63), 2**63 - 1, 2, dtype=np.int64)[rng.integers(0, 2, rows)]
    pairs = list(zip(one.tolist(), other.tolist(), strict=True))
    assert first_of_runs(one, other).tolist() == [i == 0 or pairs[i] != pairs[i - 1] for i in range(rows)]
    assert last_of_runs(one, other).tolist() == [i == rows - 1 or pairs[i] != pairs[i + 1] for i in range(rows)]


@pytest.mark.parametrize("rows", [0, 1, 50])
def test_the_run_of_a_value_has_its_rows(rows: int) -> None:
    key = np.sort(np.random.default_rng(rows).integers(0, 6, rows)).astype(np.int16)
    for value in range(-1, 7):
        assert np.arange(rows)[run_of(key, value)].tolist() == np.flatnonzero(key == value).tolist()
