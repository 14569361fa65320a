"""dask: an embedded and an existing cluster give the same bits, also when workers die."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import psutil
import pytest

from riskmodel.asof.design import design
from riskmodel.asof.engines import Dask, dask_cluster
from riskmodel.asof.vocabulary import Rate
from riskmodel.base.errors import UsageError
from tests.worlds.every_feature import FEATURES
from tests.worlds.grid import DATES, a_town, undivided, work_on

distributed = pytest.importorskip("distributed", reason="the extra 'dask' is not installed")


def test_a_killed_worker_of_the_embedded_cluster_is_survived_and_changes_no_bit() -> None:
    history = a_town()
    work = work_on(history)
    stream = Dask(2).blocks(history, work)
    found = dict([next(stream)])
    started = [one for one in psutil.Process().children(recursive=True) if "spawn_main" in " ".join(one.cmdline())]
    assert len(started) == 2
    started[0].kill()
    found |= dict(stream)
    X = np.concatenate([found[block] for block in range(len(work))], axis=1)
    np.testing.assert_array_equal(X.reshape(len(FEATURES), -1).T, undivided(history).X)


def test_machines_without_the_files_are_sent_them_and_clean_up(tmp_path: Path) -> None:
    history = a_town()
    elsewhere = {"TMPDIR": str(tmp_path)}
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=50, env=elsewhere
    ) as cluster:
        made = design(history, DATES, FEATURES, engine=Dask(scheduler=cluster.scheduler_address))
        assert made.identical(undivided(history))
        assert not list(tmp_path.glob("riskmodel-*"))
        with pytest.raises(UsageError, match=r"no exposure named 'homes'"):
            design(history, DATES, [Rate("theft", 7, "homes")], engine=Dask(scheduler=cluster.scheduler_address))


def test_without_dask_the_error_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"needs the package distributed\. Install it: pip install 'riskmodel\[dask\]'"):
        design(a_town(), DATES, FEATURES[:1], engine=Dask())


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_cluster, "PATIENCE", "500ms")
    with pytest.raises(UsageError, match=r"No dask scheduler answers at 'tcp://127\.0\.0\.1:9'"):
        design(a_town(), DATES, FEATURES[:1], engine=Dask(scheduler="tcp://127.0.0.1:9"))
