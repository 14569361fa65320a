"""All engines: settings, assembly of blocks, and tables in a file."""

from __future__ import annotations

from concurrent.futures import Future

import numpy as np
import pytest
from hypothesis import given, settings

from riskmodel.asof.design import design
from riskmodel.asof.engines import Dask, Processes, Threads, make_engine
from riskmodel.asof.engines.futures import ahead
from riskmodel.asof.spilled import Spilled
from riskmodel.base.errors import UsageError
from riskmodel.records.history import History
from tests.worlds.drawn_histories import cases
from tests.worlds.every_feature import FEATURES


@settings(deadline=None, max_examples=30)
@given(cases(most=4))
def test_blocks_of_one_cell_are_the_undivided_design_in_memory_and_in_a_file(case: tuple[History, list[int]]) -> None:
    history, dates = case
    whole = design(history, dates, FEATURES, engine=Threads(1, block=1000))
    assert design(history, dates, FEATURES, engine=Threads(2, block=1)).identical(whole)
    spilled = design(history, dates, FEATURES, engine=Threads(1, memory=0, block=1))
    assert isinstance(spilled.X, Spilled)
    assert spilled.identical(whole)
    some = whole.as_of != dates[0]
    assert spilled.take(some).identical(whole.take(some))


def test_an_engine_is_made_by_name() -> None:
    assert make_engine("threads", 3) == Threads(3)
    assert make_engine("processes", 1, memory=7) == Processes(1, 7)
    assert make_engine("dask", scheduler="tcp://127.0.0.1:1") == Dask(scheduler="tcp://127.0.0.1:1")
    with pytest.raises(UsageError, match=r"no engine named 'process'.*did you mean 'processes'\?"):
        make_engine("process")
    with pytest.raises(UsageError, match=r"'scheduler' parameter of make_engine must be left out unless the engine is 'dask'"):
        make_engine("threads", scheduler="tcp://127.0.0.1:1")
    with pytest.raises(UsageError, match=r"'workers' parameter of Processes must be a whole number, at least 1\. Got 0"):
        Processes(0)
    for block in (0, -1):
        with pytest.raises(UsageError, match=rf"'block' parameter of Threads must be a whole number, at least 1\. Got {block}"):
            Threads(block=block)
    with pytest.raises(UsageError, match=r"'memory' parameter of Threads must be a whole number, at least 0"):
        Threads(1, memory=0.5)  # type: ignore[arg-type]


def test_only_so_many_are_under_way() -> None:
    under_way: set[int] = set()
    most: list[int] = []

    def start(number: int) -> Future[int]:
        under_way.add(number)
        most.append(len(under_way))
        made: Future[int] = Future()
        made.set_result(number * number)
        return made

    found = {}
    for number, square in ahead(start, 9, 3):
        under_way.remove(number)
        found[number] = square
    assert found == {n: n * n for n in range(9)}
    assert max(most) == 3
    assert not np.any(list(ahead(start, 0, 3)))
