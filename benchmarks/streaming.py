"""Training on a design too large for memory: peak memory and time, and the same bytes as in memory where that fits.

The simulated county (1,231 cells) is laid side by side until there are enough cells, in memory. An experiment's boosted champion
is trained at weekly as-of dates on all of the county's features, through :func:`riskmodel.forecasts.training.train`.

    python benchmarks/streaming.py                                  # 12,000 cells, streamed and in memory
    python benchmarks/streaming.py --cells 120000 --dates 104 --trees 10 --no-memory
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

from benchmarks.common.county import copies, county, history_of, memory  # noqa: E402
from riskmodel.asof.engines import Engine, Threads  # noqa: E402
from riskmodel.asof.library import load_features  # noqa: E402
from riskmodel.base.days import to_iso  # noqa: E402
from riskmodel.base.project import load_project  # noqa: E402
from riskmodel.forecasts.experiment import Experiment, load_experiment  # noqa: E402
from riskmodel.forecasts.training import train  # noqa: E402
from riskmodel.records.history import History  # noqa: E402

EXPERIMENT = "rental-fire"


def many(history: History, cells: int) -> History:
    """The county side by side until there are at least so many cells; records are laid down in order, not sorted again."""
    own = len(history.places)
    times = -(-cells // own)
    places = copies(history.between(0, 0), times).places
    starts = history.starts[:, 0]
    ends = np.append(starts[1:], len(history))
    rows = np.concatenate(
        [np.tile(np.arange(first, stop, dtype=np.int32), times) for first, stop in zip(starts, ends, strict=True)]
    )
    which = np.concatenate(
        [np.repeat(np.arange(times, dtype=np.int32), stop - first) for first, stop in zip(starts, ends, strict=True)]
    )
    columns = {name: getattr(history, name)[rows] for name in ("kind", "occurred", "known", "until", "ended", "amount")}
    return History(
        places=places, kinds=history.kinds, cell=history.cell[rows] + which * own, coverage=history.coverage, **columns
    )


def experiment_of(project: Any, history: History, dates: int, trees: int) -> tuple[Experiment, int]:
    """The experiment with weekly dates and fewer trees, and the day on which it learns."""
    stated = load_experiment(project, EXPERIMENT)
    day = int(history.known.max()) + 1
    first = day - stated.horizon - max(source.label_delay for source in history.sources.values()) - 7 * dates
    table = next(one for one in stated.forecasters if one.type == "BoostedCount")
    boosted = table.model_copy(update={"settings": {**table.settings, "trees": trees}})
    dates_table = stated.dates.model_copy(update={"first": to_iso(first), "step": 7})
    return stated.model_copy(update={"dates": dates_table, "forecasters": (boosted,), "champion": boosted.label}), day


def run(name: str, stated: Experiment, history: History, features: Any, day: int, engine: Engine) -> bytes:
    """Train once and print a row."""
    shown = [-1]

    def tell(label: str, share: float) -> None:
        if label != "features" or int(10 * share) > shown[0]:
            shown[0] = int(10 * share)
            print(f"  {time.perf_counter() - start:6.0f} s, {memory():5.2f} GB: {label} {share:.0%}", file=sys.stderr, flush=True)

    start = time.perf_counter()
    bundle = train(stated, history, features, as_of=day, engine=engine, progress=tell)
    print(f"| {name} | {time.perf_counter() - start:.0f} | {memory():.2f} |", flush=True)
    return bundle.content()


def main() -> None:
    """Train streamed, and in memory where asked for."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    asked.add_argument("--cells", type=int, default=12_000)
    asked.add_argument("--dates", type=int, default=52)
    asked.add_argument("--trees", type=int, default=10)
    asked.add_argument("--memory", type=float, default=0.1, help="GB above which the design is left in a file")
    asked.add_argument("--no-memory", action="store_true", help="leave out the run in memory")
    asked.add_argument("--project", type=Path)
    given = asked.parse_args()
    with county(given.project, years=3) as simulated:
        history = many(history_of(simulated), given.cells)
        project = load_project(ROOT)
    features = tuple(load_features(load_project(ROOT)).features.values())
    stated, day = experiment_of(project, history, given.dates, given.trees)
    rows = len(history.places) * given.dates
    print(
        f"{len(history.places):,} cells x {given.dates} weekly dates x {len(features)} features = {rows:,} rows, "
        f"{4 * rows * len(features) / 1e9:.1f} GB of floats; {len(history):,} records, {memory():.2f} GB with them; "
        f"at most {given.trees} trees\n\n| | seconds | peak resident, GB |\n|---|---:|---:|",
        flush=True,
    )
    streamed = run("streamed", stated, history, features, day, Threads(2, round(given.memory * 1e9)))
    if not given.no_memory:
        whole = run("in memory, after it", stated, history, features, day, Threads(2, 10**15))
        print(f"\nThe bundles are {'the same to the last byte' if streamed == whole else 'DIFFERENT'}.")


if __name__ == "__main__":
    main()
