"""A pool of processes: the same bits, also after a worker was killed, and the same errors."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import psutil
import pytest

from riskmodel.asof.design import design
from riskmodel.asof.engines import Processes
from riskmodel.asof.engines.processes import Worker
from riskmodel.asof.vocabulary import Count
from riskmodel.base.errors import RiskmodelError, UsageError
from tests.worlds.every_feature import FEATURES
from tests.worlds.grid import DATES, a_town, undivided, work_on


def workers() -> list[psutil.Process]:
    """The worker processes of this one."""
    return [one for one in psutil.Process().children() if any("engines.worker" in word for word in one.cmdline())]


def test_a_killed_worker_is_survived_and_changes_no_bit() -> None:
    history = a_town()
    whole, work = undivided(history), work_on(history)
    assert len(work) > 6
    stream = Processes(2).blocks(history, work)
    found = dict([next(stream)])
    victims = workers()
    victims[0].kill()
    found |= dict(stream)
    X = np.concatenate([found[block] for block in range(len(work))], axis=1)
    np.testing.assert_array_equal(X.reshape(len(FEATURES), -1).T, whole.X)
    assert not workers()


def test_a_block_that_kills_worker_after_worker_is_given_up(tmp_path: Path) -> None:
    worker = Worker(tmp_path, program="import sys; sys.stdin.readline()")
    with pytest.raises(RiskmodelError, match=r"3 worker processes died of block 5\. If memory ran out, use fewer workers"):
        worker.run(5)


def test_an_error_is_the_same_as_with_threads_and_nothing_remains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(UsageError, match=r"no grouping named 'twon'.*did you mean 'town'\?"):
        design(a_town(), DATES, [Count("theft", 7, over="twon")], engine=Processes(1))
    assert list(tmp_path.iterdir()) == []
