"""Scale of a map: coordinates of places as points of a drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from jaxtyping import Float64

WIDTH = 1000
MARGIN = 12.0
MANY_POINTS = 10_000
"""Above this many corners, coordinates are whole numbers and group borders are omitted, to keep the page small."""

Corners = list[tuple[float, float]]


@dataclass(frozen=True)
class Name:
    """A group's name at the middle of its cells."""

    text: str
    x: float
    y: float


@dataclass(frozen=True)
class Scale:
    """How coordinates become points of the drawing."""

    left: float
    top: float
    across: float
    up: float
    shorten: float
    decimals: int

    @classmethod
    def of(cls, every: Float64[np.ndarray, "point 2"]) -> Scale:
        """Return the scale that fits all corners into :data:`WIDTH`."""
        low, high = every.min(axis=0), every.max(axis=0)
        degrees = bool(np.abs(every[:, 0]).max() <= 180 and np.abs(every[:, 1]).max() <= 90)
        shorten = float(np.cos(np.radians((low[1] + high[1]) / 2))) if degrees else 1.0
        across, up = max((high[0] - low[0]) * shorten, 1e-12), max(high[1] - low[1], 1e-12)
        return cls(low[0], high[1], across, up, shorten, 0 if len(every) > MANY_POINTS else 1)

    @property
    def factor(self) -> float:
        return (WIDTH - 2 * MARGIN) / max(self.across, self.up / 1.4)

    @property
    def width(self) -> int:
        return round(self.across * self.factor + 2 * MARGIN)

    @property
    def height(self) -> int:
        return round(self.up * self.factor + 2 * MARGIN)

    def placed(self, points: Float64[np.ndarray, "point 2"]) -> Float64[np.ndarray, "point 2"]:
        """Return coordinates as points of the drawing, not rounded."""
        x = MARGIN + (points[:, 0] - self.left) * self.shorten * self.factor
        return np.column_stack([x, MARGIN + (self.top - points[:, 1]) * self.factor])

    def corners(self, ring: Float64[np.ndarray, "point 2"]) -> Corners:
        """Return the points of a ring, without repetitions and closing point."""
        return self.corners_of([ring])[0]

    def corners_of(self, rings: Sequence[Float64[np.ndarray, "point 2"]]) -> list[Corners]:
        """Return the points of each ring, placed in one step."""
        if not rings:
            return []
        points = iter(map(tuple, np.round(self.placed(np.concatenate(rings)), self.decimals).tolist()))
        return [_without_repetitions(list(islice(points, len(ring)))) for ring in rings]


def _without_repetitions(points: Corners) -> Corners:
    kept = [point for before, point in zip([None, *points], points, strict=False) if point != before]
    return kept[:-1] if len(kept) > 1 and kept[0] == kept[-1] else kept
