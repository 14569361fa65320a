"""Places of a project from its tables of cells, neighbours and shapes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from riskmodel.base.days import NEVER
from riskmodel.base.errors import UsageError, missing_file
from riskmodel.base.plain_values import value_text
from riskmodel.base.plurals import counted, listed_rows
from riskmodel.base.project import PlacesTable, Project, Shapes
from riskmodel.base.shown_texts import is_blank
from riskmodel.records.intake.place_sources.cell_rows import (
    DAY_BEFORE,
    FIRST_SEEN,
    CellRows,
    iso_days,
    read_cell_rows,
    read_more,
)
from riskmodel.records.intake.place_sources.context_files import read_context
from riskmodel.records.intake.place_sources.group_columns import add_groupings
from riskmodel.records.intake.place_sources.neighbour_pairs import read_neighbours
from riskmodel.records.intake.place_sources.square_grid import grid_cells
from riskmodel.records.intake.place_sources.succession_table import read_successions
from riskmodel.records.intake.readers.geojson import read_shapes
from riskmodel.records.intake.rows.cell_polygons import refuse_no_degrees
from riskmodel.records.places import Places, Ring

if TYPE_CHECKING:
    import pandas as pd


def read_places(project: Project) -> Places:
    """Return the places of a project.

    Raises
    ------
    UsageError
        If a file or column is missing, or a row is faulty.
    """
    table = project.table.places
    if table.grid is not None:
        frame, shapes = grid_cells(table.grid, project.path(table.path))
        rows = CellRows(frame, "cell")
    else:
        rows, shapes = read_cell_rows(project, table), None
    cells, key = _with_more(project, table, rows), rows.key
    if table.shapes is not None:
        shapes = _read_shapes(project, table.shapes, set(cells[key].dropna()))
    for column in (table.valid_from, table.valid_to, table.known):
        if column is not None:
            cells[column] = iso_days(cells[column], column, ZoneInfo(project.table.time_zone))
    groupings = add_groupings(project, cells)
    _refuse_no_list(project, cells, groupings)
    places = Places.from_frame(
        cells,
        id=key,
        groupings=groupings,
        exposures=dict(table.exposures) | {name: column for more in table.more for name, column in more.exposures.items()},
        attributes=dict(table.attributes) | {name: column for more in table.more for name, column in more.attributes.items()},
        valid_from=FIRST_SEEN if table.first_seen else table.valid_from,
        valid_to=table.valid_to,
        known=DAY_BEFORE if table.first_seen else table.known,
        name=table.name,
        neighbours=read_neighbours(project, table, shapes, list(cells[key])),
        shapes=shapes,
        households=table.households,
        minimum_households=table.minimum_households if table.households else 0.0,
    )
    places = replace(places, context=read_context(project, places.shapes or ()))
    return places if table.successions is None else read_successions(project, table.successions, places)


def _refuse_no_list(project: Project, cells: pd.DataFrame, groupings: Mapping[str, str]) -> None:
    """Refuse cells whose group is blank where each group gets a list."""
    column = groupings.get(project.table.warnings.grouping)
    if column is None:
        return
    blank = [row + 1 for row, value in enumerate(cells[column]) if is_blank(value_text(value))]
    if blank:
        raise UsageError(
            f"The column {column!r} of the table of cells is empty in {counted(len(blank), 'row')} ({listed_rows(blank)}), which leaves "
            "cells without a group and without a list. Give every cell its group."
        )


def _with_more(project: Project, table: PlacesTable, rows: CellRows) -> pd.DataFrame:
    """Return the table of cells with the figures of further tables."""
    cells, key = rows
    for more in table.more:
        columns = [*more.exposures.values(), *more.attributes.values()]
        figures = read_more(project.path(more.path), (more.id, *columns), project.table.time_zone, more.encoding)
        _check_rows(more.path, more.id, figures)
        figures = figures.rename(columns={more.id: key}).drop_duplicates(key)
        cells = cells.merge(figures, on=key, how="left")
    return cells


def _check_rows(path: str, column: str, figures: pd.DataFrame) -> None:
    """Refuse rows without a cell, and two that differ about one cell.

    Raises
    ------
    UsageError
        Naming the rows.
    """
    blank = np.flatnonzero(figures[column].isna()) + 1
    if len(blank):
        raise UsageError(
            f"The table {path!r} has {counted(len(blank), 'row')} without a cell in the column {column!r} ({listed_rows(blank)}). "
            "Complete them, or remove them."
        )
    differ = np.flatnonzero(figures.duplicated(column) & ~figures.duplicated()) + 1
    if len(differ):
        raise UsageError(
            f"The table {path!r} has other figures for a cell than an earlier row ({listed_rows(differ)}). Keep one row per cell."
        )


def cells_without_shape(places: Places) -> list[str]:
    """Return the cells of today that have no polygon.

    A point that lies in one is found in no cell. Without any shapes the result is empty.
    """
    if places.shapes is None:
        return []
    open_ended = set(places.cell[places.valid_to == NEVER].tolist()) - set(places.successions.old.tolist())
    return [name for cell, name in enumerate(places.ids) if not places.shapes[cell] and cell in open_ended]


def _read_shapes(project: Project, stated: Shapes, ids: set[str]) -> dict[str, list[Ring]]:
    """Return the shapes of the cells by id.

    Raises
    ------
    UsageError
        If the file is missing or faulty, or holds none of the cells.
    """
    path = project.path(stated.path)
    if not path.is_file():
        raise missing_file("file of shapes", path, "Correct places.shapes.path in riskmodel.toml, or remove places.shapes.")
    shapes = read_shapes(path, stated.id)
    for rings in shapes.values():
        for ring in rings:
            refuse_no_degrees(path, "places.shapes.crs", stated.crs, ring)
    if not ids & set(shapes):
        raise UsageError(
            f"The file of shapes {path.name!r} has a polygon for none of the {counted(len(ids), 'cell')}: its property {stated.id!r} is "
            f"such as {next(iter(shapes), '')!r}, the id of a cell such as {min(ids, default='')!r}. Correct places.shapes.id or the file."
        )
    return shapes
