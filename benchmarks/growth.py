"""Cost of features by number of records, cells and dates.

    python benchmarks/growth.py [--project DIR] [--write] [--large]

The cost of the county's features by records, cells and dates, one varied at a time, in processor seconds. ``--write`` writes the
page and picture ``benchmarks/features_growth.{md,svg}``; ``--large`` adds one night of a province of 120,638 cells: 98 copies of the
county's last year, in memory. The county is simulated into a temporary folder, or read from the project in ``DIR``.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).absolute().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.common.county import best, copies, county, history_of, memory  # noqa: E402
from riskmodel.asof.design import design  # noqa: E402
from riskmodel.asof.engines import Threads  # noqa: E402
from riskmodel.asof.library import load_features  # noqa: E402
from riskmodel.base.project import load_project  # noqa: E402
from riskmodel.records.history import History  # noqa: E402


def growth(history: History, write: bool) -> None:
    """The cost by records, cells and dates, one varied at a time: a table and, where asked to ``write``, page and picture."""
    features = tuple(load_features(load_project(ROOT)).features.values())
    last = int(history.occurred.max()) + 1
    every = np.arange(last - 4 * 365, last, 7, dtype=np.int32)
    rng = np.random.default_rng(4)
    order = rng.permutation(len(history))
    runs: dict[str, list[tuple[int, float]]] = {"records": [], "cells": [], "dates": []}
    for share in (1, 2, 3, 4):
        keep = np.zeros(len(history), dtype=bool)
        keep[order[: len(history) * share // 4]] = True
        runs["records"].append((int(keep.sum()), _seconds(history.take(keep), every[::8], features)))
        runs["dates"].append((len(every) * share // 4, _seconds(history, every[-(len(every) * share // 4) :], features)))
        many = copies(history, share)
        runs["cells"].append((len(many.places), _seconds(many, every[::8], features)))
    lines = ["| varied | size | processor seconds | microseconds a unit |", "|---|---:|---:|---:|"]
    for name, points in runs.items():
        lines += [f"| {name} | {size:,.0f} | {took:.3f} | {1e6 * took / size:.2f} |" for size, took in points]
    print("\n".join(lines))
    if write:
        _write(lines, runs, len(features))


def _write(lines: list[str], runs: dict[str, list[tuple[int, float]]], features: int) -> None:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 3, figsize=(10, 3), layout="constrained")
    for axis, (name, points) in zip(axes, runs.items(), strict=True):
        axis.plot(*np.array(points).T, "o-")
        axis.set(xlabel=name, ylabel="processor seconds", ylim=(0, None), xlim=(0, None))
    figure.savefig(ROOT / "benchmarks" / "features_growth.svg", metadata={"Date": None})
    text = (
        "# What features cost as records, cells and dates grow\n\n"
        f"Written by `python benchmarks/growth.py --write`: the county's {features} features, best of two.\n"
        "Records: a random part of the county's, at a date every eight weeks over four years. Cells: the county one to four times,\n"
        "with its records. Dates: the last ones of a date every week. The fixed part is the pass over the\n"
        "records, whatever the dates asked for.\n\n" + "\n".join(lines) + "\n\n![growth](features_growth.svg)\n"
    )
    (ROOT / "benchmarks" / "features_growth.md").write_text(text, encoding="utf-8")


def _seconds(history: History, dates: Any, features: Any) -> float:
    """Processor seconds, which other work on the machine disturbs less."""
    return best(lambda: design(history, dates, features, engine=Threads.in_memory(2)), 2, time.process_time)


def large(history: History) -> None:
    """One night of 98 counties side by side."""
    last = int(history.occurred.max())
    many = copies(history.between(last - 365, last + 1), 98)
    features = tuple(load_features(load_project(ROOT)).features.values())
    before = memory()
    took = best(lambda: design(many, last + 1, features, engine=Threads.in_memory(2)), 2, time.perf_counter)
    print(
        f"\n{len(many.places):,} cells, {len(many):,} records, one night, {len(features)} features: {took:.1f} s (goal 10); "
        f"memory {before:.1f} GB with the history, {memory():.1f} GB at most (goal 4)."
    )


def main() -> None:
    """Run what is asked for."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    asked.add_argument("--project", type=Path)
    asked.add_argument("--write", action="store_true")
    asked.add_argument("--large", action="store_true")
    given = asked.parse_args()
    with county(given.project) as project:
        history = history_of(project)
        growth(history, given.write)
        if given.large:
            large(history)


if __name__ == "__main__":
    main()
