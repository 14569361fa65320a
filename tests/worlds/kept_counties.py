"""Simulated counties that several processes share: the same settings give the same bytes, so a county is simulated once and copied."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import riskmodel.simulator as simulator
from riskmodel.base.files import sha256
from riskmodel.simulator import CountySettings, CountySummary


def keep_counties(kept: Path) -> None:
    """Let this process copy a county that stands in a folder, and leave there what it simulates itself."""
    whole = simulator.simulate

    def simulate(directory: Path | str, settings: CountySettings) -> CountySummary:
        directory, home, new = Path(directory), kept / sha256(repr(settings).encode()), kept / "new"
        if not home.is_dir():
            made = whole(new / "tables", settings)
            paths = {name: path.relative_to(made.directory).as_posix() for name, path in made.paths.items()}
            (new / "summary.json").write_text(json.dumps([made.first, made.last, {**made.rows}, paths]), encoding="utf-8")
            new.rename(home)
        shutil.copytree(home / "tables", directory, dirs_exist_ok=True)
        first, last, rows, paths = json.loads((home / "summary.json").read_text(encoding="utf-8"))
        return CountySummary(directory, first, last, rows, {name: directory / path for name, path in paths.items()})

    simulator.simulate = simulate
