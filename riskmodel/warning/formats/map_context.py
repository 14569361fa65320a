"""Villages, water and roads at the resolution of a map."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from riskmodel.warning.formats.map_scale import Name, Scale

if TYPE_CHECKING:
    from riskmodel.records.places import ContextLayer

MOST_BYTES = 24_000
"""Most bytes of the lines of one layer; where there are more, details are left out, then the smallest lines, to keep the page small."""
COARSEST = 8.0
"""Points of the drawing by which a line may be off where details are left out."""
MOST_LABELS = 60
SMALLEST = 2.0
"""Lines and rings that are smaller than this many points of the drawing are left out."""


@dataclass(frozen=True)
class ContextDrawing:
    """Paths of water, roads and villages behind a map's marks, and names."""

    water: str = ""
    waterways: str = ""
    roads: str = ""
    outlines: str = ""
    names: tuple[Name, ...] = field(default=())


def draw_context(layers: Sequence[ContextLayer], scale: Scale) -> ContextDrawing:
    """Draw map layers within the frame of a map."""
    paths: dict[str, str] = {}
    names: list[Name] = []
    for layer in layers:
        near = scale.shows(layer.boxes)
        rings = [layer.lines[at] for at in np.flatnonzero(near & layer.closed)]
        lines = [layer.lines[at] for at in np.flatnonzero(near & ~layer.closed)]
        if layer.name == "water":
            paths |= {"water": _small_path(rings, scale, filled=True), "waterways": _small_path(lines, scale)}
        else:
            paths["roads" if layer.name == "roads" else "outlines"] = _small_path([*rings, *lines], scale)
        names += _names(layer, scale)
    return ContextDrawing(**paths, names=tuple(names[:MOST_LABELS]))


def _small_path(lines: Sequence[Any], scale: Scale, filled: bool = False) -> str:
    """Return lines as one path of at most :data:`MOST_BYTES`."""
    import shapely

    drawn = [scale.placed(line) for line in lines]
    shapes = [shapely.Polygon(line) if filled else shapely.LineString(line) for line in drawn if len(line) > (3 if filled else 1)]
    frame = (0.0, 0.0, float(scale.width), float(scale.height))
    clipped = shapely.get_parts(shapely.clip_by_rect(np.array(shapes, dtype=object), *frame)) if shapes else []
    tolerance = 0.5
    while True:
        paths = list(_paths(clipped, tolerance, filled))
        if tolerance >= COARSEST or sum(len(path) for _, path in paths) <= MOST_BYTES:
            return _largest(paths)
        tolerance *= 2


def _largest(paths: Sequence[tuple[float, str]]) -> str:
    """Return the largest shapes that fit into :data:`MOST_BYTES`, in their order."""
    order = sorted(range(len(paths)), key=lambda at: (-paths[at][0], at))
    room = np.cumsum([len(paths[at][1]) for at in order]) <= MOST_BYTES
    kept = sorted(at for at, fits in zip(order, room.tolist(), strict=True) if fits)
    return "".join(paths[at][1] for at in kept)


def _paths(shapes: Iterable[Any], tolerance: float, filled: bool) -> Iterator[tuple[float, str]]:
    """Yield the size and path of each shape."""
    import shapely

    for shape in shapely.get_parts(shapely.simplify(np.array(list(shapes), dtype=object), tolerance)):
        bounds = shapely.bounds(shape)
        size = float(max(bounds[2] - bounds[0], bounds[3] - bounds[1]))
        if np.isnan(bounds).any() or size < max(SMALLEST, 2 * tolerance):
            continue
        lines = shapely.get_rings(shape) if filled and shapely.get_type_id(shape) == 3 else [shape]
        yield size, "".join(_path(np.round(shapely.get_coordinates(line)).astype(int), filled) for line in lines)


def _path(points: Any, filled: bool) -> str:
    """Return whole points as a path with relative steps."""
    steps = np.diff(points, axis=0)
    steps = steps[np.any(steps != 0, axis=1)]
    if not len(steps):
        return ""
    x, y = points[0].tolist()
    return f"M{x} {y}l" + " ".join(f"{a} {b}" for a, b in steps.tolist()) + ("z" if filled else "")


def _names(layer: ContextLayer, scale: Scale) -> list[Name]:
    """Return the names whose places lie within the frame."""
    at = scale.placed(layer.at)
    shown = np.flatnonzero((at >= 0).all(axis=1) & (at[:, 0] <= scale.width) & (at[:, 1] <= scale.height))
    return [Name(layer.labels[i], round(x), round(y)) for i, (x, y) in zip(shown.tolist(), at[shown].tolist(), strict=True)]
