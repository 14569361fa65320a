"""The repository's own project on a simulated county of 120 cells and three years, ingested.

All kinds, sources, features and experiments of the template are there, with tables that look like real ones. Use it where the
project as it is delivered must work as a whole; it takes seconds to make, so tests share one and copy it where they change it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).parents[2]
"""The folder of the repository."""


def make_county(folder: Path) -> Path:
    """Simulate and ingest the county as a project in ``folder``, and return that."""
    from riskmodel.base.project import load_project
    from riskmodel.records.intake import ingest
    from riskmodel.simulator import CountySettings, simulate

    folder.mkdir(exist_ok=True)
    for name in ("riskmodel.toml", "features", "experiments"):
        source = ROOT / name
        shutil.copytree(source, folder / name) if source.is_dir() else shutil.copy(source, folder / name)
    simulate(folder / "data" / "tables", CountySettings(cells=120, first="2023-01-01", years=3))
    ingest(load_project(folder), "2026-01-01")
    return folder
