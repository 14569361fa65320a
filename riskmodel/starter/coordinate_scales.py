"""Coordinates that were multiplied, such as degrees times a million."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from riskmodel.base.errors import UsageError
from riskmodel.starter.column_words import plain_name

OF_DEGREES = (1e5, 1e6, 1e7)
DEGREE_NAMES = re.compile(
    r"\b(lon|lng|long|longitude?|longitudine|lat|latitude?|latitudine|jd|wd)\b|经度|纬度|gengrad|breitengrad"
)
"""Names of columns that hold degrees."""
LARGEST_DEGREE, LARGEST_LATITUDE = 180, 84
_PLANE, _WEB = 2.7e7, 20_037_509
"""Largest coordinate in feet or metres of a system in the plane, and in Web Mercator."""
_ZONED = (1.9e6, 6e6)
"""Northings of China, whose eastings may begin with the number of a zone."""
LEAST_SECONDS = 10
"""Points of which all parts must be less than 60, to be minutes and seconds; four in ten metres would be more."""
_SPREAD = (0.02, 20.0)
"""Degrees over which the points of a county or city spread."""
_SMALL, _NEAR, _WIDE = 300.0, 10_100.0, 4e6
"""Metres: points closer together, and this close to the origin, may be in kilometres; points further apart are in no metres."""


def coordinate_scale(points: Any, x: str, y: str, degrees: bool | None = None) -> float:
    """Return the number by which coordinates were multiplied.

    Parameters
    ----------
    points
        Coordinates, ``[row, 2]``.
    x, y
        Names of their columns.
    degrees
        Whether they are degrees, where their reference system is stated.

    Raises
    ------
    UsageError
        If they can be two things, with what to state.
    """
    if degrees is False or not len(points) or np.percentile(np.abs(points), 98) <= LARGEST_DEGREE:
        return 1.0
    low, high = np.percentile(points, (2, 98), axis=0)
    size = np.abs([low, high]).max()
    zoned = any(0 < e < 4.6e7 and _ZONED[0] < n < _ZONED[1] for e, n in (low, low[::-1]))
    whole = bool((points == np.rint(points)).all())
    named = whole and all(DEGREE_NAMES.search(plain_name(name)) for name in (x, y))
    if not whole and all(DEGREE_NAMES.search(plain_name(name)) for name in (x, y)) and _are_minutes(points):
        raise UsageError(
            f"The coordinates in {x!r} and {y!r} are called degrees, but look like degrees and minutes in one number, as satellite receivers write them: 4151.5 is 41 degrees and 51.5 minutes. "
            "Write degrees (41 + 51.5 / 60 = 41.8583), negative in the south and west, then run the same command again."
        )
    if all(DEGREE_NAMES.search(plain_name(name)) for name in (x, y)) and _are_seconds(points):
        raise UsageError(
            f"The coordinates in {x!r} and {y!r} are called degrees, but look like degrees, minutes and seconds in one number: 415130 is 41 degrees, 51 minutes and 30 seconds. "
            "Write degrees (41 + 51 / 60 + 30 / 3600 = 41.8583), negative in the south and west, then run the same command again."
        )
    if degrees or (size > _PLANE and not zoned) or (named and not _may_be_plane(low, high)):
        return _of_degrees(low, high, x, y)
    if named and _scales(low, high):
        raise UsageError(
            f"The coordinates in {x!r} and {y!r} are called degrees, but can be metres in the plane or degrees times 100,000. State --crs EPSG:NUMBER for the "
            "first, or --scale 100000 for the second."
        )
    if whole and _may_be_web_mercator(low, high) and _scales(low, high):
        raise UsageError(
            f"The coordinates in {x!r} and {y!r} can be metres of web maps or degrees times 100,000, and nothing in the table decides. State --crs EPSG:3857 "
            "for the first, or --scale 100000 for the second."
        )
    wide = float((high - low).max())
    if size < _NEAR and wide < _SMALL:
        raise UsageError(
            f"The points in {x!r} and {y!r} lie within {wide:,.0f} units of each other. If these are kilometres, state --scale 0.001; if they are metres, "
            "state --scale 1."
        )
    if wide > _WIDE and size > _WEB and not zoned:
        raise _no_unit(wide, x, y)
    return 1.0


def _of_degrees(low: Any, high: Any, x: str, y: str) -> float:
    """Return the scale of degrees.

    Raises
    ------
    UsageError
        If none fits, or several.
    """
    fitting = _scales(low, high)
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        raise _no_unit(float((high - low).max()), x, y)
    shown = " or ".join(f"{scale:,.0f} (around {x} = {low[0] / scale:.2f}, {y} = {low[1] / scale:.2f})" for scale in fitting)
    raise UsageError(
        f"The coordinates in {x!r} and {y!r} look like degrees times {shown}. State the right number with --scale, such as --scale {fitting[0]:.0f}."
    )


def _are_minutes(points: Any) -> bool:
    """Return whether numbers may be degrees and minutes: ``dddmm.mmm``."""
    sizes = np.abs(points[np.isfinite(points).all(axis=1)])
    most = np.sort(sizes.max(axis=0)) if len(sizes) else np.zeros(2)
    return bool(most[0] <= 9_000 and LARGEST_DEGREE < most[1] <= 18_000 and (sizes % 100 <= 60).all())


def _are_seconds(points: Any) -> bool:
    """Return whether numbers may be degrees, minutes and seconds: ``dddmmss.s``."""
    sizes = np.abs(points[np.isfinite(points).all(axis=1)])
    most = np.sort(sizes.max(axis=0)) if len(sizes) >= LEAST_SECONDS else np.zeros(2)
    within = (sizes % 100 <= 60) & (sizes // 100 % 100 <= 60)
    return bool(most[0] <= 900_000 and 18_000 < most[1] <= 1_800_000 and within.all())


def _scales(low: Any, high: Any) -> list[float]:
    """Return the scales with which coordinates are degrees of a county."""
    found = []
    for scale in OF_DEGREES:
        most = np.sort(np.abs([low, high]).max(axis=0) / scale)
        wide = float((high - low).max()) / scale
        if most[0] <= LARGEST_LATITUDE and most[1] <= LARGEST_DEGREE and _SPREAD[0] <= wide <= _SPREAD[1]:
            found.append(scale)
    return found


def _may_be_web_mercator(low: Any, high: Any) -> bool:
    """Return whether numbers are too large for other systems in metres."""
    size = np.abs([low, high]).max(axis=0)
    return bool(size.max() <= _WEB and min(size) > 1e5 and (size.max() > 1e7 or min(low) < -1e6))


def _may_be_plane(low: Any, high: Any) -> bool:
    """Return whether numbers may be metres of a zone in the plane."""
    ends = [point for pair in (low, high) for point in (pair, pair[::-1])]
    return any(0 < e < 1e6 and 0 < n < 1e7 for e, n in ends)


def _no_unit(wide: float, x: str, y: str) -> UsageError:
    return UsageError(
        f"The coordinates in {x!r} and {y!r} are neither degrees nor metres: they spread over {wide:,.0f} units. If they were multiplied, state the number "
        "with --scale (1000000 for degrees times a million, 1000 for millimetres); if they are of a known system, state it with --crs EPSG:NUMBER."
    )
