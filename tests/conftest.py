"""How the tests run: what is begun first, where temporary files lie, what is compiled once; and the fixtures of several wings."""

from __future__ import annotations

import gc
import os
import sys
import tempfile
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.run_folder import run_folder

# where the environment forbids byte code, each worker and each process that a test starts would compile every file again
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
gc.disable()

# a busy machine is slow to draw and to run examples, which is no fault of a test
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("house"), derandomize=True)
# the same examples on every run of CI; elsewhere new ones are drawn each time
settings.load_profile("ci" if os.environ.get("CI") else "house")


LONGEST = (
    "test_seeds.py", "test_ingest.py", "test_notebooks.py", "test_planted_bugs.py", "test_nightly.py", "test_matrix.py", "test_unusable_server.py", "test_line.py", "test_invariant.py",
    "test_nyc.py", "test_dask_cluster.py", "test_served_model.py", "test_killed_processes.py", "test_html_report.py", "test_run.py", "test_runs.py", "test_project_backup.py", "test_vocabulary.py",
    "test_full_disk.py", "test_approval.py", "test_year_of_nights.py", "test_read_only.py", "test_processes.py", "test_app.py", "test_answer_records.py", "test_backtest_command.py",
    "test_personal_numbers.py", "test_nothing_personal_is_kept.py", "test_stop_signals.py", "test_lag_ensemble.py", "test_secrets.py", "test_init_command.py",
)  # fmt: skip
"""The files that take longest, in the order in which they are begun: none is left for one worker at the end.

The second file computes no features. So on a fresh clone the kernels that compute them are compiled once: by the first worker, and the other loads them later.
"""


MEMORY, ROOM = Path("/dev/shm"), 4 * 2**30
"""A file system in memory, and the bytes that must be free there."""

AT_THE_END = pytest.StashKey[ExitStack]()


def pytest_configure(config: pytest.Config) -> None:
    """Let temporary files lie in one folder, and let threads wait without computing.

    The threads of OpenMP, with which LightGBM and scikit-learn fit, would keep the processor busy while they wait for each other, and
    another worker needs it.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    at_the_end = config.stash[AT_THE_END] = ExitStack()
    if not hasattr(config, "workerinput"):
        root = _temporary_root()
        # what failed is kept beside the folder, which goes
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(root))
        os.environ["TMPDIR"] = str(at_the_end.enter_context(run_folder(root)))
        tempfile.tempdir = None
    # what only starts workers needs no fixtures, and the workers would wait for the libraries
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        config.pluginmanager.register(import_module("tests.shared_fixtures"))


def _temporary_root() -> Path:
    """Return where temporary files lie: in memory where there is room, unless TMPDIR says where.

    Tests write and remove a hundred thousand small files. A disk takes longer for each, also where nobody waits for it.
    """
    if "TMPDIR" not in os.environ and MEMORY.is_dir() and os.access(MEMORY, os.W_OK):
        state = os.statvfs(MEMORY)
        if state.f_bavail * state.f_frsize > ROOM and not state.f_flag & os.ST_NOEXEC:
            return MEMORY
    return Path(tempfile.gettempdir())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the temporary files of this run."""
    config.stash[AT_THE_END].close()


def pytest_collection_finish() -> None:
    """Leave the libraries, which stay to the end, to the garbage collector no longer, and let it run less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    gc.enable()


def pytest_sessionfinish() -> None:
    """Look for what was left open once: pytest collects five times, and what stays would be searched each time."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest."""
    order = {name: at for at, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path.name, len(LONGEST)))
