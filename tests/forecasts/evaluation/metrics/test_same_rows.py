"""Unequal rows are an error that names them."""

from __future__ import annotations

import numpy as np
import pytest

from riskmodel.base.errors import UsageError
from riskmodel.forecasts.evaluation.metrics.same_rows import NamedRows, check_same_rows

CELL = np.array([0, 1, 0, 1], dtype=np.int32)
DAY = np.array([19_000, 19_000, 19_007, 19_007], dtype=np.int32)
Y = np.array([1, 0, 2, 0], dtype=np.int32)


def check(cell: np.ndarray = CELL, day: np.ndarray = DAY, y: np.ndarray = Y, ids: tuple[str, ...] = ()) -> None:
    check_same_rows(NamedRows("one", CELL, DAY, Y), NamedRows("other", cell, day, y), ids)


def test_the_same_rows_pass() -> None:
    check()
    check(CELL.copy(), DAY.astype(np.int64), Y.copy())


def test_missing_and_further_rows_are_named() -> None:
    with pytest.raises(UsageError, match=r"one cannot be compared: other has no such row: cell number 1 as of 2022-01-15\."):
        check(CELL[:3], DAY[:3], Y[:3])
    with pytest.raises(
        UsageError, match=r"other cannot be compared: one has no such row: cell number 9 as of 2022-01-08\. Evaluate"
    ):
        check(np.append(CELL, 9), np.append(DAY, 19_000), np.append(Y, 0))
    many = np.arange(20, dtype=np.int32)
    with pytest.raises(UsageError, match=r"cell number 0 .*; cell number 1 .*; cell number 2 as of 1970-01-02 and 17 more"):
        check_same_rows(NamedRows("a", many, 0 * many + 1, many), NamedRows("b", many, 0 * many + 2, many))


def test_order_repetition_and_counts_matter() -> None:
    with pytest.raises(UsageError, match="other has them in another order: cell number 0 as of 2022-01-08"):
        check(CELL[::-1], DAY[::-1], Y[::-1])
    with pytest.raises(UsageError, match="one has 4 rows and other 5: some occur twice"):
        check(np.append(CELL, 1), np.append(DAY, 19_007), np.append(Y, 0))
    with pytest.raises(UsageError, match="the counts of other differ: cell number 0 as of 2022-01-15"):
        check(y=np.array([1, 0, 3, 0]))
    with pytest.raises(UsageError, match="the counts of other differ: cell 'north' as of 2022-01-15"):
        check(y=np.array([1, 0, 3, 0]), ids=("north", "south"))
