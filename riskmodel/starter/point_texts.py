"""Both coordinates in one text, as two columns."""

from __future__ import annotations

import re

from riskmodel.starter.column_words import free_name, rank
from riskmodel.starter.new_rows import NewRows
from riskmodel.starter.point_codes import PROBED, points_of_codes
from riskmodel.starter.table_columns import ReadTable
from riskmodel.starter.written_geometries import coordinate_text

_NUMBER = r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?"
_PAIR = re.compile(
    rf"(?P<wkt>POINT\s*(?:ZM|Z|M)?\s*)?\(\s*(?P<a>{_NUMBER})\s*[,\s]\s*(?P<b>{_NUMBER})(?(wkt)(?:\s+{_NUMBER}){{0,2}})\s*\)",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?P<wkt>)(?:geo:)?(?P<a>-?\d{1,3}\.\d{2,})\s*[,，;\s]\s*(?P<b>-?\d{1,3}\.\d{2,})")
_COMMAS = re.compile(r"(?P<wkt>)(?P<a>-?\d{1,3},\d{2,})\s*(?:;\s*|,\s+)(?P<b>-?\d{1,3},\d{2,})")
"""A pair with decimal commas."""


def point_columns(table: ReadTable) -> NewRows | None:
    """Return the table with two coordinates for a column of points."""
    if any(rank(name, "x") >= 2 and one.is_numeric for name, one in table.columns.items()):
        return None
    for name, column in table.columns.items():
        codes = points_of_codes(column)
        if codes is not None:
            texts = [(coordinate_text(x) or "", coordinate_text(y) or "") for x, y in codes.tolist()]
            return _two_columns(table, name, [*texts, ("", "")], "holds codes of points, which are decoded: they are two columns")
        probe = column.values[:: max(1, len(column.values) // PROBED)]
        if 2 * sum(_coordinates(text) is not None for text in probe) < len(probe):
            continue
        read = [_coordinates(text) for text in column.values]
        if not column.filled or sum(one is not None for one in read) < 0.9 * len(read):
            continue
        pairs = [("", "") if one is None else one for one in (*read, None)]
        return _two_columns(table, name, pairs, "holds both coordinates in one text: they are two columns")
    return None


def _two_columns(table: ReadTable, name: str, pairs: list[tuple[str, str]], why: str) -> NewRows:
    """Return the table with two coordinates in place of a column."""
    columns: dict[str, list[str | None]] = {other: one.texts().tolist() for other, one in table.columns.items() if other != name}
    for at, axis in enumerate(("longitude", "latitude")):
        columns[free_name(axis, columns)] = [pairs[code][at] for code in table.columns[name].codes]
    return NewRows(columns, f"{name} {why}")


def _coordinates(text: str) -> tuple[str, str] | None:
    """Return the coordinates of a point in a text, longitude first.

    Well-known text has the longitude first, a pair of a portal the latitude. A pair beyond all degrees is no point, such as a telephone number with
    its area code.
    """
    found = _PAIR.search(text) or _BARE.fullmatch(text) or _COMMAS.fullmatch(text.strip())
    if found is None or found["wkt"]:
        return None if found is None else (found["a"], found["b"])
    a, b = (found[name].replace(",", ".") for name in ("a", "b"))
    sizes = sorted((abs(float(a)), abs(float(b))))
    return (b, a) if sizes[0] <= 90 and sizes[1] <= 180 else None
