"""One million CSV rows to a stored history, beside pandas.read_csv of the same file; nights after ten years; points to polygons.

Usage: ``python benchmarks/ingest.py [ROWS]`` (1,000,000 by default). Goals on two cores: at most 6 s, 1 GB and 3 times the
reading alone; the last night of ten years at most twice the first; a million points in seconds.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

CELLS = 1_000
TOML = """
name = "bench"
title = { zh = "基准", en = "benchmark" }
[places]
path = "cells.csv"
id = "cell"
groupings = { centre = "centre" }
[kinds]
theft = { family = "police", zh = "盗窃", en = "theft" }
noise = { family = "police", zh = "噪音", en = "noise" }
fight = { family = "police", zh = "打架", en = "fight" }
[[sources]]
name = "police"
path = "police.csv"
columns = { id = "no", revision = "revision", status = "status", kind = "kind", cell = "cell", occurred = "occurred", known = "known", amount = "amount" }
kinds = { "盗窃" = "theft", "噪音" = "noise", "打架" = "fight" }
withdrawn = ["撤销"]
"""


def project(folder: Path, rows: int, first: int = 0, days: int = 3650) -> pd.DataFrame:
    """Write the project and a table of ``rows`` rows, instants to the second, and give the table back."""
    rng = np.random.default_rng(7)
    folder.mkdir(exist_ok=True)
    (folder / "riskmodel.toml").write_text(TOML, encoding="utf-8")
    ids = [f"g{i:04d}" for i in range(CELLS)]
    pd.DataFrame({"cell": ids, "centre": [f"c{i % 9}" for i in range(CELLS)]}).to_csv(folder / "cells.csv", index=False)
    second = np.sort(rng.integers(0, days * 86_400, rows)) + 1_400_000_000
    known = second + rng.integers(0, 5 * 86_400, rows)
    table = pd.DataFrame(
        {
            "no": [f"P{first + i:012d}" for i in range(rows)],
            "revision": 0,
            "status": "有效",
            "kind": np.array(["盗窃", "噪音", "打架"])[rng.integers(0, 3, rows)],
            "cell": np.array(ids)[rng.integers(0, CELLS, rows)],
            "occurred": pd.to_datetime(second, unit="s").strftime("%Y-%m-%d %H:%M:%S"),
            "known": pd.to_datetime(known, unit="s").strftime("%Y-%m-%d %H:%M:%S"),
            "amount": 1,
        }
    )
    table.to_csv(folder / "police.csv", index=False)
    return table


def measure(folder: Path, queue: multiprocessing.Queue[tuple[float, float, int]]) -> None:
    """Take the project in, in a process of its own: seconds without and with imports, megabytes at most."""
    started = time.perf_counter()
    from riskmodel.base.project import load_project
    from riskmodel.records.intake import ingest

    loaded = load_project(folder)
    ready = time.perf_counter()
    total = ingest(loaded, "2030-01-01").total()
    done = time.perf_counter()
    assert total.rows == total.accepted
    queue.put((done - ready, done - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024))


def whole(rows: int) -> None:
    """The first ingest beside reading alone."""
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as name:
        project(Path(name), rows)
        reads = []
        for _ in range(3):
            started = time.perf_counter()
            pd.read_csv(Path(name) / "police.csv")
            reads.append(time.perf_counter() - started)
        queue: multiprocessing.Queue[tuple[float, float, int]] = context.Queue()
        process = context.Process(target=measure, args=(Path(name), queue))
        process.start()
        seconds, with_imports, megabytes = queue.get()
        process.join()
    read = min(reads)
    print("| rows | ingest | with imports | memory | pandas.read_csv | ratio |")
    print("|---:|---:|---:|---:|---:|---:|")
    print(f"| {rows:,} | {seconds:.2f} s | {with_imports:.2f} s | {megabytes} MB | {read:.2f} s | {seconds / read:.1f} |")


def nights(count: int = 3_650, rows: int = 200) -> None:
    """Nightly exports of ``rows`` new rows for ten years: what a night costs at the start and at the end."""
    from riskmodel.base.project import load_project
    from riskmodel.records.intake import ingest

    took = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table = project(folder, count * rows)
        loaded = load_project(folder)
        for night in range(count):
            table.iloc[night * rows : (night + 1) * rows].to_csv(folder / "police.csv", index=False)
            started = time.perf_counter()
            ingest(loaded, "2030-01-01")
            took.append(time.perf_counter() - started)
    first, last = np.median(took[: count // 20]), np.median(took[-count // 20 :])
    print(
        f"\n{count:,} nights of {rows} rows: {1e3 * first:.0f} ms a night at the start, {1e3 * last:.0f} ms at the end, {last / first:.1f} times"
    )


def points(count: int = 1_000_000, side: int = 35) -> None:
    """Points in degrees to the polygons of as many cells as a county has, given in metres."""
    import shapely

    from riskmodel.records.intake.locate import cells_of_points, transform

    rng = np.random.default_rng(7)
    turn = np.linspace(0, 2 * np.pi, 60)[:-1]
    centres = [(x, y) for x in range(side) for y in range(side)]
    corner = transform(np.array([[120.0, 30.0]]), "EPSG:4326", "EPSG:4549")[0]
    shapes = np.array(
        [shapely.Polygon(corner + 500 * np.array(c) + 280 * np.column_stack([np.cos(turn), np.sin(turn)])) for c in centres]
    )
    shapely.prepare(shapes)
    degrees = np.column_stack([120 + 0.18 * rng.random(count), 30 + 0.155 * rng.random(count)])
    started = time.perf_counter()
    found = cells_of_points(
        transform(degrees, "EPSG:4326", "EPSG:4549"), shapes, None, np.arange(count), np.zeros(count, np.int32)
    )
    took = time.perf_counter() - started
    print(
        f"\n{count:,} points in degrees to {len(shapes):,} polygons of 59 corners in metres: {took:.1f} s, {json.dumps(int((found >= 0).sum()))} inside"
    )


if __name__ == "__main__":
    whole(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
    points()
    nights()
