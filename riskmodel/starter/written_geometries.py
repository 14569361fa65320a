"""Points of geographic programs: well-known text or bytes, and their systems."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from riskmodel.base.arrow_compute import arrow_compute
from riskmodel.records.places.projections import transform

if TYPE_CHECKING:
    import pyarrow as pa

WGS84 = 4326
DEGREE_DIGITS, METRE_DIGITS = 7, 3
"""Decimals of degrees and of other coordinates, to a centimetre or a millimetre."""
NUMBER = r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?"
"""A number in a text, for arrow."""
_TEXT = rf"(?i)^\s*(?:SRID=(?P<srid>\d+);)?\s*POINT\s*(?:ZM|Z|M)?\s*\(\s*(?P<x>{NUMBER})\s+(?P<y>{NUMBER})(?:\s+{NUMBER}){{0,2}}\s*\)\s*$"
"""A point in well-known text, for arrow."""
_HEX = re.compile(r"0[01][0-9A-Fa-f]{40,}")
"""A point in well-known bytes, in hexadecimal digits."""
_SYSTEM = re.compile(
    r'"crs"\s*:\s*\{[^{}]*\{[^{}]*"name"\s*:\s*"[^"]*?EPSG:+(\d+)"|"spatialReference"\s*:\s*\{[^{}]*"latestWkid"\s*:\s*(\d+)'
)
"""The reference system that a text in JSON states."""


def point_pairs(column: pa.ChunkedArray, metadata: Mapping[bytes, bytes] | None = None) -> tuple[Any, Any] | None:
    """Return the coordinates of points in well-known text or bytes, as texts.

    Points with a reference system are degrees. None for another column, and for shapes that are no points.

    Parameters
    ----------
    metadata
        That of the table; GeoParquet states the reference system there.
    """
    import pyarrow as pa

    first = next((one for one in column.slice(0, 1_000).to_pylist() if one), None)
    if isinstance(first, bytes) or (isinstance(first, str) and _HEX.fullmatch(first.strip())):
        found = _of_bytes(column.to_pylist())
    elif isinstance(first, str) and arrow_compute().match_substring_regex(pa.array([first]), _TEXT)[0].as_py():
        found = _of_texts(column)
    else:
        return None
    if found is None:
        return None
    at, systems = found
    stated = _stated_system(metadata)
    return pa.array(_texts(at, 0, systems, stated)), pa.array(_texts(at, 1, systems, stated))


def stated_system(text: str) -> int:
    """Return the number of the reference system that JSON states.

    It is that of degrees if none is stated.
    """
    found = _SYSTEM.search(text)
    return WGS84 if found is None else int(found[1] or found[2])


def degrees_of(at: Any, system: int) -> Any:
    """Return points of a system as degrees ``[point, 2]``.

    They are NaN where there is none.
    """
    there = np.isfinite(at).all(axis=1)
    if system != WGS84:
        at[there] = transform(at[there], f"EPSG:{system}", f"EPSG:{WGS84}")
        at[~np.isfinite(at).all(axis=1)] = np.nan
    return at


def coordinate_text(number: float) -> str | None:
    """Return a coordinate with as many decimals as say something."""
    if number != number:
        return None
    text = f"{number:.{DEGREE_DIGITS if abs(number) <= 360 else METRE_DIGITS}f}"
    return text.rstrip("0").removesuffix(".")


def _of_texts(column: pa.ChunkedArray) -> tuple[Any, Any] | None:
    """Return the coordinates of points in text, and their systems."""
    import pyarrow as pa

    pc = arrow_compute()
    parts = pc.extract_regex(column, _TEXT)
    if 2 * (parts.null_count - column.null_count) > len(column) - column.null_count:
        return None
    axes = [pc.struct_field(parts, [axis]).cast(pa.float64()).to_numpy() for axis in ("x", "y")]
    srid = pc.struct_field(parts, ["srid"])
    numbers = pc.if_else(pc.equal(srid, ""), None, srid).cast(pa.int64())
    return np.column_stack(axes), np.nan_to_num(numbers.to_numpy().astype(np.float64)).astype(np.int64)


def _of_bytes(values: list[Any]) -> tuple[Any, Any] | None:
    """Return the coordinates of points in bytes, and their systems."""
    import shapely

    shapes = shapely.from_wkb(np.array(values, dtype=object), on_invalid="ignore")
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    points = shapely.get_type_id(shapes) == 0
    if not points.any() or not (points | ~there).all():
        return None
    return np.column_stack([shapely.get_x(shapes), shapely.get_y(shapes)]), np.maximum(shapely.get_srid(shapes), 0)


def _texts(at: Any, axis: int, systems: Any, stated: int) -> list[str | None]:
    """Return one coordinate of points as texts, in degrees if possible."""
    for system in np.unique(systems).tolist():
        own = systems == system
        at[own] = degrees_of(at[own], system or stated)
    systems[:] = WGS84
    return [coordinate_text(number) for number in at[:, axis].tolist()]


def _stated_system(metadata: Mapping[bytes, bytes] | None) -> int:
    """Return the reference system of the points of GeoParquet."""
    try:
        about = json.loads((metadata or {}).get(b"geo", b"{}"))
        system = about["columns"][about["primary_column"]]["crs"]["id"]
        return int(system["code"]) if system["authority"] == "EPSG" else WGS84
    except (ValueError, KeyError, TypeError):
        return WGS84
