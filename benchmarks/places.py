"""Rows to cells: addresses through a register, and points to polygons beside shapely's search tree.

Usage: ``python benchmarks/places.py [PLATES] [POINTS]`` (800,000 and 1,000,000 by default). Goals on two cores: a million points in
seconds, at most 1.5 times the bare query of the tree, which is given the
same points in the polygons' own reference system and chooses no cell.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from riskmodel.records.intake.columns.text_column import Column
from riskmodel.records.intake.rows.address_register import plain_addresses, read_register
from riskmodel.records.intake.rows.cell_polygons import cells_of_points
from riskmodel.records.places.projections import transform


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of the best of three runs, and what it gives."""
    took, found = [], None
    for _ in range(3):
        started = time.perf_counter()
        found = work()
        took.append(time.perf_counter() - started)
    return min(took), found


def addresses(count: int) -> None:
    """A register of ``count`` plates, and as many rows, a tenth of them spelled in other widths, beside a dictionary in Python."""
    rng = np.random.default_rng(7)
    plates = [f"滨江路{i // 100}号{i % 100}室" for i in range(count)]
    codes = np.arange(count, dtype=np.int32)
    ids = {f"c{i}": i for i in range(1_231)}
    cell = Column((codes % len(ids)).astype(np.int32), list(ids))
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    asked = pa.array([plates[i].translate(wide) if i % 10 == 0 else plates[i] for i in rng.permutation(count).tolist()])
    read, register = timed(lambda: read_register(Column(codes, pa.array(plates)), cell, ids))
    took, found = timed(lambda: register.find(plain_addresses(asked)))
    assert (found >= 0).all()
    known = dict(zip(register.keys.to_pylist(), register.cells.tolist(), strict=True))
    keys = plain_addresses(asked).to_pylist()
    plain, slow = timed(lambda: np.array([known.get(key, -1) for key in keys], dtype=np.int32))
    assert np.array_equal(found, slow)
    print(
        f"{count:,} plates read in {read:.2f} s; {count / took:,.0f} addresses a second ({took:.2f} s, {took / plain:.1f} times a look-up"
    )
    print(
        f"in a Python dictionary whose keys are in one form already); {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB at most"
    )


def points(count: int, side: int = 35) -> None:
    """Points in degrees to the polygons of as many cells as a county has, given in metres."""
    rng = np.random.default_rng(7)
    turn = np.linspace(0, 2 * np.pi, 60)[:-1]
    corner = transform(np.array([[120.0, 30.0]]), "EPSG:4326", "EPSG:4549")[0]
    ring = 280 * np.column_stack([np.cos(turn), np.sin(turn)])
    shapes = np.array([shapely.Polygon(corner + 500 * np.array((x, y)) + ring) for x in range(side) for y in range(side)])
    shapely.prepare(shapes)
    degrees = np.column_stack([120 + 0.18 * rng.random(count), 30 + 0.155 * rng.random(count)])
    row, day = np.arange(count), np.zeros(count, np.int32)
    turned, metres = timed(lambda: transform(degrees, "EPSG:4326", "EPSG:4549"))
    ours, found = timed(lambda: cells_of_points(metres, shapes, None, row, day))
    tree, pairs = timed(lambda: shapely.STRtree(shapes).query(shapely.points(metres), predicate="intersects"))
    first = np.full(count, len(shapes))
    np.minimum.at(first, pairs[0], pairs[1])
    assert np.array_equal(np.where(first == len(shapes), -1, first), found)
    print(f"\n{count:,} points to {len(shapes):,} polygons of 59 corners; {int((found >= 0).sum()):,} inside")
    print("| | seconds | riskmodel over it |")
    print("|---|---:|---:|")
    print(f"| riskmodel, of points in metres | {ours:.2f} | 1.0 |")
    print(f"| riskmodel, of points in degrees | {ours + turned:.2f} | |")
    print(f"| shapely STRtree.query in bulk, which gives pairs | {tree:.2f} | {ours / tree:.2f} |")


if __name__ == "__main__":
    addresses(int(sys.argv[1]) if len(sys.argv) > 1 else 800_000)
    points(int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000)
