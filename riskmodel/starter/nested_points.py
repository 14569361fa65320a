"""Nested points, and points in GeoJSON or bytes, as well-known text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskmodel.base.arrow_compute import arrow_compute
from riskmodel.starter.column_words import rank
from riskmodel.starter.written_geometries import NUMBER, point_pairs

if TYPE_CHECKING:
    import pyarrow as pa

_GEOJSON = rf"""^\s*\{{[^\[]*["']coordinates["']\s*:\s*\[\s*(?P<x>{NUMBER})\s*,\s*(?P<y>{NUMBER})\s*(?:,\s*{NUMBER}\s*)?\][^\[]*\}}\s*$"""

_UNDER_NAMES = tuple(
    rf"""(?i)["'\s{{,](?:{names})["']?\s*[:=]\s*["']?(?P<at>{NUMBER})""" for names in ("longitude|lng|lon", "latitude|lat")
)
"""A coordinate under its name."""


def written_points(table: pa.Table) -> pa.Table:
    """Return a table whose nested points are well-known text.

    Nothing else of a nested value is kept, such as an address beside the point.

    Examples
    --------
    >>> import pyarrow as pa
    >>> points = [{"latitude": 41.8, "longitude": -87.6, "human_address": "?"}, None]
    >>> written_points(pa.table({"at": points, "geo": ['{"type": "Point", "coordinates": [-87.6, 41.8]}', None]})).to_pylist()
    [{'at': 'POINT (-87.6 41.8)', 'geo': 'POINT (-87.6 41.8)'}, {'at': None, 'geo': None}]
    """
    import pyarrow as pa

    for at, field in enumerate(table.schema):
        column = table[field.name]
        pair = None
        if pa.types.is_binary(field.type) or pa.types.is_large_binary(field.type):
            pair = point_pairs(column, table.schema.metadata)
        elif pa.types.is_struct(field.type):
            pair = _of_fields(column)
        elif pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
            pair = _of_texts(column) if _begins_so(column) else point_pairs(column)
        if pair is not None:
            table = table.set_column(at, field.name, _joined(*pair))
    return table


def _begins_so(column: pa.ChunkedArray) -> bool:
    """Return whether the first text is GeoJSON."""
    texts = column.slice(0, 1_000).drop_null()
    return len(texts) > 0 and texts[0].as_py().lstrip().startswith("{")


def _of_texts(column: pa.ChunkedArray) -> tuple[Any, Any] | None:
    """Return the coordinates of GeoJSON, or those under names in JSON.

    None if hardly a text has them: it is left as it is.
    """
    pc = arrow_compute()
    parts = pc.extract_regex(column, _GEOJSON)
    pairs = [
        tuple(pc.struct_field(parts, [axis]) for axis in ("x", "y")),
        tuple(pc.struct_field(pc.extract_regex(column, pattern), ["at"]) for pattern in _UNDER_NAMES),
    ]
    x, y = min(pairs, key=lambda pair: pair[0].null_count)
    filled = len(column) - column.null_count
    return (x, y) if 2 * (x.null_count - column.null_count) < filled else None


def _of_fields(column: pa.ChunkedArray) -> tuple[Any, Any] | None:
    """Return the fields of a nested column that are coordinates."""
    names = [field.name for field in column.type]
    axes = [next((name for name in names if rank(name, role) == 3), None) for role in ("x", "y")]
    if None in axes:
        return None
    pc = arrow_compute()
    x, y = (pc.struct_field(column, [name]) for name in axes)
    return x, y


def _joined(x: Any, y: Any) -> Any:
    """Return two columns as points in well-known text; none where one lacks."""
    import pyarrow as pa

    pc = arrow_compute()
    x, y = (
        pc.if_else(pc.equal(pc.utf8_trim_whitespace(one), ""), None, one) for one in (x.cast(pa.string()), y.cast(pa.string()))
    )
    return pc.binary_join_element_wise("POINT (", x, " ", y, ")", "")
