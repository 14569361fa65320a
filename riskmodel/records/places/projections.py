"""Points from one reference system to another, and systems in metres."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float64

from riskmodel.base.errors import UsageError

_WIDEST_ZONE = 9.0
"""Degrees of longitude up to which one UTM zone serves."""


def reference_system(name: Any) -> Any:
    """Return the reference system of a name, number or pyproj object.

    Raises
    ------
    UsageError
        If it is none.
    """
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        return CRS.from_user_input(name)
    except CRSError:
        raise UsageError(f"{name!r} is not a reference system. Use a name such as 'EPSG:4326' or 'EPSG:2913'.") from None


def transform(points: Float64[np.ndarray, "point 2"], source: Any, target: Any) -> Float64[np.ndarray, "point 2"]:
    """Transform points from one reference system to another.

    Points are always x (or longitude) and y (or latitude).

    Raises
    ------
    UsageError
        If one of the two is unknown.
    """
    if source == target or not len(points):
        return points
    from pyproj import Transformer

    systems = [reference_system(name) for name in (source, target)]
    x, y = Transformer.from_crs(*systems, always_xy=True).transform(points[:, 0], points[:, 1])
    return np.column_stack([x, y])


def metre_system(degrees: Float64[np.ndarray, "point 2"]) -> tuple[str, str]:
    """Return a system in metres for points in degrees, and the reason."""
    lon, lat = np.median(degrees, axis=0)
    west, east = np.percentile(degrees[:, 0], (2, 98))
    if east - west > _WIDEST_ZONE:
        # equal areas, so that squares are comparable over a whole country
        return (
            f"+proj=laea +lat_0={lat:.0f} +lon_0={lon:.0f} +datum=WGS84 +units=m",
            "equal areas around the middle of the points, in metres",
        )
    zone = int((lon + 180) // 6) + 1
    return (
        f"EPSG:{32700 + zone if lat < 0 else 32600 + zone}",
        f"UTM zone {zone}, in metres, around the middle of the points",
    )
