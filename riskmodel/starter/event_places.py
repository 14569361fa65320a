"""Places of events: coordinates or cells."""

from __future__ import annotations

import re

import numpy as np

from riskmodel.starter.case_states import are_case_states
from riskmodel.starter.column_words import plain_name, rank
from riskmodel.starter.reference_systems import CoordinateEvidence, coordinate_evidence
from riskmodel.starter.stated_columns import StatedColumns
from riskmodel.starter.table_columns import ReadTable
from riskmodel.starter.text_values import TextValues

MOST_CELLS = 20_000
LEAST_ROWS = 10
"""Rows for each value from which a column may be one of places."""
LEAST_POINTS = 0.5
"""Share of the rows that must have coordinates, or a cell, if they are to be the place."""
MOST_DIFFERENT, FEW_ROWS = 0.5, 50
"""Different values per row above which a column names rows rather than cells, but in a table of so few rows."""
CENTRES = 1.2
"""Different points per cell up to which points are only the middles of cells."""

_NEAR = re.compile(r"(?:on or )?near\b|\d[\dx]* (?:block|blk)\b|\d+xx\b", re.IGNORECASE)
"""How a text begins that names a street instead of an area."""


def event_points(table: ReadTable, stated: StatedColumns) -> CoordinateEvidence | None:
    """Return the coordinates, if there are any."""
    if stated.x is not None and stated.y is not None:
        x, y = table.columns[stated.x], table.columns[stated.y]
        return coordinate_evidence(x, y, stated.crs, stated.scale, _home(table, stated))
    if stated.cell is not None:
        return None
    best: dict[str, tuple[int, str]] = {}
    for role in ("x", "y"):
        ranked = [(rank(n, role), n) for n, c in table.columns.items() if rank(n, role) >= 2 and c.is_numeric]
        if ranked:
            # degrees before numbers of a local system, where there are both
            best[role] = max(ranked, key=lambda pair: (is_degrees(table.columns[pair[1]]), pair[0]))
    if len(best) < 2 or best["x"][1] == best["y"][1]:
        return None
    x, y = table.columns[best["x"][1]], table.columns[best["y"][1]]
    if _are_no_coordinates(x, y):
        return None
    found = coordinate_evidence(x, y, stated.crs, stated.scale, _home(table, stated))
    return found if np.isfinite(found.points).all(axis=1).mean() >= LEAST_POINTS else None


def _home(table: ReadTable, stated: StatedColumns) -> str | None:
    """Return the time zone that is stated or that dates have."""
    zones = {zone for zone in table.zoned.values() if "/" in zone and not zone.startswith("Etc/")}
    return stated.time_zone or (zones.pop() if len(zones) == 1 else None)


def _are_no_coordinates(x: TextValues, y: TextValues) -> bool:
    """Return whether numbers count or number something, or are all 0."""
    if not any(((one.numbers != 0) & np.isfinite(one.numbers)).any() for one in (x, y)):
        return True
    for one in (x, y):
        numbers = one.numbers[np.isfinite(one.numbers)]
        # two whole numbers are a flag, and a run of whole numbers that differ numbers the rows
        if one.is_whole and (len(numbers) <= 2 or len(numbers) == one.filled == np.ptp(numbers) + 1):
            return True
    # nobody writes places in whole degrees, but many number rows and columns
    plain = all(plain_name(one.name) in ("x", "y") for one in (x, y))
    return plain and all(one.is_whole and is_degrees(one) for one in (x, y))


def is_degrees(column: TextValues) -> bool:
    """Return whether nearly all numbers may be degrees."""
    numbers = np.abs(column.numbers[np.isfinite(column.numbers)])
    return bool(len(numbers)) and float(np.percentile(numbers, 98)) <= 180


def event_cell(table: ReadTable, taken: set[str]) -> str | None:
    """Return the column of cells: the finest that still has rows enough."""
    ranked = []
    for name, column in table.columns.items():
        many = len(column.values)
        if name in table.joined:
            return name
        if name in taken or rank(name, "cell") < 2 or not many or column.filled < LEAST_POINTS * table.rows:
            continue
        if has_too_many(table, column) or are_case_states(column) or _are_streets(column):
            continue
        enough = column.filled / many >= LEAST_ROWS
        ranked.append((rank(name, "cell") == 3, enough, many if enough else -many, name))
    return max(ranked)[-1] if ranked else None


def _are_streets(column: TextValues) -> bool:
    """Return whether texts say near which street something was.

    Such a text stands for many spots: ``On or near Parking Area``, ``1200 block of Main St``.
    """
    return 2 * sum(_NEAR.match(text.strip()) is not None for text in column.values) > len(column.values)


def has_too_many(table: ReadTable, column: TextValues) -> bool:
    """Return whether a column has too many different values for cells."""
    many = len(column.values)
    return many > MOST_CELLS or (many > MOST_DIFFERENT * table.rows and table.rows > FEW_ROWS)


def finer_place(
    table: ReadTable, points: CoordinateEvidence, cell: str, stated: bool
) -> tuple[CoordinateEvidence | None, str | None]:
    """Return points or cells: cells where points are only their centres."""
    there = points.points[np.isfinite(points.points).all(axis=1)]
    different = len(np.unique(there, axis=0))
    if stated or different <= CENTRES * len(table.columns[cell].values):
        return None, cell
    return points, None
