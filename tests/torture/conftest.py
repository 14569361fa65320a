"""The prepared village, and databases that wait for the simulated disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from tests.shared_fixtures import unsynced
from tests.torture.seeds import Village, prepared
from tests.torture.village import remembered


@pytest.fixture(scope="session")
def prepared_village(empty_tracking: Path, tmp_path_factory: pytest.TempPathFactory) -> Village:
    """The project that every seed begins with; its MLflow's database is a copy of the empty one."""
    assert empty_tracking.is_dir()
    return prepared(tmp_path_factory.mktemp("village"))


@pytest.fixture(scope="module")
def village(prepared_village: Village) -> Iterator[Village]:
    """The prepared project, while databases are synced as the code under test asks for."""
    event.remove(Engine, "connect", unsynced)
    try:
        with remembered():
            yield prepared_village
    finally:
        event.listen(Engine, "connect", unsynced)
