"""Why rows are in no cell, and what to set."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from riskmodel.base.errors import UsageError
from riskmodel.records.intake.quarantined_rows import FIXED, QuarantinedRows, share
from riskmodel.records.intake.rows.cell_polygons import shapes_crs
from riskmodel.records.places.projections import reference_system

SCALES = (1e5, 1e6, 1e7, 1e-3, 1e3)
"""Numbers by which coordinates may have been multiplied: of degrees, and of metres in kilometres and millimetres."""
_DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+")
_SYSTEMS = ("EPSG:4326", "EPSG:3857")
_CIRCLE = 360.0
_LARGEST_DEGREE = 180.0


def place_causes(rows: QuarantinedRows) -> Iterator[str]:
    """Yield why points lie in no cell, the surest first."""
    columns = rows.source.columns
    if columns.x is None or columns.y is None:
        return
    texts = rows.texts(columns.x)
    if rows.source.decimal == "." and share(_DECIMAL_COMMA.fullmatch(text) is not None for text in texts) >= FIXED:
        yield f"The coordinates in {columns.x!r} have decimal commas: set decimal = ',' of the source."
    if rows.mended_by(x=columns.y, y=columns.x):
        yield f"Are x and y swapped? With x = {columns.y!r} and y = {columns.x!r} in columns most of them lie in cells."
    for scale in SCALES:
        if scale != rows.source.scale and rows.mended_with(scale=scale):
            yield f"With scale = {int(scale) if scale >= 1 else scale} of the source most of them lie in cells: are the coordinates multiplied by it?"
    for crs in _SYSTEMS:
        if crs != rows.source.crs and rows.mended_with(crs=crs):
            yield f"With crs = {crs!r} of the source most of them lie in cells."
    if rows.mended_by_texts(columns.x, lambda text: _less_a_circle(text, rows.source.decimal)):
        yield f"With 360 less in {columns.x!r} most of them lie in cells: its longitudes count from 0 to 360. Subtract 360 from those above 180."
    yield from _unlike_the_system(rows, columns.x, columns.y)


def _unlike_the_system(rows: QuarantinedRows, x: str, y: str) -> Iterator[str]:
    """Name one point that returns, or numbers of another system."""
    at = np.column_stack([_row_numbers(rows, name) for name in (x, y)])
    at = at[np.isfinite(at).all(axis=1)]
    if not len(at):
        return
    _, often = np.unique(at, axis=0, return_counts=True)
    if len(at) > 1 and often.max() >= max(2, FIXED * len(at)):
        yield (
            f"The same two numbers stand in {x!r} and {y!r} in most of these rows, as where a place is unknown (0, -1, 999). If it is, leave them empty at the source or set may_quarantine of "
            "the source, since such rows can be in no cell."
        )
    crs = rows.source.crs or shapes_crs(rows.request.project)
    across, up = np.abs(at.T / rows.source.scale)
    geographic = _is_geographic(crs)
    if geographic and share((across > _CIRCLE) | (up > _CIRCLE)) >= FIXED:
        yield (
            f"The numbers in {x!r} and {y!r} are beyond all degrees, but are read as degrees ({crs}). They are rather metres or feet of a system in the plane: name it, crs = 'EPSG:NUMBER' of the "
            "source. The publisher of the table states it."
        )
    if not geographic and share((across <= _LARGEST_DEGREE) & (up <= _LARGEST_DEGREE)) >= FIXED:
        yield f"The numbers in {x!r} and {y!r} are as small as degrees, but are read in {crs}, a system in the plane. Set crs = 'EPSG:4326' of the source if they are degrees."


def _less_a_circle(text: str, decimal: str) -> str:
    return repr(_number(text.replace(decimal, ".")) - _CIRCLE).replace(".", decimal)


def _is_geographic(crs: str) -> bool:
    """Return whether a system has degrees; one that nobody knows has none."""
    try:
        return bool(reference_system(crs).is_geographic)
    except UsageError:
        return False


def _row_numbers(rows: QuarantinedRows, name: str) -> Any:
    """Return the number of every row; NaN where there is none."""
    column = rows.table.columns[name]
    numbers = [_number(text.replace(rows.source.decimal, ".")) for text in column.values]
    return np.array([*numbers, np.nan])[column.codes]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")
