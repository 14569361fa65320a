"""The project that every test of a fault copies; making it takes seconds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.ready_project import ready_project
from tests.worlds.undrawn_reports import undrawn_reports


@pytest.fixture(scope="module", autouse=True)
def _reports_without_plots() -> Iterator[None]:
    """Draw no plots: what they show is written as any text."""
    with undrawn_reports():
        yield


@pytest.fixture(scope="session")
def ready(empty_tracking: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hamlet with everything a command can need; copy it, never change it."""
    folder = tmp_path_factory.mktemp("faults") / "ready"
    with undrawn_reports():
        ready_project(folder)
    return folder
