"""The project's table of cells: one row per version of a cell."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from riskmodel.base.day_texts import read_date
from riskmodel.base.days import to_iso
from riskmodel.base.equal_runs import first_of_runs
from riskmodel.base.errors import UsageError
from riskmodel.base.plain_values import is_missing
from riskmodel.base.project import PlacesTable, Project
from riskmodel.records.intake.columns.date_column import EMPTY, UNREADABLE, read_days
from riskmodel.records.intake.columns.raw_table import RawTable
from riskmodel.records.intake.columns.text_column import BETWEEN, Column, joined_column
from riskmodel.records.intake.readers.file_tables import read_table
from riskmodel.records.intake.readers.geojson import SUFFIXES, read_properties

if TYPE_CHECKING:
    import pandas as pd

FIRST_SEEN, DAY_BEFORE = "(first seen)", "(day before)"
"""Columns added to a table in which cells are dated by the first of their rows."""


class CellRows(NamedTuple):
    """A table of cells, and the column with their ids."""

    frame: pd.DataFrame
    key: str


def read_cell_rows(project: Project, table: PlacesTable) -> CellRows:
    """Return the table of cells, one row per version of a cell."""
    key = (table.id,) if isinstance(table.id, str) else table.id
    raw = _raw_cells(project, table, key)
    name = key[0]
    if len(key) > 1:
        name = BETWEEN.join(key)
        raw = RawTable(raw.rows, {**raw.columns, name: joined_column([raw.columns[column] for column in key])}, raw.broken)
    if table.distinct:
        frame = text_frame(raw)
        return CellRows(frame[raw.columns[name].codes >= 0].drop_duplicates(ignore_index=True), name)
    if table.first_seen is None:
        return CellRows(text_frame(raw), name)
    return CellRows(_first_rows(raw, name, table.first_seen, ZoneInfo(project.table.time_zone)), name)


def read_more(path: Path, wanted: tuple[str, ...], time_zone: str, encoding: str) -> pd.DataFrame:
    """Return the ids and the figures of a further table of cells."""
    return text_frame(_read(path, wanted, time_zone, encoding, wanted[1:]))


def iso_days(values: Iterable[str | None], column: str, zone: ZoneInfo) -> list[str | None]:
    """Return a column of dates as ISO dates.

    Empty fields are None.

    Raises
    ------
    UsageError
        If a text is not a date, naming the row, never the value.
    """
    found: list[str | None] = []
    for row, value in enumerate(values):
        day = None if is_missing(value) else read_date(str(value), zone=zone)
        if day is None and not is_missing(value):
            raise _no_date(row, column)
        found.append(None if day is None else day.isoformat())
    return found


def _no_date(row: int, column: str) -> UsageError:
    return UsageError(
        f"Row {row + 1} of the column {column!r} of the table of cells is not a date. Write dates as YYYY-MM-DD, and an offset to UTC "
        "as +08:00."
    )


def text_frame(table: RawTable) -> pd.DataFrame:
    """Return a raw table as a frame of texts.

    Empty fields are None.
    """
    import pandas as pd

    return pd.DataFrame({name: column.map(lambda v: v, None, object) for name, column in table.columns.items()})


def _raw_cells(project: Project, table: PlacesTable, key: tuple[str, ...]) -> RawTable:
    """Return all columns that the project names of its table of cells."""
    dates = (table.valid_from, table.valid_to, table.known, table.first_seen, table.name)
    groupings = [rule if isinstance(rule, str) else rule.column for rule in table.groupings.values()]
    figures = (*table.exposures.values(), *table.attributes.values())
    named = [*key, *groupings, *figures]
    named += [column for column in dates if column is not None]
    return _read(project.path(table.path), tuple(dict.fromkeys(named)), project.table.time_zone, table.encoding, figures)


def _first_rows(raw: RawTable, name: str, first_seen: str, zone: ZoneInfo) -> pd.DataFrame:
    """Return the earliest row of each cell.

    Its day and the day before it are added as columns. Rows without a date do not date a cell.

    Raises
    ------
    UsageError
        If a text is not a date, or all rows of a cell are without one.
    """
    codes = raw.columns[name].codes
    days = read_days(raw.columns[first_seen], zone).astype(np.int64)
    for row in np.flatnonzero((days == UNREADABLE) & (codes >= 0))[:1]:
        raise _no_date(int(row), first_seen)
    order = np.lexsort((days, codes))
    order = order[codes[order] >= 0]
    first = order[first_of_runs(codes[order])]
    for row in first[days[first] == EMPTY][:1]:
        raise UsageError(
            f"The cell of row {row + 1} of the table of cells has no date in the column {first_seen!r} in any row. Give it one."
        )
    frame = text_frame(RawTable(len(first), {n: Column(c.codes[first], c.values) for n, c in raw.columns.items()}))
    frame[FIRST_SEEN] = [to_iso(day) for day in days[first]]
    frame[DAY_BEFORE] = [to_iso(day - 1) for day in days[first]]
    return frame


def _read(path: Path, wanted: tuple[str, ...], time_zone: str, encoding: str, figures: tuple[str, ...]) -> RawTable:
    """Return columns of a table of cells or of a GeoJSON file."""
    if path.suffix.lower() in SUFFIXES and path.is_file():
        return read_properties(path, wanted, figures)
    return read_table(path, wanted, time_zone, encoding, figures)
