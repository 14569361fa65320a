"""Tables that hold every tenth row, by their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from riskmodel.starter.column_words import ROW_NUMBERS, plain_name
from riskmodel.starter.incident_ids import is_called_id
from riskmodel.starter.mapped_columns import ColumnRoles
from riskmodel.starter.table_columns import ReadTable

LEAST_ROWS = 50
"""Rows whose numbers are looked at."""
MOST_DIGITS = 11
"""Digits beyond which a number rather is an instant."""
_NUMBER = re.compile(r"(\d+)(?:\.0)?$")


def sampled_rows(table: ReadTable, roles: ColumnRoles) -> Iterator[str]:
    """Yield that numbers of rows lie multiples of a step apart."""
    if table.rows < LEAST_ROWS:
        return
    used = {*roles.dates(), roles.kind, *roles.cells}
    for name, column in table.columns.items():
        if name in used or not (is_called_id(table, name) or plain_name(name) in ROW_NUMBERS):
            continue
        if len(column.values) < 0.99 * table.rows:
            continue
        found = [_NUMBER.search(text.strip()) for text in column.values]
        digits = [one[1] for one in found if one is not None]
        if len(digits) < len(found) or max(map(len, digits)) > MOST_DIGITS:
            continue
        numbers = np.unique(np.array(digits, dtype=np.int64))
        step = int(np.gcd.reduce(np.diff(numbers))) if len(numbers) >= LEAST_ROWS else 0
        if step > 1:
            yield (
                f"The numbers in {name!r} of {table.shown!r} all lie {step} or a multiple of it apart, as where one row in {step} was kept. If the table is such a sample, its counts are one in {step} of what happened: "
                "places compare, numbers of events do not. Use the whole table then; a system may also count in such steps."
            )
            return
