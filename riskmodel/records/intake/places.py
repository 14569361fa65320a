"""The project's tables of cells, neighbours and shapes into places."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from riskmodel.base.errors import UsageError, missing_file
from riskmodel.base.project import Project
from riskmodel.records.intake.tables import RawTable, read_table
from riskmodel.records.places import Places, Ring

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
    named = [table.id, *table.groupings.values(), *table.exposures.values(), *table.attributes.values()]
    named += [column for column in (table.valid_from, table.valid_to, table.known) if column is not None]
    path = project.path(table.path)
    cells = _frame(read_table(path, tuple(dict.fromkeys(named)), table.encoding))
    neighbours = None
    if table.neighbours is not None:
        pair = (table.neighbours.cell, table.neighbours.neighbour)
        neighbours = _frame(read_table(project.path(table.neighbours.path), pair, table.encoding))
    shapes = None
    if table.shapes is not None:
        shapes = read_shapes(project.path(table.shapes.path), table.shapes.id)
    return Places.from_frame(
        cells,
        id=table.id,
        groupings=table.groupings,
        exposures=table.exposures,
        attributes=table.attributes,
        valid_from=table.valid_from,
        valid_to=table.valid_to,
        known=table.known,
        neighbours=neighbours,
        shapes=shapes,
        households=table.households,
        minimum_households=table.minimum_households if table.households else 0.0,
    )


def read_shapes(path: Any, key: str) -> dict[str, list[Ring]]:
    """Cell id to polygon rings of a GeoJSON file whose features carry the id in property ``key``.

    Raises
    ------
    UsageError
        If it is missing, is no GeoJSON or a feature lacks the property.
    """
    if not path.is_file():
        raise missing_file("file of shapes", path, "Correct places.shapes.path in riskmodel.toml, or remove places.shapes.")
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        shapes: dict[str, list[Ring]] = {}
        for feature in features:
            geometry = feature["geometry"]
            polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
            rings = [np.array(ring, dtype=np.float64)[:, :2] for polygon in polygons for ring in polygon]
            shapes[str(feature["properties"][key])] = rings
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise UsageError(
            f"The file of shapes {path.name!r} is not GeoJSON with polygons that carry {key!r} ({type(error).__name__}). "
            "Correct the file, or places.shapes.id in riskmodel.toml."
        ) from None
    return shapes


def _frame(table: RawTable) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({name: column.map(lambda v: v, None, object) for name, column in table.columns.items()})
