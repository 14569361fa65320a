"""The project that every test of a fault copies; making it takes seconds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.ready_project import ready_project
from tests.worlds.made_once import MakeOnce
from tests.worlds.remembered_files import remembered_files
from tests.worlds.undrawn_reports import undrawn_reports


@pytest.fixture(scope="module", autouse=True)
def _reports_without_plots() -> Iterator[None]:
    """Draw no plots, and make the files of a list once: they are written as any text."""
    with undrawn_reports(), remembered_files():
        yield


@pytest.fixture(scope="session")
def ready(empty_tracking: Path, make_once: MakeOnce) -> Path:
    """The hamlet with everything a command can need; copy it, never change it."""
    assert empty_tracking.is_dir()
    with undrawn_reports():
        return make_once("faults", lambda folder: ready_project(folder / "ready")) / "ready"
