"""Projects of the small town for the tests of the wing; what takes long is made once and copied."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from riskmodel import registry
from riskmodel.base.project import Project, load_project
from riskmodel.records.intake import ingest
from tests.worlds.town import AS_OF, make_project, promoted, write_tables


@pytest.fixture(scope="session")
def empty_tracking(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """MLflow's home just made: making it takes seconds, copying it does not."""
    home = tmp_path_factory.mktemp("tracking") / "mlruns"
    registry.configure(home)
    return home


@pytest.fixture
def project(empty_tracking: Path, tmp_path: Path) -> Project:
    """A project without data in a folder whose name is no plain ASCII."""
    return make_project(tmp_path / "小城 project", empty_tracking)


@pytest.fixture(scope="session")
def prepared(empty_tracking: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Path]:
    """Folders of projects with a history and a champion, by whether approval is asked for; copy, never change."""
    folders = {}
    for approval in (True, False):
        folder = tmp_path_factory.mktemp("prepared") / "project"
        project = make_project(folder, empty_tracking, approval)
        write_tables(folder)
        ingest(project, AS_OF + 30)
        promoted(project)
        folders[approval] = folder
    return folders


@pytest.fixture
def make_ready(prepared: dict[bool, Path]) -> Callable[..., Project]:
    """A project with a history and a champion in a folder of its own."""

    def make(folder: Path, approval: bool = True) -> Project:
        return load_project(Path(shutil.copytree(prepared[approval], folder)))

    return make


@pytest.fixture
def ready(make_ready: Callable[..., Project], tmp_path: Path) -> Project:
    """A project with a history and a champion that asks for approval."""
    return make_ready(tmp_path / "ready")
