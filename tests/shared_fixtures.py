"""What tests of several wings share: a simulated county and projects of the town; what takes long is made once and copied."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from riskmodel.base.project import Project, load_project
from tests.records.postgres import server
from tests.worlds.copied_project import copied_project
from tests.worlds.made_once import MakeOnce, once_for_all_workers
from tests.worlds.remembered_patterns import remembered_patterns
from tests.worlds.shared_statements import shared_statements
from tests.worlds.simulated_county import make_county
from tests.worlds.town import make_project, prepare, run
from tests.worlds.tracking_template import copy_template, make_template, read_scripts_once
from tests.worlds.undrawn_reports import undrawn_reports


@pytest.fixture(scope="session", autouse=True)
def _no_waiting_for_the_disk() -> Iterator[None]:
    """Let nobody wait until the disk has what was written: no test cuts the power.

    What is synced, and when, is tested by the calls (``test_files.py``, ``test_failpoints.py``); other processes do sync. It would take
    milliseconds for each file.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _file: None)
        event.listen(Engine, "connect", unsynced)
        yield
        event.remove(Engine, "connect", unsynced)


@pytest.fixture(scope="session", autouse=True)
def _statements_compiled_once() -> Iterator[None]:
    """Compile each statement of SQL once for all projects."""
    with shared_statements():
        yield


@pytest.fixture(scope="session", autouse=True)
def _patterns_compiled_once() -> Iterator[None]:
    """Match few values by a pattern once."""
    with remembered_patterns():
        yield


def unsynced(connection: Any, _record: object) -> None:
    """Let a SQLite database not wait for the disk."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = OFF")


@pytest.fixture(scope="session")
def make_once(tmp_path_factory: pytest.TempPathFactory) -> MakeOnce:
    """Makes folders that all workers share."""
    return once_for_all_workers(tmp_path_factory)


@pytest.fixture(scope="session")
def county_folder(make_once: MakeOnce) -> Path:
    """The simulated county; copy it where a test changes it."""
    return make_once("county", make_county)


@pytest.fixture
def own_county(county_folder: Path, tmp_path: Path) -> Path:
    """A copy of the small county's project that a test may change."""
    folder = tmp_path / "county"
    shutil.copytree(county_folder, folder)
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server that all tests of a worker share; each begins with ``emptied``."""
    with server() as address:
        yield address


@pytest.fixture
def undrawn() -> Iterator[None]:
    """Let reports draw no plots; other tests see that they do."""
    with undrawn_reports():
        yield


@pytest.fixture(scope="session")
def open_data() -> Path:
    """The folder of open data; the test is skipped where RISKMODEL_DATA does not name one."""
    found = os.environ.get("RISKMODEL_DATA")
    if not found:
        pytest.skip("RISKMODEL_DATA is not set: no open data to test with")
    return Path(found)


@pytest.fixture(scope="session")
def empty_tracking(make_once: MakeOnce) -> Iterator[Path]:
    """The home of MLflow when it is new: making it takes seconds, copying it does not."""
    with pytest.MonkeyPatch.context() as patch:
        read_scripts_once(patch)
        home = make_once("tracking", lambda folder: make_template(folder / "mlruns")) / "mlruns"
        copy_template(home, patch)
        yield home


@pytest.fixture
def project(empty_tracking: Path, tmp_path: Path) -> Project:
    """The town without data, in a folder whose name is not plain ASCII."""
    return make_project(tmp_path / "小城 project", empty_tracking)


@pytest.fixture(scope="session")
def prepared(empty_tracking: Path, make_once: MakeOnce) -> dict[bool, Path]:
    """Folders of the town with a history and a champion, by whether approval is asked for; copy, never change."""

    def automatic(folder: Path) -> None:
        other = copied_project(asking, folder / "project").folder
        text = (other / "riskmodel.toml").read_text(encoding="utf-8")
        (other / "riskmodel.toml").write_text(text.replace("approval = true", "approval = false"), encoding="utf-8")
        assert not load_project(other).table.warnings.approval

    asking = make_once("prepared", lambda folder: prepare(folder / "project", empty_tracking)) / "project"
    return {True: asking, False: make_once("automatic", automatic) / "project"}


@pytest.fixture
def make_ready(prepared: dict[bool, Path]) -> Callable[..., Project]:
    """Makes a town with a history and a champion in a folder of its own."""

    def make(folder: Path, approval: bool = True) -> Project:
        return copied_project(prepared[approval], folder)

    return make


@pytest.fixture
def ready(make_ready: Callable[..., Project], tmp_path: Path) -> Project:
    """The town with a history and a champion, which asks for approval."""
    return make_ready(tmp_path / "ready")


@pytest.fixture(scope="session")
def drafted_once(prepared: dict[bool, Path], make_once: MakeOnce) -> Path:
    """The folder of the town after the night of ``AS_OF``, whose lists nobody approved; copy, never change."""

    def night(folder: Path) -> None:
        run(copied_project(prepared[True], folder / "ready"))

    return make_once("drafted", night) / "ready"


@pytest.fixture
def drafted(drafted_once: Path, tmp_path: Path) -> Project:
    """The town after the night of ``AS_OF``, whose lists nobody approved."""
    return copied_project(drafted_once, tmp_path / "ready")
