"""Outlines of many rings at once: corners, paths and middles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Float64, Int64

from riskmodel.base.equal_runs import first_of_runs
from riskmodel.warning.formats.map_scale import Scale

Corners = list[tuple[float, float]]

LEAST_AREA = 1e-9
"""Rings of a smaller area have the mean of their corners as middle."""


@dataclass(frozen=True, eq=False)
class Outlines:
    """Corners of rings on a drawing.

    They are without repetitions and closing points. Ring ``i`` has the corners from ``start[i]`` up to ``start[i + 1]``.
    """

    corners: Float64[np.ndarray, "corner 2"]
    start: Int64[np.ndarray, " ring_plus_one"]

    @classmethod
    def of(cls, rings: Sequence[Float64[np.ndarray, "point 2"]], scale: Scale) -> Outlines:
        """Return the outlines of rings at a scale, rounded as it says."""
        points = np.round(scale.placed(np.concatenate([np.empty((0, 2)), *rings])), scale.decimals)
        sizes = np.array([len(ring) for ring in rings], dtype=np.int64)
        ring = np.repeat(np.arange(len(rings)), sizes)
        kept = first_of_runs(ring, *points.T)
        points, ring = points[kept], ring[kept]
        start = _starts(ring, len(rings))
        several = np.flatnonzero(np.diff(start) > 1)
        first, last = points[start[several]], points[start[several + 1] - 1]
        closing = start[several + 1][np.all(first == last, axis=1)] - 1
        return cls(np.delete(points, closing, axis=0), _starts(np.delete(ring, closing), len(rings)))

    def ring(self, i: int) -> Corners:
        """Return the corners of one ring."""
        return [(x, y) for x, y in self.corners[self.start[i] : self.start[i + 1]].tolist()]

    def paths(self) -> list[str]:
        """Return each ring as a closed path in relative steps.

        Those are shorter than corners. A ring of fewer than three corners has none.
        """
        steps = np.round(np.diff(self.corners, axis=0), 1)
        different, which = np.unique(steps.reshape(-1), return_inverse=True)
        texts = np.array([f"{value:g}" for value in different.tolist()], dtype=object)[which.reshape(-1)].tolist()
        said = [f"{x} {y}" for x, y in zip(texts[::2], texts[1::2], strict=True)]
        bounds, corners = self.start.tolist(), self.corners.tolist()
        return [
            f"M{corners[low][0]:g} {corners[low][1]:g}l{' '.join(said[low : high - 1])}z" if high - low > 2 else ""
            for low, high in pairwise(bounds)
        ]

    def middles(self) -> Corners:
        """Return the centroid of each ring, rounded to one decimal.

        It is that of the ring's area, or of its corners if it has none.
        """
        sizes = np.diff(self.start)
        ring = np.repeat(np.arange(len(sizes)), sizes)
        following = np.arange(1, len(self.corners) + 1)
        following[self.start[1:][sizes > 0] - 1] = self.start[:-1][sizes > 0]
        here, there = self.corners, self.corners[following]
        cross = here[:, 0] * there[:, 1] - there[:, 0] * here[:, 1]
        area = np.bincount(ring, cross, len(sizes))
        flat = np.abs(area) < LEAST_AREA
        parts = []
        for at in (0, 1):
            moment = np.bincount(ring, (here[:, at] + there[:, at]) * cross, len(sizes))
            total = np.bincount(ring, here[:, at], len(sizes))
            parts.append(np.where(flat, total, moment) / np.where(flat, np.maximum(sizes, 1), 3 * area))
        return [(round(x, 1), round(y, 1)) for x, y in zip(*(part.tolist() for part in parts), strict=True)]


def _starts(ring: Int64[np.ndarray, " corner"], rings: int) -> Int64[np.ndarray, " ring_plus_one"]:
    return np.concatenate([[0], np.cumsum(np.bincount(ring, minlength=rings))]).astype(np.int64)
