"""Points that stand for unknown places, and longitudes from 0 to 360."""

from __future__ import annotations

from typing import Any

import numpy as np

from riskmodel.base.errors import UsageError
from riskmodel.starter.column_words import plain_name
from riskmodel.starter.coordinate_scales import DEGREE_NAMES, LARGEST_DEGREE, LARGEST_LATITUDE

_CODES = (99, 999, 9999, 99999, 999999, 9999999, 99999999, 999999999)
"""Numbers that stand for an unknown coordinate."""
_SURE_CODE = 999
"""Least code that is no degree, so that one of the two is enough among degrees."""
_FEW, _MOST_SLIPS = 3, 0.01
"""Different points beyond all degrees that are codes, and the share of rows up to which they are slips."""
_CIRCLE = 360.0
_COUNTY = 20.0
"""Degrees over which the points of one table spread, at most."""


def known_points(points: Any, x: str, y: str, degrees: bool) -> tuple[Any, int]:
    """Return points without unknown ones, and how many were turned.

    Points that stand for an unknown place become NaN. Both coordinates are 0, -1 or a code such as 999; among degrees also: one of them is such a code, they are a pole, or they are one of a few points
    beyond all degrees. Longitudes from 180 to 360 become those from -180 to 0.

    Parameters
    ----------
    points
        Coordinates, ``[row, 2]``.
    x, y
        Names of their columns.
    degrees
        Whether they may be plain degrees.

    Raises
    ------
    UsageError
        If a good part of the points are degrees and the others are not.
    """
    points = points.copy()
    points[
        (points == 0).all(axis=1)
        | ((points[:, 0] == points[:, 1]) & np.isin(np.abs(points[:, 0]), _CODES))
        | (points == -1).all(axis=1)
    ] = np.nan
    if not degrees or _beyond(points, _CIRCLE).sum() > 0.5 * _known(points).sum():
        return points, 0
    points[_coded(points) | _are_poles(points)] = np.nan
    points, around = _within_half_circle(points, x, y)
    points[_far_beyond(points, x, y)] = np.nan
    return points, around


def _known(points: Any) -> Any:
    return np.isfinite(points).all(axis=1)


def _beyond(points: Any, most: float) -> Any:
    return _known(points) & (np.abs(points) > most).any(axis=1)


def _coded(points: Any) -> Any:
    """Return which points have a code for a coordinate."""
    size = np.abs(points)
    # with digits behind the point, such as 9999.99
    codes = np.isin(np.floor(np.nan_to_num(size)), _CODES) & (size >= _SURE_CODE)
    return codes.any(axis=1) if len(np.unique(points[codes])) <= _FEW else np.zeros(len(points), dtype=bool)


def _are_poles(points: Any) -> Any:
    """Return which points are a pole, or where edges meet."""
    size = np.abs(points)
    quarter = LARGEST_DEGREE / 2
    return (size == quarter).any(axis=1) & np.isin(size, (0, quarter, LARGEST_DEGREE)).all(axis=1)


def _far_beyond(points: Any, x: str, y: str) -> Any:
    """Return which points beyond all degrees are codes for an unknown place."""
    beyond = _beyond(points, LARGEST_DEGREE)
    there = max(int(_known(points).sum()), 1)
    if not _MOST_SLIPS * there < beyond.sum() <= 0.5 * there:
        return np.zeros(len(points), dtype=bool)
    if len(np.unique(points[beyond], axis=0)) > _FEW:
        raise UsageError(
            f"In {int(beyond.sum()):,} of {len(points):,} rows the coordinates in {x!r} and {y!r} are beyond all degrees, and in the others they are degrees. "
            "Write all rows in one system, then run the same command again."
        )
    return beyond


def _within_half_circle(points: Any, x: str, y: str) -> tuple[Any, int]:
    """Return points with longitudes up to 180, and how many were larger.

    They are changed only if all points then lie together, and either the columns are called degrees or most rows need no change.
    """
    turned, around = points.copy(), np.zeros(len(points), dtype=bool)
    for at in (0, 1):
        here = (points[:, at] > LARGEST_DEGREE) & (points[:, at] <= _CIRCLE) & (np.abs(points[:, 1 - at]) <= LARGEST_LATITUDE)
        turned[here, at] -= _CIRCLE
        around |= here
    there = _known(points)
    named = all(DEGREE_NAMES.search(plain_name(name)) for name in (x, y))
    if not around.any() or not (named or 2 * around.sum() < there.sum()):
        return points, 0
    low, high = np.percentile(turned[there], (2, 98), axis=0)
    together = float((high - low).max()) <= _COUNTY and np.abs((low, high)).max() <= LARGEST_DEGREE
    return (turned, int(around.sum())) if together else (points, 0)
