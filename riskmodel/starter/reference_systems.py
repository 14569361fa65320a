"""Reference systems of coordinates, as far as their numbers tell them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from riskmodel.base.errors import UsageError
from riskmodel.base.plurals import counted
from riskmodel.base.project import WGS84
from riskmodel.starter.column_words import plain_name
from riskmodel.starter.coordinate_scales import coordinate_scale
from riskmodel.starter.text_values import TextValues
from riskmodel.starter.time_zones import nearest_city, zone_of
from riskmodel.starter.unknown_points import known_points

LOCAL = "local"
"""Stands for an unknown system in the plane: cells are squares in its own units."""
_REMOTE = 600
"""Kilometres from the principal city of a time zone beyond which points may have their coordinates exchanged."""
_CLOSE, MIXED = 2.0, 0.005
"""Degrees within which the points of a county lie, and the share of them in another order or sign that is more than slips."""
_WIDEST_PLANE, _WIDEST_NEGATIVE, _MICHIGAN = 7.5e6, 3e6, 1.2e6
"""Eastings beyond which numbers are of Web Mercator, east and west of the origin, and northings below which even those are not."""
_FAR_NORTH, _FAR_SOUTH = 84, -60
"""Latitudes beyond which nobody keeps such tables."""
_Decision = tuple[str, float | None, str, bool, str]
"""System, unit in metres, reason, whether coordinates are exchanged, and a doubt."""


@dataclass(frozen=True, eq=False)
class CoordinateEvidence:
    """The coordinates of a table.

    Parameters
    ----------
    x, y
        Columns, in the order in which the engine takes them (x is the longitude or easting).
    crs
        Reference system; :data:`LOCAL` if the numbers do not tell it.
    unit
        Length of a unit in metres, where known; of degrees None.
    points
        Coordinates ``[row, 2]``; NaN where there are none.
    scale
        Number by which they were multiplied in the table.
    """

    x: str
    y: str
    crs: str
    unit: float | None
    why: str
    decimal: str
    points: Any
    doubt: str = ""
    scale: float = 1.0


def coordinate_evidence(
    x: TextValues, y: TextValues, crs: str | None = None, scale: str | None = None, home: str | None = None
) -> CoordinateEvidence:
    """Return the reference system of two columns of coordinates.

    Parameters
    ----------
    crs
        The system, where it is stated.
    scale
        The number by which coordinates were multiplied, where it is stated.
    home
        Time zone in which the points lie, where it is stated.

    Raises
    ------
    UsageError
        If a column holds no numbers, or the stated system is unknown.
    """
    for one in (x, y):
        if one.filled and not one.is_numeric:
            raise UsageError(
                f"The column {one.name!r} holds no coordinates: nearly all its values are texts. Name another column."
            )
    degrees = None if crs is None else _metres(crs) is None
    may_be_degrees = degrees is not False and scale in (None, "1")
    points, around = known_points(np.column_stack([x.row_numbers(), y.row_numbers()]), x.name, y.name, may_be_degrees)
    usable = points[np.isfinite(points).all(axis=1)]
    if not len(usable):
        raise UsageError(
            f"The columns {x.name!r} and {y.name!r} hold no coordinates: every row is empty or 0. Name other columns."
        )
    factor = float(scale) if scale is not None else coordinate_scale(usable, x.name, y.name, degrees)
    points, usable = points / factor, usable / factor
    low, mid, high = np.percentile(usable, (2, 50, 98), axis=0)
    if crs is None:
        _refuse_mixed(usable, x.name, y.name)
    found, unit, why, swapped, doubt = _system(low, mid, high, x.name, y.name, home)
    if crs is not None:
        found, unit, why, doubt = crs, _metres(crs), "stated", ""
    if around:
        why = f"{why}; {counted(around, 'longitude')} above 180 count from 0 to 360"
    names, ordered = (x.name, y.name), points
    if swapped:
        names, ordered = (y.name, x.name), points[:, ::-1]
    decimal = "," if x.decimal_comma or y.decimal_comma else "."
    return CoordinateEvidence(*names, found, unit, why, decimal, ordered, doubt, factor)


def _metres(crs: str) -> float | None:
    """Return the metres of a unit; None for degrees.

    Raises
    ------
    UsageError
        If there is no such system.
    """
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        system = CRS.from_user_input(crs)
    except CRSError:
        raise UsageError(f"{crs!r} is not a reference system. Use a name such as 'EPSG:4326' or 'EPSG:2913'.") from None
    return None if system.is_geographic else float(system.axis_info[0].unit_conversion_factor)


def _system(low: Any, mid: Any, high: Any, x: str, y: str, home: str | None) -> _Decision:
    """Return the system that coordinates belong to."""
    if np.abs([low, high]).max() <= 180:
        return _degrees(low, mid, high, x, y)
    zoned = _chinese_zone(mid)
    if zoned is not None:
        return zoned
    names = f"{plain_name(x)} {plain_name(y)}"
    other = ""
    if not any(0 < e < 1e6 and 0 < n < 1e7 for e, n in (mid, mid[::-1])) and _fits_web_mercator(low, mid, high):
        lon, lat = _from_web_mercator(*mid)
        certain, doubt = _is_web_mercator(mid, names, home)
        if certain:
            at = f"around latitude {lat:.1f}, longitude {lon:.1f}"
            return "EPSG:3857", 1.0, f"numbers of web maps (Web Mercator), {at}: {certain}", False, doubt
        other = f"; as Web Mercator, EPSG:3857, they would lie around latitude {lat:.1f}, longitude {lon:.1f}"
    return _in_the_plane(mid, names, other)


def _in_the_plane(mid: Any, names: str, other: str) -> _Decision:
    """Return the decision about numbers of any system in the plane."""
    foot = re.search(r"\b(ft|feet|foot|usft)\b", names)
    unit = 0.3048 if foot else 1.0
    named = re.search(r"(?:epsg|utm)\s*(\d{1,5})\s*([ns])?", names)
    if named and named[0].startswith("epsg"):
        return f"EPSG:{named[1]}", unit, "named in the column", False, ""
    if named and 1 <= int(named[1]) <= 60:
        return f"EPSG:{(327 if named[2] == 's' else 326)}{int(named[1]):02d}", 1.0, "a UTM zone named in the column", False, ""
    what = "feet" if foot else "metres"
    # Chinese surveys call the northing x
    swapped = not foot and not other and 3e5 <= mid[1] <= 7e5 and 2e6 <= mid[0] <= 5.95e6
    units = (
        "Cells and distances are right without it" if foot else "Cells are right without it, and distances if these are metres"
    )
    doubt = (
        f"The numbers are taken as {what} in the plane; which system they belong to cannot be known from them (UTM, a national grid and a "
        f"state plane look alike{other}). {units}; state it with --crs EPSG:NUMBER if maps are to be laid over others, and for time zone and holidays."
    )
    return LOCAL, unit, _order(f"numbers of a system in the plane, taken as {what}", swapped), swapped, doubt


def _chinese_zone(mid: Any) -> _Decision | None:
    """Return the system whose eastings begin with a zone's number."""
    for swapped in (False, True):
        e, n = (mid[1], mid[0]) if swapped else (mid[0], mid[1])
        zone = int(e // 1e6)
        if 1.9e6 < n < 6e6 and 166_000 <= e % 1e6 <= 834_000:
            if 25 <= zone <= 45:
                why = f"eastings begin with the number of a 3-degree zone ({zone}) of CGCS2000"
                doubt = "Older Chinese systems (Xian 1980, Beijing 1954) have the same numbers and lie up to 100 m away."
                return f"EPSG:{4488 + zone}", 1.0, _order(why, swapped), swapped, doubt
            if 13 <= zone <= 23 and not _may_be_web_mercator(e, n):
                why = f"eastings begin with the number of a 6-degree zone ({zone}) of CGCS2000"
                lon, lat = _from_web_mercator(e, n)
                doubt = f"As Web Mercator, EPSG:3857, the points would lie around latitude {lat:.1f}, longitude {lon:.1f}; state it if they do."
                return f"EPSG:{4478 + zone}", 1.0, _order(why, swapped), swapped, doubt
    return None


def _degrees(low: Any, mid: Any, high: Any, x: str, y: str) -> _Decision:
    """Return the decision about degrees."""
    as_lat = (low[1], mid[1], high[1])
    other = (low[0], mid[0], high[0])
    plausible = as_lat[0] >= _FAR_SOUTH and as_lat[2] <= _FAR_NORTH
    turned = other[0] >= _FAR_SOUTH and other[2] <= _FAR_NORTH
    if not plausible and not turned:
        raise UsageError(
            "The coordinates are not degrees of latitude and longitude: neither column stays within the possible latitudes, -60 to 84. State the reference system "
            "with --crs EPSG:NUMBER."
        )
    if not plausible:
        why = f"the column for latitude holds {mid[1]:.2f}, where nobody lives; the other fits, so they are swapped"
        return WGS84, None, why, True, ""
    span = "degrees of longitude and latitude"
    doubt = ""
    if 73 <= mid[0] <= 135 and 18 <= mid[1] <= 54:
        doubt = (
            "In China, map services shift coordinates by up to 700 m (GCJ-02, BD-09); the numbers do not tell whether these are."
        )
    why = f"{span} (around latitude {mid[1]:.2f}, longitude {mid[0]:.2f})"
    return WGS84, None, why, False, doubt or (_other_order(float(mid[0]), float(mid[1]), x, y) if turned else "")


def _refuse_mixed(points: Any, x: str, y: str) -> None:
    """Refuse coordinates in mixed order or with mixed signs.

    Raises
    ------
    UsageError
        If most points lie close together, and many of the others do once their order or a sign is changed.
    """
    if np.abs(points).max() > 180:
        return
    # the median may lie between two places, but a point of the larger part is close to most others
    draw = points[:: max(1, len(points) // 200)]
    middle = draw[np.argmax([(np.abs(draw - one).max(axis=1) < _CLOSE).sum() for one in draw])]
    rest = points[np.abs(points - middle).max(axis=1) >= _CLOSE]
    for what, changed, apart in (
        (f"{x!r} and {y!r} are exchanged", rest[:, ::-1], abs(middle[0] - middle[1])),
        (f"{x!r} has the other sign", rest * (-1, 1), abs(middle[0])),
        (f"{y!r} has the other sign", rest * (1, -1), abs(middle[1])),
    ):
        fixed = np.abs(changed - middle).max(axis=1) < _CLOSE
        if apart > _CLOSE and fixed.sum() >= MIXED * len(points) and 2 * fixed.sum() > len(rest):
            at = rest[fixed][0]
            raise UsageError(
                f"In {int(fixed.sum()):,} of {len(points):,} rows {what} (such as {x} = {at[0]:.2f}, {y} = {at[1]:.2f}, while most rows lie around "
                f"{x} = {middle[0]:.2f}, {y} = {middle[1]:.2f}). Write all rows alike, then run the same command again."
            )


def _other_order(lon: float, lat: float, x: str, y: str) -> str:
    """Return a doubt about the order of latitude and longitude."""
    (zone, far), (other, near) = nearest_city(lon, lat), nearest_city(lat, lon)
    if far < _REMOTE or near >= _REMOTE:
        return ""
    return (
        f"The points lie {far:,.0f} km from the nearest principal city of a time zone ({zone}); with latitude and longitude exchanged they lie "
        f"{near:,.0f} km from that of {other}. If that is where they belong, state --x {y!r} --y {x!r}."
    )


def _fits_web_mercator(low: Any, mid: Any, high: Any) -> bool:
    """Return whether all points may be of Web Mercator."""
    return bool(max(abs(mid)) > 1.2e6 and np.abs([low, high]).max() <= 20_037_509 and _may_be_web_mercator(*mid))


def _is_web_mercator(mid: Any, names: str, home: str | None) -> tuple[str, str]:
    """Return why fitting numbers are of Web Mercator, and a doubt.

    The reason is empty if others fit too. Feet of state planes, zones of Gauss-Krüger and grids of continents have eastings up to about 7.5 million
    and hardly any below zero; those of Michigan are larger, with small northings.
    """
    if re.search(r"mercator|\b(?:epsg\s*)?(?:3857|900913|102100)\b", names):
        return "named in the column", ""
    if home is not None and zone_of(*_from_web_mercator(*mid)) == home:
        return f"so they lie in the time zone {home}", ""
    if mid[0] < -_WIDEST_NEGATIVE:
        return "no other usual system has such eastings", ""
    if mid[0] > _WIDEST_PLANE and not 0 < mid[1] < _MICHIGAN:
        return "hardly another system has such eastings", (
            "Zones of Gauss-Krüger whose eastings begin with their number can have such numbers, too. If the points do not lie there, state --crs EPSG:NUMBER."
        )
    return "", ""


def _from_web_mercator(x: float, y: float) -> tuple[float, float]:
    """Return longitude and latitude of a point of Web Mercator."""
    return float(np.degrees(x / 6_378_137)), float(np.degrees(2 * np.arctan(np.exp(y / 6_378_137)) - np.pi / 2))


def _may_be_web_mercator(x: float, y: float) -> bool:
    """Return whether people may live at a point of Web Mercator."""
    lon, lat = _from_web_mercator(x, y)
    inhabited = abs(lon) <= 180 and -55 <= lat <= 70 and abs(y) > 1e4
    # east of 136 degrees these are rather eastings with the number of a Chinese zone
    return inhabited and not (13e6 < x < 24e6 and lon > 136 and lat > 0)


def _order(why: str, swapped: bool) -> str:
    return f"{why}; x holds the northing, as in Chinese surveys, so they are swapped" if swapped else why
