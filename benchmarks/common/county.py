"""What benchmarks share: the simulated county, once or many times over, the best of some runs, and the memory held."""

from __future__ import annotations

import gc
import resource
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from riskmodel.base.project import load_project
from riskmodel.records.history import History, from_columns

ROOT = Path(__file__).parents[2]

Clock = Callable[[], float]


@contextmanager
def county(folder: Path | None, years: int = 5, seed: int | None = None) -> Iterator[Any]:
    """A project with a history: the one in ``folder``, or the repository's with a simulated county in a temporary folder."""
    from riskmodel.records.intake import ingest
    from riskmodel.simulator import CountySettings, simulate

    if folder is not None:
        yield load_project(folder)
        return
    with tempfile.TemporaryDirectory() as name:
        made = Path(name)
        for part in ("riskmodel.toml", "features", "experiments"):
            (made / part).symlink_to(ROOT / part)
        other: dict[str, Any] = {} if seed is None else {"seed": seed}
        summary = simulate(made / "data" / "tables", CountySettings(cells=1231, years=years, **other))
        project = load_project(made)
        ingest(project, np.datetime64(summary.last).astype(int).item() + 1)
        yield project


def history_of(project: Any) -> History:
    """The stored history of a project."""
    from riskmodel.records.store import load_history

    return load_history(project)


def copies(history: History, times: int) -> History:
    """The county ``times`` over, side by side: cells, groups, neighbours and records."""
    p, cells = history.places, len(history.places)
    tile = lambda values, step: np.concatenate([values + step * i for i in range(times)]).astype(values.dtype)
    again = lambda figures: {name: np.tile(values, times) for name, values in figures.items()}
    groupings = {
        name: replace(
            g, labels=tuple(f"{i}{label}" for i in range(times) for label in g.labels), codes=tile(g.codes, len(g.labels))
        )
        for name, g in p.groupings.items()
    }
    places = replace(
        p,
        ids=tuple(f"{i}{name}" for i in range(times) for name in p.ids),
        cell=tile(p.cell, cells),
        valid_from=np.tile(p.valid_from, times),
        valid_to=np.tile(p.valid_to, times),
        known=np.tile(p.known, times),
        groupings=groupings,
        exposures=again(p.exposures),
        attributes=again(p.attributes),
        neighbour_start=np.concatenate(
            [tile(p.neighbour_start[:-1], int(p.neighbour_start[-1])), [times * p.neighbour_start[-1]]]
        ).astype(np.int32),
        neighbour_cells=tile(p.neighbour_cells, cells),
        shapes=None if p.shapes is None else p.shapes * times,
    )
    columns = {name: np.tile(getattr(history, name), times) for name in ("kind", "occurred", "known", "until", "ended", "amount")}
    return from_columns(places, history.kinds, cell=tile(history.cell, cells), coverage=history.coverage, **columns)


def best(run: Callable[[], Any], times: int, clock: Clock) -> float:
    """Seconds of the fastest of ``times`` runs."""
    found = np.inf
    for _ in range(times):
        gc.collect()
        start = clock()
        result = run()
        found = min(found, clock() - start)
        del result
    return found


def memory() -> float:
    """The most memory that the process has held, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
