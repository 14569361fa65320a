"""Versions of records in a table that does not number them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from riskmodel.base.plurals import counted
from riskmodel.starter.column_words import rank
from riskmodel.starter.incident_ids import combined
from riskmodel.starter.mapped_columns import ColumnRoles
from riskmodel.starter.night_hours import writes_times
from riskmodel.starter.table_columns import ReadTable

LEAST_AGAIN, LEAST_SHARE, TIMES_CHANCE = 20, 0.005, 10
"""Rows that agree with another in minute and place, their share, and how often as many as by chance, from which they are versions."""
OTHER_TIMES = 0.99
"""Share of these rows that must have a time of change of their own."""


def unnamed_versions(table: ReadTable, roles: ColumnRoles) -> Iterator[str]:
    """Yield that rows may be later versions of others.

    They agree in the minute and the place, and each has its own time of change.
    """
    when = roles.dates()
    if roles.amount is not None or roles.merged or not any(writes_times(table, name) for name in when):
        return
    place = roles.cells or ((roles.points.x, roles.points.y) if roles.points else ())
    changed = next((name for name in table.columns if name not in when and rank(name, "changed") >= 2), None)
    if changed is None or not place:
        return
    codes = combined(table, (*when, *place))
    several = np.bincount(codes)[codes] > 1
    again = int(several.sum()) - len(np.unique(codes[several]))
    chance = table.rows**2 / 2 / np.prod([float(max(1, len(table.columns[name].values))) for name in (*when, *place)])
    own = len(np.unique(combined(table, (*when, *place, changed))[several]))
    if again < max(LEAST_AGAIN, LEAST_SHARE * table.rows, TIMES_CHANCE * chance) or own < OTHER_TIMES * several.sum():
        return
    yield (
        f"{counted(again, 'row')} of {table.shown!r} agree with another one in {', '.join((*when, *place))}, and have another {changed!r}. They may be later versions of the same records, which count "
        "again each time. If they are, keep the newest row of each, or add the column that numbers the records, then run init again."
    )
