"""The map of a centre in SVG: cells, groups and listed places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Int32

from riskmodel.records.places import drawn_cells
from riskmodel.warning.formats.map_context import ContextDrawing, draw_context
from riskmodel.warning.formats.map_scale import MANY_POINTS, Corners, Name, Scale
from riskmodel.warning.warn.warning_list import WarningList

if TYPE_CHECKING:
    from riskmodel.records.places import Places

LEAST_LABEL, LARGEST_LABEL = 9.0, 26.0
"""Smallest and largest letters on the tiles of a schematic map."""


@dataclass(frozen=True)
class Spot:
    """A listed place: its outline and its middle."""

    path: str
    x: float
    y: float


@dataclass(frozen=True)
class Map:
    """The drawing of a centre.

    ``cells`` outlines every cell in one path, ``borders`` the groups; ``spots`` are by place id. A ``schematic`` map has one tile per
    cell; ``labels`` name its tiles in letters of ``label_size``, where they fit. ``context`` lies
    behind the marks.
    """

    width: int
    height: int
    cells: str
    borders: str
    names: tuple[Name, ...]
    spots: dict[str, Spot]
    schematic: bool = False
    labels: tuple[Name, ...] = ()
    label_size: float = 0.0
    context: ContextDrawing = ContextDrawing()


def draw(warning_list: WarningList, places: Places | None) -> Map | None:
    """Draw the centre's cells; return None without places.

    A shown place is drawn with every cell that was merged into it. Cells without shapes are tiles of a schematic map. Longitudes are shortened by the cosine of the latitude where
    the coordinates look like degrees.
    """
    if places is None:
        return None
    version = places.version_at(np.array([warning_list.as_of], dtype=np.int32))
    members = _members(warning_list, places, version)
    shapes, schematic = drawn_cells(places, warning_list.as_of, members)
    ours = [cell for cell in members if shapes[cell]]
    if not ours:
        return None
    rings = [ring for cell in ours for ring in shapes[cell]]
    every = np.concatenate(rings)
    scale = Scale.of(every)
    corners = iter(scale.corners_of(rings))
    drawn = {cell: list(islice(corners, len(shapes[cell]))) for cell in ours}
    groups = _groups(warning_list, places, version, ours)
    labels, size = _labels(places, drawn) if schematic else ((), 0.0)
    return Map(
        width=scale.width,
        height=scale.height,
        cells=_path(ring for cell in ours for ring in drawn[cell]),
        borders="".join(_border([r for c in groups[g] for r in drawn[c]]) for g in sorted(groups) if len(every) <= MANY_POINTS),
        names=() if labels else tuple(_name(g, [_middle(drawn[c]) for c in groups[g]]) for g in sorted(groups) if g),
        spots=_spots(warning_list, places, drawn),
        schematic=schematic,
        labels=labels,
        label_size=size,
        context=ContextDrawing() if schematic else draw_context(places.context, scale),
    )


def _labels(places: Places, drawn: Mapping[int, list[Corners]]) -> tuple[tuple[Name, ...], float]:
    """Return the ids to write into tiles, and the size of letters.

    Nothing where the letters would be too small to read.
    """
    wide = min(ring[1][0] - ring[0][0] for rings in drawn.values() for ring in rings)
    longest = max(len(places.ids[cell]) for cell in drawn)
    size = round(min(LARGEST_LABEL, 0.22 * wide, 1.6 * wide / longest), 1)
    if size < LEAST_LABEL:
        return (), 0.0
    middles = {cell: _middle(rings) for cell, rings in drawn.items()}
    return tuple(Name(places.ids[cell], x, round(y + 0.38 * wide, 1)) for cell, (x, y) in middles.items()), size


def _members(warning_list: WarningList, places: Places, version: Int32[np.ndarray, "cell 1"]) -> list[int]:
    """Return the cells of the list's centre."""
    labels = places.grouping(warning_list.grouping).labels
    if warning_list.centre not in labels:
        return []
    owner = places.group(warning_list.grouping, version)[:, 0]
    return np.flatnonzero(owner == labels.index(warning_list.centre)).tolist()


def _spots(warning_list: WarningList, places: Places, drawn: Mapping[int, list[Corners]]) -> dict[str, Spot]:
    """Return the listed places, each with the cells merged into it."""
    members: dict[int, list[int]] = {}
    units = places.shown_as(warning_list.as_of)
    for cell in drawn:
        members.setdefault(int(units[cell]), []).append(cell)
    index = places.index
    listed = [w.place for s in warning_list.sections for w in (*s.warnings, *s.spot_checks)]
    spots = {}
    for place in dict.fromkeys(listed):
        own = index.get(place, -1)
        if own in drawn:
            x, y = _middle(drawn[own])
            spots[place] = Spot(_path(ring for cell in members.get(own, [own]) for ring in drawn[cell]), x, y)
    return spots


def _groups(
    warning_list: WarningList, places: Places, version: Int32[np.ndarray, "cell 1"], ours: list[int]
) -> dict[str, list[int]]:
    """Return the cells of each group that is named on the map."""
    grouping = _named_grouping(places, warning_list.grouping, version[ours, 0])
    groups: dict[str, list[int]] = {}
    if grouping is not None:
        codes = places.group(grouping, version)[:, 0]
        for cell in ours:
            groups.setdefault(places.groupings[grouping].labels[codes[cell]], []).append(cell)
    return groups


def _named_grouping(places: Places, centres: str, version: Sequence[int] | np.ndarray) -> str | None:
    """Return the coarsest grouping with 2 to 30 groups in the centre."""
    found = []
    for name, grouping in places.groupings.items():
        count = len(set(grouping.codes[version].tolist()))
        if name != centres and 2 <= count <= 30:
            found.append((count, name))
    return min(found)[1] if found else None


def _path(rings: Iterable[Corners]) -> str:
    return "".join(_outline(ring) for ring in rings if len(ring) > 2)


def _outline(ring: Corners) -> str:
    """Return a closed ring in relative steps, which are shorter."""
    (x, y), steps = ring[0], zip(ring, ring[1:], strict=False)
    return f"M{x:g} {y:g}l" + " ".join(f"{round(b[0] - a[0], 1):g} {round(b[1] - a[1], 1):g}" for a, b in steps) + "z"


def _border(rings: Sequence[Corners]) -> str:
    """Return the edges that belong to one ring only.

    Where cells share their corners, they are the outline of the group.
    """
    edges = Counter(tuple(sorted(pair)) for ring in rings for pair in zip(ring, ring[1:] + ring[:1], strict=True))
    return "".join(f"M{a[0]:g} {a[1]:g}L{b[0]:g} {b[1]:g}" for (a, b), count in sorted(edges.items()) if count == 1)


def _middle(rings: Sequence[Corners]) -> tuple[float, float]:
    """Return the centroid of the first ring.

    It is that of the ring's area, or of its corners if it has none.
    """
    ring = rings[0]
    area = across = up = 0.0
    for (x, y), (next_x, next_y) in zip(ring, [*ring[1:], ring[0]], strict=True):
        cross = x * next_y - next_x * y
        area, across, up = area + cross, across + (x + next_x) * cross, up + (y + next_y) * cross
    if abs(area) < 1e-9:
        return round(sum(x for x, _ in ring) / len(ring), 1), round(sum(y for _, y in ring) / len(ring), 1)
    return round(across / (3 * area), 1), round(up / (3 * area), 1)


def _name(text: str, middles: Sequence[tuple[float, float]]) -> Name:
    x, y = np.mean(np.array(middles), axis=0)
    return Name(text, round(float(x), 1), round(float(y), 1))
