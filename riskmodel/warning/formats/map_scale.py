"""Scale of a map: coordinates of places as points of a drawing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64

WIDTH = 1000
MARGIN = 12.0
MANY_POINTS = 10_000
"""Above this many corners, coordinates are whole numbers and group borders are omitted, to keep the page small."""


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

    def shows(self, boxes: Float64[np.ndarray, "line 4"]) -> Bool[np.ndarray, " line"]:
        """Return which lines, by their boxes, may lie in the frame."""
        low, high = self.placed(boxes[:, :2]), self.placed(boxes[:, 2:])
        across = (low[:, 0] <= self.width + 1) & (high[:, 0] >= -1)
        return across & (high[:, 1] <= self.height + 1) & (low[:, 1] >= -1)
