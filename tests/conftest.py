"""What many tests share: a small simulated county as a project, made once a session."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    # the same examples every time: a change is judged, not the luck of the day; elsewhere they are drawn anew
    settings.load_profile("ci")

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def county_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project folder like the repository's, with the tables of a small county of three years, taken in."""
    from riskmodel.base.project import load_project
    from riskmodel.records.intake import ingest
    from riskmodel.simulator import CountySettings, simulate

    folder = tmp_path_factory.mktemp("county")
    for name in ("riskmodel.toml", "features", "experiments"):
        source = ROOT / name
        shutil.copytree(source, folder / name) if source.is_dir() else shutil.copy(source, folder / name)
    simulate(folder / "data" / "tables", CountySettings(cells=120, first="2023-01-01", years=3))
    ingest(load_project(folder), "2026-01-01")
    return folder


@pytest.fixture
def own_county(county_folder: Path, tmp_path: Path) -> Path:
    """A copy of the small county's project that a test may change."""
    folder = tmp_path / "county"
    shutil.copytree(county_folder, folder)
    return folder


@pytest.fixture(scope="session")
def open_data() -> Path:
    """The folder of open data; the test is skipped where RISKMODEL_DATA does not name one."""
    found = os.environ.get("RISKMODEL_DATA")
    if not found:
        pytest.skip("RISKMODEL_DATA is not set: no open data to test with")
    return Path(found)


pytest_plugins = ["tests.worlds.town_projects"]
