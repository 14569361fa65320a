"""Pairs of neighbouring cells, from a table or by distance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskmodel.base.errors import UsageError
from riskmodel.base.project import PlacesTable, Project
from riskmodel.records.intake.place_sources.cell_rows import text_frame
from riskmodel.records.intake.readers.file_tables import read_table
from riskmodel.records.places import Ring
from riskmodel.records.places.cell_geometries import pairs_within

if TYPE_CHECKING:
    import pandas as pd


def read_neighbours(
    project: Project, table: PlacesTable, shapes: dict[str, list[Ring]] | None, ids: list[str]
) -> pd.DataFrame | None:
    """Return the pairs of neighbours; None if the project states none.

    Raises
    ------
    UsageError
        If a distance is stated and cells have no shapes, or the table is faulty.
    """
    stated = table.neighbours
    if stated is None:
        return None
    if stated.within is None:
        pair = (str(stated.cell), str(stated.neighbour))
        return text_frame(read_table(project.path(str(stated.path)), pair, project.table.time_zone, table.encoding))
    if shapes is None:
        raise UsageError("places.neighbours.within needs places.shapes or places.grid. Name a GeoJSON file of the cells there.")
    return pairs_within(stated.within, shapes, ids)
