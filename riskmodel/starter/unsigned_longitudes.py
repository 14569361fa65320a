"""Longitudes of America that lack their sign."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from riskmodel.starter.column_words import plain_name
from riskmodel.starter.mapped_columns import ColumnRoles
from riskmodel.starter.reference_systems import WGS84
from riskmodel.starter.table_columns import ReadTable

_WEST, _NORTH = (60.0, 130.0), (24.0, 56.0)
"""Degrees west and north between which the cities of the United States and Canada lie."""
_STATES = re.compile(
    r"alabama|al|alaska|ak|arizona|az|arkansas|ar|california|ca|colorado|co|connecticut|ct|delaware|de|florida|fl|georgia|ga|idaho|id|illinois|il|indiana|in|iowa|ia|kansas|ks|kentucky|ky|louisiana|la|maine|me|"
    r"maryland|md|massachusetts|ma|michigan|mi|minnesota|mn|mississippi|ms|missouri|mo|montana|mt|nebraska|ne|nevada|nv|new (?:york|jersey|hampshire|mexico)|n[yjhm]|(?:north|south) (?:carolina|dakota)|[ns][cd]|ohio|oh|"
    r"oklahoma|ok|oregon|or|pennsylvania|pa|tennessee|tn|texas|tx|utah|ut|vermont|vt|(?:west )?virginia|w?va|wv|washington|wa|wisconsin|wi|wyoming|wy|dc|district of columbia|ontario|on|quebec|qc|alberta|ab|manitoba|mb|"
    r"british columbia|bc"
)
_COUNTRIES = re.compile(r"usa?|united states(?: of america)?|canada")
_NAMED = ((re.compile(r"\b(state|province)\b"), _STATES), (re.compile(r"\bcountry\b"), _COUNTRIES))
"""Names of columns, and what all their values are in America."""
_MOST = 60
"""Different values up to which a column may name states."""


def unsigned_longitudes(table: ReadTable, roles: ColumnRoles) -> Iterator[str]:
    """Yield that points in Asia may be those of America.

    Their longitudes are positive, and dates or states are those of America.
    """
    points = roles.points
    if points is None or points.crs != WGS84:
        return
    lon, lat = np.median(points.points[np.isfinite(points.points).all(axis=1)], axis=0)
    if not (_WEST[0] <= lon <= _WEST[1] and _NORTH[0] <= lat <= _NORTH[1]):
        return
    why = _american(table, roles)
    if why:
        yield (
            f"The longitudes in {points.x!r} are positive, so the points lie in Asia (around latitude {lat:.1f}, longitude {lon:.1f}), but {why}. If they lie in America, their sign was lost: write "
            f"-{lon:.2f} for {lon:.2f}, then run init again. Time zone and public holidays are those of Asia now."
        )


def _american(table: ReadTable, roles: ColumnRoles) -> str:
    """Return what speaks for America; empty if nothing does."""
    zone = table.zoned.get(roles.date.column, "")
    if zone.startswith("America/"):
        return f"the instants in {roles.date.column!r} are of {zone}"
    for name, column in table.columns.items():
        texts = {text.strip().lower() for text in column.values[:_MOST]}
        if 0 < len(column.values) <= _MOST and any(
            called.search(plain_name(name)) and all(map(values.fullmatch, texts)) for called, values in _NAMED
        ):
            return f"{name!r} names America or states of it"
    return f"{roles.date.column!r} has the month first, as in the United States" if str(roles.date.form).startswith("m") else ""
