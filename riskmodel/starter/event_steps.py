"""Rows that are steps of one event."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from riskmodel.starter.incident_ids import FEWEST, combined, names_incidents
from riskmodel.starter.mapped_columns import ColumnRoles
from riskmodel.starter.table_columns import ReadTable

MOST_NAMES = 0.9
"""Different values per row up to which a column that is not called an id may name events of several rows."""
MOST_STEPS, LEAST_ALIKE = 6, 0.95
"""Steps of an event, and the rows of the rarest for each of the most frequent, from which each event has all of them."""
LEAST_APPENDED, MOST_AFTER = 20, 1.1
"""Rows at the end of a table that repeat earlier incidents, and rows from the first of them on for each, from which they were appended."""
_STEP = re.compile(
    r"open(?:ed)?|clos(?:ed?|ure)|start(?:ed)?|stop(?:ped)?|begin|began|beginning|end(?:ed)?|finish(?:ed)?|creat(?:ed?|ion)|resolved|received|dispatch(?:ed)?|en ?route|arriv(?:ed|al)|"
    r"on ?scene|clear(?:ed|ance)?|complet(?:ed?|ion)|new|in|out|assigned|registered|报警|受理|登记|派发|到场|处置|办结|结案|开始|结束|立案|关闭",
    re.IGNORECASE,
)


def event_steps(table: ReadTable, roles: ColumnRoles) -> Iterator[str]:
    """Yield that each event may have several rows."""
    if roles.amount is not None:
        return
    if roles.merged:
        yield from _appended(table, roles)
        return
    steps = next((name for name in table.columns if name not in (roles.kind, roles.cell) and _are_steps(table, name)), None)
    place = roles.cells or ((roles.points.x, roles.points.y) if roles.points else (roles.cell,) if roles.cell else ())
    name = None if roles.kind is None else next(_repeated_names(table, roles, (roles.kind, *place)), None)
    if name is not None:
        number = len(table.columns[name].values)
        yield (
            f"{name!r} has {number:,} different values in {table.rows:,} rows of {table.shown!r}, and rows with the same one agree in kind and place. Each row counts as an event. If they "
            "are steps, persons or reports of one incident, keep one row of each, then run init again."
        )
    elif steps is not None:
        column = table.columns[steps]
        shown = ", ".join(
            f"{text!r} ({int(count):,})"
            for text, count in sorted(zip(column.values, column.counts, strict=True), key=lambda pair: (-pair[1], pair[0]))
        )
        yield (
            f"{steps!r} of {table.shown!r} names steps with nearly as many rows each: {shown}. Each row counts as an event. If every event has a row for each step, it counts "
            "once for each: keep the rows of one step, then run init again."
        )


def _appended(table: ReadTable, roles: ColumnRoles) -> Iterator[str]:
    """Yield that the last rows repeat earlier incidents with another kind."""
    codes = table.columns[roles.id[0]].codes
    _, first, back = np.unique(codes, return_index=True, return_inverse=True)
    again = np.flatnonzero(first[back] != np.arange(table.rows))
    if roles.kind is None or len(again) < LEAST_APPENDED or again[0] < table.rows - MOST_AFTER * len(again):
        return
    kinds = table.columns[roles.kind].codes
    other = int((kinds[again] != kinds[first[back[again]]]).sum())
    if 2 * other >= len(again):
        yield (
            f"The last {len(again):,} rows of {table.shown!r} repeat numbers in {roles.id[0]!r} of earlier rows, {other:,} of them with another kind: they may be corrections that were appended. "
            "The earlier rows count as well, of their own kind. If they are corrections, keep the last row of each number only, then run init again."
        )


def _are_steps(table: ReadTable, name: str) -> bool:
    """Return whether values are steps, each with nearly as many rows."""
    column = table.columns[name]
    if not 2 <= len(column.values) <= MOST_STEPS or column.filled < table.rows:
        return False
    alike = column.counts.min() >= LEAST_ALIKE * column.counts.max()
    return bool(alike) and all(_STEP.fullmatch(text.strip()) for text in column.values)


def _repeated_names(table: ReadTable, roles: ColumnRoles, same: tuple[str, ...]) -> Iterator[str]:
    """Yield columns without the name of an id whose values events share."""
    if combined(table, same).max() < 3:
        # of few kinds and places, rows agree by chance
        return
    used = {*same, *roles.dates(), *roles.id} - ({roles.id[0]} if len(roles.id) == 1 else set())
    for name, column in table.columns.items():
        some = FEWEST * table.rows <= len(column.values) <= MOST_NAMES * table.rows
        if name not in used and some and names_incidents(table, name, same):
            yield name
