"""The project's table of cells: one row per version of a cell."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from riskmodel.base.days import NEVER, to_day, to_iso
from riskmodel.base.errors import UsageError
from riskmodel.base.project import PlacesTable, Project
from riskmodel.records.intake.columns.date_column import read_day
from riskmodel.records.intake.columns.raw_table import RawTable
from riskmodel.records.intake.columns.text_column import Column, joined_column
from riskmodel.records.intake.readers.file_tables import read_table
from riskmodel.records.intake.readers.geojson import SUFFIXES, read_properties
from riskmodel.records.places import is_empty

if TYPE_CHECKING:
    import pandas as pd

FIRST_SEEN, DAY_BEFORE = "(first seen)", "(day before)"
"""Columns added to a table in which cells are dated by the first of their rows."""


class CellRows(NamedTuple):
    """A table of cells, and the column with their ids."""

    frame: pd.DataFrame
    key: str


def read_cells(project: Project, table: PlacesTable) -> CellRows:
    """Return the table of cells, one row per version of a cell."""
    key = (table.id,) if isinstance(table.id, str) else table.id
    raw = _raw_cells(project, table, key)
    name = key[0]
    if len(key) > 1:
        name = " | ".join(key)
        raw = RawTable(raw.rows, {**raw.columns, name: joined_column([raw.columns[column] for column in key])}, raw.broken)
    if table.distinct:
        frame = text_frame(raw)
        return CellRows(frame[raw.columns[name].codes >= 0].drop_duplicates(ignore_index=True), name)
    if table.first_seen is None:
        return CellRows(text_frame(raw), name)
    return CellRows(_first_rows(raw, name, table.first_seen), name)


def read_more(path: Path, wanted: tuple[str, ...], encoding: str) -> pd.DataFrame:
    """Return columns of a further table of cells."""
    return text_frame(_read(path, wanted, encoding))


def check_days(values: Iterable[str | None], column: str) -> None:
    """Refuse a column of days with other values than dates.

    Raises
    ------
    UsageError
        Naming the row, never the value.
    """
    for row, value in enumerate(values):
        try:
            if not is_empty(value):
                to_day(str(value))
        except UsageError:
            raise UsageError(
                f"Row {row + 1} of the column {column!r} of the table of cells is not a date. Write dates as YYYY-MM-DD."
            ) from None


def text_frame(table: RawTable) -> pd.DataFrame:
    """Return a raw table as a frame of texts.

    Empty fields are None.

    Raises
    ------
    UsageError
        If a row has a wrong number of fields.
    """
    import pandas as pd

    if len(table.broken):
        raise UsageError(
            f"A table of places has {len(table.broken)} row(s) with a wrong number of fields beside the columns "
            f"{', '.join(map(repr, table.columns))}. Correct the export; no cell may be left out unseen."
        )
    return pd.DataFrame({name: column.map(lambda v: v, None, object) for name, column in table.columns.items()})


def _raw_cells(project: Project, table: PlacesTable, key: tuple[str, ...]) -> RawTable:
    """Return all columns that the project names of its table of cells."""
    dates = (table.valid_from, table.valid_to, table.known, table.first_seen)
    groupings = [rule if isinstance(rule, str) else rule.column for rule in table.groupings.values()]
    named = [*key, *groupings, *table.exposures.values(), *table.attributes.values()]
    named += [column for column in dates if column is not None]
    return _read(project.path(table.path), tuple(dict.fromkeys(named)), table.encoding)


def _first_rows(raw: RawTable, name: str, first_seen: str) -> pd.DataFrame:
    """Return the earliest row of each cell.

    Its day and the day before it are added as columns.
    """
    codes = raw.columns[name].codes
    days = raw.columns[first_seen].map(read_day, int(NEVER), np.int64)
    order = np.lexsort((days, codes))
    order = order[codes[order] >= 0]
    first = order[np.flatnonzero(np.diff(codes[order], prepend=-1))]
    frame = text_frame(RawTable(len(first), {n: Column(c.codes[first], c.values) for n, c in raw.columns.items()}))
    frame[FIRST_SEEN] = [to_iso(day) for day in days[first]]
    frame[DAY_BEFORE] = [to_iso(day - 1) for day in days[first]]
    return frame


def _read(path: Path, wanted: tuple[str, ...], encoding: str) -> RawTable:
    """Return columns of a table of cells or of a GeoJSON file."""
    if path.suffix in SUFFIXES and path.is_file():
        return read_properties(path, wanted)
    return read_table(path, wanted, encoding)
