"""Copies of frames that a project keeps, without what speaks of persons.

A name or a number that somebody typed into the field of a date, a number or a kind is no such thing, and the copy has nothing there.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from riskmodel.base.arrow_compute import arrow_compute
from riskmodel.base.files import write_bytes
from riskmodel.base.personal_data import forbidden
from riskmodel.base.personal_data.personal_names import may_be_name
from riskmodel.base.personal_data.personal_texts import speaks_of_person
from riskmodel.records.intake.readers.frames import frame_columns
from riskmodel.starter.mapped_columns import ColumnRoles
from riskmodel.starter.named_kinds import named_persons
from riskmodel.starter.personal_roles import numbers_of_persons
from riskmodel.starter.table_columns import ReadTable

if TYPE_CHECKING:
    import pyarrow as pa

_MOST = 20_000
"""Different texts that are no date or number, of which each is judged; of more, none is kept."""


def write_copy(path: Path, table: ReadTable, roles: ColumnRoles) -> None:
    """Write the needed columns of a table's frame as Parquet."""
    import narwhals as nw
    import pyarrow as pa
    from pyarrow import parquet

    used = [*roles.id, roles.kind, *roles.cells, roles.amount, roles.known.column if roles.known else None, *roles.dates()]
    used += [roles.points.x, roles.points.y] if roles.points is not None else []
    columns = list(dict.fromkeys(column for column in (*used, roles.revision) if column))
    whole = table.versions.frame if table.versions is not None and roles.revision is not None else table.frame
    copy = frame_columns("the frame", nw.from_native(whole, eager_only=True), columns)
    for name, at in _personal_values(table, roles):
        kept = copy[name].combine_chunks()
        if whole is table.frame:
            rows = pa.array(np.isin(table.columns[name].codes, at))
        else:
            rows = arrow_compute().is_in(kept, pa.array([table.columns[name].values[one] for one in at.tolist()], pa.string()))
        if len(at):
            copy = copy.set_column(copy.column_names.index(name), name, _without(kept, rows))
    buffer = io.BytesIO()
    parquet.write_table(copy, buffer)
    write_bytes(path, buffer.getvalue())


def _without(values: pa.Array, rows: pa.Array) -> pa.Array:
    """Return values with nothing in some rows."""
    import pyarrow as pa

    return arrow_compute().if_else(rows, pa.scalar(None, values.type), values)


def _personal_values(table: ReadTable, roles: ColumnRoles) -> Iterator[tuple[str, np.ndarray]]:
    """Yield columns, each with its values that speak of persons."""
    if roles.kind is not None:
        yield roles.kind, np.flatnonzero(named_persons(table.columns[roles.kind]))
    if len(roles.cells) == 1 and roles.cells[0] in table.columns:
        cells = table.columns[roles.cells[0]].values
        numbers_there = numbers_of_persons(cells)
        yield roles.cells[0], np.flatnonzero([cell in numbers_there for cell in cells])
    numbers = [roles.amount, *((roles.points.x, roles.points.y) if roles.points is not None else ())]
    for name in numbers:
        if name is not None and name in table.columns:
            yield name, _personal(table.columns[name].values, np.flatnonzero(~np.isfinite(table.columns[name].numbers)))
    for date, name in ((roles.date, roles.date.column), *(((roles.known, roles.known.column),) if roles.known else ())):
        if name in table.columns:
            codes = table.columns[name].codes
            yield name, _personal(table.columns[name].values, np.unique(codes[~date.known & (codes >= 0)]))


def _personal(values: list[str], unread: np.ndarray) -> np.ndarray:
    """Return which of the unread values speak of persons."""
    if len(unread) > _MOST:
        return unread
    found = [
        at
        for at in unread.tolist()
        if forbidden(values[at]) or may_be_name(values[at]) or speaks_of_person(values[at], rare=True)
    ]
    return np.array(found, dtype=np.int64)
