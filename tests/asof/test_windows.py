"""Kernels, where features do not show it: large sums, large outputs and withdrawals."""

from __future__ import annotations

import gc
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from riskmodel.asof import windows
from riskmodel.asof.design import design
from riskmodel.asof.vocabulary import NEIGHBOURS, Count, Decay, Relative
from riskmodel.base.days import NEVER
from riskmodel.records.history import History
from riskmodel.records.places import Places
from tests.in_memory import matrix
from tests.worlds.drawn_histories import FIRST, KINDS
from tests.worlds.plain import make_history


def history(rows: Sequence[tuple[int, int, int | np.integer, int]]) -> History:
    """Thefts in two adjacent cells, known on the day: cell, day, day until which they are believed, amount."""
    where = Places.from_frame(pd.DataFrame({"cell": ["a", "b"]}), neighbours=pd.DataFrame({"a": ["a"], "b": ["b"]}))
    cell, day, until, amount = np.array(rows, dtype=np.int64).T
    return make_history(where, KINDS, day, cell=cell, until=until, amount=amount)


def test_sums_beyond_32_bits_are_exact() -> None:
    most = 2**31 - 1
    made = design(
        history([(0, FIRST, NEVER, most)] * 3 + [(1, FIRST + 30, NEVER, 5)]),
        range(FIRST, FIRST + 60),
        [Count("theft", 20), Count("theft", 20, over=NEIGHBOURS)],
    )
    own, adjacent = matrix(made).T.reshape(2, 2, 60)
    assert own[0].tolist() == [0.0] + [np.float32(3 * most)] * 20 + [0.0] * 39
    assert own[1].tolist() == [0.0] * 31 + [5.0] * 20 + [0.0] * 9
    np.testing.assert_array_equal(adjacent, own[::-1])


@pytest.mark.parametrize("dates", [1, 15, 16, 33, 1826])
@pytest.mark.parametrize("number", [np.int32, np.int64])
def test_running_sums_are_the_same_wherever_they_are_written(dates: int, number: type[np.integer]) -> None:
    rng = np.random.default_rng(dates)
    change = rng.integers(-9, 10, dates + 1).astype(number)
    gap = np.where(rng.random(dates) < 0.2, np.float32(np.nan), np.float32(0))
    wanted = np.cumsum(change[:-1]).astype(np.float32) + gap
    for past_cache in (False, True):
        for offset in range(17):
            given, out = change.copy(), np.full(dates + 34, np.float32(-1))
            windows.running_sums(given, gap, out[offset : offset + dates], past_cache)
            np.testing.assert_array_equal(out[offset : offset + dates], wanted)
            assert not given.any()
            assert (out[:offset] == -1).all()
            assert (out[offset + dates :] == -1).all()


def test_a_withdrawal_leaves_the_exact_sum_of_what_is_still_believed() -> None:
    old, day = FIRST - 900, FIRST + 10
    rows = [(0, old, NEVER, 1), (0, FIRST, day, 1_000_000), (1, old, NEVER, 3), (0, FIRST + 40, FIRST + 50, 7)]
    feature = Decay("theft", 20)
    made = design(history(rows), [day, day + 1, FIRST + 60], [feature, Relative(feature)])
    left = 0.5 ** ((made.as_of[:3] - old) / 20)
    np.testing.assert_allclose(made.column(feature.name)[1:3], left[1:], rtol=1e-7)
    np.testing.assert_allclose(made.column(made.names[1]).reshape(2, 3)[:, 1:], [[0.5, 0.5], [1.5, 1.5]], rtol=1e-6)
    np.testing.assert_allclose(made.column(feature.name)[0], 1_000_000 * 0.5 ** (10 / 20), rtol=1e-7)


def test_a_negligible_decayed_sum_is_zero() -> None:
    feature = Decay("theft", 10)
    made = design(history([(0, FIRST, NEVER, 1)]), [FIRST + 590, FIRST + 610], [feature, Relative(feature)])
    assert made.column(feature.name)[:2].tolist() == [pytest.approx(2**-59, rel=1e-6, abs=0), 0.0]
    assert made.column(made.names[1])[0] == 2.0
    assert np.isnan(made.column(made.names[1])[1])


@pytest.fixture
def no_spare() -> None:
    """No memory kept from other designs."""
    gc.collect()
    windows.forget()


@pytest.mark.usefixtures("no_spare")
def test_the_memory_of_a_large_output_serves_the_next_one_and_is_never_shared() -> None:
    shape = (3, 10, windows.LARGE // 40)
    first = windows.empty(shape)
    first[:] = 1.0
    part = first[1:, 5]
    address = first.ctypes.data
    del first
    gc.collect()
    second = windows.empty(shape)
    assert second.ctypes.data != address
    second[:] = 2.0
    assert (part == 1.0).all()
    del part
    gc.collect()
    third = windows.empty((2, *shape[1:]))
    assert third.ctypes.data == address
    third[:] = 3.0
    assert (second == 2.0).all()
    assert windows.empty((10, 10)).nbytes == 400


@pytest.mark.usefixtures("no_spare")
def test_a_much_smaller_output_does_not_hold_a_large_memory() -> None:
    large = windows.empty((5, windows.LARGE // 4))
    address = large.ctypes.data
    del large
    gc.collect()
    assert windows.empty((2, windows.LARGE // 4)).ctypes.data != address


def test_an_array_larger_than_memory_is_refused_as_numpy_does() -> None:
    with pytest.raises(MemoryError, match=r"No memory for an array of 4,611,686,018,427,387,904 bytes|Unable to allocate"):
        windows.empty((1 << 60,))
