"""Shapes of cells: polygon rings, nested by cell or as flat arrays."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float64

from riskmodel.records.column_schema import Array

Ring = Float64[np.ndarray, "point 2"]
Shapes = tuple[tuple[Ring, ...], ...]
"""The rings of every cell, in the order of the cells."""


def flat_shapes(shapes: Shapes) -> dict[str, Array]:
    """Return shapes as three arrays.

    ``rings`` is the number of rings of each cell, ``points`` the number of points of each ring, ``xy`` ``[point, 2]`` all points.
    """
    rings = [ring for shape in shapes for ring in shape]
    return {
        "rings": np.array([len(shape) for shape in shapes], dtype=np.int32),
        "points": np.array([len(ring) for ring in rings], dtype=np.int32),
        "xy": np.concatenate(rings) if rings else np.zeros((0, 2)),
    }


def nested_shapes(arrays: Mapping[str, Array]) -> Shapes:
    """Return the shapes of the arrays that :func:`flat_shapes` gives."""
    points, xy = np.cumsum(arrays["points"]).tolist(), arrays["xy"]
    rings = tuple(xy[start:stop] for start, stop in zip([0, *points], points, strict=False))
    cells = np.cumsum(arrays["rings"]).tolist()
    return tuple(rings[start:stop] for start, stop in zip([0, *cells], cells, strict=False))
