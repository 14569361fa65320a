"""Rows that stand in a table twice, as where exports overlap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from riskmodel.starter.incident_ids import combined
from riskmodel.starter.mapped_columns import ColumnRoles
from riskmodel.starter.table_columns import ReadTable

LEAST_ROWS, LEAST_DIFFERENT = 20, 10
"""Rows one after another that stand again in the same order, and different ones among them, which chance does not do."""
MOST_BLOCKS = 10
"""Distances between copies that are looked at."""


def copied_blocks(table: ReadTable, roles: ColumnRoles) -> Iterator[str]:
    """Yield that a block of rows occurs again and counts twice."""
    if not roles.repeats:
        return
    codes = combined(table, [*roles.id, *([roles.amount] if roles.amount else [])])
    blocks = [
        (begin, end, distance)
        for distance in _distances(codes)
        for begin, end in _runs(codes[:-distance] == codes[distance:])
        if len(np.unique(codes[begin:end])) >= LEAST_DIFFERENT
    ]
    if blocks:
        copied, (begin, end, distance) = sum(end - begin for begin, end, _ in blocks), blocks[0]
        yield (
            f"{copied:,} rows of {table.shown!r} stand there again in the same order: rows {begin + 1:,} to {end:,} and {begin + distance + 1:,} to {end + distance:,} agree. If two exports "
            "overlap, these events count twice. No column identifies a row, so remove the rows that repeat others, then run init again."
        )


def _distances(codes: Any) -> list[int]:
    """Return distances at which many rows have their next copy."""
    order = np.argsort(codes, kind="stable")
    same = codes[order][1:] == codes[order][:-1]
    distance = np.zeros(len(codes), dtype=np.int64)
    distance[order[:-1][same]] = (order[1:] - order[:-1])[same]
    # a row that repeats within its block ends a run, and the block goes on behind it
    begins = [begin for begin, _ in _runs(np.append(np.diff(distance) == 0, False) & (distance > 0))]
    return sorted(set(distance[begins].tolist()))[:MOST_BLOCKS]


def _runs(true: Any) -> Iterator[tuple[int, int]]:
    """Yield begin and end of long runs of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], true, [False]]).astype(np.int8)))
    for begin, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if end - begin >= LEAST_ROWS:
            yield begin, end
