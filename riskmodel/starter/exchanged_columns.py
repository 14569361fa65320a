"""Columns of places and kinds whose names seem exchanged."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from riskmodel.starter.crossed_names import LEAST_SAID, MOST_OTHER, says_incident
from riskmodel.starter.mapped_columns import ColumnRoles
from riskmodel.starter.table_columns import ReadTable


def exchanged_columns(table: ReadTable, roles: ColumnRoles) -> Iterator[str]:
    """Yield a sentence where places say what happened, and kinds do not."""
    if roles.cell is None or roles.cells[1:]:
        return
    if roles.kind is None:
        yield from _kinds_as_places(table, roles.cell)
        return
    said = [
        sum(says_incident(value) for value in values) / max(1, len(values))
        for values in (table.columns[roles.cell].values, table.columns[roles.kind].values)
    ]
    if said[0] < LEAST_SAID or said[1] > MOST_OTHER * said[0]:
        return
    first = next(value for value in table.columns[roles.cell].values if says_incident(value))
    yield (
        f"{roles.cell!r} of {table.shown!r} is called a place and says what happened, such as {first!r}; {roles.kind!r} does not. If the names of both columns are exchanged, state --cell {shlex.quote(roles.kind)} "
        f"--kind {shlex.quote(roles.cell)}."
    )


def _kinds_as_places(table: ReadTable, cell: str) -> Iterator[str]:
    """Yield that the only column of a place says what happened."""
    found = [value for value in table.columns[cell].values if says_incident(value)]
    if len(found) >= LEAST_SAID * len(table.columns[cell].values) > 0:
        yield (
            f"{cell!r} of {table.shown!r} is called a place and says what happened, such as {found[0]!r}, and no column is one of kinds. If it holds kinds, state --kind {shlex.quote(cell)}, and the column "
            "of places with --cell."
        )
