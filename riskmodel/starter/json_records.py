"""Records in JSON: a list, an object with one, lines, features."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from riskmodel.base.errors import UsageError
from riskmodel.records.intake.columns.whole_numbers import number_of
from riskmodel.records.intake.readers.csv_file import opened, unpacked
from riskmodel.starter.written_geometries import WGS84, degrees_of, stated_system

JSON_ENDINGS = (".json", ".jsonl", ".ndjson", ".geojson")
"""Endings of files of records in JSON, in lower case."""
AXES = ("longitude", "latitude")
"""Fields that the points of GeoJSON become."""
SHAPE = "geometry"
"""Field with the word for a shape that is no point."""

_NEXT = ("@odata.nextLink", "next", "next_page_url", "nextPageUrl")
_TOTALS = ("total", "total_count", "totalCount", "nhits", "numberMatched", "total_records", "totalRecords")
"""Names under which servers give the address of the next page and the number of all records."""


def json_records(path: Path) -> dict[str, list[Any]]:
    """Return the fields of records, each with a value per record.

    A field of a field is called by both names; of GeoJSON the points are ``longitude`` and ``latitude``, and so are those of a stated reference system.

    Raises
    ------
    UsageError
        If it holds no records.
    """
    with unpacked(path), opened(path) as file:
        content = file.read()
    text, whole = "", None
    try:
        text = content.decode("utf-8-sig")
        whole = _parsed(text)
        records = [dict(_flat(record)) for record in _records(whole)]
    except (ValueError, AttributeError, TypeError, RecursionError):
        # objects where values should be, or nested thousands deep
        records = []
    if not any(records):
        raise UsageError(
            f"The file {path.name!r} holds no records. Expected JSON in UTF-8: a list of objects, an object for each line, or GeoJSON features; export it again, or as CSV."
        )
    if why := _why_a_page(whole, len(records)):
        raise UsageError(
            f"The file {path.name!r} is one page of a longer answer: {why}. Ask for all pages, and join their records into one list, then run the same command again."
        )
    names = dict.fromkeys(name for record in records for name in record)
    fields = {name: [record.get(name) for record in records] for name in names}
    return _in_degrees(fields, stated_system(text))


def without_shapes(fields: dict[str, list[Any]]) -> dict[str, str]:
    """Remove the field of shapes that are no points.

    Returns
    -------
    dict of str
        Why it is not read; empty if there is none.
    """
    shapes = sorted({str(one) for one in fields.pop(SHAPE, ()) if one is not None})
    return {SHAPE: f"not read: it holds {', '.join(shapes)}, and an event needs a point"} if shapes else {}


def _in_degrees(fields: dict[str, list[Any]], system: int) -> dict[str, list[Any]]:
    """Return fields with points of a stated reference system in degrees."""
    axes = next((pair for pair in (AXES, ("x", "y")) if set(pair) <= set(fields)), None)
    if axes is None or system == WGS84:
        return fields
    at = np.array([[number_of(str(one)) for one in fields[axis]] for axis in axes], dtype=np.float64).T
    points = dict(zip(AXES, degrees_of(at, system).T.tolist(), strict=True))
    others = {name: values for name, values in fields.items() if name not in axes}
    return {**others, **{axis: [None if one != one else one for one in values] for axis, values in points.items()}}


def _parsed(text: str) -> Any:
    """Return the content of a text, or of its lines."""
    try:
        return json.loads(text)
    except ValueError:
        return [json.loads(line) for line in text.splitlines() if line.strip()]


def _why_a_page(whole: Any, records: int) -> str:
    """Return why an answer of a server says that it lacks records."""
    if not isinstance(whole, dict):
        return ""
    if whole.get("exceededTransferLimit") is True:
        return "it says that the limit of a transfer was exceeded"
    if any(isinstance(whole.get(key), str) and "://" in whole[key] for key in _NEXT):
        return "it names the address of the next one"
    total = next((whole[key] for key in _TOTALS if type(whole.get(key)) is int), 0)
    if total > records:
        return f"it holds {records:,} of {total:,} records"
    return next((why for value in whole.values() if (why := _why_a_page(value, records))), "")


def _records(whole: Any) -> list[Mapping[str, Any]]:
    """Return the objects of a content, each of which is a record."""
    if isinstance(whole, list):
        return whole
    rows = _rows_under_names(whole)
    if rows is not None:
        return rows
    lists = list(_lists(whole))
    return max(lists, key=len) if lists else [whole]


def _rows_under_names(whole: Any) -> list[Mapping[str, Any]] | None:
    """Return rows as objects, where names of columns stand apart.

    CKAN writes ``fields`` beside ``records``, Socrata ``meta.view.columns`` beside ``data``, others ``columns`` beside ``data`` or ``rows``.
    """
    if not isinstance(whole, dict):
        return None
    view = (whole.get("meta") or {}).get("view") if isinstance(whole.get("meta"), dict) else None
    columns = (view or {}).get("columns") or whole.get("fields") or whole.get("columns") or whole.get("header")
    rows = next((whole[key] for key in ("records", "data", "rows", "values") if isinstance(whole.get(key), list)), None)
    if not columns or not rows or not all(isinstance(row, list) and len(row) == len(columns) for row in rows):
        return None
    names = [str(one.get("name") or one.get("id") if isinstance(one, dict) else one) for one in columns]
    # lists and objects within a row are no values of a table
    return [{name: value for name, value in zip(names, row, strict=True) if not isinstance(value, list)} for row in rows]


def _lists(value: Any) -> Iterator[list[Mapping[str, Any]]]:
    """Yield the lists of objects in an object and in its objects."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _lists(inner)


def _flat(record: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the fields of a record, and those of its objects."""
    if record.get("type") == "Feature":
        yield from _place(record.get("geometry") or {})
        record = record.get("properties") or {}
    if record and set(record) <= {"attributes", "geometry"}:
        # a feature of a map server
        record = {**(record.get("geometry") or {}), **(record.get("attributes") or {})}
    for name, value in record.items():
        if isinstance(value, Mapping):
            yield from ((f"{name} {inner}", _plain(one)) for inner, one in value.items() if not isinstance(one, (Mapping, list)))
        elif not isinstance(value, list):
            yield name, _plain(value)


def _place(geometry: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the coordinates of a point, or the word for another shape.

    A point may have no coordinates: its place is unknown.
    """
    kind, at = geometry.get("type"), geometry.get("coordinates")
    if kind == "MultiPoint" and isinstance(at, list) and len(at) == 1:
        kind, at = "Point", at[0]
    if kind == "Point":
        yield from zip(AXES, at if isinstance(at, list) else (), strict=False)
    elif kind:
        yield SHAPE, str(kind)


def _plain(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value
