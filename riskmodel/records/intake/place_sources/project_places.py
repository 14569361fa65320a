"""The project's tables of cells, neighbours and shapes into places."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from riskmodel.base.days import NEVER, to_day, to_iso
from riskmodel.base.errors import UsageError, missing_file
from riskmodel.base.project import ONE_LIST, GroupingRule, PlacesTable, Project
from riskmodel.records.intake.columns.text_column import Column, RawTable, joined_column
from riskmodel.records.intake.place_sources.square_grid import grid_cells
from riskmodel.records.intake.place_sources.succession_table import read_successions
from riskmodel.records.intake.readers.file_tables import read_table
from riskmodel.records.intake.readers.geojson import SUFFIXES, read_properties, read_shapes
from riskmodel.records.intake.rows.record_rows import read_day
from riskmodel.records.places import Places, Ring, is_empty

if TYPE_CHECKING:
    import pandas as pd


def read_places(project: Project) -> Places:
    """The places of a project.

    Raises
    ------
    UsageError
        If a file or column is missing, or a row is faulty.
    """
    table = project.table.places
    shapes = None
    if table.grid is not None:
        (cells, shapes), key = grid_cells(table.grid, project.path(table.path)), "cell"
    else:
        cells, key = _cells(project, table)
    exposures, attributes = dict(table.exposures), dict(table.attributes)
    for more in table.more:
        columns = [*more.exposures.values(), *more.attributes.values()]
        figures = _frame(_read(project.path(more.path), (more.id, *columns), more.encoding))
        figures = figures.rename(columns={more.id: key}).drop_duplicates(key)
        cells = cells.merge(figures, on=key, how="left")
        exposures |= more.exposures
        attributes |= more.attributes
    if table.shapes is not None:
        path = project.path(table.shapes.path)
        if not path.is_file():
            raise missing_file("file of shapes", path, "Correct places.shapes.path in riskmodel.toml, or remove places.shapes.")
        shapes = read_shapes(path, table.shapes.id)
    for column in (table.valid_from, table.valid_to, table.known):
        if column is not None:
            _check_days(cells[column], column)
    groupings = {name: said if isinstance(said, str) else _grouped(cells, name, said) for name, said in table.groupings.items()}
    if not groupings:
        cells[_ALL], groupings = project.table.title(project.table.warnings.language), {ONE_LIST: _ALL}
    places = Places.from_frame(
        cells,
        id=key,
        groupings=groupings,
        exposures=exposures,
        attributes=attributes,
        valid_from=_FIRST if table.first_seen else table.valid_from,
        valid_to=table.valid_to,
        known=_BEFORE if table.first_seen else table.known,
        neighbours=_neighbours(project, table, shapes, list(cells[key])),
        shapes=shapes,
        households=table.households,
        minimum_households=table.minimum_households if table.households else 0.0,
    )
    return places if table.successions is None else read_successions(project, table.successions, places)


_FIRST, _BEFORE, _ALL = "(first seen)", "(day before)", "(all)"


def _cells(project: Project, table: PlacesTable) -> tuple[pd.DataFrame, str]:
    """The table of cells, a row a version of a cell, and the name of the column with their ids."""
    key = (table.id,) if isinstance(table.id, str) else table.id
    dates = (table.valid_from, table.valid_to, table.known, table.first_seen)
    groupings = [said if isinstance(said, str) else said.column for said in table.groupings.values()]
    named = [*key, *groupings, *table.exposures.values(), *table.attributes.values()]
    named += [column for column in dates if column is not None]
    raw = _read(project.path(table.path), tuple(dict.fromkeys(named)), table.encoding)
    name = key[0]
    if len(key) > 1:
        name = " | ".join(key)
        raw = RawTable(raw.rows, {**raw.columns, name: joined_column([raw.columns[column] for column in key])}, raw.broken)
    if table.distinct:
        frame = _frame(raw)
        return frame[raw.columns[name].codes >= 0].drop_duplicates(ignore_index=True), name
    if table.first_seen is None:
        return _frame(raw), name
    codes = raw.columns[name].codes
    days = raw.columns[table.first_seen].map(read_day, int(NEVER), np.int64)
    order = np.lexsort((days, codes))
    order = order[codes[order] >= 0]
    first = order[np.flatnonzero(np.diff(codes[order], prepend=-1))]
    frame = _frame(RawTable(len(first), {n: Column(c.codes[first], c.values) for n, c in raw.columns.items()}))
    frame[_FIRST] = [to_iso(day) for day in days[first]]
    frame[_BEFORE] = [to_iso(day - 1) for day in days[first]]
    return frame, name


def _read(path: Path, wanted: tuple[str, ...], encoding: str) -> RawTable:
    """The ``wanted`` columns of a table of cells, which may be the properties of a GeoJSON file."""
    if path.suffix in SUFFIXES and path.is_file():
        return read_properties(path, wanted)
    return read_table(path, wanted, encoding)


def _check_days(values: Iterable[str | None], column: str) -> None:
    """Refuse what is no date by its row: what stands there is not repeated."""
    for row, value in enumerate(values):
        try:
            if not is_empty(value):
                to_day(str(value))
        except UsageError:
            raise UsageError(
                f"Row {row + 1} of the column {column!r} of the table of cells is not a date. Write dates as YYYY-MM-DD."
            ) from None


def _grouped(cells: pd.DataFrame, name: str, said: GroupingRule) -> str:
    """Put the grouping ``name``, read off another column, into ``cells``; the name of its column."""
    of = {}
    for value in cells[said.column].drop_duplicates():
        text = "" if value is None else str(value)[: said.first]
        of[value] = said.names.get(text) if said.names else text
        if said.ranges:
            number = int(text) if text.isascii() and text.isdigit() else -1
            spans = ((group, span) for group, spans in said.ranges.items() for span in spans)
            of[value] = next((group for group, (low, high) in spans if low <= number <= high), None)
    lost = sum(group is None for group in of.values())
    if lost:
        raise UsageError(
            f"The grouping {name!r} has no group for {lost} of {len(of)} values of the column {said.column!r}. "
            f"Add them to places.groupings.{name} in riskmodel.toml."
        )
    column = f"({name})"
    cells[column] = [of[value] for value in cells[said.column]]
    return column


def _neighbours(
    project: Project, table: PlacesTable, shapes: dict[str, list[Ring]] | None, ids: list[str]
) -> pd.DataFrame | None:
    stated = table.neighbours
    if stated is None:
        return None
    if stated.within is None:
        pair = (str(stated.cell), str(stated.neighbour))
        return _frame(read_table(project.path(str(stated.path)), pair, table.encoding))
    if shapes is None:
        raise UsageError("places.neighbours.within needs places.shapes or places.grid. Name a GeoJSON file of the cells there.")
    import pandas as pd
    import shapely

    named = [name for name in dict.fromkeys(ids) if shapes.get(name)]
    polygons = np.array([shapely.MultiPolygon([shapely.Polygon(ring) for ring in shapes[name]]) for name in named])
    polygons = shapely.make_valid(polygons)
    one, other = shapely.STRtree(polygons).query(polygons, predicate="dwithin", distance=stated.within)
    pairs = one < other
    return pd.DataFrame(
        {"cell": np.array(named, dtype=object)[one[pairs]], "neighbour": np.array(named, dtype=object)[other[pairs]]}
    )


def _frame(table: RawTable) -> pd.DataFrame:
    import pandas as pd

    if len(table.broken):
        raise UsageError(
            f"A table of places has {len(table.broken)} row(s) with a wrong number of fields beside the columns "
            f"{', '.join(map(repr, table.columns))}. Correct the export; no cell may be left out unseen."
        )
    return pd.DataFrame({name: column.map(lambda v: v, None, object) for name, column in table.columns.items()})
