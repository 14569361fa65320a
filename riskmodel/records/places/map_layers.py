"""Context of maps: villages, water and roads, drawn and never counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Bool, Float64

from riskmodel.records.column_schema import Array
from riskmodel.records.places.shapes import Ring


@dataclass(frozen=True, eq=False)
class ContextLayer:
    """One map layer, in the coordinates of the cells' shapes.

    ``lines`` are open, or the rings of areas where ``closed``. ``labels`` are names, each at a point of ``at``.
    """

    name: str
    lines: tuple[Ring, ...]
    closed: Bool[np.ndarray, " line"]
    labels: tuple[str, ...]
    at: Float64[np.ndarray, "label 2"]

    @cached_property
    def boxes(self) -> Float64[np.ndarray, "line 4"]:
        """Least x and y, then largest x and y, of each line."""
        nothing = np.full(4, np.nan)
        found = [np.concatenate([line.min(axis=0), line.max(axis=0)]) if len(line) else nothing for line in self.lines]
        return np.array(found, dtype=np.float64).reshape(-1, 4)

    def head(self) -> dict[str, Any]:
        """Return what is not an array, as plain values."""
        return {"name": self.name, "labels": self.labels}

    def arrays(self) -> dict[str, Array]:
        """Return every array by name."""
        return {
            "points": np.array([len(line) for line in self.lines], dtype=np.int32),
            "xy": np.concatenate(self.lines) if self.lines else np.zeros((0, 2)),
            "closed": self.closed,
            "at": self.at,
        }


def context_arrays(layers: Sequence[ContextLayer]) -> dict[str, Array]:
    """Return the arrays of layers by number and name."""
    return {f"context:{i}:{name}": array for i, layer in enumerate(layers) for name, array in layer.arrays().items()}


def context_layers(heads: Sequence[Mapping[str, Any]], arrays: Mapping[str, Array]) -> tuple[ContextLayer, ...]:
    """Return the layers of heads and of the arrays of :func:`context_arrays`."""
    found = []
    for i, head in enumerate(heads):
        ends = np.cumsum(arrays[f"context:{i}:points"])[:-1]
        xy = arrays[f"context:{i}:xy"]
        lines = tuple(np.split(xy, ends)) if len(arrays[f"context:{i}:points"]) else ()
        closed, at = arrays[f"context:{i}:closed"], arrays[f"context:{i}:at"]
        found.append(ContextLayer(head["name"], lines, closed, tuple(head["labels"]), at))
    return tuple(found)
