"""One thread of linear algebra: where it holds, and how often libraries are looked for."""

from __future__ import annotations

import sys
from types import ModuleType

import numpy as np
import pytest
import threadpoolctl
from threadpoolctl import threadpool_info, threadpool_limits

from riskmodel.counts.blas import one_blas_thread


def threads() -> set[int]:
    """How many threads the loaded BLAS libraries use."""
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


@one_blas_thread
def inside(fails: bool = False) -> set[int]:
    """How many they use in a limited function."""
    if fails:
        raise ZeroDivisionError
    return threads()


def test_it_holds_inside_and_what_was_set_before_holds_after() -> None:
    np.linalg.inv(np.eye(2))
    for number in (2, 3):
        with threadpool_limits(number, user_api="blas"):
            assert (inside(), threads()) == ({1}, {number})
            with pytest.raises(ZeroDivisionError):
                inside(fails=True)
            assert threads() == {number}


def test_libraries_are_looked_for_again_only_after_an_import(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0

    class Counted(threadpoolctl.ThreadpoolController):
        def __init__(self) -> None:
            nonlocal looks
            looks += 1
            super().__init__()

    monkeypatch.setattr(threadpoolctl, "ThreadpoolController", Counted)
    double = one_blas_thread(lambda number: 2 * number)
    for found, name in enumerate(("one_library", "another_library"), 1):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
        assert [double(number) for number in range(3)] == [0, 2, 4]
        assert looks == found
