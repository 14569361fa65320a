"""Features against peers on the same work.

Usage: ``python benchmarks/features.py [--project DIR] [--no-peers] [--processor]``

The first table: counts of ten kinds in windows of 7, 28, 91 and 364 days for every cell and day of five years (1,231 cells in
the default county), through the public call ``design()`` with two threads, beside

- polars: ``rolling_sum(...).over("cell")``;
- mlforecast: the lag transforms ``RollingMean`` (its sums are means times the window);
- pandas: ``groupby("cell").rolling(...).sum()``;
- DuckDB: ``sum(...) over (partition by cell order by day rows between ...)``;
- a plain copy of the output (one thread, ``numpy.copyto``), into memory used before and into fresh memory.

All use two threads, if they use threads, and produce the same 40 columns for the same cells and days. The peers' task is easier:
they count by day of occurrence, as if every record had been known at once and none corrected. polars' figures are
checked against ``design()`` of such a history. All begin with the records in memory, the peers with a frame or table
of their own; they need a daily panel first, which ``design()`` does not, so two figures are given, with and without it.

Times are the best of several runs in one process. ``design()`` reuses the memory of released outputs, as the allocators of polars and
DuckDB do; its time without such memory is given too. With ``--processor``, seconds are processor time of all threads, for a machine
that is in use.

The county is simulated into a temporary folder, or read from the project in ``DIR``.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).absolute().parent.parent))

from benchmarks.common.county import ROOT, Clock, best, county, history_of, memory
from riskmodel.asof.design import design
from riskmodel.asof.engines import Threads
from riskmodel.asof.library import load_features
from riskmodel.asof.vocabulary import Count
from riskmodel.asof.windows import forget
from riskmodel.base.days import NEVER
from riskmodel.base.project import load_project
from riskmodel.records.history import History, from_columns

WINDOWS = (7, 28, 91, 364)
KINDS = 10


def punctual(history: History) -> History:
    """The same records as if all had been known at once and none corrected: the peers' easier job."""
    keep = history.until == NEVER
    columns = {name: getattr(history, name)[keep] for name in ("kind", "cell", "occurred", "ended", "amount")}
    return from_columns(history.places, history.kinds, known=columns["occurred"], until=np.full(keep.sum(), NEVER), **columns)


def table(history: History, kinds: list[str], days: Any) -> dict[str, Any]:
    """The records of ``kinds`` as a peer is given them: cell, kind, amount and the first day on which they count."""
    day = history.occurred + 1
    rows = np.isin(history.kind, history.numbers(kinds)) & (day >= days[0]) & (day <= days[-1])
    names = np.array(list(history.kinds), dtype=object)
    return {"cell": history.cell[rows], "kind": names[history.kind[rows]], "amount": history.amount[rows], "day": day[rows]}


Peer = tuple[Callable[[], Any], Callable[[Any], Any]]
"""How a peer makes its daily panel from the table of records, and its windows from the panel."""


def with_polars(records: dict[str, Any], kinds: list[str], cells: int, days: Any) -> Peer:
    """``rolling_sum().over()``."""
    import polars as pl

    frame = pl.DataFrame({**records, "kind": pl.Series(records["kind"].tolist(), dtype=pl.Categorical)})
    wanted = [pl.col(k).rolling_sum(w, min_samples=1).over("cell").alias(f"{k}_{w}") for k in kinds for w in WINDOWS]

    def panel() -> Any:
        grid = pl.DataFrame({"cell": np.arange(cells, dtype=np.int32)}).join(pl.DataFrame({"day": days}), how="cross")
        sums = [pl.col("amount").filter(pl.col("kind") == k).sum().cast(pl.Float32).alias(k) for k in kinds]
        daily = frame.group_by("cell", "day").agg(sums)
        return grid.join(daily, on=["cell", "day"], how="left", maintain_order="left").fill_null(0)

    return panel, lambda made: made.select("cell", "day", *wanted)


def with_duckdb(records: dict[str, Any], kinds: list[str], cells: int, days: Any) -> Peer:
    """Window functions."""
    import duckdb
    import pandas as pd

    link = duckdb.connect()
    link.execute("set threads to 2")
    link.register("given", pd.DataFrame(records))
    link.execute("create table records as select * from given")
    daily = ", ".join(f"coalesce(sum(amount) filter (kind = '{k}'), 0)::float as \"{k}\"" for k in kinds)
    zeros = ", ".join(f'coalesce("{k}", 0) as "{k}"' for k in kinds)
    sums = ", ".join(f'sum("{k}") over w{w} as "{k}_{w}"' for k in kinds for w in WINDOWS)
    spans = ", ".join(f"w{w} as (partition by cell order by day rows between {w - 1} preceding and current row)" for w in WINDOWS)

    def panel() -> Any:
        link.execute(
            f"create or replace table panel as select c.cell, d.day, {zeros} from (select range::int as cell from range({cells})) c"
            f" cross join (select range::int as day from range({days[0]}, {days[-1] + 1})) d"
            f" left join (select cell, day, {daily} from records group by all) using (cell, day)"
        )

    return panel, lambda _: link.sql(f"select cell, day, {sums} from panel window {spans}").to_arrow_table()


def pandas_panel(records: dict[str, Any], kinds: list[str], cells: int, days: Any) -> Callable[[], Any]:
    """The daily panel of pandas, which mlforecast is given too."""
    import pandas as pd

    frame = pd.DataFrame(records)

    def panel() -> Any:
        grid = pd.MultiIndex.from_product([np.arange(cells, dtype=np.int32), days], names=["cell", "day"])
        daily = frame.groupby(["cell", "day", "kind"])["amount"].sum().unstack("kind")
        return daily.reindex(grid)[kinds].fillna(0).astype(np.float32).reset_index()

    return panel


def with_pandas(records: dict[str, Any], kinds: list[str], cells: int, days: Any) -> Peer:
    """``groupby().rolling()``."""
    import pandas as pd

    def run(made: Any) -> Any:
        return pd.concat([made.groupby("cell")[kinds].rolling(w, min_periods=1).sum() for w in WINDOWS], axis=1)

    return pandas_panel(records, kinds, cells, days), run


def with_mlforecast(records: dict[str, Any], kinds: list[str], cells: int, days: Any) -> Peer:
    """Lag transforms, a kind at a time, for a series has one target there."""
    import pandas as pd
    from mlforecast import MLForecast
    from mlforecast.lag_transforms import RollingMean

    transforms = {1: [RollingMean(w, min_samples=1) for w in WINDOWS]}

    def run(made: Any) -> Any:
        found = []
        for kind in kinds:
            frame = pd.DataFrame({"unique_id": made["cell"], "ds": made["day"], "y": made[kind]}, copy=False)
            forecast = MLForecast(models=[], freq=1, lag_transforms=transforms, num_threads=2)  # type: ignore[arg-type]
            found.append(forecast.preprocess(frame, dropna=False))
        return found

    return pandas_panel(records, kinds, cells, days), run


def compare(history: History, clock: Clock) -> None:
    """The first table."""
    names = list(history.kinds)
    busiest = np.argsort(-np.bincount(history.kind, minlength=len(names)), kind="stable")[:KINDS]
    kinds = [names[i] for i in busiest]
    features = [Count(kind, window) for kind in kinds for window in WINDOWS]
    last, cells = int(history.occurred.max()), len(history.places)
    days = np.arange(max(last - 5 * 365, min(c.since for c in history.coverage)), last + 1, dtype=np.int32)
    easy = punctual(history).between(int(days[0]) - 1, last + 1)
    records = table(easy, kinds, days)

    made = design(history, days, features, engine=Threads.in_memory(2))
    size = len(made) * len(features)
    peers = {
        "polars `rolling_sum().over()`": (with_polars, 4),
        "mlforecast lag transforms": (with_mlforecast, 2),
        "DuckDB window functions": (with_duckdb, 2),
        "pandas `groupby().rolling()`": (with_pandas, 1),
    }
    del made
    call = lambda: design(history, days, features, engine=Threads.in_memory(2))

    def in_fresh_memory() -> Any:
        forget()
        return call()

    ours, first = best(call, 9, clock), best(in_fresh_memory, 9, clock)
    found: dict[str, tuple[float, float]] = {}
    for name, (make, times) in peers.items():
        panel, run = make(records, kinds, cells, days)
        given = panel()
        if make is with_polars:
            true = design(easy, days, features)
            sums = run(given)
            for j, feature in enumerate(features):
                np.testing.assert_array_equal(sums[f"{feature.kinds[0]}_{feature.window}"].to_numpy(), true.X[:, j])
            del true, sums
        windows = best(lambda run=run, given=given: run(given), times, clock)
        del given
        found[name] = (best(panel, times, clock) + windows, windows)
        ours, first = min(ours, best(call, 9, clock)), min(first, best(in_fresh_memory, 3, clock))
        del panel, run
    X = call().X
    assert isinstance(X, np.ndarray)
    spare = np.empty_like(X)
    fresh = best(lambda: X.copy(order="F"), 9, clock)
    used = best(lambda: np.copyto(spare, X), 9, clock)
    print(
        f"{cells:,} cells x {len(days):,} days x {len(features)} counts = {size / 1e6:,.0f} million values from {len(records['cell']):,} records\n"
    )
    print("| | from the records, s | times ours | windows alone, s | times ours |\n|---|---:|---:|---:|---:|")
    print(f"| **riskmodel `design()`, exact as of each date** | **{ours:.3f}** | 1 | | |")
    print(f"| the same in a process without memory to use again | {first:.3f} | {first / ours:.1f} | | |")
    for name, (whole, windows) in sorted(found.items(), key=lambda row: row[1]):
        print(f"| {name} | {whole:.2f} | {whole / ours:.1f} | {windows:.2f} | {windows / ours:.1f} |")
    print(f"| a plain copy of the output into memory used before | {used:.3f} | {used / ours:.2f} | | |")
    print(f"| a plain copy of the output into fresh memory | {fresh:.3f} | {fresh / ours:.2f} | | |")
    slow = found["pandas `groupby().rolling()`"]
    for what, took, copy in (("", ours, used), (" without memory to use again", first, fresh)):
        whole, windows = (min(row[i] for row in found.values()) / took for i in (0, 1))
        print(
            f"\n`design()`{what}: {whole:.0f} times faster than the fastest peer from the records (goal 20), {windows:.0f} times with"
            f" the peer's panel given; pandas {slow[0] / took:.0f} (goal 200) and {slow[1] / took:.0f} times; {took / copy:.1f} times a"
            f" plain copy into {'fresh memory' if what else 'memory used before'} (goal at most 3)."
        )


def county_set(history: History, clock: Clock) -> None:
    """The second table: the county's own features."""
    features = tuple(load_features(load_project(ROOT)).features.values())
    last = int(history.occurred.max()) + 1
    weekly = np.arange(last - 4 * 365, last, 7, dtype=np.int32)
    before = memory()
    print(f"\nThe county's {len(features)} features, two threads:\n")
    print("| | seconds | goal |\n|---|---:|---:|")
    design(history, weekly, features, engine=Threads.in_memory(2))
    grown = memory() - before
    for name, dates, goal in (
        (f"weekly over four years ({len(weekly)} dates)", weekly, 3),
        ("last night alone", weekly[-1:], 0.3),
    ):
        design(history, dates, features, engine=Threads.in_memory(2))
        print(
            f"| {name} | {best(lambda dates=dates: design(history, dates, features, engine=Threads.in_memory(2)), 5, clock):.2f} | {goal} |"
        )
    print(f"\nMemory: {before:.2f} GB before, {grown:.2f} GB more for the weekly design (goal 1.5 in all).")


def main() -> None:
    """Run what is asked for."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    asked.add_argument("--project", type=Path)
    asked.add_argument("--no-peers", action="store_true")
    asked.add_argument("--processor", action="store_true")
    given = asked.parse_args()
    clock = time.process_time if given.processor else time.perf_counter
    with county(given.project) as project:
        history = history_of(project)
        county_set(history, clock)
        if not given.no_peers:
            print()
            compare(history, clock)


if __name__ == "__main__":
    main()
