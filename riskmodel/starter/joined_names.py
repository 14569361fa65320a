"""Values that name several kinds or cells, such as ``theft; assault``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from riskmodel.base.plurals import counted
from riskmodel.starter.mapped_columns import ColumnRoles
from riskmodel.starter.table_columns import ReadTable
from riskmodel.starter.text_values import TextValues

LEAST_SHARE = 0.01
"""Share of the rows from which such values are named."""
_BETWEEN = re.compile(r"\s*[;；/,，、+&|]\s*|\s+and\s+")

_LISTS = re.compile(r"[;；|]")
"""Signs that stand between the parts of a list only."""


def joined_names(table: ReadTable, roles: ColumnRoles) -> Iterator[str]:
    """Yield that some rows are about several kinds or cells."""
    for name, what in ((roles.kind, "kinds"), (roles.cell, "cells")):
        if name is None or name in table.joined:
            continue
        column = table.columns[name]
        found = _joined(column)
        rows = int(column.counts[found].sum())
        if rows >= LEAST_SHARE * column.filled:
            yield (
                f"{counted(rows, 'row')} of {table.shown!r} name several {what} in {name!r}, such as {column.values[found[0]]!r}. Each such text counts as one of its own, so its parts count too low. "
                "Write one row for each, then run init again."
            )


def _joined(column: TextValues) -> list[int]:
    """Return the texts whose parts are texts of the column."""
    plain = {text.strip().casefold() for text in column.values}
    parts = [[part.strip().casefold() for part in _BETWEEN.split(text)] for text in column.values]
    return [
        at
        for at, (text, names) in enumerate(zip(column.values, parts, strict=True))
        if len(names) > 1 and (plain.issuperset(names) or (_LISTS.search(text) and plain.intersection(names)))
    ]
