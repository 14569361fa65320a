"""One million CSV rows to a stored history beside pandas.read_csv of the same file; nights after ten years; points to polygons.

Usage: ``python benchmarks/ingest.py --help``. Goals on two cores: at most 6 s, 1 GB and 3 times the reading alone; the last nights of
ten years cost what the first did; a million points in seconds. With ``--write`` the tables go to ``benchmarks/ingest.md``.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
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
EXPORTS = """[exports]
path = "exports.csv"
source = "source"
since = "since"
through = "through"
known = "known"
"""
HEAD = "source,since,through,known\n"


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


def measure(folder: Path, queue: multiprocessing.Queue[tuple[float, float, float, int]]) -> None:
    """Take the project in, in a process of its own: seconds without and with imports, of the processor, megabytes at most."""
    started = time.perf_counter()
    from riskmodel.base.project import load_project
    from riskmodel.records.intake import ingest

    loaded = load_project(folder)
    ready, used = time.perf_counter(), time.process_time()
    total = ingest(loaded, "2030-01-01").total()
    done = time.perf_counter()
    if total.rows != total.accepted:
        raise RuntimeError(f"rows were not taken in: {total}")
    used = time.process_time() - used
    queue.put((done - ready, done - started, used, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024))


def whole(rows: int) -> list[str]:
    """The first ingest beside reading alone, by pandas' default engine (C, one thread)."""
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as name:
        project(Path(name), rows)
        reads, cpu = [], []
        for _ in range(3):
            started, used = time.perf_counter(), time.process_time()
            pd.read_csv(Path(name) / "police.csv")
            reads.append(time.perf_counter() - started)
            cpu.append(time.process_time() - used)
        queue: multiprocessing.Queue[tuple[float, float, float, int]] = context.Queue()
        process = context.Process(target=measure, args=(Path(name), queue))
        process.start()
        seconds, with_imports, used, megabytes = queue.get()
        process.join()
    read = min(reads)
    return [
        f"The first ingest of {rows:,} CSV rows, beside `pandas.read_csv` of the same file (default engine, the best of three). "
        "Seconds of the processor are of all threads: on a busy machine they say more than those of the clock.",
        "",
        "| | clock | processor | with imports | memory |",
        "|---|---:|---:|---:|---:|",
        f"| ingest | {seconds:.2f} s | {used:.2f} s | {with_imports:.2f} s | {megabytes:,} MB |",
        f"| pandas.read_csv | {read:.2f} s | {min(cpu):.2f} s | | |",
        f"| ratio | {seconds / read:.1f} | {used / min(cpu):.1f} | | |",
    ]


def nights(count: int, rows: int) -> list[str]:
    """Nightly exports of ``rows`` new rows each: what a night costs at the start and at the end."""
    from riskmodel.base.project import load_project
    from riskmodel.records.intake import ingest

    took, used, sizes = [], [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table = project(folder, count * rows)
        (folder / "riskmodel.toml").write_text(TOML + EXPORTS, encoding="utf-8")
        days = np.datetime64("2014-05-13") + np.arange(count)
        with open(folder / "exports.csv", "w", encoding="utf-8") as exports:
            exports.write(HEAD)
            for night in range(count):
                table.iloc[night * rows : (night + 1) * rows].to_csv(folder / "police.csv", index=False)
                exports.write(f"police,2014-01-01,{days[night]},{days[night] + 1}\n")
                exports.flush()
                loaded = load_project(folder)
                started, busy = time.perf_counter(), time.process_time()
                ingest(loaded, "2030-01-01")
                took.append(time.perf_counter() - started)
                used.append(time.process_time() - busy)
                history = folder / "data" / "history"
                current = (history / "current").read_text(encoding="ascii").strip()
                sizes.append((history / "manifests" / f"{current}.json").stat().st_size)
        stored, manifests, statements = (
            sum(path.stat().st_size for path in (folder / "data" / room).rglob("*") if path.is_file())
            for room in ("", "history/manifests", "history/coverage")
        )
    lines = [
        f"{count:,} nights of {rows} new rows and one line of the table of exports each; milliseconds a night.",
        "",
        "| nights | median | mean | slowest | median, processor | mean, processor | bytes of a manifest, mean |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    tenth = max(count // 10, 1)
    for first in range(0, count - tenth + 1, tenth):
        clock, cpu = (1e3 * np.array(values[first : first + tenth]) for values in (took, used))
        lines.append(
            f"| {first + 1:,} to {first + tenth:,} | {np.median(clock):.0f} | {clock.mean():.0f} | {clock.max():.0f} "
            f"| {np.median(cpu):.0f} | {cpu.mean():.0f} | {np.mean(sizes[first : first + tenth]):,.0f} |"
        )
    ratios = [np.median(v[-tenth:]) / np.median(v[:tenth]) for v in (took, used)]
    means = [np.mean(v[-tenth:]) / np.mean(v[:tenth]) for v in (took, used)]
    lines += [
        "",
        f"The last tenth over the first: median {ratios[0]:.2f} (processor {ratios[1]:.2f}), mean {means[0]:.2f} (processor {means[1]:.2f}). "
        f"The history has {count * rows:,} rows then and takes {stored / 1e6:,.0f} MB with all that is needed to replay each of its nights. "
        f"Of these, {manifests / 1e6:,.1f} MB are manifests (the largest has {max(sizes):,} bytes) and {statements / 1e6:,.1f} MB "
        "older statements of completeness, in files that the manifests share.",
    ]
    return lines


def points(count: int = 1_000_000, side: int = 35) -> list[str]:
    """Points in degrees to the polygons of as many cells as a county has, given in metres."""
    import shapely

    from riskmodel.records.intake.rows.cell_polygons import cells_of_points
    from riskmodel.records.places.projections import transform

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
    return [
        f"{count:,} points in degrees to {len(shapes):,} polygons of 59 corners in metres: {took:.1f} s, {int((found >= 0).sum()):,} inside."
    ]


def main() -> None:
    """Run what is asked for, and print or write its tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the first ingest (%(default)s)")
    parser.add_argument("--nights", type=int, default=3_650, help="nightly ingests (%(default)s)")
    parser.add_argument("--night-rows", type=int, default=200, help="new rows a night (%(default)s)")
    parser.add_argument("--only", choices=("whole", "points", "nights"), help="only this part")
    parser.add_argument("--write", action="store_true", help="write the tables to benchmarks/ingest.md as well")
    asked = parser.parse_args()
    parts = {
        "whole": lambda: whole(asked.rows),
        "points": points,
        "nights": lambda: nights(asked.nights, asked.night_rows),
    }
    command = " ".join(["python benchmarks/ingest.py", *sys.argv[1:]])
    load = f"{os.getloadavg()[0]:.0f} processes ran when it began"
    text = ["# Ingest", "", f"Made by `{command}` on {os.cpu_count()} cores; {load}.", ""]
    for name, part in parts.items():
        if asked.only in (None, name):
            lines = part()
            print("\n".join(lines), flush=True)
            text += [*lines, ""]
    if asked.write:
        (Path(__file__).parent / "ingest.md").write_text("\n".join(text), encoding="utf-8")


if __name__ == "__main__":
    main()
