"""The project that every test of a fault copies; making it takes seconds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.ready_project import ready_project


@pytest.fixture(scope="session")
def ready(empty_tracking: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hamlet with everything a command can need; copy it, never change it."""
    folder = tmp_path_factory.mktemp("faults") / "ready"
    ready_project(folder)
    return folder
