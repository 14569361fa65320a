"""Runs of many seeds on one prepared project."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from tests.torture.database_disk import WatchedDatabases
from tests.torture.disk import Image
from tests.torture.simulator import Broken, Simulation
from tests.torture.village import prepare


@dataclass(frozen=True)
class Village:
    """The prepared project and where seeds run."""

    folder: Path
    template: Image
    databases: WatchedDatabases

    def simulation(self, seed: int, log: list[str] | None = None) -> Simulation:
        """Return the simulation of a seed."""
        root = self.folder / "run"
        root.mkdir(exist_ok=True)
        return Simulation(seed, root, self.databases, self.template, log)


def prepared(folder: Path) -> Village:
    """Prepare the project once for many seeds."""
    with redirect_stdout(io.StringIO()):
        template = prepare(folder)
    return Village(folder, template, WatchedDatabases())


def problem_of(village: Village, seed: int) -> str:
    """Return what breaks in a seed, or nothing."""
    try:
        village.simulation(seed).run()
    except Broken as broken:
        return str(broken)
    except Exception as error:  # a traceback is a fault of the product, too
        return f"{type(error).__name__}: {error}"
    return ""


def run_seeds(village: Village, first: int, count: int) -> Iterator[tuple[int, str]]:
    """Yield each seed and what breaks in it."""
    for seed in range(first, first + count):
        yield seed, problem_of(village, seed)


def replay(village: Village, seed: int) -> int:
    """Run one seed and print every operation; return the exit code."""
    log: list[str] = []
    try:
        village.simulation(seed, log).run()
    except Broken:
        return 1
    finally:
        print("\n".join(log))
    return 0
